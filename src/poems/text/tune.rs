//! The names of tunes (词牌) as titles have them.

/// What stands between a tune's name and another, or what follows it.
const DOTS: [char; 5] = ['・', '·', '•', '‧', '･'];
/// The collection's word for lyrics whose tune is lost.
const LOST: &str = "失调名";

/// Whether this names a tune; 失调名 says that the tune is lost.
pub fn is_tune(name: &str) -> bool {
    name != LOST
}

/// The tune that a lyric's title names, without the number or the subject after it. A second name
/// after `・`, as the chinese-poetry collection writes it, stays.
///
/// ```
/// use lstm_lessons::poems::text::tune::tune_of;
///
/// for title in ["浣溪沙", "浣溪沙·其一", "浣溪沙 春情", "浣溪沙（其二）", "浣溪沙其三"] {
///     assert_eq!(tune_of(title), "浣溪沙");
/// }
/// assert_eq!(tune_of("望江南・忆江南"), "望江南・忆江南");
/// ```
pub fn tune_of(title: &str) -> &str {
    let title = title.trim();
    let ends = |(at, c): (usize, char)| match c {
        '・' => title[at..].starts_with("・其").then_some(at),
        '其' if at > 0 && title[at + '其'.len_utf8()..].chars().all(is_numeral) => Some(at),
        _ if DOTS.contains(&c) || c.is_whitespace() || "（(〔[【,，".contains(c) => Some(at),
        _ => None,
    };
    let end = title.char_indices().find_map(ends).filter(|&at| at > 0);
    end.map_or(title, |end| &title[..end])
}

fn is_numeral(c: char) -> bool {
    "一二三四五六七八九十百".contains(c) || c.is_ascii_digit()
}

/// Each name in the name of a tune, 望江南 and 忆江南 in 望江南・忆江南.
pub fn names(tune: &str) -> impl Iterator<Item = &str> {
    tune.split(DOTS).map(str::trim)
}

/// Whether one edit (another character, one more, one less) makes `a` of `b`.
///
/// ```
/// use lstm_lessons::poems::text::tune::is_near;
///
/// assert!(is_near("浣溪纱", "浣溪沙") && !is_near("浣溪纱", "蝶恋花"));
/// ```
pub fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let longer = a.len().max(b.len());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    longer > 2 && same + same_end + 1 >= longer
}
