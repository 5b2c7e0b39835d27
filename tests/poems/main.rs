//! Lesson 5 as claims: corpus, vocabulary, batches, loss, sampling, prosody, files, command line.

mod batches;
mod command_line;
mod composing;
mod corpora;
mod corpus;
mod features;
mod files;
mod judge;
mod losses;
mod lyrics;
mod measures;
mod neighbors;
mod ngrams;
mod prosody;
mod samples;

use burn::prelude::*;
use lstm_lessons::{
    cell::CellKind,
    poems::{
        bundle::Bundle,
        model::{PoemConfig, PoemModel},
        vocab::Vocab,
    },
};

/// Every device this build has.
fn devices() -> Vec<Device> {
    let names: &[&str] = if cfg!(feature = "ndarray") { &["flex", "ndarray"] } else { &["flex"] };
    names.iter().map(|name| lstm_lessons::training::device::device(name).expect("built with it")).collect()
}

/// An untrained model that knows a few characters.
fn small(device: &Device) -> Bundle {
    let vocab = Vocab::count(["春花秋月何时了，往事知多少。", "床前明月光□ 疑"], 1);
    let config = PoemConfig {
        vocab_size: vocab.size(),
        d_embed: 8,
        d_hidden: 12,
        n_layers: 2,
        cell: CellKind::Lstm,
        tied: false,
        dropout: 0.0,
        features: false,
    };
    Bundle { model: PoemModel::new(&config, 7, device), vocab, config, tunes: Vec::new(), story: "untrained".into() }
}
