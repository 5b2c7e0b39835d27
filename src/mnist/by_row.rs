//! How much of an image is needed: what a classifier would have answered after each row, over a
//! whole set.

use burn::prelude::*;

use super::{
    digits::Digits,
    model::RowClassifier,
    rows::{STEPS, whole_set},
};

/// The answers of a whole set, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct ByRow {
    /// `answers[n][t]`: what image n looked like after t + 1 rows.
    pub answers: Vec<[u8; STEPS]>,
    /// `right[t]`: how many images were answered rightly after t + 1 rows.
    pub right: [usize; STEPS],
}

impl ByRow {
    /// The share of images answered rightly after so many rows, 0 to 1; the first entry is after
    /// one row.
    pub fn accuracy(&self) -> [f64; STEPS] {
        self.right.map(|right| right as f64 / self.answers.len().max(1) as f64)
    }

    /// The share of images whose last answer was settled at each row; they sum to 1. What settling
    /// is: [`settles_at`].
    pub fn settled(&self) -> [f64; STEPS] {
        let mut share = [0.0; STEPS];
        for answers in &self.answers {
            share[settles_at(answers) - 1] += 1.0 / self.answers.len() as f64;
        }
        share
    }

    /// The row by which at least half of the images were settled.
    pub fn half_settled(&self) -> usize {
        let mut rows: Vec<usize> = self.answers.iter().map(|answers| settles_at(answers)).collect();
        rows.sort_unstable();
        rows.get(rows.len().saturating_sub(1) / 2).copied().unwrap_or(STEPS)
    }

    /// How often the answer changed from one row to the next, a mean over the images.
    pub fn changes(&self) -> f64 {
        let of_one =
            |answers: &[u8; STEPS]| answers.windows(2).filter(|pair| pair[0] != pair[1]).count();
        self.answers.iter().map(of_one).sum::<usize>() as f64 / self.answers.len().max(1) as f64
    }
}

/// The row, counted from 1, from which on the answer stayed what it was in the end.
///
/// ```
/// use lstm_lessons::mnist::by_row::settles_at;
///
/// assert_eq!(settles_at(&[1, 7, 1, 7, 7]), 4);
/// assert_eq!(settles_at(&[7, 7, 7]), 1);
/// ```
pub fn settles_at<A: PartialEq>(answers: &[A]) -> usize {
    let last = answers.last();
    answers.iter().rposition(|answer| Some(answer) != last).map_or(1, |other| other + 2)
}

/// Reads every digit of the set once and asks after each row; give it a model without autodiff.
///
/// The answer after k rows is the same as if the image had ended there: an output knows nothing of
/// later rows. So one pass of 28 steps gives the accuracy of all 28 prefixes.
pub fn read_by_row(model: &RowClassifier, digits: &Digits, device: &Device) -> ByRow {
    let mut by_row = ByRow { answers: Vec::with_capacity(digits.len()), right: [0; STEPS] };
    for (labels, rows) in whole_set(digits, device) {
        let beliefs = model.beliefs(rows); // [B, T, 10]
        let answers: Vec<u8> = beliefs.argmax(2).into_data().iter::<u8>().collect(); // [B · T]
        for (label, answers) in labels.iter().zip(answers.as_chunks::<STEPS>().0) {
            for (right, answer) in by_row.right.iter_mut().zip(answers) {
                *right += usize::from(answer == label);
            }
            by_row.answers.push(*answers);
        }
    }
    by_row
}
