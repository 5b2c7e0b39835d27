//! Projection, softmax, loss and gradient as one operation; the logits of all positions never exist
//! together.
//!
//! ```text
//! z_n = h_n W + b        loss = Σ_n weight_n · (ln Σ_v exp z_nv - z_n,y_n)
//! δz_nv = weight_n · (softmax(z_n)_v - [v = y_n])
//! δh_n = δz_n Wᵀ         δW = Σ_n h_nᵀ δz_n         δb = Σ_n δz_n
//! ```
//!
//! The logits of a poem batch, `[B·T, V]`, are some 94 MB; plain tensor operations write and read
//! them five times. Here a few hundred rows at a time go through all of it while they are in the
//! cache, and the gradient is made at once in the forward pass: the backward pass has only to scale
//! it.
//!
//! Source: the idea is public as *fused linear cross-entropy*; Wijmans et al., *Cut Your Losses in
//! Large-Vocabulary Language Models* (2024).

use rayon::prelude::*;

use super::{
    machine::Machine,
    matmul::{Matrix, matmul, transpose},
    scratch::Scratch,
    vector::{add, exp},
};

/// Rows that one task takes through softmax: so many that packing W pays for them.
pub const TASK_ROWS: usize = 64;
/// Rows whose logits exist at one time: four tasks, however many threads there are, or the sums would
/// depend on that.
const CHUNK_ROWS: usize = 4 * TASK_ROWS;
/// Columns of W that lie together (those of one strip fit the second cache), and of δW that one task
/// makes.
const STRIP: usize = 256;

/// What goes in.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// h, `[N, H]`.
    pub hidden: &'a [f32],
    /// H.
    pub d_hidden: usize,
    /// W: `[H, V]`, or `[V, H]` if `tied`.
    pub w: &'a [f32],
    /// W lies as an embedding does, a row for each character.
    pub tied: bool,
    /// b, `[V]`.
    pub bias: &'a [f32],
    /// y, `[N]`, each below V.
    pub targets: &'a [u32],
    /// How much each row counts, `[N]`; a row with 0 costs nothing.
    pub weights: &'a [f32],
}

/// The gradient of each input, shaped as the input.
#[derive(Clone, Debug)]
pub struct Gradients {
    /// δh, `[N, H]`.
    pub hidden: Vec<f32>,
    /// δW: `[H, V]`, or `[V, H]` if `tied`.
    pub w: Vec<f32>,
    /// δb, `[V]`.
    pub bias: Vec<f32>,
}

/// The loss and, if `wants_gradients`, the gradients.
pub fn loss(machine: Machine, inputs: Inputs, wants_gradients: bool) -> (f64, Option<Gradients>) {
    let counted: Vec<usize> =
        (0..inputs.targets.len()).filter(|&n| inputs.weights[n] != 0.0).collect();
    if counted.len() == inputs.targets.len() {
        return dense(machine, inputs, wants_gradients);
    }
    // Padding is dropped before the first product.
    let h = inputs.d_hidden;
    let mut hidden = Scratch::take(counted.len() * h);
    for (to, &n) in hidden.chunks_exact_mut(h).zip(&counted) {
        to.copy_from_slice(&inputs.hidden[n * h..][..h]);
    }
    let targets: Vec<u32> = counted.iter().map(|&n| inputs.targets[n]).collect();
    let weights: Vec<f32> = counted.iter().map(|&n| inputs.weights[n]).collect();
    let dense_inputs = Inputs { hidden: &hidden, targets: &targets, weights: &weights, ..inputs };
    let (loss, gradients) = dense(machine, dense_inputs, wants_gradients);
    let spread = |gradients: Gradients| {
        let mut d_hidden = vec![0.0; inputs.targets.len() * h];
        for (from, &n) in gradients.hidden.chunks_exact(h).zip(&counted) {
            d_hidden[n * h..][..h].copy_from_slice(from);
        }
        Gradients { hidden: d_hidden, ..gradients }
    };
    (loss, gradients.map(spread))
}

/// [`loss`] where every row counts.
// Long, because every step of the pass over the chunks works in the same buffers.
fn dense(machine: Machine, inputs: Inputs, wants_gradients: bool) -> (f64, Option<Gradients>) {
    let Inputs { hidden, d_hidden: h, w, tied, bias, targets, weights } = inputs;
    let (n, v) = (targets.len(), bias.len());
    // Both products are quick when what they run along lies side by side: for h W a strip of columns
    // at a time, for δz Wᵀ the rows of Wᵀ.
    let strips = cut(w, h, v, tied);
    let mut transposed = Scratch::take(if tied || !wants_gradients { 0 } else { h * v });
    transpose(&w[..transposed.len()], v, &mut transposed);
    let w_t: &[f32] = if tied { w } else { &transposed }; // [V, H]
    let chunk_rows = n.min(CHUNK_ROWS);
    let mut d_hidden = vec![0.0; n * h];
    let mut d_strips = Scratch::zeros(if wants_gradients { h * v } else { 0 }); // [V / STRIP][H, STRIP]
    let mut logits = Scratch::take(chunk_rows * v); // [chunk, V], afterwards δz
    let mut d_bias = Scratch::zeros(chunk_rows.div_ceil(TASK_ROWS) * v); // a row for each task
    let mut losses = vec![0.0; n.div_ceil(TASK_ROWS)];

    for (chunk, targets) in targets.chunks(chunk_rows.max(1)).enumerate() {
        let first = chunk * chunk_rows;
        let logits = &mut logits[..targets.len() * v];
        let hidden = &hidden[first * h..][..targets.len() * h];
        logits
            .par_chunks_mut(TASK_ROWS * v)
            .zip(d_bias.par_chunks_mut(v))
            .zip(d_hidden[first * h..].par_chunks_mut(TASK_ROWS * h))
            .zip(losses[first / TASK_ROWS..].par_iter_mut())
            .zip(hidden.par_chunks(TASK_ROWS * h))
            .zip(targets.par_chunks(TASK_ROWS))
            .zip(weights[first..].par_chunks(TASK_ROWS))
            .for_each(|((((((z, d_bias), d_hidden), loss), hidden), targets), weights)| {
                let rows = targets.len();
                for (k, strip) in strips.chunks(STRIP * h).enumerate() {
                    let cols = strip.len() / h;
                    let (z, strip) = (&mut z[k * STRIP..], Matrix::new(strip, cols));
                    matmul([rows, cols, h], z, v, false, Matrix::new(hidden, h), strip); // [rows, V]
                }
                machine.vectors.run(
                    #[inline(always)]
                    || {
                        for ((z, &y), &weight) in z.chunks_exact_mut(v).zip(targets).zip(weights) {
                            let d_bias = wants_gradients.then_some(&mut *d_bias);
                            *loss += row_loss(z, bias, y as usize, weight, d_bias) as f64;
                        }
                    },
                );
                if wants_gradients {
                    let (d_z, w_t) = (Matrix::new(z, v), Matrix::new(w_t, h));
                    matmul([rows, h, v], d_hidden, h, false, d_z, w_t); // δh = δz Wᵀ
                }
            });
        if wants_gradients {
            let (hidden, d_z) = (Matrix::new(hidden, h), Matrix::new(logits, v));
            d_strips.par_chunks_mut(STRIP * h).enumerate().for_each(|(k, strip)| {
                let (cols, d_z) = (strip.len() / h, d_z.from_col(k * STRIP));
                matmul([h, cols, targets.len()], strip, cols, true, hidden.t(), d_z); // δW = Σ hᵀ δz
            });
        }
    }
    let loss = losses.iter().sum();
    if !wants_gradients {
        return (loss, None);
    }
    let mut bias = vec![0.0; v];
    d_bias.chunks_exact(v).for_each(|task| add(&mut bias, task));
    (loss, Some(Gradients { hidden: d_hidden, w: joined(&d_strips, h, v, tied), bias }))
}

/// W in strips of columns, `[V / STRIP][H, STRIP]`.
fn cut(w: &[f32], h: usize, v: usize, tied: bool) -> Scratch {
    let mut strips = Scratch::take(h * v);
    for (k, strip) in strips.chunks_mut(STRIP * h).enumerate() {
        let (first, cols) = (k * STRIP, strip.len() / h);
        match tied {
            true => transpose(&w[first * h..][..strip.len()], h, strip),
            false => {
                let rows = strip.chunks_exact_mut(cols).zip(w.chunks_exact(v));
                rows.for_each(|(strip, w)| strip.copy_from_slice(&w[first..][..cols]));
            }
        }
    }
    strips
}

/// What [`cut`] makes, back as W lies.
fn joined(strips: &[f32], h: usize, v: usize, tied: bool) -> Vec<f32> {
    let mut w = vec![0.0; h * v];
    for (k, strip) in strips.chunks(STRIP * h).enumerate() {
        let (first, cols) = (k * STRIP, strip.len() / h);
        match tied {
            true => transpose(strip, cols, &mut w[first * h..][..strip.len()]),
            false => {
                let rows = strip.chunks_exact(cols).zip(w.chunks_exact_mut(v));
                rows.for_each(|(strip, w)| w[first..][..cols].copy_from_slice(strip));
            }
        }
    }
    w
}

/// How many sums run side by side, so that one addition need not wait for the one before.
const LANES: usize = 32;

/// weight · (ln Σ_v exp z_v - z_y) of one row. `z` holds h W; with `d_bias` it holds δz afterwards,
/// which is also added to `d_bias`.
#[inline(always)]
fn row_loss(z: &mut [f32], bias: &[f32], y: usize, weight: f32, d_bias: Option<&mut [f32]>) -> f32 {
    add(z, bias);
    let (wide, rest) = z.as_chunks::<LANES>();
    let mut lanes = [f32::NEG_INFINITY; LANES];
    for z in wide {
        for k in 0..LANES {
            lanes[k] = if z[k] > lanes[k] { z[k] } else { lanes[k] };
        }
    }
    let highest = lanes.iter().chain(rest).copied().fold(f32::NEG_INFINITY, f32::max);
    let target = z[y] - highest;

    let (wide, rest) = z.as_chunks_mut::<LANES>();
    let mut lanes = [0.0; LANES];
    for z in wide {
        for k in 0..LANES {
            z[k] = exp(z[k] - highest);
            lanes[k] += z[k];
        }
    }
    for z in rest {
        *z = exp(*z - highest);
        lanes[0] += *z;
    }
    let sum: f32 = lanes.into_iter().sum();

    if let Some(d_bias) = d_bias {
        let scale = weight / sum;
        for (z, d_b) in z.iter_mut().zip(d_bias.iter_mut()) {
            *z *= scale;
            *d_b += *z;
        }
        z[y] -= weight;
        d_bias[y] -= weight;
    }
    weight * (sum.ln() - target)
}
