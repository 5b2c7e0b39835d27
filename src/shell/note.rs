//! What is said beside the results, on standard error.

use std::{
    fmt::Display,
    io::{Write, stderr},
};

use crate::look::{Color, shown::sent};

/// A line on standard error. That nobody reads it any more (a closed pipe, a full disk) is no
/// reason to stop: unlike `eprintln!`, which panics then, this goes on. Control characters are
/// shown, see [`sent`].
pub fn note(text: impl Display) {
    let _ =
        writeln!(stderr(), "{}", sent(&text.to_string(), Color::detect_stderr() != Color::None));
}

/// [`note`] without an end of line, in front of what the user is to type.
pub fn ask(text: impl Display) {
    let _ = write!(stderr(), "{text}");
}
