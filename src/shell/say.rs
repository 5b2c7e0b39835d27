//! Two languages at one call site.
//!
//! Every sentence a user meets is written once in English and once in Chinese, side by side, so
//! that a change to one is a change to both. Only the sentence that is needed is formatted.
//!
//! ```
//! use lstm_lessons::shell::say::{Lang, set_lang};
//! use lstm_lessons::say;
//!
//! let poems = 300;
//! set_lang(Lang::Zh);
//! assert_eq!(say!("{poems} poems read", "读到 {poems} 首诗"), "读到 300 首诗");
//! set_lang(Lang::En);
//! assert_eq!(say!("{poems} poems read", "读到 {poems} 首诗"), "300 poems read");
//! ```

use std::sync::atomic::{AtomicU8, Ordering};

/// The language in which the lessons speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    /// English.
    #[value(help = None::<&str>)] // --help lists the names alone
    En,
    /// Chinese.
    #[value(help = None::<&str>)]
    Zh,
}

impl Lang {
    /// As `--lang` takes it; also its code in HTML.
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }
}

static LANG: AtomicU8 = AtomicU8::new(0);

/// Chooses the language of every later [`say!`](crate::say!).
pub fn set_lang(lang: Lang) {
    LANG.store(lang as u8, Ordering::Relaxed);
}

/// The language in force; English until [`set_lang`] says otherwise.
pub fn lang() -> Lang {
    match LANG.load(Ordering::Relaxed) {
        0 => Lang::En,
        _ => Lang::Zh,
    }
}

/// The language of the user's locale: Chinese where it starts with `zh`, English everywhere else.
pub fn locale_lang() -> Lang {
    match sys_locale::get_locale() {
        Some(name) if name.to_lowercase().starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}

/// Formats the English or the Chinese sentence, whichever [`lang`](crate::shell::say::lang) asks
/// for.
#[macro_export]
macro_rules! say {
    ($en:literal, $zh:literal $(, $($arg:tt)*)?) => {
        match $crate::shell::say::lang() {
            $crate::shell::say::Lang::En => format!($en $(, $($arg)*)?),
            $crate::shell::say::Lang::Zh => format!($zh $(, $($arg)*)?),
        }
    };
}
