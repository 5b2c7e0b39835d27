//! The description of a bug, beside its code.

/// One bug in words.
#[derive(Clone, Debug)]
pub struct Card {
    /// The symptom, in one line.
    pub symptom: String,
    /// The cause.
    pub cause: String,
    /// Where it happened.
    pub happened: &'static [Place],
}

/// A place where a bug happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the course itself: the section and the line.
    Course(&'static str, &'static str),
    /// In a public thread: its address and its title.
    Thread(&'static str, &'static str),
}
