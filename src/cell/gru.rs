//! The gated recurrent unit: the LSTM's smaller sister, one memory instead of two.

use burn::{module::Param, prelude::*, tensor::activation::sigmoid};
use rand::rngs::StdRng;

use super::recurrent::{Recurrent, Signal, Signals};
use super::{init, state::State};

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
/// a bias of its own. The three lie side by side in one matrix in the order r, z, n.
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

/// The gates and the candidate of one step, each `[B, H]`.
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

    /// r_t, z_t and n_t from x_t (`[B, D]`) and h_{t-1} (`[B, H]`).
    pub fn gates(&self, x_t: Tensor<2>, hidden: Tensor<2>) -> GruGates {
        let h = self.d_hidden();
        let read = x_t.matmul(self.w_x.val()) + self.bias.val().unsqueeze(); // [B, 3H]
        let recalled = hidden.matmul(self.w_h.val()); // [B, 3H]
        let part = |all: &Tensor<2>, k: usize| all.clone().narrow(1, k * h, h); // [B, H]

        // r_t = σ(x_t W_xr + h_{t-1} W_hr + b_r)
        let reset = sigmoid(part(&read, 0) + part(&recalled, 0)); // [B, H]
        // z_t = σ(x_t W_xz + h_{t-1} W_hz + b_z)
        let update = sigmoid(part(&read, 1) + part(&recalled, 1)); // [B, H]
        // n_t = tanh(x_t W_xn + b_n + r_t ⊙ (h_{t-1} W_hn + b_hn))
        let past = part(&recalled, 2) + self.bias_hn.val().unsqueeze(); // [B, H]
        let candidate = (part(&read, 2) + reset.clone() * past).tanh(); // [B, H]

        GruGates { reset, update, candidate }
    }

    /// h_t from the gates and h_{t-1}.
    pub fn update(gates: GruGates, hidden: Tensor<2>) -> State {
        let GruGates { update: z, candidate: n, .. } = gates;
        // h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}
        State::hidden_only((z.clone().neg() + 1.0) * n + z * hidden) // [B, H]
    }
}

impl Recurrent for GruCell {
    fn d_hidden(&self) -> usize {
        self.w_h.dims()[0]
    }

    fn zero_state(&self, batch: usize, device: &Device) -> State {
        State::hidden_only(Tensor::zeros([batch, self.d_hidden()], device))
    }

    fn step(&self, x_t: Tensor<2>, state: State) -> State {
        let hidden = state.into_hidden();
        Self::update(self.gates(x_t, hidden.clone()), hidden)
    }

    fn traced_step(&self, x_t: Tensor<2>, state: State) -> (State, Signals) {
        use Signal::*;
        let hidden = state.into_hidden();
        let gates = self.gates(x_t, hidden.clone());
        let GruGates { reset: r, update: z, candidate: n } = gates.clone();
        (Self::update(gates, hidden), vec![(Reset, r), (Update, z), (Candidate, n)])
    }
}
