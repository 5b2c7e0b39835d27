//! The poem model: an embedding, a stack of the shared cells, a projection to the vocabulary (course section 3-5).

use burn::{
    nn,
    optim::{GradientsParams, ModuleOptimizer, lr_scheduler::module_lr_scheduler::ModuleLearningRate},
    prelude::*,
    tensor::activation::log_softmax,
};
use burn_train::{InferenceStep, TrainOutput, TrainStep};
use rand::{SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};

use super::batch::PoemBatch;
use crate::{
    cell::{CellKind, Stack, StackConfig, State, head, uniform},
    training::{MAX_NORM, Measured, clip_global_norm},
};

/// The shape of a poem model; it travels with the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoemConfig {
    /// V, PAD, BOS, EOS and UNK included.
    pub vocab_size: usize,
    /// E, the width of a character's vector.
    pub d_embed: usize,
    /// H, the width of each layer.
    pub d_hidden: usize,
    /// L; the course has two.
    pub n_layers: usize,
    /// Which cell.
    pub cell: CellKind,
}

/// `[B, T] -> [B, T, E] -> [B, T, H] -> [B, T, V]`.
#[derive(Module, Debug)]
pub struct PoemModel {
    /// A vector for each character, `[V, E]`.
    pub embedding: nn::Embedding,
    /// The same cell that reads the digits.
    pub stack: Stack,
    /// From what is remembered to a score for each character, `[H, V]`.
    pub head: nn::Linear,
}

impl PoemModel {
    /// Fresh weights; the same seed gives the same numbers on every device.
    ///
    /// The embedding starts from U(-1, 1) as in the course. The projection starts small, so that the first loss is ln V: a model that knows nothing and says so. (The course's start,
    /// with weights of spread 1, is confidently wrong.)
    pub fn new(config: &PoemConfig, seed: u64, device: &Device) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let PoemConfig { vocab_size, d_embed, d_hidden, n_layers, cell } = *config;
        let embedding = nn::Embedding { weight: uniform([vocab_size, d_embed], 1.0, &mut rng, device) };
        let stack = StackConfig { cell, d_input: d_embed, d_hidden, n_layers, forget_bias: 1.0 };
        let stack = Stack::new(&stack, &mut rng, device);
        let head = head(d_hidden, vocab_size, &mut rng, device);
        crate::training::weights::numbered(Self { embedding, stack, head })
    }

    /// Scores of the next character after each step: `[B, T]` gives `([B, T, V], one state a layer)`.
    pub fn forward(&self, inputs: Tensor<2, Int>, states: Option<Vec<State>>) -> (Tensor<3>, Vec<State>) {
        let [batch, seq_len] = inputs.dims();
        let (hidden, states) = self.stack.forward(self.embedding.forward(inputs), states); // [B, T, H]
        let [_, _, d_hidden] = hidden.dims();
        let logits = self.head.forward(hidden.reshape([batch * seq_len, d_hidden])); // [B·T, V]
        let [_, vocab_size] = logits.dims();
        (logits.reshape([batch, seq_len, vocab_size]), states)
    }

    /// ln p of each target, `[B, T]`, padding included.
    pub fn log_probabilities(&self, batch: &PoemBatch) -> Tensor<2> {
        let (logits, _) = self.forward(batch.inputs.clone(), None); // [B, T, V]
        let targets = batch.targets.clone().unsqueeze_dim(2); // [B, T, 1]
        log_softmax(logits, 2).gather(2, targets).squeeze_dim(2) // [B, T]
    }

    /// The mean of -ln p over the targets that count: padding adds nothing above the line and nothing below.
    ///
    /// ```text
    /// loss = - Σ mask_bt · ln softmax(z_bt)[y_bt] / Σ mask_bt
    /// ```
    pub fn loss(&self, batch: &PoemBatch) -> Tensor<1> {
        let counted = self.log_probabilities(batch) * batch.mask.clone(); // [B, T]
        counted.sum().div_scalar(batch.tokens() as f64).neg() // [1]
    }

    fn measured(loss: &Tensor<1>, batch: &PoemBatch) -> Measured {
        Measured { loss: loss.clone().into_scalar(), correct: 0, count: batch.tokens() }
    }
}

impl TrainStep for PoemModel {
    type Input = PoemBatch;
    type Output = Measured;

    fn step(&self, batch: PoemBatch) -> TrainOutput<Measured> {
        let loss = self.loss(&batch);
        let measured = Self::measured(&loss, &batch);
        TrainOutput::new(self, loss.backward(), measured)
    }

    fn optimize(self, optimizer: &mut ModuleOptimizer, lr: ModuleLearningRate, grads: GradientsParams) -> Self {
        let (grads, _) = clip_global_norm(&self, grads, MAX_NORM);
        optimizer.step(lr, self, grads)
    }
}

impl InferenceStep for PoemModel {
    type Input = PoemBatch;
    type Output = Measured;

    fn step(&self, batch: PoemBatch) -> Measured {
        Self::measured(&self.loss(&batch), &batch)
    }
}
