//! Burn's own modules, given the same weights gate by gate, give the same outputs.

use burn::{
    module::Param,
    nn::{GateController, GruConfig, Linear, LstmConfig, LstmState, RnnConfig, RnnState},
    prelude::*,
};
use lstm_lessons::cell::{Cell, CellKind, Layer};

use crate::support::{assert_close, devices, numbers, random_cell, random_state, random_tensor};

const B: usize = 3;
const T: usize = 5;
const D: usize = 4;
const H: usize = 6;
const TOLERANCE: f32 = 2e-6;

/// The k-th of the gates that lie side by side in our matrices, as Burn keeps it; Burn's second
/// bias, on the hidden side, is zero.
fn gate(w_x: &Tensor<2>, w_h: &Tensor<2>, bias: &Tensor<1>, k: usize) -> GateController {
    let columns = |w: &Tensor<2>| Param::from_tensor(w.clone().narrow(1, k * H, H));
    GateController {
        input_transform: Linear {
            weight: columns(w_x),
            bias: Some(Param::from_tensor(bias.clone().narrow(0, k * H, H))),
        },
        hidden_transform: Linear {
            weight: columns(w_h),
            bias: Some(Param::from_tensor(Tensor::zeros([H], &bias.device()))),
        },
    }
}

#[test]
fn matches_burn_rnn() {
    for device in devices() {
        let Cell::Rnn(ours) = random_cell(CellKind::Rnn, D, H, 1, &device) else {
            unreachable!("built as an RNN")
        };
        let mut theirs = RnnConfig::new(D, H, true).init(&device);
        theirs.gate = gate(&ours.u.val(), &ours.w.val(), &ours.bias.val(), 0);

        let x = random_tensor([B, T, D], 1.0, 2, &device);
        let state = random_state(CellKind::Rnn, B, H, 3, &device);
        let (want, want_after) =
            theirs.forward(x.clone(), Some(RnnState::new(state.hidden.clone())));
        let (got, after) = Layer::new(Cell::Rnn(ours)).forward(x, Some(state));
        assert_close("outputs", &numbers(&got), &numbers(&want), TOLERANCE);
        assert_close("s_T", &numbers(&after.hidden), &numbers(&want_after.hidden), TOLERANCE);
    }
}

#[test]
fn matches_burn_gru() {
    for device in devices() {
        let Cell::Gru(ours) = random_cell(CellKind::Gru, D, H, 1, &device) else {
            unreachable!("built as a GRU")
        };
        let split = |k| gate(&ours.w_x.val(), &ours.w_h.val(), &ours.bias.val(), k);
        let mut theirs = GruConfig::new(D, H, true).with_reset_after(true).init(&device);
        (theirs.reset_gate, theirs.update_gate, theirs.new_gate) = (split(0), split(1), split(2));
        theirs.new_gate.hidden_transform.bias = Some(ours.bias_hn.clone());

        let x = random_tensor([B, T, D], 1.0, 2, &device);
        let state = random_state(CellKind::Gru, B, H, 3, &device);
        let want = theirs.forward(x.clone(), Some(state.hidden.clone()));
        let (got, _) = Layer::new(Cell::Gru(ours)).forward(x, Some(state));
        assert_close("outputs", &numbers(&got), &numbers(&want), TOLERANCE);
    }
}

#[test]
fn matches_burn_lstm() {
    for device in devices() {
        let Cell::Lstm(ours) = random_cell(CellKind::Lstm, D, H, 1, &device) else {
            unreachable!("built as an LSTM")
        };
        let split = |k| gate(&ours.w_x.val(), &ours.w_h.val(), &ours.bias.val(), k);
        let mut theirs = LstmConfig::new(D, H, true).init(&device);
        theirs.input_gate = split(0);
        theirs.forget_gate = Some(split(1));
        theirs.cell_gate = split(2);
        theirs.output_gate = split(3);

        let x = random_tensor([B, T, D], 1.0, 2, &device);
        let state = random_state(CellKind::Lstm, B, H, 3, &device);
        let cell = state.cell.clone().expect("an LSTM's state");
        let (want, want_after) =
            theirs.forward(x.clone(), Some(LstmState::new(cell, state.hidden.clone())));
        let (got, after) = Layer::new(Cell::Lstm(ours)).forward(x, Some(state));
        assert_close("outputs", &numbers(&got), &numbers(&want), TOLERANCE);
        assert_close("h_T", &numbers(&after.hidden), &numbers(&want_after.hidden), TOLERANCE);
        let cell = after.cell.expect("an LSTM's state");
        assert_close("c_T", &numbers(&cell), &numbers(&want_after.cell), TOLERANCE);
    }
}
