//! The LSTM cell: three gates around a memory that is written, kept and shown (course section 1-4).

use burn::{module::Param, prelude::*, tensor::activation::sigmoid};
use rand::rngs::StdRng;

use super::{
    Signal, Signals, State, init,
    layer::{last, project},
};
use crate::kernel::operations::lstm_sequence;

/// A gate is a sigmoid and a product: 0 lets nothing pass, 1 lets everything pass.
///
/// ```text
/// i_t = σ(x_t W_xi + h_{t-1} W_hi + b_i)        input gate:  what is written
/// f_t = σ(x_t W_xf + h_{t-1} W_hf + b_f)        forget gate: what is kept
/// g_t = tanh(x_t W_xg + h_{t-1} W_hg + b_g)     candidate:   what could be written
/// o_t = σ(x_t W_xo + h_{t-1} W_ho + b_o)        output gate: what is shown
/// c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t               the memory cell
/// h_t = o_t ⊙ tanh(c_t)                         the hidden state
/// ```
///
/// The four gates lie side by side in one matrix in the order i, f, g, o, so that one product makes
/// them all.
///
/// Source: course section 1-4; Hochreiter and Schmidhuber, *Long Short-Term Memory* (1997); the
/// forget gate is from Gers, Schmidhuber and Cummins, *Learning to Forget* (2000).
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::cell::{LstmCell, LstmGates};
///
/// // f = 1, i = 0: the cell keeps what it knew; o = 1 shows tanh of it.
/// let device = Device::flex();
/// let number = |v: f32| Tensor::<2>::from_data([[v]], &device);
/// let gates = LstmGates { input: number(0.0), forget: number(1.0), candidate: number(0.9), output: number(1.0) };
/// let state = LstmCell::update(gates, number(0.7));
/// assert_eq!(state.cell.map(|c| c.into_scalar::<f32>()), Some(0.7));
/// assert!((state.hidden.into_scalar::<f32>() - 0.7f32.tanh()).abs() < 1e-6);
/// ```
#[derive(Module, Debug)]
pub struct LstmCell {
    /// W_x, `[D, 4H]`.
    pub w_x: Param<Tensor<2>>,
    /// W_h, `[H, 4H]`.
    pub w_h: Param<Tensor<2>>,
    /// b, `[4H]`.
    pub bias: Param<Tensor<1>>,
}

/// The gates of one step, each `[B, H]`.
#[derive(Clone, Debug)]
pub struct LstmGates {
    /// i_t.
    pub input: Tensor<2>,
    /// f_t.
    pub forget: Tensor<2>,
    /// g_t.
    pub candidate: Tensor<2>,
    /// o_t.
    pub output: Tensor<2>,
}

impl LstmCell {
    /// Fresh weights from U(-1/√H, 1/√H), biases 0, the forget gate's bias `forget_bias`.
    ///
    /// A forget bias of 1 starts the cell with σ(1) = 0.73 of its memory kept at each step instead
    /// of one half, so that gradients reach back far enough for the first lessons to be learned
    /// (Jozefowicz, Zaremba and Sutskever, 2015).
    pub fn new(
        d_input: usize,
        d_hidden: usize,
        forget_bias: f32,
        rng: &mut StdRng,
        device: &Device,
    ) -> Self {
        let bound = init::recurrent_bound(d_hidden);
        let mut bias = vec![0.0; 4 * d_hidden];
        bias[d_hidden..2 * d_hidden].fill(forget_bias);
        Self {
            w_x: init::uniform([d_input, 4 * d_hidden], bound, rng, device),
            w_h: init::uniform([d_hidden, 4 * d_hidden], bound, rng, device),
            bias: init::bias(bias, device),
        }
    }

    /// H.
    pub fn d_hidden(&self) -> usize {
        self.w_h.dims()[0]
    }

    /// h_0 = 0 and c_0 = 0, `[B, H]` each.
    pub fn zero_state(&self, batch: usize, device: &Device) -> State {
        let zeros = Tensor::zeros([batch, self.d_hidden()], device);
        State::with_cell(zeros.clone(), zeros)
    }

    /// x_t W_x + b for all t: `[B, T, D] -> [B, T, 4H]`.
    pub fn project(&self, x: Tensor<3>) -> Tensor<3> {
        project(x, self.w_x.val(), self.bias.val())
    }

    /// The four gates from `projected` = x_t W_x + b (`[B, 4H]`) and h_{t-1} (`[B, H]`).
    pub fn gates(&self, projected: Tensor<2>, hidden: Tensor<2>) -> LstmGates {
        let h = self.d_hidden();
        let all = projected + hidden.matmul(self.w_h.val()); // [B, 4H]
        let part = |k: usize| all.clone().narrow(1, k * h, h); // [B, H]
        LstmGates {
            // i_t = σ(x_t W_xi + h_{t-1} W_hi + b_i)
            input: sigmoid(part(0)),
            // f_t = σ(x_t W_xf + h_{t-1} W_hf + b_f)
            forget: sigmoid(part(1)),
            // g_t = tanh(x_t W_xg + h_{t-1} W_hg + b_g)
            candidate: part(2).tanh(),
            // o_t = σ(x_t W_xo + h_{t-1} W_ho + b_o)
            output: sigmoid(part(3)),
        }
    }

    /// The state after the step, from the gates and c_{t-1} (`[B, H]`).
    pub fn update(gates: LstmGates, cell: Tensor<2>) -> State {
        let LstmGates { input: i, forget: f, candidate: g, output: o } = gates;
        // c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
        let c = f * cell + i * g; // [B, H]
        // h_t = o_t ⊙ tanh(c_t)
        let h = o * c.clone().tanh(); // [B, H]
        State::with_cell(h, c)
    }

    /// One step: gates, then update.
    pub fn step(&self, projected: Tensor<2>, state: State) -> State {
        let cell = Self::memory(&state);
        Self::update(self.gates(projected, state.hidden), cell)
    }

    /// [`step`](Self::step), with every gate kept for the pictures.
    pub fn traced_step(&self, projected: Tensor<2>, state: State) -> (State, Signals) {
        let cell = Self::memory(&state);
        let gates = self.gates(projected, state.hidden);
        let after = Self::update(gates.clone(), cell);
        let LstmGates { input, forget, candidate, output } = gates;
        let kept = vec![
            (Signal::Input, input),
            (Signal::Forget, forget),
            (Signal::Candidate, candidate),
            (Signal::Output, output),
            (Signal::Cell, Self::memory(&after)),
            (Signal::Hidden, after.hidden.clone()),
        ];
        (after, kept)
    }

    /// All steps as one operation: `x [B, T, D]` gives
    /// `(h_1 … h_T [B, T, H], state after the last step)`.
    pub fn sequence(&self, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State) {
        let [batch, _, _] = x.dims();
        let state = state.unwrap_or_else(|| self.zero_state(batch, &x.device()));
        let cell = Self::memory(&state);
        let (outputs, cell) =
            lstm_sequence(x, self.w_x.val(), self.w_h.val(), self.bias.val(), state.hidden, cell);
        (outputs.clone(), State::with_cell(last(outputs), cell))
    }

    /// c of a state; a state that came from another kind of cell has none, which reads as an empty
    /// memory.
    fn memory(state: &State) -> Tensor<2> {
        state.cell.clone().unwrap_or_else(|| state.hidden.zeros_like())
    }
}
