//! The heart of the course: three recurrent cells, written out as their equations.
//!
//! Everything here keeps one contract, `forward(x, Option<State>) -> (outputs, State)`: a [`Cell`]
//! reads one step, a [`Layer`] a whole sequence, a [`Stack`] hands one layer's outputs to the next.
//! Training feeds whole sequences; writing a poem feeds one character and hands the state on. The
//! cell that lesson 3 explains is the cell that reads digits in lesson 4 and writes poems in lesson
//! 5: same type, same file.
//!
//! | letter | meaning |
//! |---|---|
//! | B | batch |
//! | T | seq_len, steps in time; t counts them |
//! | D | d_input |
//! | H | d_hidden |
//! | G | gates in one matrix: 1 (RNN), 3 (GRU), 4 (LSTM) |

mod dropout;
mod gru;
mod init;
mod layer;
mod lstm;
mod rnn;
mod stack;
mod state;

pub use dropout::drop_units;
pub use gru::{GruCell, GruGates};
pub use init::{head, uniform};
pub use layer::{Layer, Trace, steps};
pub use lstm::{LstmCell, LstmGates};
pub use rnn::RnnCell;
pub use stack::{MAX_LAYERS, MAX_WIDTH, Stack, StackConfig};
pub use state::State;

use burn::prelude::*;
use rand::rngs::StdRng;

/// Which cell: one flag everywhere (`--cell rnn|gru|lstm`).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum CellKind {
    Rnn,
    Gru,
    Lstm,
}

/// A part of a cell that can be drawn, named as in the equations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// i_t of the LSTM: what is written.
    Input,
    /// f_t of the LSTM: what is kept.
    Forget,
    /// g_t of the LSTM, n_t of the GRU: what could be written.
    Candidate,
    /// o_t of the LSTM: what is shown.
    Output,
    /// r_t of the GRU: how much of the past the candidate sees.
    Reset,
    /// z_t of the GRU: how much of the past stays.
    Update,
    /// c_t of the LSTM.
    Cell,
    /// h_t of all three (the course's s_t).
    Hidden,
}

/// Every gate of one step, each `[B, H]`.
pub type Signals = Vec<(Signal, Tensor<2>)>;

/// One recurrent cell of any kind.
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::cell::{Cell, CellKind};
/// use rand::{SeedableRng, rngs::StdRng};
///
/// let device = Device::flex();
/// let cell = Cell::new(CellKind::Lstm, 28, 128, 1.0, &mut StdRng::seed_from_u64(1), &device);
/// let row = Tensor::zeros([5, 28], &device);                 // [B, D]
/// let (hidden, state) = cell.forward(row.clone(), None);      // [B, H]
/// let (hidden, _state) = cell.forward(row, Some(state));
/// assert_eq!(hidden.dims(), [5, 128]);
/// ```
#[derive(Module, Debug)]
pub enum Cell {
    Rnn(RnnCell),
    Gru(GruCell),
    Lstm(LstmCell),
}

impl Cell {
    /// A fresh cell; `forget_bias` matters to the LSTM alone.
    pub fn new(
        kind: CellKind,
        d_input: usize,
        d_hidden: usize,
        forget_bias: f32,
        rng: &mut StdRng,
        device: &Device,
    ) -> Self {
        match kind {
            CellKind::Rnn => Cell::Rnn(RnnCell::new(d_input, d_hidden, rng, device)),
            CellKind::Gru => Cell::Gru(GruCell::new(d_input, d_hidden, rng, device)),
            CellKind::Lstm => {
                Cell::Lstm(LstmCell::new(d_input, d_hidden, forget_bias, rng, device))
            }
        }
    }

    /// Which of the three it is.
    pub fn kind(&self) -> CellKind {
        match self {
            Cell::Rnn(_) => CellKind::Rnn,
            Cell::Gru(_) => CellKind::Gru,
            Cell::Lstm(_) => CellKind::Lstm,
        }
    }

    /// H, the width of h_t.
    pub fn d_hidden(&self) -> usize {
        match self {
            Cell::Rnn(cell) => cell.d_hidden(),
            Cell::Gru(cell) => cell.d_hidden(),
            Cell::Lstm(cell) => cell.d_hidden(),
        }
    }

    /// The memory before the first step: zeros, `[B, H]` each.
    pub fn zero_state(&self, batch: usize, device: &Device) -> State {
        match self {
            Cell::Rnn(cell) => cell.zero_state(batch, device),
            Cell::Gru(cell) => cell.zero_state(batch, device),
            Cell::Lstm(cell) => cell.zero_state(batch, device),
        }
    }

    /// The part of the equations that knows no past, x_t W_x + b, for all steps in one matrix
    /// product: `[B, T, D] -> [B, T, G·H]`.
    pub fn project(&self, x: Tensor<3>) -> Tensor<3> {
        match self {
            Cell::Rnn(cell) => cell.project(x),
            Cell::Gru(cell) => cell.project(x),
            Cell::Lstm(cell) => cell.project(x),
        }
    }

    /// The part that needs the past: `projected [B, G·H]` and the state before give the state
    /// after.
    pub fn step(&self, projected: Tensor<2>, state: State) -> State {
        match self {
            Cell::Rnn(cell) => cell.step(projected, state),
            Cell::Gru(cell) => cell.step(projected, state),
            Cell::Lstm(cell) => cell.step(projected, state),
        }
    }

    /// [`step`](Self::step), with every gate kept for the pictures.
    pub fn traced_step(&self, projected: Tensor<2>, state: State) -> (State, Signals) {
        match self {
            Cell::Rnn(cell) => cell.traced_step(projected, state),
            Cell::Gru(cell) => cell.traced_step(projected, state),
            Cell::Lstm(cell) => cell.traced_step(projected, state),
        }
    }

    /// One step: `x [B, D]` and the state before give `(h_t [B, H], state after)`.
    pub fn forward(&self, x: Tensor<2>, state: Option<State>) -> (Tensor<2>, State) {
        let [batch, _] = x.dims();
        let state = state.unwrap_or_else(|| self.zero_state(batch, &x.device()));
        let projected = self.project(x.unsqueeze_dim(1)).squeeze_dim(1); // [B, G·H]
        let state = self.step(projected, state);
        (state.hidden.clone(), state)
    }
}
