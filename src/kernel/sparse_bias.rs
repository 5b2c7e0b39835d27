//! Learned numbers that are added to a few of the logits of each row.
//!
//! ```text
//! z_nk <- z_nk + Σ_{(k, r) in row n} w_r        δw_r = Σ_{(k, r) in row n} δz_nk
//! ```
//!
//! A fact about a candidate ("it stands in this line already") holds of some ten of the thousands of
//! characters. As a matrix `[N, V]` it would be as large as the logits; here only what holds is
//! listed.

use std::ops::Range;

/// Which weight is added to which logit of each row.
///
/// ```
/// use lstm_lessons::kernel::sparse_bias::SparseBias;
///
/// let mut bias = SparseBias::default();
/// bias.push(2, 0); // weight 0 to logit 2 of the first row
/// bias.end_row();
/// let mut z = [0.0; 4];
/// bias.add(0, &[0.5], &mut z);
/// assert_eq!(z, [0.0, 0.0, 0.5, 0.0]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SparseBias {
    /// Logit and weight, row after row.
    entries: Vec<(u32, u32)>,
    /// Where each row ends in `entries`.
    ends: Vec<usize>,
}

impl SparseBias {
    /// One entry more in the row that is being made.
    pub fn push(&mut self, logit: u32, weight: u32) {
        self.entries.push((logit, weight));
    }

    /// The row is done.
    pub fn end_row(&mut self) {
        self.ends.push(self.entries.len());
    }

    /// How many rows are done.
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// The entries of row `n`: logit and weight.
    pub fn row(&self, n: usize) -> &[(u32, u32)] {
        let begin = n.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.entries[begin..self.ends[n]]
    }

    /// Some of the rows.
    pub fn of_rows(&self, rows: Range<usize>) -> Self {
        let mut some = Self::default();
        for n in rows {
            some.entries.extend_from_slice(self.row(n));
            some.end_row();
        }
        some
    }

    /// Adds the weights `w` to the logits `z` of row `n`.
    pub fn add(&self, n: usize, w: &[f32], z: &mut [f32]) {
        for &(logit, weight) in self.row(n) {
            z[logit as usize] += w[weight as usize];
        }
    }

    /// Adds the gradient of row `n` to that of the weights.
    pub fn add_gradient(&self, n: usize, d_z: &[f32], d_w: &mut [f32]) {
        for &(logit, weight) in self.row(n) {
            d_w[weight as usize] += d_z[logit as usize];
        }
    }
}
