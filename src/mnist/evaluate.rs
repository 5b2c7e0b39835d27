//! How well a classifier reads a whole set, and where it errs.

use burn::{prelude::*, tensor::activation::softmax};

use super::{
    digits::Digits,
    model::{CLASSES, RowClassifier},
    rows::{RowBatch, whole_set},
};

/// The probabilities of the ten digits, as a classifier gives them for one image.
pub type Belief = [f32; CLASSES];

/// The digit with the highest probability; of equals the smaller.
pub fn prediction(belief: &Belief) -> usize {
    let best = (0..CLASSES).rev().max_by(|&a, &b| belief[a].total_cmp(&belief[b]));
    best.expect("there are ten digits")
}

/// The predictions for a whole set.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The belief about each image after its last row.
    pub beliefs: Vec<Belief>,
    /// `confusion[truth][prediction]`: how many images of each.
    pub confusion: [[usize; CLASSES]; CLASSES],
}

impl Evaluation {
    /// How many images were read.
    pub fn count(&self) -> usize {
        self.beliefs.len()
    }

    /// How many of them rightly.
    pub fn correct(&self) -> usize {
        (0..CLASSES).map(|digit| self.confusion[digit][digit]).sum()
    }

    /// The share read rightly, 0 to 1 (0 for an empty set).
    pub fn accuracy(&self) -> f64 {
        self.correct() as f64 / self.count().max(1) as f64
    }

    /// The numbers of the `most` images that were misread with the greatest confidence, the worst
    /// first.
    ///
    /// # Panics
    /// If `digits` is not the set that was evaluated.
    pub fn worst(&self, digits: &Digits, most: usize) -> Vec<usize> {
        assert_eq!(self.count(), digits.len(), "the digits are those that were evaluated");
        let predicted = |k: usize| prediction(&self.beliefs[k]);
        let mut wrong: Vec<usize> =
            (0..self.count()).filter(|&k| predicted(k) != usize::from(digits.labels[k])).collect();
        let confidence = |k: usize| self.beliefs[k][predicted(k)];
        wrong.sort_by(|&a, &b| confidence(b).total_cmp(&confidence(a)));
        wrong.truncate(most);
        wrong
    }
}

/// Reads every digit of the set; give it a model without autodiff.
pub fn evaluate(model: &RowClassifier, digits: &Digits, device: &Device) -> Evaluation {
    evaluate_by(|rows| model.forward(rows, None), digits, device)
}

/// [`evaluate`] for a forward pass of your own: rows `[B, T, D]` to logits `[B, 10]`.
pub fn evaluate_by(
    forward: impl Fn(Tensor<3>) -> Tensor<2>,
    digits: &Digits,
    device: &Device,
) -> Evaluation {
    let mut beliefs = Vec::with_capacity(digits.len());
    let mut confusion = [[0; CLASSES]; CLASSES];
    for (labels, rows) in whole_set(digits, device) {
        let probabilities = softmax(forward(rows), 1); // [B, 10]
        for (&label, belief) in labels.iter().zip(in_tens(&probabilities.into_data())) {
            confusion[usize::from(label)][prediction(&belief)] += 1;
            beliefs.push(belief);
        }
    }
    Evaluation { beliefs, confusion }
}

/// What the classifier believes of one image (784 pixels) after each of its 28 rows.
pub fn beliefs_by_row(model: &RowClassifier, pixels: &[u8], device: &Device) -> Vec<Belief> {
    let rows = RowBatch::new(&Digits::one(pixels, 0), &[0], device).rows; // [1, T, D]
    in_tens(&model.beliefs(rows).into_data())
}

/// The numbers of a tensor whose last axis is that of the digits, ten by ten.
pub(super) fn in_tens(data: &TensorData) -> Vec<Belief> {
    let numbers: Vec<f32> = data.iter::<f32>().collect();
    numbers.as_chunks::<CLASSES>().0.to_vec()
}
