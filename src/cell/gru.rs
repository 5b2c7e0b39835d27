//! The gated recurrent unit: the LSTM's smaller sister, one memory instead of two.

use burn::{module::Param, prelude::*, tensor::activation::sigmoid};
use rand::rngs::StdRng;

use super::{
    Signal, Signals, State, init,
    layer::{last, project},
};
use crate::kernel::operations::gru_sequence;

/// Two gates decide how much of the past the candidate sees (r) and how much of it stays (z).
///
/// ```text
/// r_t = σ(x_t W_xr + h_{t-1} W_hr + b_r)
/// z_t = σ(x_t W_xz + h_{t-1} W_hz + b_z)
/// n_t = tanh(x_t W_xn + b_n + r_t ⊙ (h_{t-1} W_hn + b_hn))
/// h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}
/// ```
///
/// The reset gate works after the product with W_hn, as in PyTorch; that is why this product keeps
/// a bias of its own. Signals lie side by side in one matrix in the order r, z, n.
///
/// Source: course section 3-5 (`gru`); Cho et al., *Learning Phrase Representations using RNN
/// Encoder-Decoder* (2014).
#[derive(Module, Debug)]
pub struct GruCell {
    /// W_x, `[D, 3H]`.
    pub w_x: Param<Tensor<2>>,
    /// W_h, `[H, 3H]`.
    pub w_h: Param<Tensor<2>>,
    /// b, `[3H]`.
    pub bias: Param<Tensor<1>>,
    /// b_hn, `[H]`.
    pub bias_hn: Param<Tensor<1>>,
}

/// The gates of one step, each `[B, H]`.
#[derive(Clone, Debug)]
pub struct GruGates {
    /// r_t.
    pub reset: Tensor<2>,
    /// z_t.
    pub update: Tensor<2>,
    /// n_t.
    pub candidate: Tensor<2>,
}

impl GruCell {
    /// Fresh weights from U(-1/√H, 1/√H), biases 0.
    pub fn new(d_input: usize, d_hidden: usize, rng: &mut StdRng, device: &Device) -> Self {
        let bound = init::recurrent_bound(d_hidden);
        Self {
            w_x: init::uniform([d_input, 3 * d_hidden], bound, rng, device),
            w_h: init::uniform([d_hidden, 3 * d_hidden], bound, rng, device),
            bias: init::bias(vec![0.0; 3 * d_hidden], device),
            bias_hn: init::bias(vec![0.0; d_hidden], device),
        }
    }

    /// H.
    pub fn d_hidden(&self) -> usize {
        self.w_h.dims()[0]
    }

    /// h_0 = 0, `[B, H]`.
    pub fn zero_state(&self, batch: usize, device: &Device) -> State {
        State::hidden_only(Tensor::zeros([batch, self.d_hidden()], device))
    }

    /// x_t W_x + b for all t: `[B, T, D] -> [B, T, 3H]`.
    pub fn project(&self, x: Tensor<3>) -> Tensor<3> {
        project(x, self.w_x.val(), self.bias.val())
    }

    /// The three gates from `projected` = x_t W_x + b (`[B, 3H]`) and h_{t-1} (`[B, H]`).
    pub fn gates(&self, projected: Tensor<2>, hidden: Tensor<2>) -> GruGates {
        let h = self.d_hidden();
        let remembered = hidden.matmul(self.w_h.val()); // [B, 3H]
        let part = |all: &Tensor<2>, k: usize| all.clone().narrow(1, k * h, h); // [B, H]

        // r_t = σ(x_t W_xr + h_{t-1} W_hr + b_r)
        let reset = sigmoid(part(&projected, 0) + part(&remembered, 0)); // [B, H]
        // z_t = σ(x_t W_xz + h_{t-1} W_hz + b_z)
        let update = sigmoid(part(&projected, 1) + part(&remembered, 1)); // [B, H]
        // n_t = tanh(x_t W_xn + b_n + r_t ⊙ (h_{t-1} W_hn + b_hn))
        let recalled = part(&remembered, 2) + self.bias_hn.val().unsqueeze(); // [B, H]
        let candidate = (part(&projected, 2) + reset.clone() * recalled).tanh(); // [B, H]

        GruGates { reset, update, candidate }
    }

    /// h_t from the gates and h_{t-1}.
    pub fn update(gates: GruGates, hidden: Tensor<2>) -> State {
        let GruGates { update: z, candidate: n, .. } = gates;
        // h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}
        State::hidden_only((z.clone().neg() + 1.0) * n + z * hidden) // [B, H]
    }

    /// One step: gates, then update.
    pub fn step(&self, projected: Tensor<2>, state: State) -> State {
        let gates = self.gates(projected, state.hidden.clone());
        Self::update(gates, state.hidden)
    }

    /// [`step`](Self::step), with every gate kept for the pictures.
    pub fn traced_step(&self, projected: Tensor<2>, state: State) -> (State, Signals) {
        let gates = self.gates(projected, state.hidden.clone());
        let after = Self::update(gates.clone(), state.hidden);
        let GruGates { reset, update, candidate } = gates;
        let kept = vec![
            (Signal::Reset, reset),
            (Signal::Update, update),
            (Signal::Candidate, candidate),
            (Signal::Hidden, after.hidden.clone()),
        ];
        (after, kept)
    }

    /// All steps as one operation: `x [B, T, D]` gives
    /// `(h_1 … h_T [B, T, H], state after the last step)`.
    pub fn sequence(&self, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State) {
        let [batch, _, _] = x.dims();
        let State { hidden, .. } = state.unwrap_or_else(|| self.zero_state(batch, &x.device()));
        let outputs = gru_sequence(
            x,
            self.w_x.val(),
            self.w_h.val(),
            self.bias.val(),
            self.bias_hn.val(),
            hidden,
        ); // [B, T, H]
        (outputs.clone(), State::hidden_only(last(outputs)))
    }
}
