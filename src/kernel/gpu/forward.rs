//! All steps of a sequence in one launch.

use burn_cubecl::cubecl::{self, prelude::*};

use super::{
    Equations,
    needed::place,
    plan::Plan,
    product::{hold, multiply, sigmoid, total},
};

/// h_1 … h_T of some rows of the batch.
///
/// ```text
/// for t in 1..=T:   a = x_t W_x + h_{t-1} W_h + b        the product by the whole cube
///                   h_t from a, by the cell's equations   a unit for each number of h_t
/// ```
///
/// `gates [B, T, G·H]` holds x_t W_x for all steps, made before by one product, and afterwards what
/// the backward pass needs: the gates. `kept [B, T, H]` is for c_t of the LSTM, or for
/// m_t = h_{t-1} W_hn + b_hn of the GRU. `own` is c_0 (`[B, H]`) or b_hn (`[H]`), and in `last_cell`
/// c_T is left.
///
/// A unit asks for its x_t W_x before the product and needs it after: the way from the GPU's memory is
/// as long as a product takes.
#[cube(launch_unchecked)]
pub fn forward_steps<N: Size>(
    gates: &mut [f32],
    kept: &mut [f32],
    outputs: &mut [f32],
    last_cell: &mut [f32],
    w_h: &[Vector<f32, N>],
    bias: &[f32],
    hidden: &[f32],
    own: &[f32],
    batch: u32,
    t_len: u32,
    #[comptime] plan: Plan,
) {
    let h = comptime!(plan.h);
    let columns = comptime!(plan.columns());
    let n_gates = comptime!(plan.equations.gates());
    let numbers = comptime!(plan.rows * plan.h); // of h_t, for the rows of this cube
    let (batch, t_len) = (batch as usize, t_len as usize);
    let first = CUBE_POS * plan.rows;
    let mut state = Shared::<[f32]>::new_slice(numbers); // h_{t-1}, [R, H]
    let mut sums = Shared::<[f32]>::new_slice(comptime!(plan.parts * plan.rows * columns));
    let mut held = Array::<Vector<f32, N>>::new(comptime!(plan.held.max(1)));
    hold::<N>(w_h, &mut held, h, columns, plan);
    let mut x = Array::<f32>::new(comptime!(plan.each() * plan.equations.gates())); // x_t W_x + b
    let mut cell = Array::<f32>::new(comptime!(plan.each())); // c_{t-1}

    #[unroll]
    for e in 0..plan.each() {
        let (row, k) = place(e, batch, plan);
        let at = UNIT_POS as usize + e * plan.units;
        if at < numbers {
            state[at] = hidden[row * h + k];
        }
        if comptime!(plan.equations == Equations::Lstm) {
            cell[e] = own[row * h + k];
        }
    }
    sync_cube();
    for t in 0..t_len {
        ask(&*gates, bias, &mut x, batch, t_len, t, plan);
        multiply::<N>(&state, w_h, &held, &mut sums, h, columns, plan); // h_{t-1} W_h
        sync_cube();
        #[unroll]
        for e in 0..plan.each() {
            let at = UNIT_POS as usize + e * plan.units;
            let r = at / h;
            let k = at % h;
            let row = first + r;
            if at < numbers && row < batch {
                let step = row * t_len + t;
                let now = step * h + k; // where h_t of this unit lies
                let gate = step * columns + k; // and its first gate
                let x_e = e * n_gates;
                if comptime!(plan.equations == Equations::Rnn) {
                    state[at] = rnn(gates, &sums, &x, x_e, gate, r, k, plan);
                }
                if comptime!(plan.equations == Equations::Gru) {
                    let recalled = total(&sums, r, 2 * h + k, columns, plan) + own[k];
                    kept[now] = recalled;
                    state[at] = gru(gates, &sums, &x, x_e, recalled, state[at], gate, r, k, plan);
                }
                if comptime!(plan.equations == Equations::Lstm) {
                    let (c, o) = lstm(gates, &sums, &x, x_e, cell[e], gate, r, k, plan);
                    kept[now] = c;
                    cell[e] = c;
                    state[at] = o * c.tanh(); // h_t = o_t ⊙ tanh(c_t)
                }
                outputs[now] = state[at];
            }
        }
        sync_cube();
    }
    if comptime!(plan.equations == Equations::Lstm) {
        #[unroll]
        for e in 0..plan.each() {
            let at = UNIT_POS as usize + e * plan.units;
            if at < numbers && first + at / h < batch {
                last_cell[first * h + at] = cell[e];
            }
        }
    }
}

/// Asks for x_t W_x + b of step t, all gates of each number of this unit.
#[cube]
fn ask(
    gates: &[f32],
    bias: &[f32],
    x: &mut Array<f32>,
    batch: usize,
    t_len: usize,
    t: usize,
    #[comptime] plan: Plan,
) {
    let h = comptime!(plan.h);
    let n_gates = comptime!(plan.equations.gates());
    #[unroll]
    for e in 0..plan.each() {
        let (row, k) = place(e, batch, plan);
        let from = (row * t_len + t) * comptime!(plan.columns()) + k;
        #[unroll]
        for gate in 0..n_gates {
            x[e * n_gates + gate] = gates[from + gate * h] + bias[gate * h + k];
        }
    }
}

/// What σ or tanh is taken of, one gate of one unit: `x` is of x_t W_x + b, the rest is added.
#[cube]
fn a_of(
    x: f32,
    sums: &Shared<[f32]>,
    r: usize,
    k: usize,
    #[comptime] gate: usize,
    #[comptime] plan: Plan,
) -> f32 {
    x + total(sums, r, gate * plan.h + k, comptime!(plan.columns()), plan)
}

/// s_t = tanh(a).
#[cube]
fn rnn(
    gates: &mut [f32],
    sums: &Shared<[f32]>,
    x: &Array<f32>,
    #[comptime] x_e: usize,
    at: usize,
    r: usize,
    k: usize,
    #[comptime] plan: Plan,
) -> f32 {
    let s = a_of(x[x_e], sums, r, k, 0usize, plan).tanh();
    gates[at] = s;
    s
}

/// h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}; what h_{t-1} adds to the candidate is `recalled`, behind the
/// reset gate.
#[cube]
fn gru(
    gates: &mut [f32],
    sums: &Shared<[f32]>,
    x: &Array<f32>,
    #[comptime] x_e: usize,
    recalled: f32,
    before: f32,
    at: usize,
    r: usize,
    k: usize,
    #[comptime] plan: Plan,
) -> f32 {
    let h = comptime!(plan.h);
    let reset = sigmoid(a_of(x[x_e], sums, r, k, 0usize, plan));
    let z = sigmoid(a_of(x[x_e + 1], sums, r, k, 1usize, plan));
    let n = (x[x_e + 2] + reset * recalled).tanh();
    gates[at] = reset;
    gates[at + h] = z;
    gates[at + 2 * h] = n;
    (1.0 - z) * n + z * before
}

/// c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t, and o_t.
#[cube]
fn lstm(
    gates: &mut [f32],
    sums: &Shared<[f32]>,
    x: &Array<f32>,
    #[comptime] x_e: usize,
    before: f32,
    at: usize,
    r: usize,
    k: usize,
    #[comptime] plan: Plan,
) -> (f32, f32) {
    let h = comptime!(plan.h);
    let i = sigmoid(a_of(x[x_e], sums, r, k, 0usize, plan));
    let f = sigmoid(a_of(x[x_e + 1], sums, r, k, 1usize, plan));
    let g = a_of(x[x_e + 2], sums, r, k, 2usize, plan).tanh();
    let o = sigmoid(a_of(x[x_e + 3], sums, r, k, 3usize, plan));
    gates[at] = i;
    gates[at + h] = f;
    gates[at + 2 * h] = g;
    gates[at + 3 * h] = o;
    (f * before + i * g, o)
}
