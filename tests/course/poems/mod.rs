//! Lesson 5 as claims: corpus, vocabulary, batches, loss, sampling, prosody, files, command line.

mod added;
#[cfg(unix)]
mod adverse;
mod anywhere;
mod batches;
mod command_line;
mod composing;
mod constraints;
mod corpora;
mod corpus;
mod corpus_commands;
mod features;
mod files;
mod judge;
mod losses;
mod lyrics;
mod measures;
mod neighbors;
mod ngrams;
mod output;
mod plain;
mod poets;
mod prosody;
mod runs;
mod samples;
mod show_commands;
mod shows;
mod training_commands;
mod writing_commands;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use burn::prelude::*;
use lstm_lessons::poems::{bundle::Bundle, model::PoemModel, shape::PoemShape, text::vocab::Vocab};

/// The large corpus beside the crate, if somebody has put it there; otherwise says that its test is
/// skipped.
fn shared_corpus() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/tang.txt");
    if !path.exists() {
        // Not `eprintln`, which the test runner keeps to itself where a test passes.
        let _ = writeln!(io::stderr(), "skipped: there is no {}", path.display());
        return None;
    }
    Some(path)
}

/// An untrained model that knows a few characters.
fn small(device: &Device) -> Bundle {
    let vocab = Vocab::count(["春花秋月何时了，往事知多少。", "床前明月光□ 疑"], 1);
    let shape = PoemShape { d_embed: 8, d_hidden: 12, ..PoemShape::default() };
    Bundle {
        model: PoemModel::new(&shape, vocab.size(), 7, device),
        vocab,
        shape,
        tunes: Vec::new(),
        schemes: Default::default(),
        story: "untrained".into(),
    }
}
