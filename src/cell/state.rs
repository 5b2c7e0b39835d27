//! What a cell remembers between two steps.

use burn::prelude::*;

/// The memory after step t.
///
/// The RNN and the GRU remember one vector, the LSTM two: what it shows (`hidden`) and what it
/// keeps (`cell`).
#[derive(Clone, Debug)]
pub struct State {
    /// h_t (the course's s_t), `[B, H]`.
    pub hidden: Tensor<2>,
    /// c_t, `[B, H]`; the LSTM alone has it.
    pub cell: Option<Tensor<2>>,
}

impl State {
    /// A state without a memory cell, as the RNN and the GRU have it.
    pub fn hidden_only(hidden: Tensor<2>) -> Self {
        Self { hidden, cell: None }
    }

    /// The LSTM's state.
    pub fn with_cell(hidden: Tensor<2>, cell: Tensor<2>) -> Self {
        Self { hidden, cell: Some(cell) }
    }
}
