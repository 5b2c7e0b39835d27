//! The product inside of the loop over the steps: a few vectors times a matrix.

use burn_cubecl::cubecl::{self, prelude::*};

use super::plan::Plan;

/// `sums[s, r, q] = Σ_{k in part s} v[r, k] · w[k, q]`, the parts of a sum side by side:
/// `v [R, K]`, `w [K, Q]`, `sums [S, R, Q]`.
///
/// The vectors lie in shared memory, where each unit reads them in a few cycles; the matrix comes
/// from far away. So neighbouring units read neighbouring columns, several columns at once, and the
/// rows of a matrix are dealt out to S units for each column: what counts is how many reads are on
/// their way at the same time. What a unit has in `held` is not read again.
#[cube]
pub fn multiply<N: Size>(
    v: &Shared<[f32]>,
    w: &[Vector<f32, N>],
    held: &Array<Vector<f32, N>>,
    sums: &mut Shared<[f32]>,
    #[comptime] k_len: usize,
    #[comptime] columns: usize,
    #[comptime] plan: Plan,
) {
    let rows = comptime!(plan.rows);
    let width = comptime!(columns / plan.vector);
    let part = comptime!(k_len.div_ceil(plan.parts));
    let mut item = UNIT_POS as usize;
    while item < comptime!(width * plan.parts) {
        let s = item / width;
        let column = item % width;
        let begin = s * part;
        let end = min(begin + part, k_len);
        let mut sum = Array::<Vector<f32, N>>::new(rows);
        #[unroll]
        for r in 0..rows {
            sum[r] = Vector::new(0.0);
        }
        #[unroll]
        for i in 0..plan.held {
            let k = min(begin + i, k_len - 1); // beyond the last row 0 is held
            #[unroll]
            for r in 0..rows {
                sum[r] += Vector::new(v[r * k_len + k]) * held[i];
            }
        }
        for k in begin + plan.held..end {
            let w_k = w[k * width + column];
            #[unroll]
            for r in 0..rows {
                sum[r] += Vector::new(v[r * k_len + k]) * w_k;
            }
        }
        #[unroll]
        for r in 0..rows {
            let at = (s * rows + r) * columns + column * N::value();
            #[unroll]
            for n in 0..N::value() {
                sums[at + n] = sum[r].extract(n);
            }
        }
        item += CUBE_DIM as usize;
    }
}

/// What a unit holds of `w [K, Q]` in its registers through all steps: the first rows of its part of
/// its columns. All steps multiply by the same matrix, and what is not read again costs nothing.
#[cube]
pub fn hold<N: Size>(
    w: &[Vector<f32, N>],
    held: &mut Array<Vector<f32, N>>,
    #[comptime] k_len: usize,
    #[comptime] columns: usize,
    #[comptime] plan: Plan,
) {
    let width = comptime!(columns / plan.vector);
    let part = comptime!(k_len.div_ceil(plan.parts));
    let item = min(UNIT_POS as usize, comptime!(width * plan.parts - 1));
    let begin = (item / width) * part;
    #[unroll]
    for i in 0..plan.held {
        held[i] = Vector::new(0.0);
        if begin + i < k_len {
            held[i] = w[(begin + i) * width + item % width];
        }
    }
}

/// The whole sum of row r and column q: its parts are added.
#[cube]
pub fn total(
    sums: &Shared<[f32]>,
    r: usize,
    q: usize,
    #[comptime] columns: usize,
    #[comptime] plan: Plan,
) -> f32 {
    let mut total = 0.0f32;
    #[unroll]
    for s in 0..plan.parts {
        total += sums[(s * plan.rows + r) * columns + q];
    }
    total
}

/// σ(a).
#[cube]
pub fn sigmoid(a: f32) -> f32 {
    1.0 / (1.0 + (-a).exp())
}
