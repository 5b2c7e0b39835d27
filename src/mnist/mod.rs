//! Lesson 4: a digit read row by row.
pub mod download;
pub mod drawn;
pub mod source;

/// Digits and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    /// N pictures one after another, each 28 rows of 28 grey values: 0 = paper, 255 = ink.
    pub images: Vec<u8>,
    /// N classes, 0..=9.
    pub labels: Vec<u8>,
}
