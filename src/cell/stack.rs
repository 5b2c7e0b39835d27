//! Layers on top of each other, each with weights of its own.

use burn::prelude::*;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};

use super::{
    dropout::drop_units,
    kinds::{Cell, CellKind},
    layer::{Kernel, Layer, Trace},
    state::State,
};

/// The shape of a stack; it travels with the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StackConfig {
    /// Which cell.
    pub cell: CellKind,
    /// D, the width of each input step.
    pub d_input: usize,
    /// H, the width of each layer.
    pub d_hidden: usize,
    /// L, the number of layers.
    pub n_layers: usize,
    /// Where the LSTM's forget bias starts.
    pub forget_bias: f32,
}

/// The widest input or layer that a description or a flag may ask for.
pub const MAX_WIDTH: usize = 4096;
/// The most layers.
pub const MAX_LAYERS: usize = 32;

impl StackConfig {
    /// Whether such a stack can be meant: no width is 0 or above [`MAX_WIDTH`], no more than
    /// [`MAX_LAYERS`] layers.
    ///
    /// A description is read from a file that anybody may have written; without a bound it could
    /// ask for all the memory there is.
    ///
    /// ```
    /// use lstm_lessons::cell::{CellKind, StackConfig};
    /// let config = StackConfig { cell: CellKind::Gru, d_input: 28, d_hidden: 128, n_layers: 1, forget_bias: 1.0 };
    /// assert!(config.is_possible());
    /// assert!(!StackConfig { d_hidden: usize::MAX, ..config }.is_possible());
    /// ```
    pub fn is_possible(&self) -> bool {
        let fits = |width: usize| (1..=MAX_WIDTH).contains(&width);
        fits(self.d_input) && fits(self.d_hidden) && (1..=MAX_LAYERS).contains(&self.n_layers)
    }

    /// The fewest parameters that a stack of this shape has, those of an RNN without its biases:
    /// D H + L H^2.
    ///
    /// ```
    /// use lstm_lessons::cell::{CellKind, StackConfig};
    /// let config = StackConfig { cell: CellKind::Gru, d_input: 28, d_hidden: 10, n_layers: 2, forget_bias: 1.0 };
    /// assert_eq!(config.fewest_parameters(), 28 * 10 + 2 * 10 * 10);
    /// ```
    pub fn fewest_parameters(&self) -> usize {
        let Self { d_input, d_hidden, n_layers, .. } = *self;
        d_hidden.saturating_mul(d_input.saturating_add(n_layers.saturating_mul(d_hidden)))
    }
}

/// `n_layers` layers; the outputs of one are the inputs of the next.
///
/// Each layer owns a cell. (The course's `[cell] * num_layers` puts one cell in the list twice, and
/// both layers share its weights.)
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::cell::{CellKind, Stack, StackConfig};
/// use rand::{SeedableRng, rngs::StdRng};
///
/// let device = Device::flex();
/// let config = StackConfig { cell: CellKind::Lstm, d_input: 28, d_hidden: 16, n_layers: 2, forget_bias: 1.0 };
/// let stack = Stack::new(&config, &mut StdRng::seed_from_u64(1), &device);
/// let (outputs, states) = stack.forward(Tensor::zeros([5, 28, 28], &device), None); // [B, T, D] -> [B, T, H]
/// assert_eq!(outputs.dims(), [5, 28, 16]);
/// assert_eq!(states.len(), 2);
/// ```
#[derive(Module, Debug)]
pub struct Stack {
    /// The layers, the first of which reads the input.
    pub layers: Vec<Layer>,
    /// The share of units that [`drop_units`] silences before each layer and after the last, while
    /// training.
    #[module(skip)]
    pub dropout: f64,
}

impl Stack {
    /// Fresh weights for every layer.
    pub fn new(config: &StackConfig, rng: &mut StdRng, device: &Device) -> Self {
        let StackConfig { cell, d_hidden, forget_bias, n_layers, .. } = *config;
        let layer = |k: usize| {
            let d_input = if k == 0 { config.d_input } else { d_hidden };
            Layer::new(Cell::new(cell, d_input, d_hidden, forget_bias, rng, device))
        };
        let layers = (0..n_layers).map(layer).collect();
        Self { layers, dropout: 0.0 }
    }

    /// The same stack with every layer computed by `kernel`.
    pub fn with_kernel(mut self, kernel: Kernel) -> Self {
        self.layers.iter_mut().for_each(|layer| layer.kernel = kernel);
        self
    }

    /// The same stack whose LSTM cells begin with memories of all lengths up to `steps`, see
    /// [its equation](super::LstmCell::with_memories_up_to); other cells have no gate of their own for it and stay.
    pub fn with_memories_up_to(mut self, steps: usize) -> Self {
        for layer in &mut self.layers {
            if let Cell::Lstm(cell) = &mut layer.cell {
                *cell = cell.clone().with_memories_up_to(steps);
            }
        }
        self
    }

    /// Reads a whole sequence through all layers: `x [B, T, D]` and a state for each layer (zeros,
    /// if none are given) give `(the top layer's h_1 … h_T [B, T, H], the states after the last
    /// step)`.
    ///
    /// # Panics
    /// As [`Layer::forward`], and if there are not as many states as layers.
    pub fn forward(&self, x: Tensor<3>, states: Option<Vec<State>>) -> (Tensor<3>, Vec<State>) {
        let states = per_layer(states, self.layers.len());
        let (mut x, mut after) = (x, Vec::with_capacity(self.layers.len()));
        for (layer, before) in self.layers.iter().zip(states) {
            let state;
            (x, state) = layer.forward(drop_units(x, self.dropout), before);
            after.push(state);
        }
        (drop_units(x, self.dropout), after)
    }

    /// [`forward`](Self::forward), step by step, with every signal of every layer kept.
    pub fn trace(
        &self,
        x: Tensor<3>,
        states: Option<Vec<State>>,
    ) -> (Tensor<3>, Vec<State>, Vec<Trace>) {
        let states = per_layer(states, self.layers.len());
        let (mut x, mut after, mut traces) = (x, Vec::new(), Vec::new());
        for (layer, before) in self.layers.iter().zip(states) {
            let (state, trace);
            (x, state, trace) = layer.trace(x, before);
            after.push(state);
            traces.push(trace);
        }
        (x, after, traces)
    }
}

/// The given states, or none for each layer.
///
/// # Panics
/// If there are more or fewer states than layers.
fn per_layer(states: Option<Vec<State>>, n_layers: usize) -> Vec<Option<State>> {
    match states {
        Some(states) => {
            assert_eq!(states.len(), n_layers, "a stack takes one state for each layer");
            states.into_iter().map(Some).collect()
        }
        None => vec![None; n_layers],
    }
}
