//! Words that come again: what a reader notices first in a machine's poem.

use super::{share, sheet::Sheet};

/// How often the commonest character of a text stands in it; one that stands doubled (叠字: 处处)
/// counts once.
pub fn most_repeated(sheet: &Sheet) -> usize {
    let mut once: Vec<char> = Vec::new();
    for line in &sheet.lines {
        let mut line = line.clone();
        line.dedup();
        once.extend(line);
    }
    once.sort_unstable();
    once.chunk_by(|a, b| a == b).map(<[char]>::len).max().unwrap_or(0)
}

/// The share of texts in which some character stands `times` or more.
pub fn repeating(sheets: &[Sheet], times: usize) -> Option<f64> {
    share(sheets.iter().map(|sheet| most_repeated(sheet) >= times))
}

/// The share of poems in which the same character rhymes twice (重韵): two of the ends of the
/// even lines and of the first line are the same.
///
/// (The first line need not rhyme; where its end stands at the end of an even line, it does.)
pub fn same_rhyme(poems: &[Sheet]) -> Option<f64> {
    share(poems.iter().map(|poem| {
        let ends = |lines: &[Vec<char>]| {
            lines.iter().step_by(2).filter_map(|l| l.last()).copied().collect()
        };
        let mut rhymes: Vec<char> = ends(poem.lines.get(1..).unwrap_or_default());
        rhymes.extend(poem.lines.first().and_then(|line| line.last()));
        has_twice(rhymes)
    }))
}

/// The share of lyrics in which the same character ends two sentences.
pub fn same_end(lyrics: &[Sheet]) -> Option<f64> {
    share(lyrics.iter().map(|lyric| has_twice(lyric.sentence_ends())))
}

/// The share of 律诗 of which a middle couplet has the same character in both lines.
pub fn middle_repeats(poems: &[Sheet]) -> Option<f64> {
    let repeats = |[upper, lower]: [&[char]; 2]| upper.iter().any(|c| lower.contains(c));
    let regulated = poems.iter().filter(|poem| poem.middle_couplets().next().is_some());
    share(regulated.map(|poem| poem.middle_couplets().any(repeats)))
}

fn has_twice(mut characters: Vec<char>) -> bool {
    characters.sort_unstable();
    characters.windows(2).any(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheets<const N: usize>(texts: [&str; N]) -> Vec<Sheet> {
        texts.map(|text| Sheet::new(None, text)).into()
    }

    #[test]
    fn doubled_characters_are_no_repetition() {
        let doubled = sheets(["春眠不觉晓，处处闻啼鸟。"]);
        assert_eq!((repeating(&doubled, 2), most_repeated(&doubled[0])), (Some(0.0), 1));
        let again =
            sheets(["春眠不觉晓，处处闻啼鸟。", "春眠不觉晓，处处闻春鸟。", "处处春，春处。春"]);
        assert_eq!(repeating(&again, 2), Some(2.0 / 3.0));
        assert_eq!(
            repeating(&again, 3),
            Some(1.0 / 3.0),
            "春 at a line's end and the next line's head"
        );
        assert_eq!(repeating(&[], 2), None);
    }

    #[test]
    fn the_same_rhyme_is_sought_at_the_ends_of_the_first_and_the_even_lines() {
        let none = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。";
        let even = "白日依山尽，黄河入海流。欲穷千里目，更上一江流。";
        let first = "白日依山流，黄河入海秋。欲穷千里目，更上一江流。";
        let odd = "白日依山尽，黄河入海流。欲穷千里尽，更上一层楼。";
        let inside = "白日依山尽，黄河入海流。欲穷流里目，更上一层楼。";
        assert_eq!(same_rhyme(&sheets([none, odd, inside])), Some(0.0));
        assert_eq!(same_rhyme(&sheets([even, first, none, none])), Some(0.5));
    }

    #[test]
    fn the_same_end_of_two_sentences() {
        let commas = "知否，知否，应是绿肥红瘦。";
        let twice = "昨夜雨疏风骤。浓睡、不消风骤。";
        assert_eq!(same_end(&sheets([commas])), Some(0.0));
        assert_eq!(same_end(&sheets([commas, twice])), Some(0.5));
    }

    #[test]
    fn middle_couplets_alone_are_asked_for_repetition() {
        let eight = |third: &str, fourth: &str| {
            Sheet::new(
                None,
                &format!(
                    "甲乙丙丁戊，己庚辛壬甲。{third}，{fourth}。东西南北中，上下左右前。子丑寅卯辰，巳午未申酉。"
                ),
            )
        };
        let poems = [eight("一二三四五", "六七八九十"), eight("一二三四五", "六七一九十")];
        assert_eq!(middle_repeats(&poems), Some(0.5));
        assert_eq!(middle_repeats(&sheets(["一二三四五，一二三四五。"])), None);
    }
}
