//! A training of a few seconds on the corpus that ships, for the bugs that show only in what a
//! model has learned.

use burn::prelude::*;

use crate::{
    cell::CellKind,
    poems::{
        batch::{PoemBatch, buckets},
        bundle::Bundle,
        corpus::{Corpus, Poem},
        model::{PoemConfig, PoemModel},
        vocab::Vocab,
    },
    training::fit,
};

/// The learning rate: high, for a small model and few steps.
pub const LR: f64 = 0.01;
/// Poems a batch, as in the course.
pub const BATCH_SIZE: usize = 64;

/// Poems of `data/poems.txt` with their vocabulary.
pub struct Small {
    /// The poems as text.
    pub poems: Vec<Poem>,
    /// Their characters, those that occur twice or more.
    pub vocab: Vocab,
    /// The contents of the poems as ids, without BOS and EOS.
    pub ids: Vec<Vec<usize>>,
}

impl Small {
    /// The first `count` poems of up to `longest` characters.
    pub fn read(count: usize, longest: usize) -> Self {
        let mut poems = Corpus::parse(include_str!("../../data/poems.txt")).poems;
        poems.retain(|poem| poem.content.chars().count() <= longest);
        poems.truncate(count);
        let vocab = Vocab::count(poems.iter().map(|poem| poem.content.as_str()), 2);
        let ids = poems.iter().map(|poem| vocab.encode(&poem.content)).collect();
        Self { poems, vocab, ids }
    }

    /// A small model of `n_layers` layers for this vocabulary.
    pub fn config(&self, n_layers: usize) -> PoemConfig {
        PoemConfig {
            vocab_size: self.vocab.size(),
            d_embed: 64,
            d_hidden: 64,
            n_layers,
            cell: CellKind::Lstm,
            tied: false,
            dropout: 0.0,
            features: false,
            couplets: false,
        }
    }

    /// The poems with these numbers as a batch.
    pub fn batch(&self, picked: &[usize], device: &Device) -> PoemBatch {
        PoemBatch::new(&picked.iter().map(|&k| &*self.ids[k]).collect::<Vec<_>>(), device)
    }

    /// The batches of an epoch, in buckets of length as in every training.
    pub fn by_length(&self) -> Vec<Vec<usize>> {
        buckets(&self.ids, BATCH_SIZE, Some(1))
    }

    /// The batches in the order of the file.
    pub fn in_file_order(&self) -> Vec<Vec<usize>> {
        (0..self.ids.len()).collect::<Vec<_>>().chunks(BATCH_SIZE).map(<[usize]>::to_vec).collect()
    }

    /// Trains a small model for `steps` steps on `batches`, over and over; `spoil` puts the bug
    /// into each batch first.
    pub fn learn(
        &self,
        batches: &[Vec<usize>],
        steps: usize,
        seed: u64,
        spoil: fn(PoemBatch) -> PoemBatch,
        device: &Device,
    ) -> Bundle {
        let tracked = device.clone().autodiff();
        let config = self.config(1);
        let spoilt: Vec<PoemBatch> =
            batches.iter().map(|picked| spoil(self.batch(picked, &tracked))).collect();
        let model = PoemModel::new(&config, seed, &tracked);
        let loss = |model: &PoemModel, step: usize| model.loss(&spoilt[step % spoilt.len()]);
        let model = fit(model, steps, LR, loss, |_, _, _| {}).valid();
        let story = format!("{steps} steps, seed {seed}");
        Bundle { model, vocab: self.vocab.clone(), config, tunes: Vec::new(), story }
    }
}
