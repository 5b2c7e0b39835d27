//! What a poet knows at each place besides the last character: how far the line is, which line it
//! is, what it must rhyme with, what it must match.
//!
//! All of it follows from what is already written, so nothing is given away of the character that
//! is asked for. An LSTM of 256 units does learn to count to five by itself (see
//! `lesson_poems show neuron`), but to remember a rhyme over 24 characters costs it more training
//! than a laptop has. So each fact gets a vector of its own, which is added to the character's:
//!
//! ```text
//! x_t = E[c_t] + P[place_t] + P[left_t] + P[line_t] + P[tones_t] + P[rhyme_t] + P[tune_t] + P[above_t]
//! ```
//!
//! (Input features of a sequence model: Sennrich and Haddow 2016, "Linguistic Input Features
//! Improve Neural Machine Translation"; there the vectors stand side by side, here they are
//! summed.)
//!
//! The facts are data: a [`FactReader`] reads them off the ids, as rows of P, where a batch is made
//! or a character is written. [`Features`] is P, and learns.

use std::sync::Arc;

use burn::{module::Param, prelude::*};

use super::{
    facts::{FactReader, Scan, VerseFacts},
    schemes::Schemes,
};
use crate::poems::text::{genre::Tune, vocab::Vocab};

/// P, the vectors of all facts, and who reads the facts.
#[derive(Module, Debug)]
pub struct Features {
    /// A row for each value of each fact, `[rows, E]`.
    pub table: Param<Tensor<2>>,
    /// Reads the facts whose rows these are.
    #[module(skip)]
    pub reader: Arc<FactReader>,
}

impl Features {
    /// A table of zeros, so that before any training a fact changes nothing; `None` for
    /// [`VerseFacts::None`].
    pub fn new(
        facts: VerseFacts,
        vocab: &Vocab,
        (tunes, schemes): (&[Tune], &Schemes),
        d_embed: usize,
        device: &Device,
    ) -> Option<Self> {
        let reader = Arc::new(FactReader::new(facts, vocab, tunes, schemes)?);
        let zeros = TensorData::zeros::<f32, _>([reader.rows(), d_embed]);
        Some(Self { table: Param::from_data(zeros, device), reader })
    }

    /// The same vectors in a table as long as that of `wider`, whose reader it takes over; the new
    /// rows are zeros.
    pub fn widened(self, wider: &Self) -> Self {
        let ([rows, d_embed], device) = (wider.table.val().dims(), self.table.val().device());
        let mut numbers: Vec<f32> = self.table.val().to_data().iter().collect();
        numbers.resize(rows * d_embed, 0.0);
        let table = Param::from_data(TensorData::new(numbers, [rows, d_embed]), &device);
        Self { table, reader: wider.reader.clone() }
    }

    /// The sum of the facts' vectors at each step: `[B, T, F] -> [B, T, E]`.
    pub fn forward(&self, facts: Tensor<3, Int>) -> Tensor<3> {
        let [batch, seq_len, count] = facts.dims();
        let rows = facts.reshape([batch * seq_len * count]); // [B·T·F]
        let vectors = self.table.val().select(0, rows); // [B·T·F, E]
        let [_, d_embed] = vectors.dims();
        vectors.reshape([batch, seq_len, count, d_embed]).sum_dim(2).squeeze_dim(2) // [B, T, E]
    }

    /// The rows whose vectors are to be added after `id`; see [`FactReader::step`].
    pub fn step(&self, scan: &mut Scan, id: usize) -> impl Iterator<Item = usize> + use<> {
        self.reader.step(scan, id)
    }
}
