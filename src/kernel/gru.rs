//! A whole GRU sequence as one operation, and its backward pass by hand.
//!
//! The equations are those of [`GruCell`](crate::cell::GruCell). What the candidate recalls of the
//! past, m_t = h_{t-1} W_hn + b_hn, is multiplied by the reset gate before it meets x_t W_xn, so it
//! cannot be added into the same sum as the other products: it is kept apart, forward and back.
//! With δx for ∂L/∂x and a for what σ and tanh are taken of:
//!
//! ```text
//! δh_t  = δy_t + past_{t+1}                      past: what step t passes to the state before it
//! δa_n  = δh_t ⊙ (1 - z_t) ⊙ (1 - n_t²)
//! δa_z  = δh_t ⊙ (h_{t-1} - n_t) ⊙ z_t (1 - z_t)
//! δa_r  = δa_n ⊙ m_t ⊙ r_t (1 - r_t)
//! δm_t  = δa_n ⊙ r_t
//! past_t = δh_t ⊙ z_t + [δa_r δa_z] [W_hr W_hz]ᵀ + δm_t W_hnᵀ
//! δx = δa W_xᵀ           δW_x = Σ_bt x_tᵀ δa_t            δb = Σ_bt δa_t
//! [δW_hr δW_hz] = Σ_bt h_{t-1}ᵀ [δa_r δa_z]       δW_hn = Σ_bt h_{t-1}ᵀ δm_t       δb_hn = Σ_bt δm_t
//! ```
//!
//! Source: Cho et al. (2014), with the reset gate after the product as in PyTorch.

use rayon::prelude::*;

pub use super::sequence::Sizes;
use super::{
    machine::Machine,
    matmul::Matrix,
    product::{Packed, multiply, pack},
    scratch::Scratch,
    sequence::{bias_gradient, cut, cut_mut, fill_before, step_before, weight_gradient},
    vector::{add, sigmoid, tanh},
};

/// What goes in.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// `[B, T, D]`.
    pub x: &'a [f32],
    /// `[D, 3H]`, gates in the order r, z, n.
    pub w_x: &'a [f32],
    /// `[H, 3H]`.
    pub w_h: &'a [f32],
    /// `[3H]`.
    pub bias: &'a [f32],
    /// b_hn, `[H]`.
    pub bias_hn: &'a [f32],
    /// h_0, `[B, H]`.
    pub hidden: &'a [f32],
}

/// What the backward pass needs.
#[derive(Clone, Debug)]
pub struct Kept {
    /// r_t, z_t, n_t, `[B, T, 3H]`.
    gates: Scratch,
    /// m_t, `[B, T, H]`.
    recalled: Scratch,
}

/// The gradient of each input, shaped as the input.
#[derive(Clone, Debug)]
pub struct Gradients {
    /// δx_t, `[B, T, D]`; empty if it was not asked for.
    pub x: Vec<f32>,
    /// δW_x, `[D, 3H]`.
    pub w_x: Vec<f32>,
    /// δW_h, `[H, 3H]`.
    pub w_h: Vec<f32>,
    /// δb, `[3H]`.
    pub bias: Vec<f32>,
    /// δb_hn, `[H]`.
    pub bias_hn: Vec<f32>,
    /// δh_0, `[B, H]`.
    pub hidden: Vec<f32>,
}

/// h_1 … h_T (`[B, T, H]`) and what the backward pass needs.
pub fn forward(machine: Machine, sizes: Sizes, inputs: Inputs) -> (Vec<f32>, Kept) {
    let Sizes { batch, seq_len: t_len, d_input: d, d_hidden: h } = sizes;
    let Inputs { x, w_x, w_h, bias, bias_hn, hidden } = inputs;
    let mut outputs = vec![0.0; batch * t_len * h];
    let mut kept = Kept {
        gates: Scratch::take(batch * t_len * 3 * h),
        recalled: Scratch::take(batch * t_len * h),
    };
    let rows = machine.share(batch);
    let w_x = pack(machine, [d, 3 * h], Matrix::new(w_x, 3 * h));
    let w_h = Matrix::new(w_h, 3 * h);
    let w_hrz = pack(machine, [h, 2 * h], w_h);
    let w_hn = pack(machine, [h, h], w_h.from_col(2 * h));
    (
        outputs.par_chunks_mut(rows * t_len * h),
        kept.gates.par_chunks_mut(rows * t_len * 3 * h),
        kept.recalled.par_chunks_mut(rows * t_len * h),
        x.par_chunks(rows * t_len * d),
        hidden.par_chunks(rows * h),
    )
        .into_par_iter()
        .for_each(|(outputs, gates, recalled, x, hidden)| {
            let rows = hidden.len() / h;
            // x_t W_x for all steps
            multiply(machine, rows * t_len, gates, 3 * h, false, Matrix::new(x, d), &w_x); // [B·T, 3H]
            for t in 0..t_len {
                // … + h_{t-1} [W_hr W_hz], and h_{t-1} W_hn apart
                let before = step_before(t, t_len, h, hidden, outputs); // [B, H]
                let gates_t = &mut gates[t * 3 * h..];
                multiply(machine, rows, gates_t, t_len * 3 * h, true, before, &w_hrz); // [B, 2H]
                multiply(machine, rows, &mut recalled[t * h..], t_len * h, false, before, &w_hn); // [B, H]
                machine.vectors.run(
                    #[inline(always)]
                    || {
                        for row in 0..rows {
                            let at = (row * t_len + t) * h;
                            let (past, now) = outputs.split_at_mut(at);
                            let before = if t == 0 { &hidden[row * h..] } else { &past[at - h..] };
                            update(
                                h,
                                &mut gates[3 * at..],
                                &mut recalled[at..],
                                bias,
                                bias_hn,
                                before,
                                now,
                            );
                        }
                    },
                );
            }
        });
    (outputs, kept)
}

/// One row, one step: `gates` holds the sums without bias and afterwards r, z, n; `recalled` holds
/// h_{t-1} W_hn and afterwards m.
#[inline(always)]
fn update(
    h: usize,
    gates: &mut [f32],
    recalled: &mut [f32],
    bias: &[f32],
    bias_hn: &[f32],
    before: &[f32],
    hidden: &mut [f32],
) {
    let [r, z, n] = thirds_mut(gates, h);
    let (b_r, b_z, b_n) = (&bias[..h], &bias[h..][..h], &bias[2 * h..][..h]);
    let (m, b_hn, before, hidden) =
        (&mut recalled[..h], &bias_hn[..h], &before[..h], &mut hidden[..h]);
    for k in 0..h {
        r[k] = sigmoid(r[k] + b_r[k]);
        z[k] = sigmoid(z[k] + b_z[k]);
        m[k] += b_hn[k];
        n[k] = tanh(n[k] + b_n[k] + r[k] * m[k]);
        // h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}
        hidden[k] = (1.0 - z[k]) * n[k] + z[k] * before[k];
    }
}

/// The gradient of every input from ∂L/∂h_t (`d_outputs [B, T, H]`); that of x only if `wants_x`.
///
/// `outputs` and `kept` are what [`forward`] gave; `kept` is used up: δa takes the place of the
/// gates, δm that of m.
pub fn backward(
    machine: Machine,
    sizes: Sizes,
    inputs: Inputs,
    outputs: &[f32],
    mut kept: Kept,
    d_outputs: &[f32],
    wants_x: bool,
) -> Gradients {
    let Sizes { batch, seq_len: t_len, d_input: d, d_hidden: h } = sizes;
    let Inputs { x, w_x, w_h, hidden, .. } = inputs;
    let mut d_x = vec![0.0; if wants_x { batch * t_len * d } else { 0 }];
    let mut d_hidden = vec![0.0; batch * h];
    let mut d_bias_rows = Scratch::zeros(batch * 3 * h);
    let mut d_bias_hn_rows = Scratch::zeros(batch * h);
    let mut before = Scratch::take(batch * t_len * h);

    let mut whole = Part {
        hidden,
        outputs,
        d_outputs,
        before: &mut before,
        gates: &mut kept.gates,
        recalled: &mut kept.recalled,
        d_h: &mut d_hidden,
        d_bias: &mut d_bias_rows,
        d_bias_hn: &mut d_bias_hn_rows,
        d_x: &mut d_x,
    };
    let parts: Vec<Part> = machine.shares(batch).map(|rows| whole.cut(rows, sizes)).collect();
    let w_h = Matrix::new(w_h, 3 * h);
    let w_hrz_t = pack(machine, [2 * h, h], w_h.t());
    let w_hn_t = pack(machine, [h, h], w_h.from_col(2 * h).t());
    let w_x_t = wants_x.then(|| pack(machine, [3 * h, d], Matrix::new(w_x, 3 * h).t()));
    let w_t = (w_x_t.as_ref(), &w_hrz_t, &w_hn_t);
    parts.into_par_iter().for_each(|part| part.backward(machine, sizes, w_t));

    let (mut d_w_x, mut d_w_h) = (vec![0.0; d * 3 * h], vec![0.0; h * 3 * h]);
    let (d_a, d_m) = (Matrix::new(&kept.gates, 3 * h), Matrix::new(&kept.recalled, h)); // [B·T, 3H], [B·T, H]
    rayon::join(
        || weight_gradient(machine, &mut d_w_x, 3 * h, 0..3 * h, x, d, d_a), // δW_x = Σ_bt x_tᵀ δa_t
        || {
            weight_gradient(machine, &mut d_w_h, 3 * h, 0..2 * h, &before, h, d_a); // [δW_hr δW_hz] = Σ_bt h_{t-1}ᵀ [δa_r δa_z]
            weight_gradient(machine, &mut d_w_h, 3 * h, 2 * h..3 * h, &before, h, d_m); // δW_hn = Σ_bt h_{t-1}ᵀ δm_t
        },
    );
    let (bias, bias_hn) = (bias_gradient(&d_bias_rows, 3 * h), bias_gradient(&d_bias_hn_rows, h));
    Gradients { x: d_x, w_x: d_w_x, w_h: d_w_h, bias, bias_hn, hidden: d_hidden }
}

/// What the backward pass works on: some rows of the batch, all their steps; a task takes one part.
struct Part<'a> {
    /// h_0, `[rows, H]`.
    hidden: &'a [f32],
    /// h_t, `[rows, T, H]`.
    outputs: &'a [f32],
    /// δy_t, `[rows, T, H]`.
    d_outputs: &'a [f32],
    /// To be filled with h_{t-1}, `[rows, T, H]`.
    before: &'a mut [f32],
    /// r_t, z_t, n_t, in the end δa_t: `[rows, T, 3H]`.
    gates: &'a mut [f32],
    /// m_t, in the end δm_t: `[rows, T, H]`.
    recalled: &'a mut [f32],
    /// past of the step after, at first 0, in the end δh_0: `[rows, H]`.
    d_h: &'a mut [f32],
    /// Σ_t δa_t of each row, at first 0: `[rows, 3H]`.
    d_bias: &'a mut [f32],
    /// Σ_t δm_t of each row, at first 0: `[rows, H]`.
    d_bias_hn: &'a mut [f32],
    /// To be filled with δx_t, `[rows, T, D]`; empty if nobody wants it.
    d_x: &'a mut [f32],
}

impl<'a> Part<'a> {
    /// The first `rows` rows, which this part then lacks.
    fn cut(&mut self, rows: usize, sizes: Sizes) -> Part<'a> {
        let Sizes { seq_len: t_len, d_input: d, d_hidden: h, .. } = sizes;
        Part {
            hidden: cut(&mut self.hidden, rows * h),
            outputs: cut(&mut self.outputs, rows * t_len * h),
            d_outputs: cut(&mut self.d_outputs, rows * t_len * h),
            before: cut_mut(&mut self.before, rows * t_len * h),
            gates: cut_mut(&mut self.gates, rows * t_len * 3 * h),
            recalled: cut_mut(&mut self.recalled, rows * t_len * h),
            d_h: cut_mut(&mut self.d_h, rows * h),
            d_bias: cut_mut(&mut self.d_bias, rows * 3 * h),
            d_bias_hn: cut_mut(&mut self.d_bias_hn, rows * h),
            d_x: cut_mut(&mut self.d_x, rows * t_len * d),
        }
    }

    /// From the last step to the first; W_xᵀ is `[3H, D]`, `[W_hr W_hz]ᵀ` `[2H, H]`, W_hnᵀ
    /// `[H, H]`.
    fn backward(
        self,
        machine: Machine,
        sizes: Sizes,
        (w_x_t, w_hrz_t, w_hn_t): (Option<&Packed>, &Packed, &Packed),
    ) {
        let Sizes { seq_len: t_len, d_input: d, d_hidden: h, .. } = sizes;
        let Part { hidden, outputs, d_outputs, before, gates, recalled, d_h, .. } = self;
        let Part { d_bias, d_bias_hn, d_x, .. } = self;
        let rows = hidden.len() / h;
        fill_before(before, t_len, h, hidden, outputs);
        for t in (0..t_len).rev() {
            machine.vectors.run(
                #[inline(always)]
                || {
                    for row in 0..rows {
                        let at = (row * t_len + t) * h;
                        let d_h = &mut d_h[row * h..][..h];
                        add(d_h, &d_outputs[at..][..h]); // δh_t = δy_t + …
                        let (gates, m) = (&mut gates[3 * at..], &mut recalled[at..]);
                        let (d_b, d_b_hn) = (&mut d_bias[row * 3 * h..], &mut d_bias_hn[row * h..]);
                        step_backward(h, gates, m, &before[at..], d_h, d_b, d_b_hn);
                    }
                },
            );
            // … + [δa_r δa_z] [W_hr W_hz]ᵀ + δm W_hnᵀ for the step before
            let d_a = Matrix::new(&gates[t * 3 * h..], t_len * 3 * h); // [B, 3H]
            let d_m = Matrix::new(&recalled[t * h..], t_len * h); // [B, H]
            multiply(machine, rows, d_h, h, true, d_a, w_hrz_t); // [B, H]
            multiply(machine, rows, d_h, h, true, d_m, w_hn_t); // [B, H]
        }
        if let Some(w_x_t) = w_x_t {
            let d_a = Matrix::new(gates, 3 * h); // [B·T, 3H]
            multiply(machine, rows * t_len, d_x, d, false, d_a, w_x_t); // [B·T, D]
        }
    }
}

/// One row, one step of the backward pass: `gates` holds r, z, n and afterwards δa; `recalled` holds m and
/// afterwards δm; `d_hidden` holds δh_t and afterwards δh_t ⊙ z_t.
#[inline(always)]
fn step_backward(
    h: usize,
    gates: &mut [f32],
    recalled: &mut [f32],
    before: &[f32],
    d_hidden: &mut [f32],
    d_bias: &mut [f32],
    d_bias_hn: &mut [f32],
) {
    let [r, z, n] = thirds_mut(gates, h);
    let [b_r, b_z, b_n] = thirds_mut(d_bias, h);
    let (m, before, d_hidden, b_hn) =
        (&mut recalled[..h], &before[..h], &mut d_hidden[..h], &mut d_bias_hn[..h]);
    for k in 0..h {
        let (r_t, z_t, n_t, m_t, d_h) = (r[k], z[k], n[k], m[k], d_hidden[k]);
        n[k] = d_h * (1.0 - z_t) * (1.0 - n_t * n_t);
        z[k] = d_h * (before[k] - n_t) * z_t * (1.0 - z_t);
        r[k] = n[k] * m_t * r_t * (1.0 - r_t);
        m[k] = n[k] * r_t;
        d_hidden[k] = d_h * z_t;
        b_r[k] += r[k];
        b_z[k] += z[k];
        b_n[k] += n[k];
        b_hn[k] += m[k];
    }
}

/// The three gates of one row, to write into.
#[inline(always)]
fn thirds_mut(all: &mut [f32], h: usize) -> [&mut [f32]; 3] {
    let (r, rest) = all[..3 * h].split_at_mut(h);
    let (z, n) = rest.split_at_mut(h);
    [r, z, n]
}
