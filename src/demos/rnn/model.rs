//! The course's network with the course's letters, and the same without a memory.

use burn::{module::Param, prelude::*, tensor::activation::log_softmax};
use rand::{SeedableRng, rngs::StdRng};

use super::sentences::Sentences;
use crate::{
    cell::{Cell, CellKind, Layer, uniform},
    training::fit,
};

/// Whether s_{t-1} is handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// s_t = f(U x_t + W s_{t-1}): the recurrent network.
    Kept,
    /// s_t = f(U x_t): each character is read as if it were the first.
    Cut,
}

/// Predicts the next character of a sentence.
///
/// ```text
/// x_t = one row of zeros with a single 1, at the character's id
/// s_t = f(U x_t + W s_{t-1} + b)
/// o_t = softmax(V s_t)
/// ```
///
/// Source: course section 1-3.
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::demos::rnn::{Memory, NextCharacter, Sentences};
///
/// let device = Device::flex();
/// let sentences = Sentences::new(&device);
/// let model = NextCharacter::new(sentences.vocab.size(), 16, 1, &device);
/// let ln_o = model.forward(sentences.inputs, Memory::Kept); // [B, T] -> [B, T, vocab]
/// assert_eq!(ln_o.dims(), [8, 13, sentences.vocab.size()]);
/// ```
#[derive(Module, Debug)]
pub struct NextCharacter {
    /// U, W and b, run over time.
    pub layer: Layer,
    /// V, `[H, vocab]`: from the memory to a logit for each character.
    pub v: Param<Tensor<2>>,
}

impl NextCharacter {
    /// Fresh weights from U(-1/√H, 1/√H).
    pub fn new(vocab_size: usize, d_hidden: usize, seed: u64, device: &Device) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let cell = Cell::new(CellKind::Rnn, vocab_size, d_hidden, 0.0, &mut rng, device);
        let v = uniform([d_hidden, vocab_size], 1.0 / (d_hidden as f32).sqrt(), &mut rng, device);
        Self { layer: Layer::new(cell), v }
    }

    /// s_t after each character: `[B, T] -> [B, T, H]`.
    pub fn remember(&self, inputs: Tensor<2, Int>, memory: Memory) -> Tensor<3> {
        let [batch, seq_len] = inputs.dims();
        let [d_hidden, vocab_size] = self.v.dims();
        let x = inputs.one_hot::<3>(vocab_size).float(); // [B, T, vocab]
        match memory {
            Memory::Kept => self.layer.forward(x, None).0, // [B, T, H]
            // B·T sentences of a single character: nothing comes before any of them.
            Memory::Cut => {
                let x = x.reshape([batch * seq_len, 1, vocab_size]); // [B·T, 1, vocab]
                self.layer.forward(x, None).0.reshape([batch, seq_len, d_hidden]) // [B, T, H]
            }
        }
    }

    /// ln o_t for each step: `[B, T] -> [B, T, vocab]`.
    pub fn forward(&self, inputs: Tensor<2, Int>, memory: Memory) -> Tensor<3> {
        let s = self.remember(inputs, memory); // [B, T, H]
        let [batch, seq_len, d_hidden] = s.dims();
        let logits = s.reshape([batch * seq_len, d_hidden]).matmul(self.v.val()); // [B·T, vocab]
        let [_, vocab_size] = logits.dims();
        log_softmax(logits, 1).reshape([batch, seq_len, vocab_size])
    }

    /// The mean of `-ln o_t[target]`, nats.
    pub fn loss(&self, sentences: &Sentences, memory: Memory) -> Tensor<1> {
        let targets = sentences.targets.clone().unsqueeze_dim(2); // [B, T, 1]
        self.forward(sentences.inputs.clone(), memory).gather(2, targets).mean().neg()
    }

    /// o_t after the last of `ids`: the chance of each character to come next.
    pub fn next(&self, ids: &[usize], memory: Memory, device: &Device) -> Vec<f64> {
        let ids: Vec<i32> = ids.iter().map(|&id| id as i32).collect();
        let last = ids.len() - 1;
        let shape = [1, ids.len()];
        let ln_o = self.forward(Tensor::from_data(TensorData::new(ids, shape), device), memory); // [1, T, vocab]
        ln_o.narrow(1, last, 1).exp().into_data().iter::<f64>().collect()
    }
}

/// Trains on all sentences at once; `after_step` gets the step (from 0), its loss and the model.
/// Gives the model without autodiff.
pub fn train(
    memory: Memory,
    d_hidden: usize,
    steps: usize,
    lr: f64,
    seed: u64,
    device: &Device,
    after_step: impl FnMut(usize, f64, &NextCharacter),
) -> NextCharacter {
    let tracked = device.clone().autodiff();
    let sentences = Sentences::new(&tracked);
    let model = NextCharacter::new(sentences.vocab.size(), d_hidden, seed, &tracked);
    fit(model, steps, lr, |model, _| model.loss(&sentences, memory), after_step).valid()
}
