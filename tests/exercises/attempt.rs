//! One attempt at an exercise: its check is run, and what is wrong is said in the student's
//! language.

use std::{
    fmt::Display,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use lstm_lessons::shell::say::{Lang, locale_lang, set_lang};

use crate::{hints, panics};

/// Runs a check, and fails with what is wrong; with HINT=1 the hint comes first.
pub fn attempt<T, E: Display>(exercise: &str, check: impl FnOnce() -> Result<T, E>) {
    set_lang(asked_lang().unwrap_or_else(locale_lang));
    if std::env::var_os("HINT").is_some() {
        println!("\n{}\n", hints::hint(exercise));
    }
    panics::listen();
    let wrong = match catch_unwind(AssertUnwindSafe(check)) {
        Ok(Ok(_)) => return panics::stop_listening(),
        Ok(Err(wrong)) => wrong.to_string(),
        // A `todo!()` has said itself where it stands.
        Err(payload) => match panics::explained() {
            Some(text) => text,
            None => resume_unwind(payload),
        },
    };
    panics::stop_listening();
    println!("{wrong}");
    resume_unwind(Box::new(wrong)); // no panic of its own: its place would say nothing
}

/// The language that the runner asks for.
fn asked_lang() -> Option<Lang> {
    match std::env::var("LSTM_LANG").ok()?.as_str() {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    }
}
