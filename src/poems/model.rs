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

use super::{
    batch::PoemBatch,
    shape::PoemShape,
    text::{
        genre::{Text, Tune},
        vocab::Vocab,
    },
    verse::{
        facts::{Facts, Told, VerseFacts},
        features::Features,
        output::Output,
        schemes::Schemes,
    },
};
use crate::{
    cell::{Cell, Layer, LstmCell, Stack, State, uniform},
    kernel::{
        Kernel,
        operations::{LossOptions, linear_cross_entropy},
        step::{LayerWeights, Stepper},
        vector::Vectors,
    },
    training::{MAX_NORM, Measured, clipped, weights::numbered},
};

/// `[B, T] -> [B, T, E] -> [B, T, H] -> [B, T, V]`.
#[derive(Module, Debug)]
pub struct PoemModel {
    /// A vector for each character, `[V, E]`.
    pub embedding: nn::Embedding,
    /// Vectors for the facts of verse, in a model that knows them.
    pub features: Option<Features>,
    /// The same cell that reads the digits.
    pub stack: Stack,
    /// The weights of what is told at the output, in a model that knows it.
    pub output: Option<Output>,
    /// W, from the hidden state to a logit for each character, `[H, V]`; without it the embedding
    /// serves, transposed.
    pub projection: Option<Param<Tensor<2>>>,
    /// b, `[V]`.
    pub bias: Param<Tensor<1>>,
    /// Whether the loss may be computed as one operation.
    #[module(skip)]
    pub kernel: Kernel,
}

impl PoemModel {
    /// Fresh weights for the characters of `vocab` (and, in a model of lyrics, for `tunes`), with
    /// the facts of verse that `shape` asks for, by the rules of `schemes`.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    pub fn for_vocab(
        shape: &PoemShape,
        vocab: &Vocab,
        (tunes, schemes): (&[Tune], &Schemes),
        seed: u64,
        device: &Device,
    ) -> Self {
        let PoemShape { facts, d_embed, d_hidden, .. } = *shape;
        let features = Features::new(facts, vocab, (tunes, schemes), d_embed, device);
        let output = (facts == VerseFacts::Output).then(|| Output::new(d_embed, d_hidden, device));
        numbered(Self { features, output, ..Self::new(shape, vocab.size(), seed, device) })
    }

    /// Fresh weights for V characters, without facts of verse; the same seed gives the same numbers
    /// on every device.
    ///
    /// The embedding starts from U(-1, 1) as in the course. The projection starts small, so that
    /// the first loss is ln V: a model that knows nothing and says so. (The course's start, with
    /// weights of spread 1, is confidently wrong.) A tied matrix must start small for the same
    /// reason.
    ///
    /// # Panics
    /// If `tied` and E ≠ H.
    pub fn new(shape: &PoemShape, vocab_size: usize, seed: u64, device: &Device) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let PoemShape { d_embed, d_hidden, tied, dropout, .. } = *shape;
        assert!(
            !tied || d_embed == d_hidden,
            "a tied model needs an embedding as wide as its layers"
        );
        let small = 1.0 / (d_hidden as f32).sqrt();
        let spread = if tied { small } else { 1.0 };
        let embedding =
            nn::Embedding { weight: uniform([vocab_size, d_embed], spread, &mut rng, device) };
        let mut stack = Stack::new(&shape.stack(), &mut rng, device);
        stack.dropout = dropout;
        let projection = (!tied).then(|| uniform([d_hidden, vocab_size], small, &mut rng, device));
        let bias = Param::from_data(TensorData::zeros::<f32, _>([vocab_size]), device);
        let kernel = Kernel::default();
        numbered(Self { embedding, features: None, stack, output: None, projection, bias, kernel })
    }

    /// The same model computed by `kernel`.
    pub fn with_kernel(mut self, kernel: Kernel) -> Self {
        self.stack = self.stack.with_kernel(kernel);
        Self { kernel, ..self }
    }

    /// Texts side by side as this model reads them: with the facts of verse, if it knows them.
    pub fn batch(&self, texts: &[&Text], device: &Device) -> PoemBatch {
        let reader = self.features.as_ref().map(|features| &*features.reader);
        PoemBatch::of(texts, reader, device)
    }

    /// What the stack reads at each step: `[B, T]` and `[B, T, F] -> [B, T, E]`.
    ///
    /// ```text
    /// x_t = E[c_t] + Σ_k P[fact_k,t]
    /// ```
    ///
    /// # Panics
    /// If the model knows facts of verse and gets none.
    pub fn embed(&self, inputs: Tensor<2, Int>, facts: Option<&Facts>) -> Tensor<3> {
        let x = self.vectors(inputs); // [B, T, E]
        let Some(features) = &self.features else { return x };
        let facts = facts.expect("a model that knows facts of verse reads batches made for it");
        x + features.forward(facts.input.clone()) // [B, T, E]
    }

    #[cfg(feature = "cubecl")]
    fn vectors(&self, inputs: Tensor<2, Int>) -> Tensor<3> {
        let e = self.embedding.weight.val();
        match self.kernel.runs_on_gpu(&e) {
            true => crate::kernel::operations::embedding_on_gpu(e, inputs),
            false => self.embedding.forward(inputs),
        }
    }

    #[cfg(not(feature = "cubecl"))]
    fn vectors(&self, inputs: Tensor<2, Int>) -> Tensor<3> {
        self.embedding.forward(inputs)
    }

    /// [`embed`](Self::embed) of a whole batch.
    pub fn embed_batch(&self, batch: &PoemBatch) -> Tensor<3> {
        self.embed(batch.inputs.clone(), batch.facts.as_ref())
    }

    /// The logits of the next character at each step: `[B, T, H] -> [B, T, V]`.
    ///
    /// ```text
    /// z_t = h_t W + b        and what `facts` tell at the output, see [`output`](super::verse::output)
    /// ```
    pub fn logits(&self, hidden: Tensor<3>, facts: Option<&Facts>) -> Tensor<3> {
        let [batch, seq_len, _] = hidden.dims();
        let hidden = self.answered(hidden, facts); // [B·T, H]
        let mut logits = hidden.matmul(self.w()) + self.bias.val().unsqueeze(); // [B·T, V]
        if let (Some(output), Some(told)) = (&self.output, told(facts)) {
            logits = output.add_to(logits, told); // [B·T, V]
        }
        let [_, vocab_size] = logits.dims();
        logits.reshape([batch, seq_len, vocab_size])
    }

    /// The hidden states below each other, with what is told at the output of couplets:
    /// `[B, T, H] -> [B·T, H]`.
    fn answered(&self, hidden: Tensor<3>, facts: Option<&Facts>) -> Tensor<2> {
        let [batch, seq_len, d_hidden] = hidden.dims();
        let hidden = hidden.reshape([batch * seq_len, d_hidden]);
        match (&self.output, told(facts)) {
            (Some(output), Some(told)) => {
                output.answered(hidden, self.embedding.weight.val(), told)
            }
            _ => hidden,
        }
    }

    /// The logits after each step of embedded texts: `[B, T, E]` gives
    /// `([B, T, V], the state of each layer after the last step)`.
    ///
    /// ```text
    /// h_t = stack(x_t, h_{t-1})        z_t = h_t W + b
    /// ```
    pub fn forward(
        &self,
        x: Tensor<3>,
        facts: Option<&Facts>,
        state: Option<Vec<State>>,
    ) -> (Tensor<3>, Vec<State>) {
        let (hidden, state) = self.stack.forward(x, state); // [B, T, H]
        (self.logits(hidden, facts), state)
    }

    /// ln p of each target, `[B, T]`, padding included.
    pub fn log_probabilities(&self, batch: &PoemBatch) -> Tensor<2> {
        let (hidden, _) = self.stack.forward(self.embed_batch(batch), None); // [B, T, H]
        self.ln_p(hidden, batch)
    }

    /// ln p of each target after the hidden states, `[B, T, H] -> [B, T]`.
    fn ln_p(&self, hidden: Tensor<3>, batch: &PoemBatch) -> Tensor<2> {
        let logits = self.logits(hidden, batch.facts.as_ref()); // [B, T, V]
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
        self.loss_after(batch, None).0
    }

    /// [`loss`](Self::loss) of what is read from a state on, and the state of each layer after it.
    pub fn loss_after(
        &self,
        batch: &PoemBatch,
        state: Option<Vec<State>>,
    ) -> (Tensor<1>, Vec<State>) {
        let (hidden, state) = self.stack.forward(self.embed_batch(batch), state); // [B, T, H]
        let tokens = batch.tokens() as f64;
        let bias = self.bias.val();
        if !(self.kernel.runs_on(&bias) || self.kernel.runs_on_gpu(&bias)) {
            let counted = self.ln_p(hidden, batch) * batch.mask.clone(); // [B, T]
            return (counted.sum().div_scalar(tokens).neg(), state); // [1]
        }
        let [batch_size, seq_len, _] = hidden.dims();
        let (rows, facts) = ([batch_size * seq_len], batch.facts.as_ref());
        let options = LossOptions {
            tied: self.projection.is_none(),
            precision: self.kernel.precision(),
            sparse: told(facts).map(|told| told.bias.clone()),
        };
        let loss = linear_cross_entropy(
            self.answered(hidden, facts), // [B·T, H]
            self.projection.as_ref().unwrap_or(&self.embedding.weight).val(),
            self.bias.val(),
            batch.targets.clone().reshape(rows), // [B·T]
            batch.mask.clone().reshape(rows).div_scalar(tokens), // [B·T]
            self.output.as_ref().map(|output| output.w.val()),
            options,
        );
        (loss, state)
    }

    /// The same model, which adds `b` `[V]` to its logits at every step.
    pub fn with_added(self, b: Tensor<1>) -> Self {
        Self { bias: self.bias.map(|bias| bias + b), ..self }
    }

    /// The model laid out for writing, if its cells are LSTM cells and the fused kernels are
    /// wanted.
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
        let (w, bias) = (numbers(&self.w()), numbers(&self.bias.val()));
        Some(Stepper::new(Vectors::widest(), layers, &w, bias))
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

fn told(facts: Option<&Facts>) -> Option<&Told> {
    facts?.output.as_ref()
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
        let grads = clipped(&self, grads, MAX_NORM);
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
