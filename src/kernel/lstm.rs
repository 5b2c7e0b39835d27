//! A whole LSTM sequence as one operation: all steps, all gates, and its backward pass by hand.
//!
//! The equations are those of [`LstmCell`](crate::cell::LstmCell); here is what the chain rule
//! makes of them. With δx for ∂L/∂x, the state's δ from the outputs and from step t+1:
//!
//! ```text
//! δh_t = δy_t + δa_{t+1} W_hᵀ                    a_t: the four gates before σ and tanh, side by side
//! δc_t = δc'_{t+1} + δh_t ⊙ o_t ⊙ (1 - tanh² c_t)
//! δa_i = δc_t ⊙ g_t     ⊙ i_t (1 - i_t)
//! δa_f = δc_t ⊙ c_{t-1} ⊙ f_t (1 - f_t)
//! δa_g = δc_t ⊙ i_t     ⊙ (1 - g_t²)
//! δa_o = δh_t ⊙ tanh c_t ⊙ o_t (1 - o_t)
//! δc'_t = δc_t ⊙ f_t
//! δx = δa W_xᵀ      δW_x = Σ_bt x_tᵀ δa_t      δW_h = Σ_bt h_{t-1}ᵀ δa_t      δb = Σ_bt δa_t
//! ```
//!
//! Source: Hochreiter and Schmidhuber (1997), Gers et al. (2000); Greff et al., *LSTM: A Search
//! Space Odyssey* (2017), appendix A.

use rayon::prelude::*;

pub use super::sequence::{Incoming, Sizes};
use super::{
    machine::Machine,
    matmul::{Matrix, transpose},
    product::{Packed, multiply, pack},
    scratch::Scratch,
    sequence::{bias_gradient, cut, cut_mut, fill_before, step_before},
    vector::{add, sigmoid, tanh},
};

/// Numbers of the weights' gradient that one task sums.
const SUM_TASK: usize = 1 << 15;

/// What goes in.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// `[B, T, D]`.
    pub x: &'a [f32],
    /// `[D, 4H]`, gates in the order i, f, g, o.
    pub w_x: &'a [f32],
    /// `[H, 4H]`.
    pub w_h: &'a [f32],
    /// `[4H]`.
    pub bias: &'a [f32],
    /// h_0, `[B, H]`.
    pub hidden: &'a [f32],
    /// c_0, `[B, H]`.
    pub cell: &'a [f32],
}

/// What the backward pass needs.
#[derive(Clone, Debug)]
pub struct Kept {
    /// i_t, f_t, g_t, o_t, `[B, T, 4H]`.
    gates: Scratch,
    /// c_t, `[B, T, H]`.
    cells: Scratch,
}

/// The gradient of each input, shaped as the input.
#[derive(Clone, Debug)]
pub struct Gradients {
    /// δx_t, `[B, T, D]`; empty if it was not asked for.
    pub x: Vec<f32>,
    /// δW_x, `[D, 4H]`.
    pub w_x: Vec<f32>,
    /// δW_h, `[H, 4H]`.
    pub w_h: Vec<f32>,
    /// δb, `[4H]`.
    pub bias: Vec<f32>,
    /// δh_0, `[B, H]`.
    pub hidden: Vec<f32>,
    /// δc_0, `[B, H]`.
    pub cell: Vec<f32>,
}

/// h_1 … h_T (`[B, T, H]`) and what the backward pass needs.
///
/// Each thread takes some of the batch's rows through all steps, so threads meet once a layer and
/// not once a step.
pub fn forward(machine: Machine, sizes: Sizes, inputs: Inputs) -> (Vec<f32>, Kept) {
    let Sizes { batch, seq_len: t_len, d_input: d, d_hidden: h } = sizes;
    let Inputs { x, w_x, w_h, bias, hidden, cell } = inputs;
    let mut outputs = vec![0.0; batch * t_len * h];
    let mut kept = Kept {
        gates: Scratch::take(batch * t_len * 4 * h),
        cells: Scratch::take(batch * t_len * h),
    };
    let rows = machine.share(batch);
    let w_x = pack(machine, [d, 4 * h], Matrix::new(w_x, 4 * h));
    let w_h = pack(machine, [h, 4 * h], Matrix::new(w_h, 4 * h));
    (
        outputs.par_chunks_mut(rows * t_len * h),
        kept.gates.par_chunks_mut(rows * t_len * 4 * h),
        kept.cells.par_chunks_mut(rows * t_len * h),
        x.par_chunks(rows * t_len * d),
        hidden.par_chunks(rows * h),
        cell.par_chunks(rows * h),
    )
        .into_par_iter()
        .for_each(|(outputs, gates, cells, x, hidden, cell)| {
            let rows = hidden.len() / h;
            // x_t W_x for all steps
            multiply(machine, rows * t_len, gates, 4 * h, false, Matrix::new(x, d), &w_x); // [B·T, 4H]
            for t in 0..t_len {
                // … + h_{t-1} W_h
                let before = step_before(t, t_len, h, hidden, outputs); // [B, H]
                let gates_t = &mut gates[t * 4 * h..];
                multiply(machine, rows, gates_t, t_len * 4 * h, true, before, &w_h); // [B, 4H]
                machine.vectors.run(
                    #[inline(always)]
                    || {
                        for row in 0..rows {
                            let at = (row * t_len + t) * h;
                            let (past, now) = cells.split_at_mut(at);
                            let before = if t == 0 { &cell[row * h..] } else { &past[at - h..] };
                            update(h, &mut gates[4 * at..], bias, before, now, &mut outputs[at..]);
                        }
                    },
                );
            }
        });
    (outputs, kept)
}

/// One row, one step: `gates` holds x_t W_x + h_{t-1} W_h and afterwards i, f, g, o.
#[inline(always)]
pub(super) fn update(
    h: usize,
    gates: &mut [f32],
    bias: &[f32],
    before: &[f32],
    cell: &mut [f32],
    hidden: &mut [f32],
) {
    let [i, f, g, o] = quarters_mut(gates, h);
    let [b_i, b_f, b_g, b_o] = quarters(bias, h);
    let (before, cell, hidden) = (&before[..h], &mut cell[..h], &mut hidden[..h]);
    for k in 0..h {
        i[k] = sigmoid(i[k] + b_i[k]);
        f[k] = sigmoid(f[k] + b_f[k]);
        g[k] = tanh(g[k] + b_g[k]);
        o[k] = sigmoid(o[k] + b_o[k]);
        // c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
        cell[k] = f[k] * before[k] + i[k] * g[k];
        // h_t = o_t ⊙ tanh(c_t)
        hidden[k] = o[k] * tanh(cell[k]);
    }
}

/// c_T, `[B, H]`.
pub fn last_cell(sizes: Sizes, kept: &Kept) -> Vec<f32> {
    let Sizes { seq_len, d_hidden: h, .. } = sizes;
    kept.cells
        .chunks_exact(seq_len * h)
        .flat_map(|row| &row[(seq_len - 1) * h..])
        .copied()
        .collect()
}

/// The gradient of every input from that of the outputs; that of x only if `wants_x`.
///
/// `outputs` and `kept` are what [`forward`] gave; `kept` is used up: δa takes the place of the
/// gates.
pub fn backward(
    machine: Machine,
    sizes: Sizes,
    inputs: Inputs,
    outputs: &[f32],
    mut kept: Kept,
    incoming: Incoming,
    wants_x: bool,
) -> Gradients {
    let Sizes { batch, seq_len: t_len, d_input: d, d_hidden: h } = sizes;
    let Inputs { x, w_x, w_h, hidden, cell, .. } = inputs;
    let Incoming { d_outputs, d_cell } = incoming;
    let mut d_x = vec![0.0; if wants_x { batch * t_len * d } else { 0 }];
    let mut d_hidden = vec![0.0; batch * h];
    let mut d_cell = d_cell.unwrap_or_else(|| vec![0.0; batch * h]);
    let mut d_bias_rows = Scratch::zeros(batch * 4 * h);
    let mut before = Scratch::take(batch * t_len * h);
    let weights = 4 * h * (d + h);
    let mut d_w = Scratch::take(machine.shares(batch).count() * weights);

    let mut whole = Part {
        x,
        hidden,
        cell,
        outputs,
        cells: &kept.cells,
        d_outputs,
        before: &mut before,
        gates: &mut kept.gates,
        d_h: &mut d_hidden,
        d_c: &mut d_cell,
        d_bias: &mut d_bias_rows,
        d_x: &mut d_x,
        d_w: &mut d_w,
    };
    let parts: Vec<Part> = machine.shares(batch).map(|rows| whole.cut(rows, sizes)).collect();
    let w_h_t = pack(machine, [4 * h, h], Matrix::new(w_h, 4 * h).t());
    let w_x_t = wants_x.then(|| pack(machine, [4 * h, d], Matrix::new(w_x, 4 * h).t()));
    let w_x_t = w_x_t.as_ref();
    parts.into_par_iter().for_each(|part| part.backward(machine, sizes, w_x_t, &w_h_t));

    let (sum, others) = d_w.split_at_mut(weights);
    sum.par_chunks_mut(SUM_TASK).enumerate().for_each(|(task, sum)| {
        others.chunks_exact(weights).for_each(|part| add(sum, &part[task * SUM_TASK..]));
    });
    let (mut d_w_x, mut d_w_h) = (vec![0.0; d * 4 * h], vec![0.0; h * 4 * h]);
    transpose(&sum[..4 * h * d], d, &mut d_w_x);
    transpose(&sum[4 * h * d..], h, &mut d_w_h);
    let d_bias = bias_gradient(&d_bias_rows, 4 * h);
    Gradients { x: d_x, w_x: d_w_x, w_h: d_w_h, bias: d_bias, hidden: d_hidden, cell: d_cell }
}

/// What the backward pass works on: some rows of the batch, all their steps; a task takes one part.
struct Part<'a> {
    /// x_t, `[rows, T, D]`.
    x: &'a [f32],
    /// h_0, `[rows, H]`.
    hidden: &'a [f32],
    /// c_0, `[rows, H]`.
    cell: &'a [f32],
    /// h_t, `[rows, T, H]`.
    outputs: &'a [f32],
    /// c_t, `[rows, T, H]`.
    cells: &'a [f32],
    /// δy_t, `[rows, T, H]`.
    d_outputs: &'a [f32],
    /// To be filled with h_{t-1}, `[rows, T, H]`.
    before: &'a mut [f32],
    /// i_t, f_t, g_t, o_t, in the end δa_t: `[rows, T, 4H]`.
    gates: &'a mut [f32],
    /// δa W_hᵀ of the step after, at first 0, in the end δh_0: `[rows, H]`.
    d_h: &'a mut [f32],
    /// δc' of the step after, at first ∂L/∂c_T, in the end δc_0: `[rows, H]`.
    d_c: &'a mut [f32],
    /// Σ_t δa_t of each row, at first 0: `[rows, 4H]`.
    d_bias: &'a mut [f32],
    /// To be filled with δx_t, `[rows, T, D]`; empty if nobody wants it.
    d_x: &'a mut [f32],
    /// To be filled with these rows' share of δW_xᵀ `[4H, D]` and δW_hᵀ `[4H, H]`.
    d_w: &'a mut [f32],
}

impl<'a> Part<'a> {
    /// The first `rows` rows, which this part then lacks.
    fn cut(&mut self, rows: usize, sizes: Sizes) -> Part<'a> {
        let Sizes { seq_len: t_len, d_input: d, d_hidden: h, .. } = sizes;
        Part {
            x: cut(&mut self.x, rows * t_len * d),
            hidden: cut(&mut self.hidden, rows * h),
            cell: cut(&mut self.cell, rows * h),
            outputs: cut(&mut self.outputs, rows * t_len * h),
            cells: cut(&mut self.cells, rows * t_len * h),
            d_outputs: cut(&mut self.d_outputs, rows * t_len * h),
            before: cut_mut(&mut self.before, rows * t_len * h),
            gates: cut_mut(&mut self.gates, rows * t_len * 4 * h),
            d_h: cut_mut(&mut self.d_h, rows * h),
            d_c: cut_mut(&mut self.d_c, rows * h),
            d_bias: cut_mut(&mut self.d_bias, rows * 4 * h),
            d_x: cut_mut(&mut self.d_x, rows * t_len * d),
            d_w: cut_mut(&mut self.d_w, 4 * h * (d + h)),
        }
    }

    /// From the last step to the first; W_xᵀ is `[4H, D]`, W_hᵀ `[4H, H]`.
    fn backward(self, machine: Machine, sizes: Sizes, w_x_t: Option<&Packed>, w_h_t: &Packed) {
        let Sizes { seq_len: t_len, d_input: d, d_hidden: h, .. } = sizes;
        let Part { x, hidden, cell, outputs, cells, d_outputs, before, gates, .. } = self;
        let Part { d_h, d_c, d_bias, d_x, d_w, .. } = self;
        let rows = hidden.len() / h;
        fill_before(before, t_len, h, hidden, outputs);
        for t in (0..t_len).rev() {
            machine.vectors.run(
                #[inline(always)]
                || {
                    for row in 0..rows {
                        let at = (row * t_len + t) * h;
                        let before = if t == 0 { &cell[row * h..] } else { &cells[at - h..] };
                        let (d_h, d_c) = (&mut d_h[row * h..][..h], &mut d_c[row * h..]);
                        add(d_h, &d_outputs[at..][..h]); // δh_t = δy_t + …
                        let (gates, d_b) = (&mut gates[4 * at..], &mut d_bias[row * 4 * h..]);
                        step_backward(h, gates, before, &cells[at..], d_h, d_c, d_b);
                    }
                },
            );
            // … δa_t W_hᵀ for the step before
            let d_a = Matrix::new(&gates[t * 4 * h..], t_len * 4 * h); // [B, 4H]
            multiply(machine, rows, d_h, h, false, d_a, w_h_t); // [B, H]
        }
        let (n, d_a) = (rows * t_len, Matrix::new(gates, 4 * h)); // [B·T, 4H]
        if let Some(w_x_t) = w_x_t {
            multiply(machine, n, d_x, d, false, d_a, w_x_t); // [B·T, D]
        }
        // While δa is still in this thread's cache (`weight_gradient` says what the others do);
        // transposed, so that it is read in the order in which it lies.
        let (d_w_x, d_w_h) = d_w.split_at_mut(4 * h * d);
        let x = pack(machine, [n, d], Matrix::new(x, d));
        multiply(machine, 4 * h, d_w_x, d, false, d_a.t(), &x); // δW_xᵀ = Σ_bt δa_tᵀ x_t
        let before = pack(machine, [n, h], Matrix::new(before, h));
        multiply(machine, 4 * h, d_w_h, h, false, d_a.t(), &before); // δW_hᵀ = Σ_bt δa_tᵀ h_{t-1}
    }
}

/// One row, one step of the backward pass: `gates` holds i, f, g, o and afterwards δa; `d_cell` holds δc'_{t+1} and
/// afterwards δc'_t.
#[inline(always)]
fn step_backward(
    h: usize,
    gates: &mut [f32],
    before: &[f32],
    cell: &[f32],
    d_hidden: &[f32],
    d_cell: &mut [f32],
    d_bias: &mut [f32],
) {
    let [i, f, g, o] = quarters_mut(gates, h);
    let [b_i, b_f, b_g, b_o] = quarters_mut(d_bias, h);
    let (before, cell, d_hidden, d_cell) =
        (&before[..h], &cell[..h], &d_hidden[..h], &mut d_cell[..h]);
    for k in 0..h {
        let (i_t, f_t, g_t, o_t, shown) = (i[k], f[k], g[k], o[k], tanh(cell[k]));
        let d_c = d_cell[k] + d_hidden[k] * o_t * (1.0 - shown * shown);
        i[k] = d_c * g_t * i_t * (1.0 - i_t);
        f[k] = d_c * before[k] * f_t * (1.0 - f_t);
        g[k] = d_c * i_t * (1.0 - g_t * g_t);
        o[k] = d_hidden[k] * shown * o_t * (1.0 - o_t);
        d_cell[k] = d_c * f_t;
        b_i[k] += i[k];
        b_f[k] += f[k];
        b_g[k] += g[k];
        b_o[k] += o[k];
    }
}

/// The four gates of one row.
#[inline(always)]
fn quarters(all: &[f32], h: usize) -> [&[f32]; 4] {
    [&all[..h], &all[h..][..h], &all[2 * h..][..h], &all[3 * h..][..h]]
}

/// The four gates of one row, to write into.
#[inline(always)]
fn quarters_mut(all: &mut [f32], h: usize) -> [&mut [f32]; 4] {
    let (i, rest) = all[..4 * h].split_at_mut(h);
    let (f, rest) = rest.split_at_mut(h);
    let (g, o) = rest.split_at_mut(h);
    [i, f, g, o]
}
