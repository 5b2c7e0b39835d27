//! Outputs, final states, the loss and every gradient are PyTorch's.

use lstm_lessons::cell::{CellKind, Layer, State};

use super::golden::{self, BATCH, D_HIDDEN, D_INPUT, SEQ_LEN};
use crate::support::{assert_close, build, devices, gradients, names, numbers, of, tensor};

/// float32 on both sides, sums of a few numbers around 1.
const TOLERANCE: f32 = 2e-6;

/// One module of [`golden`] under common names.
struct Golden<'a> {
    x: &'a [f32],
    h0: &'a [f32],
    c0: Option<&'a [f32]>,
    k: &'a [f32],
    parameters: &'a [&'a [f32]],
    outputs: &'a [f32],
    h_last: &'a [f32],
    c_last: Option<&'a [f32]>,
    loss: f32,
    d_x: &'a [f32],
    d_h0: &'a [f32],
    d_c0: Option<&'a [f32]>,
    d_parameters: &'a [&'a [f32]],
}

fn check(kind: CellKind, golden: Golden) {
    for device in devices() {
        let device = device.autodiff();
        let layer = Layer::new(build(kind, D_INPUT, D_HIDDEN, golden.parameters, &device));
        let x = tensor(golden.x, [BATCH, SEQ_LEN, D_INPUT], &device).require_grad();
        let h0 = tensor(golden.h0, [BATCH, D_HIDDEN], &device).require_grad();
        let c0 = golden.c0.map(|c0| tensor(c0, [BATCH, D_HIDDEN], &device).require_grad());

        let (outputs, after) =
            layer.forward(x.clone(), Some(State { hidden: h0.clone(), cell: c0.clone() }));
        assert_close("outputs", &numbers(&outputs), golden.outputs, TOLERANCE);
        assert_close("h_T", &numbers(&after.hidden), golden.h_last, TOLERANCE);
        assert_eq!(after.cell.is_some(), golden.c_last.is_some());
        if let (Some(cell), Some(want)) = (&after.cell, golden.c_last) {
            assert_close("c_T", &numbers(cell), want, TOLERANCE);
        }

        // L = sum_t sum(outputs_t * K_t) + 0.5 sum(h_T) [+ 0.25 sum(c_T)]
        let k = tensor(golden.k, [BATCH, SEQ_LEN, D_HIDDEN], &device);
        let mut loss = (outputs * k).sum() + after.hidden.sum() * 0.5;
        if let Some(cell) = after.cell {
            loss = loss + cell.sum() * 0.25;
        }
        assert_close("loss", &numbers(&loss), &[golden.loss], TOLERANCE);

        let grads = loss.backward();
        assert_close("dL/dx", &of(&x, &grads), golden.d_x, TOLERANCE);
        assert_close("dL/dh_0", &of(&h0, &grads), golden.d_h0, TOLERANCE);
        assert_eq!(c0.is_some(), golden.d_c0.is_some());
        if let (Some(c0), Some(want)) = (&c0, golden.d_c0) {
            assert_close("dL/dc_0", &of(c0, &grads), want, TOLERANCE);
        }
        let got = gradients(&layer.cell, &grads);
        assert_eq!(got.len(), golden.d_parameters.len());
        for ((name, got), want) in names(kind).iter().zip(&got).zip(golden.d_parameters) {
            assert_close(&format!("dL/d{name}"), got, want, TOLERANCE);
        }
    }
}

#[test]
fn rnn_matches_pytorch() {
    use golden::rnn::*;
    check(
        CellKind::Rnn,
        Golden {
            x: &X,
            h0: &H0,
            c0: None,
            k: &K,
            parameters: &[&W_X, &W_H, &BIAS],
            outputs: &OUTPUTS,
            h_last: &H_T,
            c_last: None,
            loss: LOSS,
            d_x: &D_X,
            d_h0: &D_H0,
            d_c0: None,
            d_parameters: &[&D_W_X, &D_W_H, &D_BIAS],
        },
    );
}

#[test]
fn gru_matches_pytorch() {
    use golden::gru::*;
    check(
        CellKind::Gru,
        Golden {
            x: &X,
            h0: &H0,
            c0: None,
            k: &K,
            parameters: &[&W_X, &W_H, &BIAS, &BIAS_HN],
            outputs: &OUTPUTS,
            h_last: &H_T,
            c_last: None,
            loss: LOSS,
            d_x: &D_X,
            d_h0: &D_H0,
            d_c0: None,
            d_parameters: &[&D_W_X, &D_W_H, &D_BIAS, &D_BIAS_HN],
        },
    );
}

#[test]
fn lstm_matches_pytorch() {
    use golden::lstm::*;
    check(
        CellKind::Lstm,
        Golden {
            x: &X,
            h0: &H0,
            c0: Some(&C0),
            k: &K,
            parameters: &[&W_X, &W_H, &BIAS],
            outputs: &OUTPUTS,
            h_last: &H_T,
            c_last: Some(&C_T),
            loss: LOSS,
            d_x: &D_X,
            d_h0: &D_H0,
            d_c0: Some(&D_C0),
            d_parameters: &[&D_W_X, &D_W_H, &D_BIAS],
        },
    );
}
