//! The loss of a row of logits and its gradient in one launch.

use burn_cubecl::cubecl::{self, prelude::*};

/// Units that share a row.
pub const UNITS: usize = 256;

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
pub fn rows(
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
    #[comptime] wants_gradients: bool,
) {
    let n = CUBE_POS as usize;
    let unit = UNIT_POS as usize;
    let vocab_size = vocab_size as usize;
    let begin = n * vocab_size;
    let weight = weights[n];
    let mut shared = Shared::<[f32]>::new_slice(UNITS);

    for entry in sparse_begins[n] as usize..sparse_begins[n + 1] as usize {
        let k = sparse_logits[entry] as usize;
        if k % UNITS == unit {
            logits[begin + k] += sparse_w[sparse_weights[entry] as usize];
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
    sync_cube();
    let mut half = comptime!(UNITS / 2).runtime();
    while half > 0 {
        if unit < half {
            shared[unit] = max(shared[unit], shared[unit + half]);
        }
        sync_cube();
        half /= 2;
    }
    let largest = shared[0];
    sync_cube();

    // Σ_k exp(z_k + b_k - max)
    let mut sum = 0.0f32;
    let mut k = unit;
    while k < vocab_size {
        sum += (logits[begin + k] + bias[k] - largest).exp();
        k += UNITS;
    }
    shared[unit] = sum;
    sync_cube();
    let mut half = comptime!(UNITS / 2).runtime();
    while half > 0 {
        if unit < half {
            shared[unit] += shared[unit + half];
        }
        sync_cube();
        half /= 2;
    }
    let sum = shared[0];
    let target = targets[n] as usize;
    if unit == 0 {
        let z = logits[begin + target] + bias[target];
        losses[n] = weight * (sum.ln() + largest - z);
    }
    if wants_gradients {
        sync_cube(); // the target's logit has been read
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
