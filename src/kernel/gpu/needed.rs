//! Which numbers a unit reads, and what it needs of a step in the backward pass, asked for one product
//! before it is used.

use burn_cubecl::cubecl::{self, prelude::*};

use super::{Equations, plan::Plan};

/// What a unit needs of a step, of each of its numbers.
#[derive(CubeType)]
pub struct Needed {
    /// The gates.
    pub gates: Array<f32>,
    /// ∂L/∂h_t from above.
    pub d_y: Array<f32>,
    /// c_t of the LSTM, m_t of the GRU.
    pub kept: Array<f32>,
    /// c_{t-1} of the LSTM.
    pub cell: Array<f32>,
    /// h_{t-1}.
    pub hidden: Array<f32>,
}

/// The row of the batch, and the place in it, of a unit's e-th number, as what is only read may know them:
/// rows beyond the batch repeat its last, and a unit that has no number takes the last one's, unseen.
#[cube]
pub fn place(#[comptime] e: usize, batch: usize, #[comptime] plan: Plan) -> (usize, usize) {
    let at = min(UNIT_POS as usize + e * plan.units, comptime!(plan.rows * plan.h - 1));
    (min(CUBE_POS * plan.rows + at / plan.h, batch - 1), at % plan.h)
}

/// Asks for what the unit needs of step t.
#[cube]
pub fn ask(
    gates: &[f32],
    kept: &[f32],
    outputs: &[f32],
    hidden: &[f32],
    own: &[f32],
    d_outputs: &[f32],
    needed: &mut Needed,
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
        let step = row * t_len + t;
        let now = step * h + k;
        #[unroll]
        for gate in 0..n_gates {
            let a = step * comptime!(plan.columns()) + gate * h + k;
            needed.gates[e * n_gates + gate] = gates[a];
        }
        needed.d_y[e] = d_outputs[now];
        needed.hidden[e] = hidden[row * h + k];
        if t > 0 {
            needed.hidden[e] = outputs[now - h];
        }
        if comptime!(plan.equations != Equations::Rnn) {
            needed.kept[e] = kept[now];
        }
        if comptime!(plan.equations == Equations::Lstm) {
            needed.cell[e] = own[row * h + k];
            if t > 0 {
                needed.cell[e] = kept[now - h];
            }
        }
    }
}
