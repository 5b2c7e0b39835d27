//! Handwritten digits as bytes, the same for the real ones and the drawn ones.

use std::ops::Range;

/// Rows of an image, and therefore steps of a sequence.
pub const STEPS: usize = 28;
/// Pixels of a row, and therefore the width of a step.
pub const WIDTH: usize = 28;

/// Images and what they show.
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
    pub const PIXELS: usize = STEPS * WIDTH;

    /// A set of one image (784 pixels).
    pub fn one(image: &[u8], label: u8) -> Self {
        Self { images: image.to_vec(), labels: vec![label] }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Image `k`, row after row. `[784]`
    ///
    /// # Panics
    /// If there are not so many images.
    pub fn image(&self, k: usize) -> &[u8] {
        &self.images[k * Self::PIXELS..][..Self::PIXELS]
    }

    /// A copy of the digits with these numbers.
    ///
    /// # Panics
    /// If there are not so many images.
    pub fn slice(&self, numbers: Range<usize>) -> Self {
        let pixels = numbers.start * Self::PIXELS..numbers.end * Self::PIXELS;
        Self { images: self.images[pixels].to_vec(), labels: self.labels[numbers].to_vec() }
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

/// MNIST as its authors split it: a training set, and a test set by other writers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mnist {
    /// 60,000 in the original.
    pub train: Digits,
    /// 10,000 in the original.
    pub test: Digits,
}
