//! The LSTM cell: three gates around a memory that is written, kept and shown (course section 1-4).

use burn::{module::Param, prelude::*, tensor::activation::sigmoid};
use rand::rngs::StdRng;

use super::recurrent::{Recurrent, Signal, Signals};
use super::{init, state::State};

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
/// The four lie side by side in one matrix in the order i, f, g, o: one product makes them all.
///
/// Source: course section 1-4; Hochreiter and Schmidhuber, *Long Short-Term Memory* (1997); the
/// forget gate is from Gers, Schmidhuber and Cummins, *Learning to Forget* (2000).
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::cell::{LstmCell, LstmGates};
///
/// // f = 1, i = 0: the cell keeps what it knew; o = 1 shows tanh of it.
/// let number = |v: f32| Tensor::<2>::from_data([[v]], &Device::flex());
/// let [input, forget, candidate, output] = [0.0, 1.0, 0.9, 1.0].map(number);
/// let state = LstmCell::update(LstmGates { input, forget, candidate, output }, number(0.7));
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

/// The gates and the candidate of one step, each `[B, H]`.
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
    /// Fresh weights from U(-1/√H, 1/√H), biases 0, the forget gate's bias `forget_bias`: with 1 a
    /// fresh cell keeps σ(1) = 0.73 of its memory at each step instead of one half, so that gradients
    /// reach back far enough to begin with (Jozefowicz, Zaremba and Sutskever, 2015).
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

    /// The same cell, whose units begin with memories of all lengths up to `steps` (chrono
    /// initialisation): unit k remembers 1 + τ_k steps at first, and takes from each as much as leaves
    /// room for so many.
    ///
    /// ```text
    /// τ_k = 1 + (T - 2) (k + 1/2) / H        b_fk = ln τ_k        b_ik = -ln τ_k        k = 0 … H - 1
    ///
    /// f = σ(b_fk) = 1 - 1/(1 + τ_k)        i = σ(b_ik) = 1/(1 + τ_k) = 1 - f
    /// ```
    ///
    /// Source: Tallec and Ollivier, *Can Recurrent Neural Networks Warp Time?* (2018), who draw τ at
    /// random; here it is spread evenly.
    pub fn with_memories_up_to(self, steps: usize) -> Self {
        let h = self.d_hidden();
        let mut bias: Vec<f32> = self.bias.val().into_data().iter().collect();
        for k in 0..h {
            let tau = 1.0 + (steps as f32 - 2.0).max(0.0) * (k as f32 + 0.5) / h as f32;
            bias[h + k] = tau.ln();
            bias[k] = -tau.ln();
        }
        let id = self.bias.id;
        let mut bias = init::bias(bias, &self.bias.val().device());
        bias.id = id;
        Self { bias, ..self }
    }

    /// i_t, f_t, g_t and o_t from x_t (`[B, D]`) and h_{t-1} (`[B, H]`).
    pub fn gates(&self, x_t: Tensor<2>, hidden: Tensor<2>) -> LstmGates {
        let (w_x, w_h, b, h) = (self.w_x.val(), self.w_h.val(), self.bias.val(), self.d_hidden());
        let all = x_t.matmul(w_x) + hidden.matmul(w_h) + b.unsqueeze(); // [B, 4H]
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

    /// h_t and c_t from the gates and c_{t-1} (`[B, H]`).
    pub fn update(gates: LstmGates, cell: Tensor<2>) -> State {
        let LstmGates { input: i, forget: f, candidate: g, output: o } = gates;
        // c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
        let c = f * cell + i * g; // [B, H]
        // h_t = o_t ⊙ tanh(c_t)
        let h = o * c.clone().tanh(); // [B, H]
        State::with_cell(h, c)
    }
}

impl Recurrent for LstmCell {
    fn d_hidden(&self) -> usize {
        self.w_h.dims()[0]
    }

    fn zero_state(&self, batch: usize, device: &Device) -> State {
        let zeros = Tensor::zeros([batch, self.d_hidden()], device);
        State::with_cell(zeros.clone(), zeros)
    }

    fn step(&self, x_t: Tensor<2>, state: State) -> State {
        let (hidden, cell) = state.into_hidden_and_cell();
        Self::update(self.gates(x_t, hidden), cell)
    }

    fn traced_step(&self, x_t: Tensor<2>, state: State) -> (State, Signals) {
        use Signal::*;
        let (hidden, cell) = state.into_hidden_and_cell();
        let gates = self.gates(x_t, hidden);
        let LstmGates { input: i, forget: f, candidate: g, output: o } = gates.clone();
        (Self::update(gates, cell), vec![(Input, i), (Forget, f), (Candidate, g), (Output, o)])
    }
}
