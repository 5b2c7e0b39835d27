//! The classifier: a stack of recurrent layers reads 28 rows, and what it remembers after the last
//! one says which digit it was.

use burn::{
    nn::{Linear, loss::CrossEntropyLossConfig},
    optim::{
        GradientsParams, ModuleOptimizer, lr_scheduler::module_lr_scheduler::ModuleLearningRate,
    },
    prelude::*,
    tensor::activation::softmax,
};
use burn_train::{InferenceStep, TrainOutput, TrainStep};
use rand::{SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};

use super::rows::{RowBatch, WIDTH};
use crate::{
    cell::{CellKind, Stack, StackConfig, State, drop_units, head},
    kernel::{
        Kernel,
        operations::{LossOptions, linear_cross_entropy},
    },
    training::{MAX_NORM, Measured, clipped, weights::numbered},
};

/// The ten digits.
pub const CLASSES: usize = 10;

/// The shape of a classifier; it travels with the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowClassifierConfig {
    /// The recurrent layers.
    pub stack: StackConfig,
}

impl RowClassifierConfig {
    /// `n_layers` layers of `cell`, each `d_hidden` wide, for rows of 28 pixels. (Another
    /// `stack.d_input` that divides 28 reads so many pixels a step.)
    pub fn new(cell: CellKind, d_hidden: usize, n_layers: usize) -> Self {
        Self { stack: StackConfig { cell, d_input: WIDTH, d_hidden, n_layers, forget_bias: 1.0 } }
    }

    /// A classifier with fresh weights, drawn on the host by `rand`'s `StdRng`: one seed, the same
    /// weights on every device.
    pub fn init(&self, seed: u64, device: &Device) -> RowClassifier {
        let mut rng = StdRng::seed_from_u64(seed);
        let stack = Stack::new(&self.stack, &mut rng, device);
        let head = head(self.stack.d_hidden, CLASSES, &mut rng, device);
        let width = self.stack.d_input;
        numbered(RowClassifier { stack, head, width, dropout: 0.0, smoothing: 0.0 })
    }
}

/// Reads an image row by row and names the digit.
///
/// ```text
/// h_1 … h_28 = stack(row_1 … row_28)
/// logits     = h_28 W + b              only the last output decides
/// ```
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::{cell::CellKind, mnist::model::RowClassifierConfig};
///
/// let device = Device::flex();
/// let model = RowClassifierConfig::new(CellKind::Lstm, 16, 1).init(1, &device);
/// let rows = Tensor::zeros([5, 28, 28], &device);               // [B, T, D]
/// assert_eq!(model.forward(rows.clone(), None).dims(), [5, 10]);
/// assert_eq!(model.beliefs(rows).dims(), [5, 28, 10]);
/// ```
#[derive(Module, Debug)]
pub struct RowClassifier {
    /// The recurrent layers.
    pub stack: Stack,
    /// From what is remembered to ten logits.
    pub head: Linear,
    /// D, how many pixels are read at a step.
    #[module(skip)]
    width: usize,
    /// The share of units that [`drop_units`] silences after each layer, while training.
    #[module(skip)]
    pub dropout: f64,
    /// a, the share of certainty that training takes from each label.
    #[module(skip)]
    pub smoothing: f32,
}

impl RowClassifier {
    /// The same classifier computed by `kernel`.
    pub fn with_kernel(mut self, kernel: Kernel) -> Self {
        self.stack = self.stack.with_kernel(kernel);
        self
    }

    /// The logits of each image, from the last output alone: `[B, T, 28] -> [B, 10]`.
    pub fn forward(&self, rows: Tensor<3>, states: Option<Vec<State>>) -> Tensor<2> {
        let outputs = self.outputs(rows, states); // [B, T, H]
        self.head.forward(last(outputs)) // [B, 10]
    }

    /// The mean cross-entropy of `labels` (`[B]`) from the last outputs (`[B, H]`).
    pub fn cross_entropy(&self, last: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
        self.loss_of(last.clone(), || self.head.forward(last), labels)
    }

    /// The same with `logits` at hand (`[B, 10]`). On a GPU they are not looked at: projection and loss
    /// are one operation there, as Burn's are thirty launches more.
    fn loss_of(
        &self,
        last: Tensor<2>,
        logits: impl FnOnce() -> Tensor<2>,
        labels: Tensor<1, Int>,
    ) -> Tensor<1> {
        let kernel = self.stack.layers[0].kernel;
        let (Some(bias), true) = (&self.head.bias, kernel.runs_on_gpu(&last)) else {
            return CrossEntropyLossConfig::new().init(&last.device()).forward(logits(), labels);
        };
        let [count] = labels.dims();
        let weights = Tensor::full([count], 1.0 / count as f32, &last.device());
        let options = LossOptions { tied: false, precision: kernel.precision(), sparse: None };
        let w = self.head.weight.val();
        linear_cross_entropy(last, w, bias.val(), labels, weights, None, options)
    }

    /// The outputs of the top layer after each row (read pixel by pixel, after every 28 of them):
    /// `[B, T, 28] -> [B, T, H]`. While training, dropout follows each layer; the pixels stay as
    /// they are.
    pub fn outputs(&self, rows: Tensor<3>, states: Option<Vec<State>>) -> Tensor<3> {
        let [batch, n_rows, _] = rows.dims();
        let steps = WIDTH / self.width; // of each row
        let mut states = states.into_iter().flatten();
        let mut x = rows.reshape([batch, n_rows * steps, self.width]); // [B, T, D]
        for layer in &self.stack.layers {
            let (h, _) = layer.forward(x, states.next());
            x = drop_units(h, self.dropout); // [B, T, H]
        }
        let [_, _, d_hidden] = x.dims();
        match steps {
            1 => x,
            _ => x.reshape([batch, n_rows, steps, d_hidden]).narrow(2, steps - 1, 1).squeeze_dim(2),
        }
    }

    /// What the classifier would say after each row, as probabilities: `[B, T, 28] -> [B, T, 10]`.
    ///
    /// It was trained to answer after the last row only, so its early answers are guesses by the
    /// same head. Run it on a model without autodiff.
    pub fn beliefs(&self, rows: Tensor<3>) -> Tensor<3> {
        softmax(self.head.forward(self.outputs(rows, None)), 2) // [B, T, 10]
    }

    /// The mean cross-entropy of a batch, nats, with what is measured of it.
    ///
    /// ```text
    /// loss = - Σ_d target_d ln softmax(logits)_d        target = (1 - a) one_hot(label) + a / 10
    /// ```
    ///
    /// a is the `smoothing`: where it is above 0, certainty has a price. What is measured is the
    /// loss without it, so that training and validation can be compared.
    fn loss(&self, batch: RowBatch, smoothing: f32) -> (Tensor<1>, Measured) {
        let RowBatch { rows, labels } = batch;
        let [count] = labels.dims();
        let last = last(self.outputs(rows, None)); // [B, H]
        let logits = self.head.forward(last.clone()); // [B, 10]
        let read = logits.clone().argmax(1).squeeze_dim(1); // [B]
        let correct = read.equal(labels.clone()).float().sum(); // [1]
        let plain = self.loss_of(last, || logits.clone(), labels.clone());
        let both = Tensor::cat(vec![plain.clone(), correct], 0).into_data(); // a GPU is waited for once
        let both: Vec<f64> = both.iter().collect();
        let measured = Measured { loss: both[0], correct: both[1] as usize, count };
        if smoothing == 0.0 {
            return (plain, measured);
        }
        let smoothed = CrossEntropyLossConfig::new().with_smoothing(Some(smoothing));
        (smoothed.init(&logits.device()).forward(logits, labels), measured)
    }
}

/// What is remembered after the last step: `[B, T, H] -> [B, H]`.
pub fn last(outputs: Tensor<3>) -> Tensor<2> {
    let [_, seq_len, _] = outputs.dims();
    outputs.narrow(1, seq_len - 1, 1).squeeze_dim(1)
}

impl TrainStep for RowClassifier {
    type Input = RowBatch;
    type Output = Measured;

    fn step(&self, batch: RowBatch) -> TrainOutput<Measured> {
        let (loss, measured) = self.loss(batch, self.smoothing);
        TrainOutput::new(self, loss.backward(), measured)
    }

    fn optimize(
        self,
        optimizer: &mut ModuleOptimizer,
        lr: ModuleLearningRate,
        grads: GradientsParams,
    ) -> Self {
        let grads = clipped(&self, grads, MAX_NORM);
        optimizer.step(lr, self, grads)
    }
}

impl InferenceStep for RowClassifier {
    type Input = RowBatch;
    type Output = Measured;

    fn step(&self, batch: RowBatch) -> Measured {
        self.loss(batch, 0.0).1
    }
}
