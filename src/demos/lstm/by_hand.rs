//! One LSTM unit in plain numbers: one input, one hidden state, one memory cell.

use burn::{module::Param, prelude::*};
use serde::{Deserialize, Serialize};

use super::held::Held;
use crate::cell::LstmCell;

/// The weights of one unit, each in the order i, f, g, o.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// What the input is multiplied by.
    pub w_x: [f64; 4],
    /// What h_{t-1} is multiplied by.
    pub w_h: [f64; 4],
    /// b.
    pub bias: [f64; 4],
}

/// Everything that one step computes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Step {
    /// What goes into the four gates, before σ and tanh: x w_x + h w_h + b.
    pub sums: [f64; 4],
    /// Input gate.
    pub i: f64,
    /// Forget gate.
    pub f: f64,
    /// Candidate.
    pub g: f64,
    /// Output gate.
    pub o: f64,
    /// c_t, the memory cell.
    pub c: f64,
    /// h_t, the hidden state.
    pub h: f64,
}

/// One step from `h` and `c` to the next.
///
/// ```text
/// i = σ(x w_xi + h w_hi + b_i)        f = σ(x w_xf + h w_hf + b_f)
/// g = tanh(x w_xg + h w_hg + b_g)     o = σ(x w_xo + h w_ho + b_o)
/// c ← f c + i g                       h ← o tanh(c)
/// ```
///
/// The numbers of the lesson; PyTorch's `nn.LSTM(1, 1)` with the same weights gives h = 0.25360203,
/// 0.29046193, 0.02843706:
///
/// ```
/// use lstm_lessons::demos::lstm::by_hand::{EXAMPLE, INPUTS, step};
///
/// let first = step(&EXAMPLE, INPUTS[0], 0.0, 0.0);
/// assert!((first.i - 0.6225).abs() < 5e-5); // σ(0.5)
/// assert!((first.g - 0.7616).abs() < 5e-5); // tanh(1)
/// assert!((first.c - 0.4741).abs() < 5e-5); // 0.8022 · 0 + 0.6225 · 0.7616
/// assert!((first.h - 0.2536).abs() < 5e-5); // 0.5744 · tanh(0.4741)
/// ```
pub fn step(unit: &Unit, x: f64, h: f64, c: f64) -> Step {
    let sum = |k: usize| x * unit.w_x[k] + h * unit.w_h[k] + unit.bias[k];
    let sigma = |z: f64| 1.0 / (1.0 + (-z).exp());
    let sums = [sum(0), sum(1), sum(2), sum(3)];
    let (i, f, g, o) = (sigma(sums[0]), sigma(sums[1]), sums[2].tanh(), sigma(sums[3]));
    let c = f * c + i * g;
    Step { sums, i, f, g, o, c, h: o * c.tanh() }
}

/// Reads all `inputs` from h = c = 0, with some gates held, and gives every step.
///
/// ```
/// use lstm_lessons::demos::lstm::{Held, by_hand::{EXAMPLE, INPUTS, follow}};
///
/// let steps = follow(&EXAMPLE, &INPUTS, Held::default());
/// assert!((steps[2].h - 0.0284).abs() < 5e-5); // as PyTorch has it
///
/// // Without a past, c_t is what was just written.
/// let forgetful = follow(&EXAMPLE, &INPUTS, Held { forget: Some(0.0), ..Held::default() });
/// assert!(forgetful.iter().all(|step| step.c == step.i * step.g));
/// ```
pub fn follow(unit: &Unit, inputs: &[f64], held: Held) -> Vec<Step> {
    let (mut h, mut c) = (0.0, 0.0);
    let follow = |&x: &f64| {
        let free = step(unit, x, h, c);
        let hold = |gate: f64, at: Option<f32>| at.map_or(gate, f64::from);
        let (i, f) = (hold(free.i, held.input), hold(free.f, held.forget));
        let o = hold(free.o, held.output);
        c = f * c + i * free.g;
        h = o * c.tanh();
        Step { i, f, o, c, h, ..free }
    };
    inputs.iter().map(follow).collect()
}

/// The same unit as the cell that reads digits and writes poems, with D = H = 1.
pub fn as_cell(unit: &Unit, device: &Device) -> LstmCell {
    let row = |v: [f64; 4]| v.map(|v| v as f32);
    LstmCell {
        w_x: Param::from_tensor(Tensor::from_data([row(unit.w_x)], device)), // [1, 4]
        w_h: Param::from_tensor(Tensor::from_data([row(unit.w_h)], device)), // [1, 4]
        bias: Param::from_tensor(Tensor::from_data(row(unit.bias), device)), // [4]
    }
}

/// The unit of the lesson.
pub const EXAMPLE: Unit =
    Unit { w_x: [0.5, 0.4, 1.0, 0.3], w_h: [0.1, 0.2, -0.5, 0.4], bias: [0.0, 1.0, 0.0, 0.0] };
/// What it reads.
pub const INPUTS: [f64; 3] = [1.0, 0.5, -1.0];
