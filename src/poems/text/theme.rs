//! What a title says a poem is about, without what the collections added.

use super::vocab::is_han;

/// The longest theme that is read, in characters: nine titles of ten are shorter.
pub const LONGEST_THEME: usize = 16;
/// The divisions of the collection of 乐府 songs, before the name of the song.
const DIVISIONS: &str = "歌辞";
/// Titles that say nothing of the poem: "a couplet" (all that is left of it), "title lost" …
const NOTHING: [&str; 7] = ["句", "失题", "无题", "诗", "诗一首", "绝句", "偈"];

/// The theme of a title: without its number among poems of one title, their count, remarks in
/// brackets and the division of a collection; at most [`LONGEST_THEME`] characters. Empty where the
/// title says nothing.
///
/// ```
/// use lstm_lessons::poems::text::theme::theme_of;
///
/// assert_eq!(theme_of("送友人之江南"), "送友人之江南");
/// assert_eq!(theme_of("相和歌辞 从军行六首 二"), "从军行");
/// assert_eq!(theme_of("秋夜二首  其一"), "秋夜");
/// assert_eq!(theme_of("句  其一○"), "");
/// ```
pub fn theme_of(title: &str) -> String {
    let plain = without_brackets(title);
    let words: Vec<&str> = plain.split(|c: char| c.is_whitespace() || c == '·').collect();
    let kept = words.iter().enumerate().filter(|&(k, word)| {
        let division = k == 0 && words.len() > 1 && word.ends_with(DIVISIONS);
        !division && !is_number(word)
    });
    let theme: String = kept.map(|(_, word)| without_count(word)).collect();
    let theme = theme.trim_end_matches("其");
    if NOTHING.contains(&theme) {
        return String::new();
    }
    theme.chars().filter(|&c| is_han(c)).take(LONGEST_THEME).collect()
}

fn without_brackets(title: &str) -> String {
    let mut depth = 0usize;
    let outside = |c: &char| {
        match c {
            '（' | '(' | '[' | '〖' | '〔' => depth += 1,
            '）' | ')' | ']' | '〗' | '〕' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    title.chars().filter(outside).collect()
}

fn is_numeral(c: char) -> bool {
    "一二三四五六七八九十百千○〇零".contains(c) || c.is_ascii_digit()
}

/// 其一, 二, 其一○.
fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('其').unwrap_or(word);
    digits.chars().all(is_numeral)
}

/// 秋夜二首 without 二首.
fn without_count(word: &str) -> &str {
    const UNITS: [char; 6] = ['首', '绝', '章', '则', '咏', '韵'];
    match word.strip_suffix(UNITS) {
        Some(counted) if counted.ends_with(is_numeral) => counted.trim_end_matches(is_numeral),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_counts_remarks_and_divisions_go_and_nothing_else() {
        for (title, theme) in [
            ("过旧宅二首 一", "过旧宅"),
            ("洞户二十二韵", "洞户"),
            ("月晦", "月晦"),
            ("一七令", "一七令"),
            ("郊庙歌辞 五郊乐章 舒和", "五郊乐章舒和"),
            ("赠李白（一作杜甫诗）", "赠李白"),
            ("九日", "九日"),
            ("十五夜望月", "十五夜望月"),
            ("句", ""),
            ("", ""),
        ] {
            assert_eq!(theme_of(title), theme, "{title}");
        }
        assert_eq!(theme_of(&"山".repeat(40)).chars().count(), LONGEST_THEME);
    }
}
