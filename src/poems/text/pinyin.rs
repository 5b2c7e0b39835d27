//! How characters are read, for those who cannot.

use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;

/// Each line of a text in pinyin, with its punctuation.
///
/// A character that is read in several ways gets its commonest reading, whatever it means where it
/// stands; 长, which in verse is nearly always long and hardly ever a chief, that of verse.
///
/// ```
/// use lstm_lessons::poems::text::pinyin::pinyin_of;
/// assert_eq!(pinyin_of("床前明月光，疑是地上霜。"), "chuáng qián míng yuè guāng, yí shì dì shàng shuāng.");
/// ```
pub fn pinyin_of(text: &str) -> String {
    let mut read = String::new();
    for c in text.chars() {
        match (c.to_pinyin(), c) {
            (Some(syllable), _) => {
                if read.ends_with(|c: char| !c.is_whitespace()) {
                    read.push(' ');
                }
                read.push_str(if c == '长' { "cháng" } else { syllable.with_tone() });
            }
            (None, '，') => read.push(','),
            (None, '。') => read.push('.'),
            (None, '？') => read.push('?'),
            (None, '！') => read.push('!'),
            (None, '、') => read.push(','),
            (None, '；') => read.push(';'),
            (None, '：') => read.push(':'),
            (None, c) => read.push(c),
        }
    }
    read
}

/// How a text is read, in small letters without tones and blanks.
///
/// ```
/// use lstm_lessons::poems::text::pinyin::toneless;
/// assert_eq!((toneless("lǐ bái"), toneless("Lü Yan")), ("libai".into(), "luyan".into()));
/// ```
pub fn toneless(reading: &str) -> String {
    reading.nfd().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}

/// A text with the reading of each line beneath it.
///
/// ```
/// use lstm_lessons::poems::text::pinyin::with_pinyin;
/// assert_eq!(with_pinyin("明月，\n江山。"), "明月，\nmíng yuè,\n江山。\njiāng shān.");
/// ```
pub fn with_pinyin(lines: &str) -> String {
    lines
        .lines()
        .flat_map(|line| [line.to_string(), pinyin_of(line)])
        .collect::<Vec<_>>()
        .join("\n")
}
