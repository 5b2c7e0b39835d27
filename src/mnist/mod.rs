//! Lesson 4: a digit read row by row.
pub mod by_row;
pub mod download;
pub mod drawn;
pub mod idx;
pub mod judge;
pub mod model;
pub mod order;
pub mod rows;
pub mod saved;
pub mod source;
pub mod units;
pub mod watch;

/// Handwritten digits as bytes, the same for the real ones and the drawn ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digits {
    /// One image after another, each 28 rows of 28 pixels from the top left: 0 is paper, 255 is
    /// ink. `[N * 784]`
    pub images: Vec<u8>,
    /// What each image shows, 0 to 9. `[N]`
    pub labels: Vec<u8>,
}

impl Digits {
    /// Pixels of one image.
    pub const PIXELS: usize = 28 * 28;

    /// How many there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Image `k`, row after row; nothing where there is no such image.
    pub fn image(&self, k: usize) -> &[u8] {
        self.images.get(k * Self::PIXELS..(k + 1) * Self::PIXELS).unwrap_or_default()
    }

    /// The first `count` (or all, if there are fewer) and the others.
    pub fn split(self, count: usize) -> (Self, Self) {
        let Self { mut images, mut labels } = self;
        let count = count.min(labels.len());
        let rest = Self {
            images: images.split_off(count * Self::PIXELS),
            labels: labels.split_off(count),
        };
        (Self { images, labels }, rest)
    }
}
