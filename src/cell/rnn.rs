//! The plain recurrent cell, with the course's own letters (section 1-3).

use burn::{module::Param, prelude::*};
use rand::rngs::StdRng;

use super::recurrent::{Recurrent, Signals};
use super::{init, state::State};

/// s_t = f(U x_t + W s_{t-1} + b), with f = tanh.
///
/// The input and the memory are two inputs of one layer; f must not be linear, or a hundred steps
/// would be no more than one matrix. Rows are examples here, so the products are transposed: x_t U,
/// s_{t-1} W.
///
/// Source: course section 1-3; Elman, *Finding structure in time* (1990).
///
/// ```
/// use burn::{module::Param, prelude::*};
/// use lstm_lessons::cell::{Recurrent, RnnCell, State};
///
/// // One unit, U = 1, W = 0.5, b = 0: s_1 = tanh(1 · 0.8 + 0.5 · 0.2) = tanh(0.9)
/// let device = Device::flex();
/// let number = |v: f32| Tensor::<2>::from_data([[v]], &device);
/// let cell = RnnCell {
///     u: Param::from_tensor(number(1.0)),
///     w: Param::from_tensor(number(0.5)),
///     bias: Param::from_tensor(Tensor::zeros([1], &device)),
/// };
/// let state = cell.step(number(0.8), State::hidden_only(number(0.2)));
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
}

impl Recurrent for RnnCell {
    fn d_hidden(&self) -> usize {
        self.w.dims()[0]
    }

    fn zero_state(&self, batch: usize, device: &Device) -> State {
        State::hidden_only(Tensor::zeros([batch, self.d_hidden()], device))
    }

    fn step(&self, x_t: Tensor<2>, state: State) -> State {
        let s = state.into_hidden();
        // s_t = f(U x_t + W s_{t-1} + b)
        let a = x_t.matmul(self.u.val()) + s.matmul(self.w.val()) + self.bias.val().unsqueeze();
        State::hidden_only(a.tanh()) // [B, H]
    }

    fn traced_step(&self, x_t: Tensor<2>, state: State) -> (State, Signals) {
        (self.step(x_t, state), Signals::new()) // no gate, no candidate
    }
}
