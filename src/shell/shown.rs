//! What is seen of a training.

use std::fmt::Display;

use super::note;

/// What is seen of a training while it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Where it stands and a line an epoch, on standard error.
    #[default]
    Report,
    /// Burn's own dashboard; it needs a terminal.
    Dashboard,
    /// Nothing: for programs that train by themselves.
    Nothing,
}

impl Shown {
    /// A line about what is trained, unless nothing is to be seen.
    pub fn note(self, line: impl Display) {
        if self != Self::Nothing {
            note(line);
        }
    }
}
