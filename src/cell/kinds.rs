//! The three cells under one name, so that a model can be built with any of them.

use burn::prelude::*;
use rand::rngs::StdRng;

use super::{
    gru::GruCell,
    lstm::LstmCell,
    recurrent::{Recurrent, Signals},
    rnn::RnnCell,
    state::State,
};

/// Which cell: one flag everywhere (`--cell rnn|gru|lstm`).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum CellKind {
    /// [`RnnCell`].
    #[value(help = None::<&str>)] // --help lists the names alone
    Rnn,
    /// [`GruCell`].
    #[value(help = None::<&str>)]
    Gru,
    /// [`LstmCell`].
    #[value(help = None::<&str>)]
    Lstm,
}

/// One recurrent cell of any kind: as [`Recurrent`] as the one inside it.
///
/// It is an enum and no `Box<dyn Recurrent>` because Burn has to find the weights in it.
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
    /// The plain cell.
    Rnn(RnnCell),
    /// Two gates, one memory.
    Gru(GruCell),
    /// Three gates, two memories.
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

    /// One step: x_t (`[B, D]`) and the state before it (zeros, if none is given) give
    /// `(h_t [B, H], state after)`.
    pub fn forward(&self, x_t: Tensor<2>, state: Option<State>) -> (Tensor<2>, State) {
        let [batch, _] = x_t.dims();
        let state = state.unwrap_or_else(|| self.zero_state(batch, &x_t.device()));
        let state = self.step(x_t, state);
        (state.hidden.clone(), state)
    }

    /// The cell itself.
    fn inner(&self) -> &dyn Recurrent {
        match self {
            Cell::Rnn(cell) => cell,
            Cell::Gru(cell) => cell,
            Cell::Lstm(cell) => cell,
        }
    }
}

impl Recurrent for Cell {
    fn d_hidden(&self) -> usize {
        self.inner().d_hidden()
    }

    fn zero_state(&self, batch: usize, device: &Device) -> State {
        self.inner().zero_state(batch, device)
    }

    fn step(&self, x_t: Tensor<2>, state: State) -> State {
        self.inner().step(x_t, state)
    }

    fn traced_step(&self, x_t: Tensor<2>, state: State) -> (State, Signals) {
        self.inner().traced_step(x_t, state)
    }
}
