//! What the sequences of all three cells share: their sizes, the step before, the gradients of
//! their weights.

use std::ops::Range;

use rayon::prelude::*;

use super::{
    machine::Machine,
    matmul::{Matrix, transpose_into},
    product::{multiply, pack},
    scratch::Scratch,
};

/// Columns of a weight gradient that one task makes; fixed, so that the order of each sum does not
/// depend on the number of threads.
const GRADIENT_COLS: usize = 128;

/// The sizes of a sequence.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// B.
    pub batch: usize,
    /// T.
    pub seq_len: usize,
    /// D.
    pub d_input: usize,
    /// H.
    pub d_hidden: usize,
}

/// What the gradient enters a sequence by.
#[derive(Clone, Debug)]
pub struct Incoming<'a> {
    /// ∂L/∂h_t, `[B, T, H]`.
    pub d_outputs: &'a [f32],
    /// ∂L/∂c_T, `[B, H]`, of a cell that has c, if c_T was used.
    pub d_cell: Option<Vec<f32>>,
}

/// h_{t-1} for a task to multiply with: h_0 before the first step, then the outputs, whose rows lie
/// T steps apart. `[B, H]`
#[inline(always)]
pub(super) fn step_before<'a>(
    t: usize,
    seq_len: usize,
    h: usize,
    hidden: &'a [f32],
    outputs: &'a [f32],
) -> Matrix<'a> {
    match t {
        0 => Matrix::new(hidden, h),
        t => Matrix::new(&outputs[(t - 1) * h..], seq_len * h),
    }
}

/// Fills `before` with h_0 … h_{T-1} of every row: the outputs `[B, T, H]`, one step later.
pub(super) fn fill_before(
    before: &mut [f32],
    seq_len: usize,
    h: usize,
    hidden: &[f32],
    outputs: &[f32],
) {
    let rows = before
        .chunks_exact_mut(seq_len * h)
        .zip(outputs.chunks_exact(seq_len * h))
        .zip(hidden.chunks_exact(h));
    for ((before, outputs), hidden) in rows {
        let (first, rest) = before.split_at_mut(h);
        first.copy_from_slice(hidden);
        rest.copy_from_slice(&outputs[..(seq_len - 1) * h]);
    }
}

/// Cuts the first `len` numbers off `rest`: what one task reads.
pub(super) fn cut<'a>(rest: &mut &'a [f32], len: usize) -> &'a [f32] {
    rest.split_off(..len).expect("a buffer has room for every row of the batch")
}

/// Cuts the first `len` numbers off `rest`: what one task writes. Nothing comes off a buffer that is
/// empty because nobody asked for it.
pub(super) fn cut_mut<'a>(rest: &mut &'a mut [f32], len: usize) -> &'a mut [f32] {
    let len = if rest.is_empty() { 0 } else { len };
    rest.split_off_mut(..len).expect("a buffer has room for every row of the batch")
}

/// The columns `cols` of δW = Xᵀ δA: `x [B·T, D]`, `d_a [B·T, cols]`, `d_w [D, G]`.
///
/// It is made as δAᵀ X, some columns of δA a task, and transposed: so what is long, B·T, is read in
/// the order in which it lies.
///
/// The RNN and the GRU make their gradients so, after all tasks have come to their first step: the
/// tasks here have a fixed size, so that no sum depends on the number of threads. The LSTM's δA is
/// the largest of the three, `[B·T, 4H]`, and it is the cell that is trained for hours: there each
/// task makes its share while its rows of δA are in its cache, and the shares are added
/// ([`lstm::backward`](super::lstm::backward)); that costs a buffer a task, and the last bits
/// depend on how many tasks there are.
pub(super) fn weight_gradient(
    machine: Machine,
    d_w: &mut [f32],
    g: usize,
    cols: Range<usize>,
    x: &[f32],
    d: usize,
    d_a: Matrix,
) {
    let n = x.len() / d;
    let packed = pack(machine, [n, d], Matrix::new(x, d));
    let mut transposed = Scratch::take(cols.len() * d); // [cols, D]
    transposed.par_chunks_mut(GRADIENT_COLS * d).enumerate().for_each(|(task, transposed)| {
        let d_a = d_a.from_col(task * GRADIENT_COLS);
        multiply(machine, transposed.len() / d, transposed, d, false, d_a.t(), &packed);
    });
    transpose_into(&transposed, d, d_w, g, cols.start);
}

/// δb = Σ of the rows, each as wide as b.
pub(super) fn bias_gradient(rows: &[f32], width: usize) -> Vec<f32> {
    let mut d_bias = vec![0.0; width];
    rows.chunks_exact(width).for_each(|row| super::vector::add(&mut d_bias, row));
    d_bias
}
