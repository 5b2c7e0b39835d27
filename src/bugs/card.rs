//! What is known of a fault, beside its code.

/// One fault in words.
#[derive(Clone, Debug)]
pub struct Card {
    /// What one sees, in one line.
    pub symptom: String,
    /// What is wrong.
    pub cause: String,
    /// Where it really happened.
    pub happened: &'static [Place],
}

/// Where a fault really happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The course itself: its section and its line.
    Course(&'static str, &'static str),
    /// A public thread: its address and its title.
    Thread(&'static str, &'static str),
}
