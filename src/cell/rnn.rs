//! The plain recurrent cell, with the course's own letters (section 1-3).

use burn::{module::Param, prelude::*};
use rand::rngs::StdRng;

use super::{
    Signal, Signals, State, init,
    layer::{last, project},
};
use crate::kernel::operations::rnn_sequence;

/// s_t = f(U x_t + W s_{t-1} + b), with f = tanh.
///
/// The input and the memory are two inputs of one layer; f must not be linear, or a hundred steps
/// would be no more than one matrix. Rows are examples here, so the products stand the other way
/// round: x_t U, s_{t-1} W.
///
/// Source: course section 1-3; Elman, *Finding structure in time* (1990).
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::cell::{RnnCell, State};
/// use burn::module::Param;
///
/// // One unit, U = 1, W = 0.5, b = 0: s_1 = tanh(1 · 0.8 + 0.5 · 0.2) = tanh(0.9)
/// let device = Device::flex();
/// let number = |v: f32| Tensor::<2>::from_data([[v]], &device);
/// let cell = RnnCell {
///     u: Param::from_tensor(number(1.0)),
///     w: Param::from_tensor(number(0.5)),
///     bias: Param::from_tensor(Tensor::zeros([1], &device)),
/// };
/// let state = cell.step(cell.project(number(0.8).unsqueeze_dim(1)).squeeze_dim(1), State::hidden_only(number(0.2)));
/// assert!((state.hidden.into_scalar::<f32>() - 0.9f32.tanh()).abs() < 1e-6);
/// ```
#[derive(Module, Debug)]
pub struct RnnCell {
    /// U, `[D, H]`: from the input to the memory.
    pub u: Param<Tensor<2>>,
    /// W, `[H, H]`: from the memory to the memory.
    pub w: Param<Tensor<2>>,
    /// b, `[H]`.
    pub bias: Param<Tensor<1>>,
}

impl RnnCell {
    /// Fresh weights from U(-1/√H, 1/√H), bias 0.
    pub fn new(d_input: usize, d_hidden: usize, rng: &mut StdRng, device: &Device) -> Self {
        let bound = init::recurrent_bound(d_hidden);
        Self {
            u: init::uniform([d_input, d_hidden], bound, rng, device),
            w: init::uniform([d_hidden, d_hidden], bound, rng, device),
            bias: init::bias(vec![0.0; d_hidden], device),
        }
    }

    /// H.
    pub fn d_hidden(&self) -> usize {
        self.w.dims()[0]
    }

    /// s_0 = 0, `[B, H]`.
    pub fn zero_state(&self, batch: usize, device: &Device) -> State {
        State::hidden_only(Tensor::zeros([batch, self.d_hidden()], device))
    }

    /// U x_t + b for all t: `[B, T, D] -> [B, T, H]`.
    pub fn project(&self, x: Tensor<3>) -> Tensor<3> {
        project(x, self.u.val(), self.bias.val())
    }

    /// s_t from `projected` = U x_t + b (`[B, H]`) and s_{t-1}.
    pub fn step(&self, projected: Tensor<2>, state: State) -> State {
        // s_t = f(U x_t + W s_{t-1} + b)
        let s = (projected + state.hidden.matmul(self.w.val())).tanh(); // [B, H]
        State::hidden_only(s)
    }

    /// [`step`](Self::step), with s_t kept for the pictures.
    pub fn traced_step(&self, projected: Tensor<2>, state: State) -> (State, Signals) {
        let state = self.step(projected, state);
        let gates = vec![(Signal::Hidden, state.hidden.clone())];
        (state, gates)
    }

    /// All steps as one operation: `x [B, T, D]` gives
    /// `(s_1 … s_T [B, T, H], state after the last step)`.
    pub fn sequence(&self, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State) {
        let [batch, _, _] = x.dims();
        let State { hidden, .. } = state.unwrap_or_else(|| self.zero_state(batch, &x.device()));
        let outputs = rnn_sequence(x, self.u.val(), self.w.val(), self.bias.val(), hidden); // [B, T, H]
        (outputs.clone(), State::hidden_only(last(outputs)))
    }
}
