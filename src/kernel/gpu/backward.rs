//! All steps back in one launch.

use burn_cubecl::cubecl::{self, prelude::*};

use super::{
    Equations,
    plan::Plan,
    product::{multiply, total},
};

/// From the last step to the first: δa of every step from δy, for some rows of the batch.
///
/// ```text
/// for t in T..=1:   δh_t = δy_t + what step t+1 passes back
///                   δa_t from δh_t and the gates          a unit for each number of h_t
///                   δa_t W_hᵀ for the step before          the product by the whole cube
/// ```
///
/// The equations are those of [`kernel::lstm`](crate::kernel::lstm), [`gru`](crate::kernel::gru) and
/// [`rnn`](crate::kernel::rnn). `gates` and `kept` are what
/// [`forward_steps`](super::forward::forward_steps) left; δa takes the place of the gates, and δm of
/// the GRU that of m. `d_cell [B, H]` holds ∂L/∂c_T and afterwards δc_0; in `d_hidden [B, H]` δh_0 is
/// left.
#[cube(launch_unchecked)]
pub fn backward_steps<N: Size>(
    gates: &mut [f32],
    kept: &mut [f32],
    d_hidden: &mut [f32],
    d_cell: &mut [f32],
    w_h_t: &[Vector<f32, N>],
    outputs: &[f32],
    hidden: &[f32],
    own: &[f32],
    d_outputs: &[f32],
    batch: u32,
    t_len: u32,
    #[comptime] plan: Plan,
) {
    let h = comptime!(plan.h);
    let columns = comptime!(plan.columns());
    let numbers = comptime!(plan.rows * plan.h);
    let (batch, t_len) = (batch as usize, t_len as usize);
    let first = CUBE_POS * plan.rows;
    let mut d_a = Shared::<[f32]>::new_slice(comptime!(plan.rows * columns)); // [R, G·H]
    let mut past = Shared::<[f32]>::new_slice(numbers); // passed back beside the product, [R, H]
    let mut sums = Shared::<[f32]>::new_slice(comptime!(plan.parts * numbers));

    let mut at = UNIT_POS as usize;
    while at < numbers {
        past[at] = 0.0;
        if comptime!(plan.equations == Equations::Lstm) {
            past[at] = d_cell[min(first + at / h, batch - 1) * h + at % h];
        }
        #[unroll]
        for s in 0..plan.parts {
            sums[s * numbers + at] = 0.0;
        }
        #[unroll]
        for gate in 0..comptime!(plan.equations.gates()) {
            d_a[(at / h) * columns + gate * h + at % h] = 0.0; // rows beyond the batch keep it
        }
        at += CUBE_DIM as usize;
    }
    sync_cube();
    for back in 0..t_len {
        let t = t_len - 1 - back;
        let mut at = UNIT_POS as usize;
        while at < numbers {
            let k = at % h;
            let row = first + at / h;
            if row < batch {
                let step = row * t_len + t;
                let now = step * h + k;
                let to = (at / h) * columns + k; // in δa
                let d_h = d_outputs[now] + total(&sums, at / h, k, h, plan);
                if comptime!(plan.equations == Equations::Rnn) {
                    rnn(gates, &mut d_a, d_h, now, to);
                }
                if comptime!(plan.equations == Equations::Gru) {
                    let mut before = hidden[row * h + k];
                    if t > 0 {
                        before = outputs[now - h];
                    }
                    let d_h = d_h + past[at];
                    let a = step * columns + k;
                    past[at] = d_h * gates[a + h]; // δh_t ⊙ z_t
                    kept[now] = gru(gates, &mut d_a, d_h, before, kept[now], a, to, h);
                }
                if comptime!(plan.equations == Equations::Lstm) {
                    let mut before = own[row * h + k];
                    if t > 0 {
                        before = kept[now - h];
                    }
                    let (c, a) = (kept[now], step * columns + k);
                    past[at] = lstm(gates, &mut d_a, d_h, past[at], before, c, a, to, h);
                }
            }
            at += CUBE_DIM as usize;
        }
        sync_cube();
        multiply::<N>(&d_a, w_h_t, &mut sums, columns, h, plan); // δa_t W_hᵀ
        sync_cube();
    }
    let mut at = UNIT_POS as usize;
    while at < numbers {
        let row = first + at / h;
        if row < batch {
            let mut d_h = total(&sums, at / h, at % h, h, plan);
            if comptime!(plan.equations == Equations::Gru) {
                d_h += past[at];
            }
            d_hidden[row * h + at % h] = d_h;
            if comptime!(plan.equations == Equations::Lstm) {
                d_cell[row * h + at % h] = past[at];
            }
        }
        at += CUBE_DIM as usize;
    }
}

/// δa = δs ⊙ (1 - s²).
#[cube]
fn rnn(gates: &mut [f32], d_a: &mut Shared<[f32]>, d_h: f32, a: usize, to: usize) {
    let s = gates[a];
    gates[a] = d_h * (1.0 - s * s);
    d_a[to] = gates[a];
}

/// δa_r, δa_z, δa_n; δm is returned, and stands for δa_n where h_{t-1} is what is multiplied.
#[cube]
fn gru(
    gates: &mut [f32],
    d_a: &mut Shared<[f32]>,
    d_h: f32,
    before: f32,
    recalled: f32,
    a: usize,
    to: usize,
    #[comptime] h: usize,
) -> f32 {
    let reset = gates[a];
    let z = gates[a + h];
    let n = gates[a + 2 * h];
    let d_n = d_h * (1.0 - z) * (1.0 - n * n);
    let d_z = d_h * (before - n) * z * (1.0 - z);
    let d_r = d_n * recalled * reset * (1.0 - reset);
    gates[a] = d_r;
    gates[a + h] = d_z;
    gates[a + 2 * h] = d_n;
    d_a[to] = d_r;
    d_a[to + h] = d_z;
    d_a[to + 2 * h] = d_n * reset;
    d_n * reset
}

/// δa_i, δa_f, δa_g, δa_o; δc'_t is returned, what the memory passes to the step before.
#[cube]
fn lstm(
    gates: &mut [f32],
    d_a: &mut Shared<[f32]>,
    d_h: f32,
    d_past: f32,
    before: f32,
    c: f32,
    a: usize,
    to: usize,
    #[comptime] h: usize,
) -> f32 {
    let i = gates[a];
    let f = gates[a + h];
    let g = gates[a + 2 * h];
    let o = gates[a + 3 * h];
    let shown = c.tanh();
    let d_c = d_past + d_h * o * (1.0 - shown * shown);
    gates[a] = d_c * g * i * (1.0 - i);
    gates[a + h] = d_c * before * f * (1.0 - f);
    gates[a + 2 * h] = d_c * i * (1.0 - g * g);
    gates[a + 3 * h] = d_h * shown * o * (1.0 - o);
    d_a[to] = gates[a];
    d_a[to + h] = gates[a + h];
    d_a[to + 2 * h] = gates[a + 2 * h];
    d_a[to + 3 * h] = gates[a + 3 * h];
    d_c * f
}
