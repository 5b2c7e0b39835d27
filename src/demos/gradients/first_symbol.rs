//! A task that nothing but memory can solve: name the first symbol of a sequence after its last.

use burn::{
    nn::{Linear, loss::CrossEntropyLossConfig},
    prelude::*,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    cell::{Cell, CellKind, Layer, head},
    training::fit,
};

/// The symbols.
pub const SYMBOLS: usize = 4;

/// Sequences and their first symbols.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Each step one symbol: zeros and a single 1, `[B, T, SYMBOLS]`.
    pub x: Tensor<3>,
    /// The symbol of the first step, `[B]`.
    pub first: Tensor<1, Int>,
}

/// `batch` sequences of `seq_len` symbols, every one drawn alone: the other T - 1 say nothing about
/// the first.
pub fn draw(batch: usize, seq_len: usize, rng: &mut StdRng, device: &Device) -> Batch {
    let symbols: Vec<i32> =
        (0..batch * seq_len).map(|_| rng.random_range(0..SYMBOLS as i32)).collect();
    let first: Vec<i32> = symbols.iter().copied().step_by(seq_len).collect();
    let symbols = Tensor::<2, Int>::from_data(TensorData::new(symbols, [batch, seq_len]), device); // [B, T]
    let first = Tensor::from_data(TensorData::new(first, [batch]), device); // [B]
    Batch { x: symbols.one_hot::<3>(SYMBOLS).float(), first }
}

/// Reads a sequence and names its first symbol from the last output.
#[derive(Module, Debug)]
pub struct Rememberer {
    /// The cell over time.
    pub layer: Layer,
    /// From h_T to a logit for each symbol.
    pub head: Linear,
}

impl Rememberer {
    /// Fresh weights.
    pub fn new(
        kind: CellKind,
        d_hidden: usize,
        forget_bias: f32,
        seed: u64,
        device: &Device,
    ) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let cell = Cell::new(kind, SYMBOLS, d_hidden, forget_bias, &mut rng, device);
        Self { layer: Layer::new(cell), head: head(d_hidden, SYMBOLS, &mut rng, device) }
    }

    /// The logits: `[B, T, SYMBOLS] -> [B, SYMBOLS]`.
    pub fn forward(&self, x: Tensor<3>) -> Tensor<2> {
        let (_, last) = self.layer.forward(x, None);
        self.head.forward(last.hidden)
    }

    /// The mean cross-entropy, nats; guessing costs ln 4 = 1.386.
    pub fn loss(&self, batch: &Batch) -> Tensor<1> {
        let logits = self.forward(batch.x.clone());
        CrossEntropyLossConfig::new().init(&logits.device()).forward(logits, batch.first.clone())
    }

    /// The share of first symbols named rightly; guessing gets ¼.
    pub fn accuracy(&self, batch: &Batch) -> f64 {
        let named = self.forward(batch.x.clone()).argmax(1).squeeze_dim::<1>(1); // [B]
        named.equal(batch.first.clone()).float().mean().into_scalar()
    }
}

/// How a training is set up; everything but the cell is the same for all that are compared.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Which cell.
    pub kind: CellKind,
    /// Where the LSTM's forget bias starts.
    pub forget_bias: f32,
    /// T.
    pub seq_len: usize,
    /// H.
    pub d_hidden: usize,
    /// B.
    pub batch: usize,
    /// Training steps.
    pub steps: usize,
    /// Learning rate.
    pub lr: f64,
    /// Of the weights and of the sequences.
    pub seed: u64,
}

/// The result of a trial.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The loss of every step, nats.
    pub losses: Vec<f64>,
    /// The share of fresh sequences whose first symbol is named rightly.
    pub accuracy: f64,
}

/// Sequences of the test set.
const TESTED: usize = 256;

/// Trains one cell on fresh sequences at every step, then tests it on others.
pub fn attempt(trial: &Trial, device: &Device) -> Outcome {
    let Trial { kind, forget_bias, seq_len, d_hidden, batch, steps, lr, seed } = *trial;
    let tracked = device.clone().autodiff();
    let mut rng = StdRng::seed_from_u64(seed);
    let mut losses = Vec::with_capacity(steps);
    let model = fit(
        Rememberer::new(kind, d_hidden, forget_bias, seed, &tracked),
        steps,
        lr,
        |model, _| model.loss(&draw(batch, seq_len, &mut rng, &tracked)),
        |_, loss, _| losses.push(loss),
    );
    let fresh = draw(TESTED, seq_len, &mut StdRng::seed_from_u64(seed ^ 1), device);
    Outcome { losses, accuracy: model.valid().accuracy(&fresh) }
}
