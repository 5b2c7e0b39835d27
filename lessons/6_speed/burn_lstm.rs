//! Burn's own LSTM as the peer in the same program: the same weights, eight small products a step.

use burn::{
    module::Param,
    nn::{GateController, Linear, Lstm, LstmConfig, LstmState},
    prelude::*,
};
use lstm_lessons::cell::{Cell, LstmCell, Recurrent, Stack};

/// What one layer of Burn's remembers; nothing before the first step.
pub type Memory = Option<LstmState<2>>;

/// Layers of `burn::nn::Lstm` in the place of a [`Stack`].
#[derive(Module, Debug)]
pub struct BurnStack {
    pub layers: Vec<Lstm>,
}

impl BurnStack {
    /// The weights of `stack`, whose cells are LSTMs.
    pub fn with_weights_of(stack: &Stack) -> Self {
        let lstm = |cell: &Cell| match cell {
            Cell::Lstm(cell) => burn_lstm(cell),
            Cell::Rnn(_) | Cell::Gru(_) => unreachable!("the works of this lesson are LSTMs"),
        };
        Self { layers: stack.layers.iter().map(|layer| lstm(&layer.cell)).collect() }
    }

    /// `[B, T, D] -> [B, T, H]`; `memories` holds one entry a layer, before and after.
    pub fn forward(&self, x: Tensor<3>, memories: &mut Vec<Memory>) -> Tensor<3> {
        memories.resize_with(self.layers.len(), || None);
        self.layers.iter().zip(memories).fold(x, |x, (layer, memory)| {
            let (outputs, after) = layer.forward(x, memory.take());
            *memory = Some(after);
            outputs
        })
    }
}

/// `burn::nn::Lstm` with the weights of `cell`; its second bias, on the hidden side, starts at
/// zero.
pub fn burn_lstm(cell: &LstmCell) -> Lstm {
    let [d_input, _] = cell.w_x.dims();
    let (h, device) = (cell.d_hidden(), cell.w_h.device());
    // Numbers, not views: Burn's LSTM learns on leaves of its own.
    let columns =
        |w: Tensor<2>, k: usize| Param::from_data(w.narrow(1, k * h, h).into_data(), &device);
    let gate = |k: usize| GateController {
        input_transform: Linear {
            weight: columns(cell.w_x.val(), k),
            bias: Some(Param::from_data(cell.bias.val().narrow(0, k * h, h).into_data(), &device)),
        },
        hidden_transform: Linear {
            weight: columns(cell.w_h.val(), k),
            bias: Some(Param::from_data(TensorData::zeros::<f32, _>([h]), &device)),
        },
    };
    Lstm {
        input_gate: gate(0),
        forget_gate: Some(gate(1)),
        cell_gate: gate(2),
        output_gate: gate(3),
        ..LstmConfig::new(d_input, h, true).init(&device)
    }
}
