//! All steps of a sequence in one launch.

use burn_cubecl::cubecl::{self, prelude::*};

use super::{
    Equations,
    plan::Plan,
    product::{multiply, sigmoid, total},
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
/// m_t = h_{t-1} W_hn + b_hn of the GRU. `own` is c_0 (`[B, H]`) or b_hn (`[H]`).
#[cube(launch_unchecked)]
pub fn forward_steps<N: Size>(
    gates: &mut [f32],
    kept: &mut [f32],
    outputs: &mut [f32],
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
    let numbers = comptime!(plan.rows * plan.h); // of h_t, for the rows of this cube
    let (batch, t_len) = (batch as usize, t_len as usize);
    let first = CUBE_POS * plan.rows;
    let mut state = Shared::<[f32]>::new_slice(numbers); // h_{t-1}, [R, H]
    let mut sums = Shared::<[f32]>::new_slice(comptime!(plan.parts * plan.rows * columns));

    let mut at = UNIT_POS as usize;
    while at < numbers {
        let row = min(first + at / h, batch - 1); // rows beyond the batch repeat its last, unseen
        state[at] = hidden[row * h + at % h];
        at += CUBE_DIM as usize;
    }
    sync_cube();
    for t in 0..t_len {
        multiply::<N>(&state, w_h, &mut sums, h, columns, plan); // h_{t-1} W_h
        sync_cube();
        let mut at = UNIT_POS as usize;
        while at < numbers {
            let r = at / h;
            let k = at % h;
            let row = first + r;
            if row < batch {
                let step = row * t_len + t;
                let now = step * h + k; // where h_t of this unit lies
                if comptime!(plan.equations == Equations::Rnn) {
                    state[at] = rnn(gates, &sums, bias, step, r, k, plan);
                }
                if comptime!(plan.equations == Equations::Gru) {
                    let recalled = total(&sums, r, 2 * h + k, columns, plan) + own[k];
                    kept[now] = recalled;
                    state[at] = gru(gates, &sums, bias, recalled, state[at], step, r, k, plan);
                }
                if comptime!(plan.equations == Equations::Lstm) {
                    let mut before = own[row * h + k];
                    if t > 0 {
                        before = kept[now - h];
                    }
                    kept[now] = lstm(gates, &sums, bias, before, step, r, k, plan);
                    // h_t = o_t ⊙ tanh(c_t)
                    state[at] = gates[step * columns + 3 * h + k] * kept[now].tanh();
                }
                outputs[now] = state[at];
            }
            at += CUBE_DIM as usize;
        }
        sync_cube();
    }
}

/// What σ or tanh is taken of, one gate of one unit: `x` is of x_t W_x, the rest is added.
#[cube]
fn a_of(
    x: f32,
    sums: &Shared<[f32]>,
    bias: &[f32],
    r: usize,
    k: usize,
    #[comptime] gate: usize,
    #[comptime] plan: Plan,
) -> f32 {
    let column = gate * plan.h + k;
    let columns = comptime!(plan.columns());
    x + total(sums, r, column, columns, plan) + bias[column]
}

/// s_t = tanh(a).
#[cube]
fn rnn(
    gates: &mut [f32],
    sums: &Shared<[f32]>,
    bias: &[f32],
    step: usize,
    r: usize,
    k: usize,
    #[comptime] plan: Plan,
) -> f32 {
    let at = step * plan.h + k;
    let s = a_of(gates[at], sums, bias, r, k, 0usize, plan).tanh();
    gates[at] = s;
    s
}

/// h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}; what h_{t-1} adds to the candidate is `recalled`, behind the
/// reset gate.
#[cube]
fn gru(
    gates: &mut [f32],
    sums: &Shared<[f32]>,
    bias: &[f32],
    recalled: f32,
    before: f32,
    step: usize,
    r: usize,
    k: usize,
    #[comptime] plan: Plan,
) -> f32 {
    let h = comptime!(plan.h);
    let at = step * comptime!(plan.columns()) + k;
    let reset = sigmoid(a_of(gates[at], sums, bias, r, k, 0usize, plan));
    let z = sigmoid(a_of(gates[at + h], sums, bias, r, k, 1usize, plan));
    let n = (gates[at + 2 * h] + bias[2 * h + k] + reset * recalled).tanh();
    gates[at] = reset;
    gates[at + h] = z;
    gates[at + 2 * h] = n;
    (1.0 - z) * n + z * before
}

/// c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t.
#[cube]
fn lstm(
    gates: &mut [f32],
    sums: &Shared<[f32]>,
    bias: &[f32],
    before: f32,
    step: usize,
    r: usize,
    k: usize,
    #[comptime] plan: Plan,
) -> f32 {
    let h = comptime!(plan.h);
    let at = step * comptime!(plan.columns()) + k;
    let i = sigmoid(a_of(gates[at], sums, bias, r, k, 0usize, plan));
    let f = sigmoid(a_of(gates[at + h], sums, bias, r, k, 1usize, plan));
    let g = a_of(gates[at + 2 * h], sums, bias, r, k, 2usize, plan).tanh();
    let o = sigmoid(a_of(gates[at + 3 * h], sums, bias, r, k, 3usize, plan));
    gates[at] = i;
    gates[at + h] = f;
    gates[at + 2 * h] = g;
    gates[at + 3 * h] = o;
    f * before + i * g
}
