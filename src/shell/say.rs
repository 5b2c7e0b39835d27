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

use std::{
    cell::Cell,
    sync::atomic::{AtomicU8, Ordering},
};

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

thread_local! {
    /// What [`with_lang`] asks of this thread.
    static HERE: Cell<Option<Lang>> = const { Cell::new(None) };
}

/// The language in force; English until [`set_lang`] says otherwise.
pub fn lang() -> Lang {
    HERE.get().unwrap_or_else(|| match LANG.load(Ordering::Relaxed) {
        0 => Lang::En,
        _ => Lang::Zh,
    })
}

/// What `run` returns, with everything said in `lang` on this thread meanwhile: a server speaks to
/// each of its clients in the client's own language.
///
/// ```
/// use lstm_lessons::{say, shell::say::{Lang, with_lang}};
///
/// assert_eq!(with_lang(Lang::Zh, || say!("poem", "诗")), "诗");
/// assert_eq!(say!("poem", "诗"), "poem");
/// ```
pub fn with_lang<T>(lang: Lang, run: impl FnOnce() -> T) -> T {
    struct Before(Option<Lang>);
    impl Drop for Before {
        fn drop(&mut self) {
            HERE.set(self.0); // after a panic, too
        }
    }
    let _before = Before(HERE.replace(Some(lang)));
    run()
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
