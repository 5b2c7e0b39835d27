//! A cell run over time; the only file of `cell` that knows the kernels.

use burn::prelude::*;

use super::{
    kinds::Cell,
    recurrent::{Recurrent, Signal, Signals},
    state::State,
};
pub(super) use crate::kernel::Kernel;
use crate::kernel::operations::{gru_sequence, lstm_sequence, rnn_sequence};

/// One cell, applied to each step of a sequence in turn, its state handed on.
#[derive(Module, Debug)]
pub struct Layer {
    /// The cell; the same weights at every step.
    pub cell: Cell,
    /// Whether the whole sequence may go as one operation.
    #[module(skip)]
    pub kernel: Kernel,
}

/// Every signal at every step: for each `[B, T, H]`.
pub type Trace = Vec<(Signal, Tensor<3>)>;

impl Layer {
    /// A layer around `cell`.
    pub fn new(cell: Cell) -> Self {
        Self { cell, kernel: Kernel::default() }
    }

    /// Reads the whole sequence: `x [B, T, D]` and the state before it (zeros, if none is given)
    /// give `(h_1 … h_T [B, T, H], state after the last step)`.
    ///
    /// This is the door: where a kernel runs, it makes the numbers of [`Recurrent::sequence`] faster,
    /// all steps as one operation.
    ///
    /// # Panics
    /// If the sequence has no step, or the state is that of another kind of cell.
    pub fn forward(&self, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State) {
        match self.kernel.runs_on(&x) || self.runs_on_gpu(&x) {
            true => self.by_kernel(x, state),
            false => self.cell.sequence(x, state),
        }
    }

    /// Whether `x` lies on a GPU whose cubes have room for a layer of this size.
    #[cfg(feature = "cubecl")]
    fn runs_on_gpu(&self, x: &Tensor<3>) -> bool {
        use crate::kernel::gpu::{Equations, fits};
        let equations = match &self.cell {
            Cell::Rnn(_) => Equations::Rnn,
            Cell::Gru(_) => Equations::Gru,
            Cell::Lstm(_) => Equations::Lstm,
        };
        self.kernel.runs_on_gpu(x) && fits(&x.device(), equations, self.cell.d_hidden())
    }

    #[cfg(not(feature = "cubecl"))]
    fn runs_on_gpu(&self, _: &Tensor<3>) -> bool {
        false
    }

    /// The kernel of this kind of cell, with the cell's weights.
    fn by_kernel(&self, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State) {
        let [batch, seq_len, _] = x.dims();
        let state = state.unwrap_or_else(|| self.cell.zero_state(batch, &x.device()));
        let precision = self.kernel.precision();
        let (outputs, cell) = match &self.cell {
            Cell::Rnn(c) => {
                let s = state.into_hidden();
                (rnn_sequence(x, c.u.val(), c.w.val(), c.bias.val(), s, precision), None)
            }
            Cell::Gru(c) => {
                let (bias, bias_hn, h) = (c.bias.val(), c.bias_hn.val(), state.into_hidden());
                (gru_sequence(x, c.w_x.val(), c.w_h.val(), bias, bias_hn, h, precision), None)
            }
            Cell::Lstm(c) => {
                let (h, cell) = state.into_hidden_and_cell();
                let (outputs, cell) =
                    lstm_sequence(x, c.w_x.val(), c.w_h.val(), c.bias.val(), h, cell, precision);
                (outputs, Some(cell))
            }
        };
        let hidden = outputs.clone().narrow(1, seq_len - 1, 1).squeeze_dim(1); // h_T, [B, H]
        (outputs, State { hidden, cell })
    }

    /// [`forward`](Self::forward), step by step, with every signal kept for the pictures, h_t last;
    /// run it on a model without autodiff.
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn trace(&self, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State, Trace) {
        let [batch, _, _] = x.dims();
        let mut state = state.unwrap_or_else(|| self.cell.zero_state(batch, &x.device()));
        let mut steps: Vec<Signals> = Vec::new(); // T times, of each signal [B, H]
        for x_t in x.iter_dim(1) {
            let mut signals;
            (state, signals) = self.cell.traced_step(x_t.squeeze_dim(1), state);
            signals.extend(state.cell.clone().map(|c| (Signal::Cell, c)));
            signals.push((Signal::Hidden, state.hidden.clone()));
            steps.push(signals);
        }
        let over_time = |k: usize| steps.iter().map(|signals| signals[k].1.clone()).collect();
        let trace: Trace = (steps[0].iter().enumerate())
            .map(|(k, (signal, _))| (*signal, Tensor::stack(over_time(k), 1))) // [B, T, H]
            .collect();
        let (_, outputs) = trace.last().expect("h_t is traced last").clone(); // [B, T, H]
        (outputs, state, trace)
    }
}
