//! What is read at step t: a row, a column, a row out of place, or one pixel.

use std::borrow::Cow;

use rand::{SeedableRng, rngs::Xoshiro256PlusPlus, seq::SliceRandom};
use serde::{Deserialize, Serialize};

use super::digits::{Digits, STEPS, WIDTH};

/// The seed of the one permutation of rows that [`Order::Shuffled`] knows.
const SEED: u64 = 28;
/// And of the one of pixels that [`Order::Permuted`] knows.
const PIXEL_SEED: u64 = 784;

/// The order in which an image is read; it travels with the weights, because a network reads only
/// the order that it learned.
///
/// ```text
/// x_t[d] = image[t,    d]     rows
/// x_t[d] = image[d,    t]     columns
/// x_t[d] = image[π(t), d]     shuffled; π is one fixed permutation, the same for every image of training and test
/// x_t    = pixel[t]           pixels, row after row: 784 steps of one number
/// x_t    = pixel[π(t)]        permuted, another π
/// ```
///
/// The last two are the task on which the literature compares memories: Le, Jaitly and Hinton, *A
/// Simple Way to Initialize Recurrent Networks of Rectified Linear Units* (2015).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, clap::ValueEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Row after row from the top, as in the course (section 2-1).
    #[default]
    #[value(help = None::<&str>)] // the flag says it in both languages
    Rows,
    /// Column after column from the left.
    #[value(help = None::<&str>)]
    Columns,
    /// Rows in one fixed random order.
    #[value(help = None::<&str>)]
    Shuffled,
    /// Pixel after pixel.
    #[value(help = None::<&str>)]
    Pixels,
    /// Pixels in one fixed random order.
    #[value(help = None::<&str>)]
    Permuted,
}

impl Order {
    /// The name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Order::Rows => "rows",
            Order::Columns => "columns",
            Order::Shuffled => "shuffled",
            Order::Pixels => "pixels",
            Order::Permuted => "permuted",
        }
    }

    /// D, how many pixels are read at a step: a row of them, or one.
    pub fn width(self) -> usize {
        match self {
            Order::Rows | Order::Columns | Order::Shuffled => WIDTH,
            Order::Pixels | Order::Permuted => 1,
        }
    }

    /// The same digits with their pixels in the order of reading: line t of each image is what is
    /// read at step t (or in 28 steps, pixel by pixel). Row after row is how they lie, so then
    /// nothing is copied.
    ///
    /// ```
    /// use std::borrow::Cow;
    /// use lstm_lessons::mnist::{drawn::draw_set, order::Order};
    ///
    /// let digits = draw_set(1, 1);
    /// let columns = Order::Columns.arrange(&digits);
    /// assert_eq!(columns.image(0)[3 * 28 + 17], digits.image(0)[17 * 28 + 3]);
    /// assert!(matches!(Order::Rows.arrange(&digits), Cow::Borrowed(_)));
    /// ```
    pub fn arrange(self, digits: &Digits) -> Cow<'_, Digits> {
        if matches!(self, Order::Rows | Order::Pixels) {
            return Cow::Borrowed(digits);
        }
        let places = self.places();
        let images = digits
            .images
            .chunks_exact(Digits::PIXELS)
            .flat_map(|image| places.iter().map(|&at| image[at]));
        Cow::Owned(Digits { images: images.collect(), labels: digits.labels.clone() })
    }

    /// Where in an image each x_t\[d\] stands, step after step. `[T · D]`
    fn places(self) -> Vec<usize> {
        let (pi, pixel) = (permutation(), permuted_pixels());
        let steps = (0..STEPS).flat_map(|t| (0..WIDTH).map(move |d| (t, d)));
        let place = |(t, d): (usize, usize)| match self {
            Order::Rows | Order::Pixels => t * WIDTH + d,
            Order::Columns => d * WIDTH + t,
            Order::Shuffled => pi[t] * WIDTH + d,
            Order::Permuted => pixel[t * WIDTH + d],
        };
        steps.map(place).collect()
    }
}

/// π: which row is read at step t. `[T]`
pub fn permutation() -> [usize; STEPS] {
    let mut rows = std::array::from_fn(|row| row);
    rows.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(SEED));
    rows
}

/// The π of pixels.
fn permuted_pixels() -> [usize; Digits::PIXELS] {
    let mut pixels = std::array::from_fn(|pixel| pixel);
    pixels.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(PIXEL_SEED));
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `arrange` skips the places of rows, since they are those in which an image lies.
    #[test]
    fn the_rows_stand_in_an_image_as_they_are_read() {
        assert!(Order::Rows.places().into_iter().eq(0..Digits::PIXELS));
    }
}
