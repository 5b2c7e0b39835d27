//! What counting alone would come to: the lines beside a loss that say what it is worth.

use std::path::Path;

use super::{describe::describe, settings::Settings};
use crate::{look::Mark, poems::text::ngram::Landmarks, say, shell::error::Result};

/// Of the training in a run folder.
///
/// # Errors
/// A corpus that cannot be read or has changed.
pub fn of_run(settings: &Settings, folder: &Path) -> Result<Landmarks> {
    let split = settings.split_in(folder)?;
    Ok(split.landmarks(&describe(settings, &split.train).vocab))
}

/// As a line of text.
pub fn landmark_line(Landmarks { uniform, unigram, bigram, trigram }: &Landmarks) -> String {
    say!(
        "counting alone: uniform {uniform:.2}, unigram {unigram:.2}, bigram {bigram:.2}, trigram \
         {trigram:.2} nats/token",
        "只靠计数的损失：均匀 {uniform:.2}，一元 {unigram:.2}，二元 {bigram:.2}，三元 {trigram:.2}"
    )
}

/// As marks beside a curve.
pub fn marks(landmarks: &Landmarks) -> Vec<Mark> {
    let Landmarks { uniform, unigram, bigram, trigram } = *landmarks;
    let mark = |name, value| Mark { name, value };
    vec![
        mark(say!("uniform", "均匀"), uniform),
        mark(say!("unigram", "一元"), unigram),
        mark(say!("bigram", "二元"), bigram),
        mark(say!("trigram", "三元"), trigram),
    ]
}
