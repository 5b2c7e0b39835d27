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
/// for t in 1..=T:   a = x_t W_x + h_{t-1} W_h + b        the product of the whole cube
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
    let columns = comptime!(plan.equations.gates() * plan.h);
    let numbers = comptime!(plan.rows * plan.h); // of h_t, for the rows of this cube
    let (batch, t_len) = (batch as usize, t_len as usize);
    let first = CUBE_POS as usize * plan.rows;
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
                let now = (row * t_len + t) * h + k; // of h_t
                let a = (row * t_len + t) * columns + k; // of its first gate
                if comptime!(plan.equations == Equations::Rnn) {
                    let s = (gates[a] + total(&sums, r, k, columns, plan) + bias[k]).tanh();
                    gates[a] = s;
                    state[at] = s;
                }
                if comptime!(plan.equations == Equations::Gru) {
                    let recalled = total(&sums, r, 2 * h + k, columns, plan) + own[k];
                    let reset = sigmoid(gates[a] + total(&sums, r, k, columns, plan) + bias[k]);
                    let b_z = bias[h + k];
                    let z =
                        sigmoid(gates[a + h] + total(&sums, r, h + k, columns, plan) + b_z);
                    let n = (gates[a + 2 * h] + bias[2 * h + k] + reset * recalled).tanh();
                    gates[a] = reset;
                    gates[a + h] = z;
                    gates[a + 2 * h] = n;
                    kept[now] = recalled;
                    state[at] = (1.0 - z) * n + z * state[at];
                }
                if comptime!(plan.equations == Equations::Lstm) {
                    let i = sigmoid(gates[a] + total(&sums, r, k, columns, plan) + bias[k]);
                    let b_f = bias[h + k];
                    let f =
                        sigmoid(gates[a + h] + total(&sums, r, h + k, columns, plan) + b_f);
                    let b_g = bias[2 * h + k];
                    let g = (gates[a + 2 * h] + total(&sums, r, 2 * h + k, columns, plan) + b_g)
                        .tanh();
                    let b_o = bias[3 * h + k];
                    let o = sigmoid(
                        gates[a + 3 * h] + total(&sums, r, 3 * h + k, columns, plan) + b_o,
                    );
                    let mut before = own[row * h + k];
                    if t > 0 {
                        before = kept[now - h];
                    }
                    let c = f * before + i * g;
                    gates[a] = i;
                    gates[a + h] = f;
                    gates[a + 2 * h] = g;
                    gates[a + 3 * h] = o;
                    kept[now] = c;
                    state[at] = o * c.tanh();
                }
                outputs[now] = state[at];
            }
            at += CUBE_DIM as usize;
        }
        sync_cube();
    }
}
