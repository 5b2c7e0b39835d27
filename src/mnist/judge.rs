//! How well a classifier reads a whole set, and where it errs.

use burn::prelude::*;

use super::{Digits, model::RowClassifier, rows::RowBatch};

/// Images read at once: large enough to be fast, small enough to need little memory.
pub(super) const AT_ONCE: usize = 250;

/// The ten probabilities of one image after its last row.
pub type Belief = [f32; 10];

/// What came of reading a set.
#[derive(Clone, Debug)]
pub struct Judged {
    /// One entry an image.
    pub beliefs: Vec<Belief>,
    /// `confusion[truth][read_as]` images each.
    pub confusion: [[usize; 10]; 10],
}

impl Judged {
    /// How many images were read.
    pub fn count(&self) -> usize {
        self.beliefs.len()
    }

    /// How many of them rightly.
    pub fn correct(&self) -> usize {
        (0..10).map(|digit| self.confusion[digit][digit]).sum()
    }

    /// The share read rightly, 0 to 1 (0 for an empty set).
    pub fn accuracy(&self) -> f64 {
        self.correct() as f64 / self.count().max(1) as f64
    }

    /// The numbers of the `most` images that were misread with the greatest confidence, the worst
    /// first.
    pub fn worst(&self, digits: &Digits, most: usize) -> Vec<usize> {
        let mut wrong: Vec<usize> = (0..self.count().min(digits.len()))
            .filter(|&k| read_as(&self.beliefs[k]) != usize::from(digits.labels[k]))
            .collect();
        let confidence = |k: usize| self.beliefs[k][read_as(&self.beliefs[k])];
        wrong.sort_by(|&a, &b| confidence(b).total_cmp(&confidence(a)));
        wrong.truncate(most);
        wrong
    }
}

/// The digit believed most; of equals the smaller.
pub fn read_as(belief: &Belief) -> usize {
    (0..10).rev().max_by(|&a, &b| belief[a].total_cmp(&belief[b])).unwrap_or(0)
}

/// Reads every digit of the set; give it a model without autodiff.
pub fn judge(model: &RowClassifier, digits: &Digits, device: &Device) -> Judged {
    let mut judged = Judged { beliefs: Vec::with_capacity(digits.len()), confusion: [[0; 10]; 10] };
    let order: Vec<usize> = (0..digits.len()).collect();
    for picked in order.chunks(AT_ONCE) {
        let rows = RowBatch::new(digits, picked, device).rows; // [B, T, D]
        let shares = burn::tensor::activation::softmax(model.forward(rows, None), 1); // [B, 10]
        for (&k, belief) in picked.iter().zip(tens(&shares.into_data())) {
            judged.confusion[usize::from(digits.labels[k])][read_as(&belief)] += 1;
            judged.beliefs.push(belief);
        }
    }
    judged
}

/// What the classifier believes of one image (784 pixels) after each of its 28 rows.
pub fn beliefs_by_row(model: &RowClassifier, pixels: &[u8], device: &Device) -> Vec<Belief> {
    let one = Digits { images: pixels.to_vec(), labels: vec![0] };
    let rows = RowBatch::new(&one, &[0], device).rows; // [1, T, D]
    tens(&model.beliefs(rows).into_data())
}

/// Numbers in rows of ten.
fn tens(data: &TensorData) -> Vec<Belief> {
    let numbers: Vec<f32> = data.iter::<f32>().collect();
    numbers.as_chunks::<10>().0.to_vec()
}
