//! From traditional to simplified characters, with OpenCC's own tables inside the program.

use std::sync::OnceLock;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};

/// `text` in simplified characters (OpenCC's `t2s`); what is simplified already, and what is no
/// Chinese, stays as it is.
///
/// Phrases come before characters: 乾 becomes 干, but 乾坤 stays 乾坤.
///
/// ```
/// use lstm_lessons::poems::text::simplify::simplified;
///
/// assert_eq!(simplified("雲想衣裳花想容，春風拂檻露華濃。"), "云想衣裳花想容，春风拂槛露华浓。");
/// assert_eq!(simplified("乾坤"), "乾坤");
/// ```
pub fn simplified(text: &str) -> String {
    static TABLES: OnceLock<Option<OpenCC>> = OnceLock::new();
    // The tables are compiled in, so that loading them cannot fail for any reason outside this
    // program; if it did, the text stays as it is.
    match TABLES.get_or_init(|| OpenCC::from_config(BuiltinConfig::T2s).ok()) {
        Some(tables) => tables.convert(text),
        None => text.to_string(),
    }
}
