//! A training of a few seconds on the corpus that ships, for the bugs that show only in what a
//! model has learned.

use burn::prelude::*;

use crate::{
    poems::{
        batch::{PoemBatch, buckets},
        bundle::Bundle,
        model::PoemModel,
        shape::PoemShape,
        text::{
            corpus::{Corpus, Poem},
            vocab::Vocab,
        },
        verse::schemes::Schemes,
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

    /// The shape of a small model of `n_layers` layers.
    pub fn shape(n_layers: usize) -> PoemShape {
        PoemShape { d_embed: 64, d_hidden: 64, n_layers, ..PoemShape::default() }
    }

    /// A small model of `n_layers` layers for this vocabulary, untrained.
    pub fn fresh(&self, n_layers: usize, seed: u64, device: &Device) -> PoemModel {
        PoemModel::new(&Self::shape(n_layers), self.vocab.size(), seed, device)
    }

    /// How long each poem is.
    pub fn lengths(&self) -> Vec<usize> {
        self.ids.iter().map(Vec::len).collect()
    }

    /// The poems with these numbers as a batch.
    pub fn batch(&self, picked: &[usize], device: &Device) -> PoemBatch {
        PoemBatch::new(&picked.iter().map(|&k| &*self.ids[k]).collect::<Vec<_>>(), device)
    }

    /// The batches of an epoch, in buckets of length as in every training.
    pub fn by_length(&self) -> Vec<Vec<usize>> {
        buckets(&self.lengths(), BATCH_SIZE, Some(1))
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
        let spoilt: Vec<PoemBatch> =
            batches.iter().map(|picked| spoil(self.batch(picked, &tracked))).collect();
        let model = self.fresh(1, seed, &tracked);
        let loss = |model: &PoemModel, step: usize| model.loss(&spoilt[step % spoilt.len()]);
        let model = fit(model, steps, LR, loss, |_, _, _| {}).valid();
        let story = format!("{steps} steps, seed {seed}");
        Bundle {
            model,
            vocab: self.vocab.clone(),
            shape: Self::shape(1),
            tunes: Vec::new(),
            schemes: Schemes::default(),
            story,
        }
    }
}
