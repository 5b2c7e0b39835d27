//! All steps back in one launch.

use burn_cubecl::cubecl::{self, prelude::*};

use super::{
    Equations,
    needed::{Needed, ask, place},
    plan::Plan,
    product::{hold, multiply, total},
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
/// the GRU that of m. `d_cell [B, H]` holds ∂L/∂c_T, if there is any, and afterwards δc_0; in
/// `d_hidden [B, H]` δh_0 is left, and in `before [B, T, H]` h_0 … h_{T-1}, which δW_h needs.
///
/// What a unit needs of a step it asks for before the product of the step after, see
/// [`forward_steps`](super::forward::forward_steps).
#[cube(launch_unchecked)]
pub fn backward_steps<N: Size>(
    gates: &mut [f32],
    kept: &mut [f32],
    d_hidden: &mut [f32],
    d_cell: &mut [f32],
    before: &mut [f32],
    w_h_t: &[Vector<f32, N>],
    outputs: &[f32],
    hidden: &[f32],
    own: &[f32],
    d_outputs: &[f32],
    batch: u32,
    t_len: u32,
    #[comptime] has_d_cell: bool,
    #[comptime] plan: Plan,
) {
    let h = comptime!(plan.h);
    let columns = comptime!(plan.columns());
    let n_gates = comptime!(plan.equations.gates());
    let numbers = comptime!(plan.rows * plan.h);
    let (batch, t_len) = (batch as usize, t_len as usize);
    let first = CUBE_POS * plan.rows;
    let mut d_a = Shared::<[f32]>::new_slice(comptime!(plan.rows * columns)); // [R, G·H]
    let mut sums = Shared::<[f32]>::new_slice(comptime!(plan.parts * numbers));
    let mut held = Array::<Vector<f32, N>>::new(comptime!(plan.held.max(1)));
    hold::<N>(w_h_t, &mut held, columns, h, plan);
    let mut needed = Needed {
        gates: Array::<f32>::new(comptime!(plan.each() * plan.equations.gates())),
        d_y: Array::<f32>::new(comptime!(plan.each())),
        kept: Array::<f32>::new(comptime!(plan.each())),
        cell: Array::<f32>::new(comptime!(plan.each())),
        hidden: Array::<f32>::new(comptime!(plan.each())),
    };
    let mut past = Array::<f32>::new(comptime!(plan.each())); // passed back beside the product

    #[unroll]
    for e in 0..plan.each() {
        past[e] = 0.0;
        if has_d_cell {
            let (row, k) = place(e, batch, plan);
            past[e] = d_cell[row * h + k];
        }
    }
    clear(&mut d_a, &mut sums, plan);
    sync_cube();
    for back in 0..t_len + 1 {
        // A step is asked for before the product of the step after it: so the first round has no
        // product, and the last no step.
        let t = t_len - min(back + 1, t_len);
        ask(&*gates, &*kept, outputs, hidden, own, d_outputs, &mut needed, batch, t_len, t, plan);
        if back > 0 {
            multiply::<N>(&d_a, w_h_t, &held, &mut sums, columns, h, plan); // δa_t W_hᵀ
        }
        sync_cube();
        if back < t_len {
            #[unroll]
            for e in 0..plan.each() {
                let at = UNIT_POS as usize + e * plan.units;
                let row = first + at / h;
                if at < numbers && row < batch {
                    let step = row * t_len + t;
                    let a = step * columns + at % h; // where its first gate lies
                    let to = (at / h) * columns + at % h; // in δa
                    before[step * h + at % h] = needed.hidden[e];
                    let d_h = needed.d_y[e] + total(&sums, at / h, at % h, h, plan);
                    if comptime!(plan.equations == Equations::Rnn) {
                        rnn(gates, &mut d_a, d_h, &needed, e, a, to);
                    }
                    if comptime!(plan.equations == Equations::Gru) {
                        let d_h = d_h + past[e];
                        past[e] = d_h * needed.gates[e * n_gates + 1]; // δh_t ⊙ z_t
                        kept[step * h + at % h] = gru(gates, &mut d_a, d_h, &needed, e, a, to, h);
                    }
                    if comptime!(plan.equations == Equations::Lstm) {
                        past[e] = lstm(gates, &mut d_a, d_h, past[e], &needed, e, a, to, h);
                    }
                }
            }
        }
        sync_cube();
    }
    finish(&sums, &past, d_hidden, d_cell, batch, plan);
}

/// No product yet; rows beyond the batch keep their 0.
#[cube]
fn clear(d_a: &mut Shared<[f32]>, sums: &mut Shared<[f32]>, #[comptime] plan: Plan) {
    let mut at = UNIT_POS as usize;
    while at < comptime!(plan.rows * plan.columns()) {
        d_a[at] = 0.0;
        at += plan.units;
    }
    let mut at = UNIT_POS as usize;
    while at < comptime!(plan.parts * plan.rows * plan.h) {
        sums[at] = 0.0;
        at += plan.units;
    }
}

/// δh_0 and δc_0.
#[cube]
fn finish(
    sums: &Shared<[f32]>,
    past: &Array<f32>,
    d_hidden: &mut [f32],
    d_cell: &mut [f32],
    batch: usize,
    #[comptime] plan: Plan,
) {
    let h = comptime!(plan.h);
    let first = CUBE_POS * plan.rows;
    #[unroll]
    for e in 0..plan.each() {
        let at = UNIT_POS as usize + e * plan.units;
        let row = first + at / h;
        if at < comptime!(plan.rows * plan.h) && row < batch {
            let mut d_h = total(sums, at / h, at % h, h, plan);
            if comptime!(plan.equations == Equations::Gru) {
                d_h += past[e];
            }
            d_hidden[row * h + at % h] = d_h;
            if comptime!(plan.equations == Equations::Lstm) {
                d_cell[row * h + at % h] = past[e];
            }
        }
    }
}

/// δa = δs ⊙ (1 - s²).
#[cube]
fn rnn(
    gates: &mut [f32],
    d_a: &mut Shared<[f32]>,
    d_h: f32,
    needed: &Needed,
    #[comptime] e: usize,
    a: usize,
    to: usize,
) {
    let s = needed.gates[e];
    let d = d_h * (1.0 - s * s);
    gates[a] = d;
    d_a[to] = d;
}

/// δa_r, δa_z, δa_n; δm is returned, and stands for δa_n where h_{t-1} is what is multiplied.
#[cube]
fn gru(
    gates: &mut [f32],
    d_a: &mut Shared<[f32]>,
    d_h: f32,
    needed: &Needed,
    #[comptime] e: usize,
    a: usize,
    to: usize,
    #[comptime] h: usize,
) -> f32 {
    let reset = needed.gates[e * 3];
    let z = needed.gates[e * 3 + 1];
    let n = needed.gates[e * 3 + 2];
    let d_n = d_h * (1.0 - z) * (1.0 - n * n);
    let d_z = d_h * (needed.hidden[e] - n) * z * (1.0 - z);
    let d_r = d_n * needed.kept[e] * reset * (1.0 - reset);
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
    needed: &Needed,
    #[comptime] e: usize,
    a: usize,
    to: usize,
    #[comptime] h: usize,
) -> f32 {
    let i = needed.gates[e * 4];
    let f = needed.gates[e * 4 + 1];
    let g = needed.gates[e * 4 + 2];
    let o = needed.gates[e * 4 + 3];
    let shown = needed.kept[e].tanh();
    let d_c = d_past + d_h * o * (1.0 - shown * shown);
    let d_i = d_c * g * i * (1.0 - i);
    let d_f = d_c * needed.cell[e] * f * (1.0 - f);
    let d_g = d_c * i * (1.0 - g * g);
    let d_o = d_h * shown * o * (1.0 - o);
    gates[a] = d_i;
    gates[a + h] = d_f;
    gates[a + 2 * h] = d_g;
    gates[a + 3 * h] = d_o;
    d_a[to] = d_i;
    d_a[to + h] = d_f;
    d_a[to + 2 * h] = d_g;
    d_a[to + 3 * h] = d_o;
    d_c * f
}
