//! Lesson 4: a digit read row by row.
pub mod download;
pub mod drawn;
pub mod idx;
pub mod source;

/// Handwritten digits as bytes, the same for the real ones and the drawn ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    /// One image after another, each 28 rows of 28 pixels from the top left: 0 is paper, 255 is ink. `[N * 784]`
    pub images: Vec<u8>,
    /// What each image shows, 0 to 9. `[N]`
    pub labels: Vec<u8>,
}
