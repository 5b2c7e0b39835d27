//! What the three cells have in common: one step, and a sequence as one step after the other.

use burn::prelude::*;

use super::state::State;

/// A quantity of one step that can be drawn, named as in the equations.
///
/// [`Input`](Self::Input), [`Forget`](Self::Forget), [`Output`](Self::Output),
/// [`Reset`](Self::Reset) and [`Update`](Self::Update) are gates: between 0 and 1, and something is
/// multiplied by them. [`Candidate`](Self::Candidate), [`Cell`](Self::Cell) and
/// [`Hidden`](Self::Hidden) are no gates: they are what the gates write, keep and show. The
/// candidate and h_t lie between -1 and 1, c_t may grow by 1 a step.
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

/// Signals of one step, each `[B, H]`.
pub type Signals = Vec<(Signal, Tensor<2>)>;

/// A recurrent cell: it takes an input and what it remembers, and gives what it remembers next.
///
/// ```text
/// state_t = step(x_t, state_{t-1})        t = 1 … T,  state_0 = zero_state,  h_t is part of state_t
/// ```
///
/// The equation of each cell stands above its type. Every method that takes a state panics if it is
/// that of another kind of cell.
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::cell::{GruCell, LstmCell, Recurrent, RnnCell};
/// use rand::{SeedableRng, rngs::StdRng};
///
/// let (mut rng, device) = (StdRng::seed_from_u64(1), Device::flex());
/// let cells: [Box<dyn Recurrent>; 3] = [
///     Box::new(RnnCell::new(28, 128, &mut rng, &device)),
///     Box::new(GruCell::new(28, 128, &mut rng, &device)),
///     Box::new(LstmCell::new(28, 128, 1.0, &mut rng, &device)),
/// ];
/// for cell in cells {
///     let state = cell.step(Tensor::zeros([5, 28], &device), cell.zero_state(5, &device));
///     assert_eq!(state.hidden.dims(), [5, 128]); // [B, H]
///     let (outputs, _state) = cell.sequence(Tensor::zeros([5, 7, 28], &device), Some(state));
///     assert_eq!(outputs.dims(), [5, 7, 128]); // [B, T, H]
/// }
/// ```
pub trait Recurrent {
    /// H, the width of h_t.
    fn d_hidden(&self) -> usize;

    /// The memory before the first step: zeros, `[B, H]` each.
    fn zero_state(&self, batch: usize, device: &Device) -> State;

    /// One step: x_t (`[B, D]`) and the state before it give the state after it.
    fn step(&self, x_t: Tensor<2>, state: State) -> State;

    /// [`step`](Self::step), with the gates and the candidate kept for the pictures, in the order in
    /// which they lie in the matrix; c_t and h_t stand in the state.
    fn traced_step(&self, x_t: Tensor<2>, state: State) -> (State, Signals);

    /// One step after the other: `x [B, T, D]` and the state before it (zeros, if none is given)
    /// give `(h_1 … h_T [B, T, H], state after the last step)`.
    ///
    /// # Panics
    /// If the sequence has no step.
    fn sequence(&self, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State) {
        let [batch, _, _] = x.dims();
        let mut state = state.unwrap_or_else(|| self.zero_state(batch, &x.device()));
        let mut outputs = Vec::new();
        // The gradient of a slice is as long as x and zero but for one step: where x wants one, the
        // slices cost the backward pass T · T steps, at 60 steps of 128 numbers a few per cent of it.
        for x_t in x.iter_dim(1) {
            state = self.step(x_t.squeeze_dim(1), state);
            outputs.push(state.hidden.clone()); // [B, H]
        }
        (Tensor::stack(outputs, 1), state) // [B, T, H]
    }
}
