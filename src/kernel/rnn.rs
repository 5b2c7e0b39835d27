//! A whole sequence of the plain recurrent cell as one operation, and its backward pass by hand:
//! read it before the LSTM's.
//!
//! The equation is that of [`RnnCell`](crate::cell::RnnCell); with δx for ∂L/∂x and a_t for what
//! tanh is taken of, the chain rule says
//!
//! ```text
//! δs_t = δy_t + δa_{t+1} Wᵀ                      y_t: s_t as the next layer reads it
//! δa_t = δs_t ⊙ (1 - s_t²)
//! δx = δa Uᵀ        δU = Σ_bt x_tᵀ δa_t        δW = Σ_bt s_{t-1}ᵀ δa_t        δb = Σ_bt δa_t
//! ```
//!
//! Source: course section 1-3; Werbos, *Backpropagation Through Time* (1990).

use rayon::prelude::*;

pub use super::sequence::Sizes;
use super::{
    machine::Machine,
    matmul::Matrix,
    product::{Packed, multiply, pack},
    scratch::Scratch,
    sequence::{bias_gradient, cut, cut_mut, fill_before, step_before, weight_gradient},
    vector::{add, tanh},
};

/// What goes in.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// `[B, T, D]`.
    pub x: &'a [f32],
    /// U, `[D, H]`.
    pub u: &'a [f32],
    /// W, `[H, H]`.
    pub w: &'a [f32],
    /// b, `[H]`.
    pub bias: &'a [f32],
    /// s_0, `[B, H]`.
    pub hidden: &'a [f32],
}

/// The gradient of each input, shaped as the input.
#[derive(Clone, Debug)]
pub struct Gradients {
    /// δx_t, `[B, T, D]`; empty if it was not asked for.
    pub x: Vec<f32>,
    /// δU, `[D, H]`.
    pub u: Vec<f32>,
    /// δW, `[H, H]`.
    pub w: Vec<f32>,
    /// δb, `[H]`.
    pub bias: Vec<f32>,
    /// δs_0, `[B, H]`.
    pub hidden: Vec<f32>,
}

/// s_1 … s_T, `[B, T, H]`; the backward pass needs nothing else.
pub fn forward(machine: Machine, sizes: Sizes, inputs: Inputs) -> Vec<f32> {
    let Sizes { batch, seq_len: t_len, d_input: d, d_hidden: h } = sizes;
    let Inputs { x, u, w, bias, hidden } = inputs;
    let mut outputs = vec![0.0; batch * t_len * h];
    let mut sums = Scratch::take(batch * t_len * h); // a_t without the bias, [B, T, H]
    let rows = machine.share(batch);
    let u = pack(machine, [d, h], Matrix::new(u, h));
    let w = pack(machine, [h, h], Matrix::new(w, h));
    (
        outputs.par_chunks_mut(rows * t_len * h),
        sums.par_chunks_mut(rows * t_len * h),
        x.par_chunks(rows * t_len * d),
        hidden.par_chunks(rows * h),
    )
        .into_par_iter()
        .for_each(|(outputs, sums, x, hidden)| {
            let rows = hidden.len() / h;
            // x_t U for all steps
            multiply(machine, rows * t_len, sums, h, false, Matrix::new(x, d), &u); // [B·T, H]
            for t in 0..t_len {
                // … + s_{t-1} W
                let before = step_before(t, t_len, h, hidden, outputs); // [B, H]
                multiply(machine, rows, &mut sums[t * h..], t_len * h, true, before, &w); // [B, H]
                machine.vectors.run(
                    #[inline(always)]
                    || {
                        for row in 0..rows {
                            let at = (row * t_len + t) * h;
                            let (s, a, b) = (&mut outputs[at..][..h], &sums[at..][..h], &bias[..h]);
                            for k in 0..h {
                                s[k] = tanh(a[k] + b[k]);
                            }
                        }
                    },
                );
            }
        });
    outputs
}

/// The gradient of every input from ∂L/∂s_t (`d_outputs [B, T, H]`); that of x only if `wants_x`.
/// `outputs` is what [`forward`] gave.
pub fn backward(
    machine: Machine,
    sizes: Sizes,
    inputs: Inputs,
    outputs: &[f32],
    d_outputs: &[f32],
    wants_x: bool,
) -> Gradients {
    let Sizes { batch, seq_len: t_len, d_input: d, d_hidden: h } = sizes;
    let Inputs { x, u, w, hidden, .. } = inputs;
    let mut d_x = vec![0.0; if wants_x { batch * t_len * d } else { 0 }];
    let mut d_hidden = vec![0.0; batch * h];
    let mut d_bias_rows = Scratch::zeros(batch * h);
    let mut d_a = Scratch::take(batch * t_len * h);
    let mut before = Scratch::take(batch * t_len * h);

    let mut whole = Part {
        hidden,
        outputs,
        d_outputs,
        before: &mut before,
        d_a: &mut d_a,
        d_s: &mut d_hidden,
        d_bias: &mut d_bias_rows,
        d_x: &mut d_x,
    };
    let parts: Vec<Part> = machine.shares(batch).map(|rows| whole.cut(rows, sizes)).collect();
    let w_t = pack(machine, [h, h], Matrix::new(w, h).t());
    let u_t = wants_x.then(|| pack(machine, [h, d], Matrix::new(u, h).t()));
    let u_t = u_t.as_ref();
    parts.into_par_iter().for_each(|part| part.backward(machine, sizes, u_t, &w_t));

    let (mut d_u, mut d_w) = (vec![0.0; d * h], vec![0.0; h * h]);
    let d_a = Matrix::new(&d_a, h); // [B·T, H]
    rayon::join(
        || weight_gradient(machine, &mut d_u, h, 0..h, x, d, d_a), // δU = Σ_bt x_tᵀ δa_t
        || weight_gradient(machine, &mut d_w, h, 0..h, &before, h, d_a), // δW = Σ_bt s_{t-1}ᵀ δa_t
    );
    Gradients { x: d_x, u: d_u, w: d_w, bias: bias_gradient(&d_bias_rows, h), hidden: d_hidden }
}

/// What the backward pass works on: some rows of the batch, all their steps; a task takes one part.
struct Part<'a> {
    /// s_0, `[rows, H]`.
    hidden: &'a [f32],
    /// s_t, `[rows, T, H]`.
    outputs: &'a [f32],
    /// δy_t, `[rows, T, H]`.
    d_outputs: &'a [f32],
    /// To be filled with s_{t-1}, `[rows, T, H]`.
    before: &'a mut [f32],
    /// To be filled with δa_t, `[rows, T, H]`.
    d_a: &'a mut [f32],
    /// δs of the step after, at first 0, in the end δs_0: `[rows, H]`.
    d_s: &'a mut [f32],
    /// Σ_t δa_t of each row, at first 0: `[rows, H]`.
    d_bias: &'a mut [f32],
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
            d_a: cut_mut(&mut self.d_a, rows * t_len * h),
            d_s: cut_mut(&mut self.d_s, rows * h),
            d_bias: cut_mut(&mut self.d_bias, rows * h),
            d_x: cut_mut(&mut self.d_x, rows * t_len * d),
        }
    }

    /// From the last step to the first; Uᵀ is `[H, D]`, Wᵀ `[H, H]`.
    fn backward(self, machine: Machine, sizes: Sizes, u_t: Option<&Packed>, w_t: &Packed) {
        let Sizes { seq_len: t_len, d_input: d, d_hidden: h, .. } = sizes;
        let Part { hidden, outputs, d_outputs, before, d_a, d_s, d_bias, d_x } = self;
        let rows = hidden.len() / h;
        fill_before(before, t_len, h, hidden, outputs);
        for t in (0..t_len).rev() {
            machine.vectors.run(
                #[inline(always)]
                || {
                    for row in 0..rows {
                        let at = (row * t_len + t) * h;
                        let (d_s, d_bias) = (&mut d_s[row * h..][..h], &mut d_bias[row * h..][..h]);
                        let (s, d_a) = (&outputs[at..][..h], &mut d_a[at..][..h]);
                        add(d_s, &d_outputs[at..][..h]); // δs_t = δy_t + …
                        for k in 0..h {
                            d_a[k] = d_s[k] * (1.0 - s[k] * s[k]);
                            d_bias[k] += d_a[k];
                        }
                    }
                },
            );
            // … δa_t Wᵀ for the step before
            let d_a = Matrix::new(&d_a[t * h..], t_len * h); // [B, H]
            multiply(machine, rows, d_s, h, false, d_a, w_t); // [B, H]
        }
        if let Some(u_t) = u_t {
            let d_a = Matrix::new(d_a, h); // [B·T, H]
            multiply(machine, rows * t_len, d_x, d, false, d_a, u_t); // [B·T, D]
        }
    }
}
