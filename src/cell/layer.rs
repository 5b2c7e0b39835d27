//! A cell run over time.

use burn::prelude::*;

use super::{Cell, Signal, State};
use crate::kernel::Kernel;

/// One cell, applied to each step of a sequence in turn, its state handed on.
///
/// The products with the inputs do not depend on the past, so they are made for all steps at once
/// before the loop; only the product with h_{t-1} has to wait for its turn.
#[derive(Module, Debug)]
pub struct Layer {
    /// The cell; the same weights at every step.
    pub cell: Cell,
    /// Whether the whole sequence may go as one operation.
    #[module(skip)]
    pub kernel: Kernel,
}

/// Every gate at every step: for each gate `[B, T, H]`.
pub type Trace = Vec<(Signal, Tensor<3>)>;

impl Layer {
    /// A layer around `cell`.
    pub fn new(cell: Cell) -> Self {
        Self { cell, kernel: Kernel::default() }
    }

    /// Reads the whole sequence: `x [B, T, D]` gives
    /// `(h_1 … h_T as [B, T, H], state after the last step)`.
    ///
    /// This is the door: where the fused kernel runs, it makes the same numbers faster than
    /// [`forward_by_steps`](Self::forward_by_steps).
    ///
    /// # Panics
    /// If the sequence has no step.
    pub fn forward(&self, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State) {
        match &self.cell {
            _ if !self.kernel.runs_on(&x) => self.forward_by_steps(x, state),
            Cell::Rnn(cell) => cell.sequence(x, state),
            Cell::Gru(cell) => cell.sequence(x, state),
            Cell::Lstm(cell) => cell.sequence(x, state),
        }
    }

    /// [`forward`](Self::forward), one step after the other.
    pub fn forward_by_steps(&self, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State) {
        let [batch, _, _] = x.dims();
        let mut state = state.unwrap_or_else(|| self.cell.zero_state(batch, &x.device()));
        let mut outputs = Vec::new();
        for projected in steps(self.cell.project(x)) {
            state = self.cell.step(projected, state);
            outputs.push(state.hidden.clone()); // [B, H]
        }
        (Tensor::stack(outputs, 1), state) // [B, T, H]
    }

    /// [`forward`](Self::forward) that keeps every gate; run it on a model without autodiff.
    pub fn trace(&self, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State, Trace) {
        let [batch, _, _] = x.dims();
        let mut state = state.unwrap_or_else(|| self.cell.zero_state(batch, &x.device()));
        let mut outputs = Vec::new();
        let mut kept: Vec<(Signal, Vec<Tensor<2>>)> = Vec::new();
        for projected in steps(self.cell.project(x)) {
            let gates;
            (state, gates) = self.cell.traced_step(projected, state);
            outputs.push(state.hidden.clone());
            if kept.is_empty() {
                kept = gates.iter().map(|(gate, _)| (*gate, Vec::new())).collect();
            }
            for ((_, over_time), (_, now)) in kept.iter_mut().zip(gates) {
                over_time.push(now);
            }
        }
        let trace =
            kept.into_iter().map(|(gate, over_time)| (gate, Tensor::stack(over_time, 1))).collect();
        (Tensor::stack(outputs, 1), state, trace)
    }
}

/// X W + b for every step of every example, as one matrix product: `[B, T, D] -> [B, T, G·H]`.
pub(super) fn project(x: Tensor<3>, w: Tensor<2>, b: Tensor<1>) -> Tensor<3> {
    let [batch, seq_len, d_input] = x.dims();
    let [_, d_output] = w.dims();
    let rows = x.reshape([batch * seq_len, d_input]).matmul(w) + b.unsqueeze(); // [B·T, G·H]
    rows.reshape([batch, seq_len, d_output])
}

/// The output of the last step: `[B, T, H] -> [B, H]`.
pub(super) fn last(outputs: Tensor<3>) -> Tensor<2> {
    let [_, seq_len, _] = outputs.dims();
    outputs.narrow(1, seq_len - 1, 1).squeeze_dim(1)
}

/// The steps of a sequence one after the other: `[B, T, D] -> T times [B, D]`.
///
/// It cuts in halves rather than slice by slice: the gradient of a slice is a tensor of zeros as
/// long as what was cut, so T slices of the whole would cost T · T steps on the way back, halves
/// cost T · log T.
pub fn steps(x: Tensor<3>) -> Vec<Tensor<2>> {
    let [_, seq_len, _] = x.dims();
    if seq_len == 1 {
        return vec![x.squeeze_dim(1)];
    }
    let half = seq_len / 2;
    let mut first = steps(x.clone().narrow(1, 0, half));
    first.extend(steps(x.narrow(1, half, seq_len - half)));
    first
}
