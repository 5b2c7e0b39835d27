//! The loss of a row of logits and its gradient in one launch.

use burn::backend::{Cube, TensorMetadata, tensor::IntTensor};
use burn_cubecl::cubecl::{self, prelude::*};

use super::{
    sparse_bias::ByRow,
    sums::of_all,
    tensor::{OnGpu, argument, empty},
};

/// Units that share a row.
const UNITS: usize = 256;

/// The loss of each row of `logits [N, V]`, `[N]`; if `wants_gradients`, the logits' gradient takes
/// their place. The rows count as `weights` say, and their sparse bias has the weights `sparse_w`.
pub fn loss_of_rows(
    logits: &OnGpu,
    bias: &OnGpu,
    (targets, weights): (&IntTensor<Cube>, &OnGpu),
    (sparse, sparse_w): (&ByRow, &OnGpu),
    wants_gradients: bool,
) -> OnGpu {
    let (count, vocab_size) = (logits.shape()[0], logits.shape()[1]);
    let losses = empty(logits, [count]);
    // SAFETY: every index is a row's or a logit's; targets and sparse logits are held below V.
    #[allow(unsafe_code)]
    unsafe {
        rows::launch_unchecked(
            &logits.client,
            CubeCount::new_1d(count as u32),
            CubeDim::new_1d(UNITS as u32),
            argument(logits, 1),
            argument(&losses, 1),
            argument(bias, 1),
            argument(targets, 1),
            argument(weights, 1),
            sparse.begins.argument(),
            sparse.logits.argument(),
            sparse.weights.argument(),
            argument(sparse_w, 1),
            vocab_size as u32,
            sparse.any,
            wants_gradients,
        );
    }
    losses
}

/// Of each row n: `losses[n] = -weight_n · ln softmax(z_n + b)[y_n]`, and, if `wants_gradients`, in the
/// place of the logits their gradient.
///
/// ```text
/// δz_nk = weight_n · (softmax(z_n + b)_k - [k = y_n])
/// ```
///
/// `logits [N, V]` holds z without its bias; a cube takes a row. First what a
/// [`SparseBias`](crate::kernel::sparse_bias::SparseBias) adds to a few of them is added: every unit looks
/// at all entries of the row and adds those whose logits are its own, so that no two add to the same.
#[cube(launch_unchecked)]
fn rows(
    logits: &mut [f32],
    losses: &mut [f32],
    bias: &[f32],
    targets: &[i32],
    weights: &[f32],
    sparse_begins: &[u32],
    sparse_logits: &[u32],
    sparse_weights: &[u32],
    sparse_w: &[f32],
    vocab_size: u32,
    #[comptime] has_sparse: bool,
    #[comptime] wants_gradients: bool,
) {
    let n = CUBE_POS;
    let unit = UNIT_POS as usize;
    let vocab_size = vocab_size as usize;
    let begin = n * vocab_size;
    let weight = weights[n];
    let mut shared = Shared::<[f32]>::new_slice(UNITS);

    if has_sparse {
        for entry in sparse_begins[n] as usize..sparse_begins[n + 1] as usize {
            let k = min(sparse_logits[entry] as usize, vocab_size - 1);
            if k % UNITS == unit {
                logits[begin + k] += sparse_w[sparse_weights[entry] as usize];
            }
        }
    }

    // max_k (z_k + b_k), so that no exponential overflows
    let mut largest = f32::new(-3.0e38);
    let mut k = unit;
    while k < vocab_size {
        largest = max(largest, logits[begin + k] + bias[k]);
        k += UNITS;
    }
    shared[unit] = largest;
    let largest = of_all(&mut shared, UNITS, true);

    // Σ_k exp(z_k + b_k - max)
    let mut sum = 0.0f32;
    let mut k = unit;
    while k < vocab_size {
        sum += (logits[begin + k] + bias[k] - largest).exp();
        k += UNITS;
    }
    shared[unit] = sum;
    let sum = of_all(&mut shared, UNITS, false);
    // One below V, whatever stands there: nobody checks it on a GPU. Whoever owns this logit reads it.
    let target = min(targets[n] as usize, vocab_size - 1);
    if unit == target % UNITS {
        let z = logits[begin + target] + bias[target];
        losses[n] = weight * (sum.ln() + largest - z);
    }
    if wants_gradients {
        let mut k = unit;
        while k < vocab_size {
            let mut d_z = (logits[begin + k] + bias[k] - largest).exp() / sum;
            if k == target {
                d_z -= 1.0;
            }
            logits[begin + k] = weight * d_z;
            k += UNITS;
        }
    }
}
