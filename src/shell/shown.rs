//! What is seen of a training.

use std::fmt::Display;

use super::{Watch, note};

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
    /// Nothing here; another thread watches it, and stops it in the place of Ctrl-C.
    Watched(&'static Watch),
}

impl Shown {
    /// A line about what is trained, unless nothing is to be seen.
    pub fn note(self, line: impl Display) {
        if matches!(self, Self::Report | Self::Dashboard) {
            note(line);
        }
    }
}
