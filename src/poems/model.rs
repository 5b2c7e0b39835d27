//! The poem model: an embedding, a stack of the shared cells, a projection to the vocabulary
//! (course section 3-5).

use burn::{
    module::Param,
    nn,
    optim::{
        GradientsParams, ModuleOptimizer, lr_scheduler::module_lr_scheduler::ModuleLearningRate,
    },
    prelude::*,
    tensor::activation::log_softmax,
};
use burn_train::{InferenceStep, TrainOutput, TrainStep};
use rand::{SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};

use super::{
    batch::PoemBatch,
    features::{Features, Scan},
    genre::Tune,
    history::Mirror,
    vocab::Vocab,
};
use crate::{
    cell::{Cell, CellKind, Layer, LstmCell, Stack, StackConfig, State, uniform},
    kernel::{
        Kernel,
        operations::linear_cross_entropy,
        step::{LayerWeights, Stepper},
        vector::Vectors,
    },
    training::{MAX_NORM, Measured, clip_global_norm, weights::numbered},
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
    /// One matrix reads the characters and writes them: the projection is the embedding turned
    /// round (needs E = H).
    pub tied: bool,
    /// The share of units silenced while training.
    pub dropout: f64,
    /// The facts of verse (place, rhyme, …) are added to the characters' vectors; see [`Features`].
    #[serde(default)]
    pub features: bool,
    /// Among them, in the second line of a couplet, the character of the first that stands above.
    #[serde(default)]
    pub couplets: bool,
}

/// What the model remembers between two steps.
#[derive(Clone, Debug)]
pub struct PoemState {
    /// One state a layer.
    pub layers: Vec<State>,
    /// How far each poem is, for the features.
    pub scans: Vec<Scan>,
}

/// `[B, T] -> [B, T, E] -> [B, T, H] -> [B, T, V]`.
#[derive(Module, Debug)]
pub struct PoemModel {
    /// A vector for each character, `[V, E]`.
    pub embedding: nn::Embedding,
    /// Vectors for what verse demands at each place, if the model is told.
    pub features: Option<Features>,
    /// The same cell that reads the digits.
    pub stack: Stack,
    /// W, from what is remembered to a score for each character, `[H, V]`; without it the embedding
    /// serves, turned round.
    pub projection: Option<Param<Tensor<2>>>,
    /// b, `[V]`.
    pub bias: Param<Tensor<1>>,
    /// Whether the loss may go as one operation.
    #[module(skip)]
    pub kernel: Kernel,
    /// Where it leaves itself when validated.
    #[module(skip)]
    pub mirror: Option<Mirror>,
}

impl PoemModel {
    /// Fresh weights for the characters of `vocab` (and, in a model of lyrics, for `tunes`), with
    /// the features that `config` asks for.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    pub fn for_vocab(
        config: &PoemConfig,
        vocab: &Vocab,
        tunes: &[Tune],
        seed: u64,
        device: &Device,
    ) -> Self {
        let features = config
            .features
            .then(|| Features::new(vocab, tunes, config.couplets, config.d_embed, device));
        numbered(Self { features, ..Self::new(config, seed, device) })
    }

    /// Fresh weights, without features; the same seed gives the same numbers on every device.
    ///
    /// The embedding starts from U(-1, 1) as in the course. The projection starts small, so that
    /// the first loss is ln V: a model that knows nothing and says so. (The course's start, with
    /// weights of spread 1, is confidently wrong.) A tied matrix must start small for the same
    /// reason.
    ///
    /// # Panics
    /// If `tied` and E ≠ H.
    pub fn new(config: &PoemConfig, seed: u64, device: &Device) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let PoemConfig { vocab_size, d_embed, d_hidden, n_layers, cell, tied, dropout, .. } =
            *config;
        assert!(
            !tied || d_embed == d_hidden,
            "a tied model needs an embedding as wide as its layers"
        );
        let small = 1.0 / (d_hidden as f32).sqrt();
        let spread = if tied { small } else { 1.0 };
        let embedding =
            nn::Embedding { weight: uniform([vocab_size, d_embed], spread, &mut rng, device) };
        let stack = StackConfig { cell, d_input: d_embed, d_hidden, n_layers, forget_bias: 1.0 };
        let mut stack = Stack::new(&stack, &mut rng, device);
        stack.dropout = dropout;
        let projection = (!tied).then(|| uniform([d_hidden, vocab_size], small, &mut rng, device));
        let bias = Param::from_data(TensorData::zeros::<f32, _>([vocab_size]), device);
        numbered(Self {
            embedding,
            features: None,
            stack,
            projection,
            bias,
            kernel: Kernel::default(),
            mirror: None,
        })
    }

    /// The same model computed by `kernel`.
    pub fn with_kernel(mut self, kernel: Kernel) -> Self {
        self.stack = self.stack.with_kernel(kernel);
        Self { kernel, ..self }
    }

    /// What the stack reads at each step: `[B, T]` gives `([B, T, E], one scan a row)`.
    ///
    /// ```text
    /// x_t = E[c_t] + Σ_k P[fact_k,t]
    /// ```
    pub fn embed(
        &self,
        inputs: Tensor<2, Int>,
        scans: Option<Vec<Scan>>,
    ) -> (Tensor<3>, Vec<Scan>) {
        let x = self.embedding.forward(inputs.clone()); // [B, T, E]
        let Some(features) = &self.features else { return (x, Vec::new()) };
        let (facts, scans) = features.forward(&inputs, scans); // [B, T, E]
        (x + facts, scans)
    }

    /// What is remembered after each step: `[B, T]` gives `([B, T, H], the state after the last)`.
    ///
    /// ```text
    /// h_t = stack(x_t, h_{t-1})
    /// ```
    pub fn remember(
        &self,
        inputs: Tensor<2, Int>,
        state: Option<PoemState>,
    ) -> (Tensor<3>, PoemState) {
        let (layers, scans) = state.map(|state| (state.layers, state.scans)).unzip();
        let (x, scans) = self.embed(inputs, scans); // [B, T, E]
        let (hidden, layers) = self.stack.forward(x, layers); // [B, T, H]
        (hidden, PoemState { layers, scans })
    }

    /// Scores of the next character after each step: `[B, T]` gives
    /// `([B, T, V], the state after the last)`.
    ///
    /// ```text
    /// z_t = h_t W + b
    /// ```
    pub fn forward(
        &self,
        inputs: Tensor<2, Int>,
        state: Option<PoemState>,
    ) -> (Tensor<3>, PoemState) {
        let (hidden, state) = self.remember(inputs, state); // [B, T, H]
        let [batch, seq_len, d_hidden] = hidden.dims();
        let logits = hidden.reshape([batch * seq_len, d_hidden]).matmul(self.w())
            + self.bias.val().unsqueeze(); // [B·T, V]
        let [_, vocab_size] = logits.dims();
        (logits.reshape([batch, seq_len, vocab_size]), state)
    }

    /// ln p of each target, `[B, T]`, padding included.
    pub fn log_probabilities(&self, batch: &PoemBatch) -> Tensor<2> {
        let (logits, _) = self.forward(batch.inputs.clone(), None); // [B, T, V]
        let targets = batch.targets.clone().unsqueeze_dim(2); // [B, T, 1]
        log_softmax(logits, 2).gather(2, targets).squeeze_dim(2) // [B, T]
    }

    /// The mean of -ln p over the targets that count: padding adds nothing above the line and
    /// nothing below.
    ///
    /// ```text
    /// loss = - Σ mask_bt · ln softmax(z_bt)[y_bt] / Σ mask_bt
    /// ```
    pub fn loss(&self, batch: &PoemBatch) -> Tensor<1> {
        let tokens = batch.tokens() as f64;
        if !self.kernel.runs_on(&self.bias.val()) {
            let counted = self.log_probabilities(batch) * batch.mask.clone(); // [B, T]
            return counted.sum().div_scalar(tokens).neg(); // [1]
        }
        let (hidden, _) = self.remember(batch.inputs.clone(), None); // [B, T, H]
        let [batch_size, seq_len, d_hidden] = hidden.dims();
        let rows = [batch_size * seq_len];
        let tied = self.projection.is_none();
        linear_cross_entropy(
            hidden.reshape([rows[0], d_hidden]), // [B·T, H]
            self.projection.as_ref().unwrap_or(&self.embedding.weight).val(),
            self.bias.val(),
            batch.targets.clone().reshape(rows), // [B·T]
            batch.mask.clone().reshape(rows).div_scalar(tokens), // [B·T]
            tied,
        )
    }

    /// The model laid out for writing, if its cells are LSTM cells and the fused way is wanted.
    pub fn stepper(&self) -> Option<Stepper> {
        let lstm = |layer: &Layer| match &layer.cell {
            Cell::Lstm(LstmCell { w_x, w_h, bias }) => Some(LayerWeights {
                w_x: numbers(&w_x.val()),
                w_h: numbers(&w_h.val()),
                bias: numbers(&bias.val()),
            }),
            _ => None,
        };
        if !self.kernel.runs_on(&self.bias.val()) {
            return None;
        }
        let layers = self.stack.layers.iter().map(lstm).collect::<Option<Vec<_>>>()?;
        Some(Stepper::new(
            Vectors::widest(),
            layers,
            &numbers(&self.w()),
            numbers(&self.bias.val()),
        ))
    }

    /// The projection as it is used, `[H, V]`.
    pub(super) fn w(&self) -> Tensor<2> {
        match &self.projection {
            Some(projection) => projection.val(),
            None => self.embedding.weight.val().transpose(),
        }
    }

    fn measured(loss: &Tensor<1>, batch: &PoemBatch) -> Measured {
        Measured { loss: loss.clone().into_scalar(), correct: 0, count: batch.tokens() }
    }
}

/// The numbers of a tensor, row by row.
pub(super) fn numbers<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.to_data().iter().collect()
}

impl TrainStep for PoemModel {
    type Input = PoemBatch;
    type Output = Measured;

    fn step(&self, batch: PoemBatch) -> TrainOutput<Measured> {
        let loss = self.loss(&batch);
        let measured = Self::measured(&loss, &batch);
        TrainOutput::new(self, loss.backward(), measured)
    }

    fn optimize(
        self,
        optimizer: &mut ModuleOptimizer,
        lr: ModuleLearningRate,
        grads: GradientsParams,
    ) -> Self {
        let (grads, _) = clip_global_norm(&self, grads, MAX_NORM);
        optimizer.step(lr, self, grads)
    }
}

impl InferenceStep for PoemModel {
    type Input = PoemBatch;
    type Output = Measured;

    fn step(&self, batch: PoemBatch) -> Measured {
        if let Some(mirror) = &self.mirror {
            mirror.leave(Self { mirror: None, ..self.clone() });
        }
        Self::measured(&self.loss(&batch), &batch)
    }
}
