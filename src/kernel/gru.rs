//! A whole GRU sequence as one operation, and the way back by hand.
//!
//! The equations are those of [`GruCell`](crate::cell::GruCell). What the candidate recalls of the
//! past, m_t = h_{t-1} W_hn + b_hn, is multiplied by the reset gate before it meets x_t W_xn, so it
//! cannot be added into the same sum as the other products: it is kept apart, forward and back.
//! With δx for ∂L/∂x and a for what σ and tanh are taken of:
//!
//! ```text
//! δh_t  = δy_t + what step t+1 sends back
//! δa_n  = δh_t ⊙ (1 - z_t) ⊙ (1 - n_t²)
//! δa_z  = δh_t ⊙ (h_{t-1} - n_t) ⊙ z_t (1 - z_t)
//! δa_r  = δa_n ⊙ m_t ⊙ r_t (1 - r_t)
//! δm_t  = δa_n ⊙ r_t
//! back  = δh_t ⊙ z_t + [δa_r δa_z] [W_hr W_hz]ᵀ + δm_t W_hnᵀ
//! δx = δa W_xᵀ           δW_x = Σ_bt x_tᵀ δa_t            δb = Σ_bt δa_t
//! [δW_hr δW_hz] = Σ_bt h_{t-1}ᵀ [δa_r δa_z]       δW_hn = Σ_bt h_{t-1}ᵀ δm_t       δb_hn = Σ_bt δm_t
//! ```
//!
//! Source: Cho et al. (2014), with the reset gate after the product as in PyTorch.

use rayon::prelude::*;

pub use super::sequence::Sizes;
use super::{
    Machine,
    matmul::{Matrix, matmul, transpose},
    scratch::Scratch,
    sequence::{bias_gradient, fill_before, pieces, step_before, weight_gradient},
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

/// What the way back needs.
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
    /// Empty if it was not asked for.
    pub x: Vec<f32>,
    pub w_x: Vec<f32>,
    pub w_h: Vec<f32>,
    pub bias: Vec<f32>,
    pub bias_hn: Vec<f32>,
    pub hidden: Vec<f32>,
}

/// h_1 … h_T (`[B, T, H]`) and what the way back needs.
pub fn forward(machine: Machine, sizes: Sizes, inputs: Inputs) -> (Vec<f32>, Kept) {
    let Sizes { batch, seq_len: t_len, d_input: d, d_hidden: h } = sizes;
    let Inputs { x, w_x, w_h, bias, bias_hn, hidden } = inputs;
    let mut outputs = vec![0.0; batch * t_len * h];
    let mut kept = Kept {
        gates: Scratch::take(batch * t_len * 3 * h),
        recalled: Scratch::take(batch * t_len * h),
    };
    let rows = machine.share(batch);
    outputs
        .par_chunks_mut(rows * t_len * h)
        .zip(kept.gates.par_chunks_mut(rows * t_len * 3 * h))
        .zip(kept.recalled.par_chunks_mut(rows * t_len * h))
        .zip(x.par_chunks(rows * t_len * d))
        .zip(hidden.par_chunks(rows * h))
        .for_each(|((((outputs, gates), recalled), x), hidden)| {
            let rows = hidden.len() / h;
            // x_t W_x for all steps
            let (x, w_x, w_h) =
                (Matrix::new(x, d), Matrix::new(w_x, 3 * h), Matrix::new(w_h, 3 * h));
            matmul([rows * t_len, 3 * h, d], gates, 3 * h, false, x, w_x); // [B·T, 3H]
            for t in 0..t_len {
                // … + h_{t-1} [W_hr W_hz], and h_{t-1} W_hn apart
                let before = step_before(t, t_len, h, hidden, outputs); // [B, H]
                matmul([rows, 2 * h, h], &mut gates[t * 3 * h..], t_len * 3 * h, true, before, w_h); // [B, 2H]
                matmul(
                    [rows, h, h],
                    &mut recalled[t * h..],
                    t_len * h,
                    false,
                    before,
                    w_h.from_col(2 * h),
                ); // [B, H]
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
    let mut before = Scratch::take(batch * t_len * h); // h_{t-1}, [B, T, H]

    let mut w_h_t = Scratch::take(w_h.len());
    transpose(w_h, 3 * h, &mut w_h_t); // [3H, H]
    let (w_hrz_t, w_hn_t) = (Matrix::new(&w_h_t, h), Matrix::new(&w_h_t[2 * h * h..], h)); // [2H, H], [H, H]

    let rows = machine.share(batch);
    pieces(&mut d_x, rows * t_len * d, batch.div_ceil(rows))
        .into_par_iter()
        .zip(kept.gates.par_chunks_mut(rows * t_len * 3 * h))
        .zip(kept.recalled.par_chunks_mut(rows * t_len * h))
        .zip(d_hidden.par_chunks_mut(rows * h))
        .zip(d_bias_rows.par_chunks_mut(rows * 3 * h))
        .zip(d_bias_hn_rows.par_chunks_mut(rows * h))
        .zip(before.par_chunks_mut(rows * t_len * h))
        .zip(d_outputs.par_chunks(rows * t_len * h))
        .zip(outputs.par_chunks(rows * t_len * h))
        .zip(hidden.par_chunks(rows * h))
        .for_each(
            |(
                ((((((((d_x, gates), recalled), d_h), d_bias), d_bias_hn), before), d_y), outputs),
                hidden,
            )| {
                let rows = hidden.len() / h;
                fill_before(before, t_len, h, hidden, outputs);
                for t in (0..t_len).rev() {
                    machine.vectors.run(
                        #[inline(always)]
                        || {
                            for row in 0..rows {
                                let at = (row * t_len + t) * h;
                                let d_h = &mut d_h[row * h..][..h];
                                add(d_h, &d_y[at..][..h]); // δh_t = δy_t + …
                                let (gates, m) = (&mut gates[3 * at..], &mut recalled[at..]);
                                let (d_bias, d_bias_hn) =
                                    (&mut d_bias[row * 3 * h..], &mut d_bias_hn[row * h..]);
                                step_backward(h, gates, m, &before[at..], d_h, d_bias, d_bias_hn);
                            }
                        },
                    );
                    // … + [δa_r δa_z] [W_hr W_hz]ᵀ + δm W_hnᵀ for the step before
                    let d_a = Matrix::new(&gates[t * 3 * h..], t_len * 3 * h); // [B, 3H]
                    let d_m = Matrix::new(&recalled[t * h..], t_len * h); // [B, H]
                    matmul([rows, h, 2 * h], d_h, h, true, d_a, w_hrz_t); // [B, H]
                    matmul([rows, h, h], d_h, h, true, d_m, w_hn_t); // [B, H]
                }
                if wants_x {
                    let w_x = Matrix::new(w_x, 3 * h);
                    matmul(
                        [rows * t_len, d, 3 * h],
                        d_x,
                        d,
                        false,
                        Matrix::new(gates, 3 * h),
                        w_x.t(),
                    ); // [B·T, D]
                }
            },
        );

    let (mut d_w_x, mut d_w_h) = (vec![0.0; d * 3 * h], vec![0.0; h * 3 * h]);
    let (d_a, d_m) = (Matrix::new(&kept.gates, 3 * h), Matrix::new(&kept.recalled, h)); // [B·T, 3H], [B·T, H]
    rayon::join(
        || weight_gradient(&mut d_w_x, 3 * h, 0..3 * h, x, d, d_a), // δW_x = Σ_bt x_tᵀ δa_t
        || {
            weight_gradient(&mut d_w_h, 3 * h, 0..2 * h, &before, h, d_a); // [δW_hr δW_hz] = Σ_bt h_{t-1}ᵀ [δa_r δa_z]
            weight_gradient(&mut d_w_h, 3 * h, 2 * h..3 * h, &before, h, d_m); // δW_hn = Σ_bt h_{t-1}ᵀ δm_t
        },
    );
    let (bias, bias_hn) = (bias_gradient(&d_bias_rows, 3 * h), bias_gradient(&d_bias_hn_rows, h));
    Gradients { x: d_x, w_x: d_w_x, w_h: d_w_h, bias, bias_hn, hidden: d_hidden }
}

/// One row, one step back: `gates` holds r, z, n and afterwards δa; `recalled` holds m and
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
