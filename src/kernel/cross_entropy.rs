//! Projection, softmax, loss and gradient as one operation; the logits of all positions never exist
//! together.
//!
//! ```text
//! z_n = h_n W + b + sparse_n        loss = Σ_n weight_n · (ln Σ_v exp z_nv - z_n,y_n)
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
    matmul::{Matrix, transpose},
    product::{multiply, pack},
    scratch::Scratch,
    sparse_bias::SparseBias,
    vector::{add, exp},
};

/// Rows that one task takes through softmax.
pub const TASK_ROWS: usize = 64;
/// The fewest tasks that go side by side. More threads take one each; the loss is the same to the
/// bit for any number, and the gradient of W, which is summed chunk by chunk, up to this number.
const FEWEST_TASKS: usize = 4;
/// Columns of δW that one task makes.
const TASK_COLS: usize = 384;

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
    /// What is added to a few logits of each row, and its weights w; or nothing.
    pub sparse: Option<(&'a SparseBias, &'a [f32])>,
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
    /// δw of the sparse bias; empty without one.
    pub sparse: Vec<f32>,
}

/// The loss and, if `wants_gradients`, the gradients.
pub fn loss(machine: Machine, inputs: Inputs, wants_gradients: bool) -> (f64, Option<Gradients>) {
    let counted: Vec<usize> =
        (0..inputs.targets.len()).filter(|&n| inputs.weights[n] != 0.0).collect();
    if counted.len() == inputs.targets.len() {
        return dense(machine, inputs, &counted, wants_gradients);
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
    let (loss, gradients) = dense(machine, dense_inputs, &counted, wants_gradients);
    let spread = |gradients: Gradients| {
        let mut d_hidden = vec![0.0; inputs.targets.len() * h];
        for (from, &n) in gradients.hidden.chunks_exact(h).zip(&counted) {
            d_hidden[n * h..][..h].copy_from_slice(from);
        }
        Gradients { hidden: d_hidden, ..gradients }
    };
    (loss, gradients.map(spread))
}

/// [`loss`] where every row counts; `rows` are their numbers in the sparse bias.
// Long, because every step of the pass over the chunks works in the same buffers.
fn dense(
    machine: Machine,
    inputs: Inputs,
    rows: &[usize],
    wants_gradients: bool,
) -> (f64, Option<Gradients>) {
    let Inputs { hidden, d_hidden: h, w, tied, bias, targets, weights, sparse } = inputs;
    let (n, v) = (targets.len(), bias.len());
    let facts = sparse.map_or(0, |(_, w)| w.len());
    let w = if tied { Matrix::new(w, h).t() } else { Matrix::new(w, v) }; // [H, V]
    let packed = pack(machine, [h, v], w);
    let packed_t = wants_gradients.then(|| pack(machine, [v, h], w.t()));
    let chunk_rows = n.min(machine.threads.max(FEWEST_TASKS) * TASK_ROWS); // whose logits exist at one time
    let mut d_hidden = vec![0.0; n * h];
    let mut d_w_t = vec![0.0; if wants_gradients { h * v } else { 0 }]; // [V, H]
    let mut logits = Scratch::take(chunk_rows * v); // [chunk, V], afterwards δz
    let mut d_bias = Scratch::zeros(chunk_rows.div_ceil(TASK_ROWS) * v); // a row for each task
    let mut d_sparse = vec![0.0; chunk_rows.div_ceil(TASK_ROWS) * facts]; // a row for each task
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
            .zip(rows[first..].par_chunks(TASK_ROWS))
            .for_each(
                |(((((((z, d_bias), d_hidden), loss), hidden), targets), weights), numbers)| {
                    let rows = targets.len();
                    multiply(machine, rows, z, v, false, Matrix::new(hidden, h), &packed); // [rows, V]
                    if let Some((sparse, w)) = sparse {
                        z.chunks_exact_mut(v).zip(numbers).for_each(|(z, &n)| sparse.add(n, w, z));
                    }
                    machine.vectors.run(
                        #[inline(always)]
                        || {
                            for ((z, &y), &weight) in
                                z.chunks_exact_mut(v).zip(targets).zip(weights)
                            {
                                let d_bias = wants_gradients.then_some(&mut *d_bias);
                                *loss += row_loss(z, bias, y as usize, weight, d_bias) as f64;
                            }
                        },
                    );
                    if let Some(packed_t) = &packed_t {
                        let d_z = Matrix::new(z, v);
                        multiply(machine, rows, d_hidden, h, false, d_z, packed_t); // δh = δz Wᵀ
                    }
                },
            );
        if let (true, Some((sparse, _))) = (wants_gradients, sparse) {
            let tasks = logits.par_chunks(TASK_ROWS * v).zip(rows[first..].par_chunks(TASK_ROWS));
            tasks.zip(d_sparse.par_chunks_mut(facts)).for_each(|((d_z, numbers), d_w)| {
                let rows = d_z.chunks_exact(v).zip(numbers);
                rows.for_each(|(d_z, &n)| sparse.add_gradient(n, d_z, d_w));
            });
        }
        if wants_gradients {
            let hidden = pack(machine, [targets.len(), h], Matrix::new(hidden, h));
            let d_z = Matrix::new(logits, v); // [chunk, V]
            d_w_t.par_chunks_mut(TASK_COLS * h).enumerate().for_each(|(task, d_w_t)| {
                let d_z_t = d_z.from_col(task * TASK_COLS).t();
                multiply(machine, d_w_t.len() / h, d_w_t, h, true, d_z_t, &hidden); // δWᵀ = Σ δzᵀ h
            });
        }
    }
    let loss = losses.iter().sum();
    if !wants_gradients {
        return (loss, None);
    }
    let mut bias = vec![0.0; v];
    d_bias.chunks_exact(v).for_each(|task| add(&mut bias, task));
    let mut sparse = vec![0.0; facts];
    d_sparse.chunks_exact(facts.max(1)).for_each(|task| add(&mut sparse, task));
    let w = match tied {
        true => d_w_t,
        false => {
            let mut d_w = vec![0.0; h * v];
            transpose(&d_w_t, h, &mut d_w);
            d_w
        }
    };
    (loss, Some(Gradients { hidden: d_hidden, w, bias, sparse }))
}

/// How many sums run side by side, so that one addition need not wait for the one before.
const LANES: usize = 32;

/// weight · (ln Σ_v exp z_v - z_y) of one row. `z` holds h W; with `d_bias` it holds δz afterwards,
/// which is also added to `d_bias`.
#[inline(always)]
fn row_loss(z: &mut [f32], bias: &[f32], y: usize, weight: f32, d_bias: Option<&mut [f32]>) -> f32 {
    let (wide, rest) = z.as_chunks_mut::<LANES>();
    let (wide_bias, rest_bias) = bias.as_chunks::<LANES>();
    let mut lanes = [f32::NEG_INFINITY; LANES];
    for (z, b) in wide.iter_mut().zip(wide_bias) {
        for k in 0..LANES {
            z[k] += b[k];
            lanes[k] = if z[k] > lanes[k] { z[k] } else { lanes[k] };
        }
    }
    add(rest, rest_bias);
    let highest = lanes.iter().chain(&*rest).copied().fold(f32::NEG_INFINITY, f32::max);
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
