//! Further poems for the first epochs: a model that has read more of the language learns the rest
//! of its training set from there.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::unchanged::read_unchanged;
use crate::{
    poems::{
        text::{
            corpus::{Corpus, Poem, Reading},
            vocab::is_han,
        },
        verse::prosody::verses,
    },
    shell::error::Result,
};

/// So many lines in common make two poems versions of one.
const VERSIONS: usize = 2;

/// What the first epochs read beside the training set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pretraining {
    /// The file of the poems.
    pub corpus: PathBuf,
    /// [`Corpus::sha256`], so that a resumed run reads the same poems.
    pub corpus_sha256: String,
    /// How many epochs read them.
    pub epochs: usize,
}

impl Pretraining {
    /// Of the poems in `corpus`, for so many epochs.
    ///
    /// # Errors
    /// As [`Corpus::read_all`].
    pub fn of(corpus: &Path, epochs: usize, reading: Reading) -> Result<Self> {
        let corpus_sha256 = Corpus::read_all(&[corpus.into()], reading)?.sha256();
        Ok(Self { corpus: corpus.into(), corpus_sha256, epochs })
    }

    /// Its poems, without versions of those in the validation set.
    ///
    /// # Errors
    /// A file that cannot be read, or [`CorpusChanged`](super::unchanged::CorpusChanged).
    pub fn poems(&self, reading: Reading, valid: &[Poem]) -> Result<Vec<Poem>> {
        let corpus =
            read_unchanged(std::slice::from_ref(&self.corpus), &self.corpus_sha256, reading)?;
        Ok(without_versions(corpus.poems, valid))
    }
}

/// The `poems` that share at most one line with those `held_back`.
///
/// ```
/// use lstm_lessons::poems::{run::pretraining::without_versions, text::corpus::Poem};
///
/// let poem = |content: &str| Poem { title: String::new(), content: content.into() };
/// let held_back = [poem("白日依山尽，黄河入海流。")];
/// let poems = vec![poem("白日依山尽，黄河入海流。欲穷千里目，"), poem("白日依山尽，青山一片云。")];
/// assert_eq!(without_versions(poems.clone(), &held_back), [poems[1].clone()]);
/// ```
pub fn without_versions(mut poems: Vec<Poem>, held_back: &[Poem]) -> Vec<Poem> {
    let known: HashSet<String> = held_back.iter().flat_map(lines).collect();
    let shared = |poem: &Poem| lines(poem).filter(|line| known.contains(line)).count();
    poems.retain(|poem| shared(poem) < VERSIONS);
    poems
}

fn lines(poem: &Poem) -> impl Iterator<Item = String> + use<> {
    let lines: Vec<String> = verses(&poem.content)
        .iter()
        .map(|line| line.iter().copied().filter(|&c| is_han(c)).collect())
        .collect();
    lines.into_iter().filter(|line| !line.is_empty())
}
