//! Gates held open or shut by hand, to see what each is for.

use burn::prelude::*;
use serde::{Deserialize, Serialize};

use crate::cell::{LstmCell, State};

/// Gates held at a number, whatever the unit reads; `None` leaves a gate free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// i.
    pub input: Option<f32>,
    /// f.
    pub forget: Option<f32>,
    /// o.
    pub output: Option<f32>,
}

/// Reads `x` (`[B, T, D]`) from `state` on with some gates held, and gives the state after every
/// step.
///
/// ```text
/// c_t = f ⊙ c_{t-1} + i ⊙ g_t,  h_t = o ⊙ tanh(c_t)      with i, f or o a number chosen by hand
/// ```
///
/// 0 lets nothing pass, 1 lets everything pass (course section 1-4).
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::{cell::State, demos::lstm::{Held, by_hand::{EXAMPLE, as_cell}, run}};
///
/// let device = Device::flex();
/// let number = |v: f32| Tensor::<2>::from_data([[v]], &device);
/// let keep = Held { input: Some(0.0), forget: Some(1.0), output: None };
/// let cell = as_cell(&EXAMPLE, &device);
/// let states = run(&cell, Tensor::ones([1, 9, 1], &device), State::with_cell(number(0.0), number(0.7)), keep);
/// assert_eq!(states[8].cell.as_ref().map(|c| c.clone().into_scalar::<f32>()), Some(0.7));
/// ```
pub fn run(cell: &LstmCell, x: Tensor<3>, mut state: State, held: Held) -> Vec<State> {
    let hold = |gate: Tensor<2>, at: Option<f32>| match at {
        Some(at) => gate.zeros_like() + at,
        None => gate,
    };
    let mut states = Vec::new();
    for x_t in x.iter_dim(1) {
        let (hidden, c) = state.into_hidden_and_cell();
        let mut gates = cell.gates(x_t.squeeze_dim(1), hidden);
        gates.input = hold(gates.input, held.input);
        gates.forget = hold(gates.forget, held.forget);
        gates.output = hold(gates.output, held.output);
        state = LstmCell::update(gates, c);
        states.push(state.clone());
    }
    states
}
