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

    /// h_t of an RNN or a GRU.
    ///
    /// # Panics
    /// If it is an LSTM's state: dropping its c_t in silence would be a cell that forgets.
    pub fn into_hidden(self) -> Tensor<2> {
        match self.cell {
            None => self.hidden,
            Some(_) => {
                panic!("an RNN or a GRU was handed the state of an LSTM: it has no use for c")
            }
        }
    }

    /// (h_t, c_t) of an LSTM.
    ///
    /// # Panics
    /// If it is the state of an RNN or a GRU, which has no c_t.
    pub fn into_hidden_and_cell(self) -> (Tensor<2>, Tensor<2>) {
        match self.cell {
            Some(cell) => (self.hidden, cell),
            None => panic!("an LSTM was handed the state of an RNN or a GRU: it has no c"),
        }
    }
}
