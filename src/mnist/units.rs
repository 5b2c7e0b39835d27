//! What the hidden units respond to: the mean of each unit's h_t, digit by digit and row by row.

use burn::prelude::*;

use super::{
    digits::Digits,
    model::{CLASSES, RowClassifier},
    rows::{STEPS, whole_set},
};

/// One unit of the last layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its number in the layer, counted from 0.
    pub number: usize,
    /// `mean[d][t]`: the mean of h_{t+1} over all images of digit d, -1 to 1.
    pub mean: [[f64; STEPS]; CLASSES],
    /// η² after each row: which share of this unit's variance the digit explains, 0 to 1.
    pub eta_squared: [f64; STEPS],
    /// What the head adds to each digit's logit where h_T = 1.
    pub votes: [f64; CLASSES],
}

impl Unit {
    /// The row, counted from 1, after which the digit explains most of the unit; of equals the
    /// first.
    pub fn best_row(&self) -> usize {
        let by_share = |&a: &usize, &b: &usize| self.eta_squared[a].total_cmp(&self.eta_squared[b]);
        (0..STEPS).rev().max_by(by_share).expect("there are 28 rows") + 1
    }

    /// η² after that row.
    pub fn best(&self) -> f64 {
        self.eta_squared[self.best_row() - 1]
    }
}

/// Every unit of the last layer, the one with the largest η² first; give it a model without
/// autodiff.
///
/// ```text
/// η²_k(t) = Σ_d n_d (m_d - m)² / Σ_n (h_n - m)²        h_n = h_t[k] of image n, m their mean, m_d that of digit d's n_d images
/// ```
///
/// The correlation ratio (R. A. Fisher, Statistical Methods for Research Workers, 1925): 0 where
/// all digits look the same to the unit, 1 where it needs no more than the digit to know its own
/// value.
pub fn unit_responses(model: &RowClassifier, digits: &Digits, device: &Device) -> Vec<Unit> {
    let [d_hidden, _] = model.head.weight.dims();
    let sums = Sums::over(model, digits, d_hidden, device);
    let votes: Vec<f64> = model.head.weight.val().into_data().iter().collect(); // [H · 10]
    let unit = |k: usize| {
        let at = |t: usize| t * d_hidden + k;
        Unit {
            number: k,
            mean: std::array::from_fn(|d| std::array::from_fn(|t| sums.mean(d, at(t)))),
            eta_squared: std::array::from_fn(|t| sums.eta_squared(at(t))),
            votes: std::array::from_fn(|d| votes[k * CLASSES + d]),
        }
    };
    let mut units: Vec<Unit> = (0..d_hidden).map(unit).collect();
    units.sort_by(|a, b| b.best().total_cmp(&a.best()));
    units
}

/// What the means and variances are made of, for every step and unit at once.
struct Sums {
    /// Images of each digit. `[10]`
    count: [f64; CLASSES],
    /// Σ h over the images of each digit. `[10][T · H]`
    of_digit: Vec<Vec<f64>>,
    /// Σ h² over all images. `[T · H]`
    squares: Vec<f64>,
}

impl Sums {
    fn over(model: &RowClassifier, digits: &Digits, d_hidden: usize, device: &Device) -> Self {
        let width = STEPS * d_hidden;
        let mut sums = Self {
            count: [0.0; CLASSES],
            of_digit: vec![vec![0.0; width]; CLASSES],
            squares: vec![0.0; width],
        };
        for (labels, rows) in whole_set(digits, device) {
            let outputs = model.outputs(rows, None); // [B, T, H]
            let outputs: Vec<f32> = outputs.into_data().iter().collect();
            for (&label, h) in labels.iter().zip(outputs.chunks_exact(width)) {
                let digit = usize::from(label);
                sums.count[digit] += 1.0;
                let sums = sums.of_digit[digit].iter_mut().zip(&mut sums.squares);
                for ((sum, square), h) in sums.zip(h.iter().map(|&h| f64::from(h))) {
                    *sum += h;
                    *square += h * h;
                }
            }
        }
        sums
    }

    /// m_d, or 0 where no image shows the digit.
    fn mean(&self, digit: usize, at: usize) -> f64 {
        self.of_digit[digit][at] / self.count[digit].max(1.0)
    }

    /// η² of one unit at one step; 0 where the unit never moves.
    fn eta_squared(&self, at: usize) -> f64 {
        let n: f64 = self.count.iter().sum();
        let mean = self.of_digit.iter().map(|sums| sums[at]).sum::<f64>() / n.max(1.0);
        let between: f64 =
            (0..CLASSES).map(|d| self.count[d] * (self.mean(d, at) - mean).powi(2)).sum();
        let all = self.squares[at] - n * mean * mean;
        // Where nothing moves, both are rounding errors.
        if all > 1e-9 * n { (between / all).clamp(0.0, 1.0) } else { 0.0 }
    }
}
