//! Everything that decides what a training does, and the poems it is done with.

use std::{fmt, path::PathBuf};

use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde::{Deserialize, Serialize};

use crate::poems::{
    shape::PoemShape,
    text::{
        corpus::{Corpus, LONGEST, Poem, Reading},
        genre::Genre,
        ngram::{Landmarks, landmarks},
        vocab::Vocab,
    },
};
use crate::{
    kernel::Kernel,
    say,
    shell::error::{Error, Result},
    training::check_lr,
};

/// The name of the settings in a run folder.
pub const SETTINGS: &str = "settings.json";
/// The corpus that ships with the crate.
pub const STARTER: &str = "data/poems.txt";

/// The corpus of a run is not the one it began with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorpusChanged {
    /// Its file.
    pub corpus: PathBuf,
}

impl fmt::Display for CorpusChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.corpus.display();
        f.write_str(&say!(
            "{name} is not the corpus this run began with; put the old one back or train anew",
            "{name} 已不是本次训练开始时的语料；请恢复原文件或重新训练"
        ))
    }
}

impl std::error::Error for CorpusChanged {}

/// What decides a training; it is written into the run folder, and `resume` reads it there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The file of the poems.
    pub corpus: PathBuf,
    /// Poems, or lyrics whose titles name their tunes.
    #[serde(default)]
    pub genre: Genre,
    /// SHA-256 of the corpus file, so that a resumed run reads the same poems.
    pub corpus_sha256: String,
    /// The run whose weights this one begins with, instead of fresh ones.
    pub start: Option<PathBuf>,
    /// How often the training set is read.
    pub epochs: usize,
    /// Poems a step.
    pub batch_size: usize,
    /// The highest learning rate.
    pub lr: f64,
    /// Of the split, the fresh weights, the order and the dropout.
    pub seed: u64,
    /// The model.
    #[serde(flatten)]
    pub shape: PoemShape,
    /// Steps until the learning rate is at its highest.
    pub warm_up: usize,
    /// Which kernels compute; the two differ in the last digits.
    pub kernel: Kernel,
    /// Rarer characters become UNK.
    pub min_count: usize,
    /// The share of poems in the validation set.
    pub valid_share: f64,
    /// At most so many characters are kept, the most frequent; the others become UNK.
    #[serde(default)]
    pub vocab_size: Option<usize>,
    /// Poems of more characters are left out.
    #[serde(default = "longest")]
    pub longest: usize,
    /// So many of the last epochs keep their checkpoints, and the best one; all do where it is `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<usize>,
}

/// Of runs from before this was a setting.
fn longest() -> usize {
    LONGEST
}

impl Default for Settings {
    /// The corpus that ships, and a model that an evening is enough for.
    fn default() -> Self {
        Self {
            corpus: STARTER.into(),
            genre: Genre::Poem,
            corpus_sha256: String::new(),
            start: None,
            epochs: 20,
            batch_size: 64,
            lr: 0.004,
            seed: 1,
            shape: PoemShape::default(),
            warm_up: 200,
            kernel: Kernel::default(),
            min_count: 2,
            valid_share: 0.02,
            vocab_size: None,
            longest: LONGEST,
            keep: None,
        }
    }
}

impl Settings {
    /// The key of a value that no flag would take; anybody may have written the file.
    pub fn out_of_range(&self) -> Option<&'static str> {
        let Self { epochs, batch_size, min_count, longest, valid_share, lr, .. } = *self;
        let PoemShape { d_embed, d_hidden, n_layers, tied, dropout, .. } = self.shape;
        let above_zero = |value: usize| value > 0;
        let share = |value: f64| (0.0..1.0).contains(&value);
        let checks = [
            ("epochs", above_zero(epochs)),
            ("batch_size", above_zero(batch_size)),
            ("min_count", above_zero(min_count)),
            ("longest", above_zero(longest)),
            ("vocab_size", self.vocab_size.is_none_or(above_zero)),
            ("keep", self.keep.is_none_or(above_zero)),
            ("d_embed", above_zero(d_embed) && (!tied || d_embed == d_hidden)),
            ("d_hidden", above_zero(d_hidden)),
            ("n_layers", above_zero(n_layers) && self.shape.stack().is_possible()),
            ("dropout", share(dropout)),
            ("valid_share", share(valid_share)),
            ("lr", check_lr(lr).is_ok()),
        ];
        checks.into_iter().find(|(_, fits)| !fits).map(|(key, _)| key)
    }

    /// The corpus as it was when the run began.
    ///
    /// # Errors
    /// A file that cannot be read, or [`CorpusChanged`].
    pub fn read_corpus(&self) -> Result<Corpus> {
        let reading = Reading { longest: self.longest, ..Reading::default() };
        let corpus = Corpus::read_all(std::slice::from_ref(&self.corpus), reading)?;
        match corpus.is_file(&self.corpus_sha256) {
            true => Ok(corpus),
            false => Err(Error::user(CorpusChanged { corpus: self.corpus.clone() })),
        }
    }

    /// Its training set and its validation set.
    ///
    /// # Errors
    /// As [`read_corpus`](Self::read_corpus).
    pub fn read_split(&self) -> Result<Split> {
        Ok(self.split(self.read_corpus()?.poems))
    }

    /// The same of poems that are read already.
    pub fn split(&self, poems: Vec<Poem>) -> Split {
        Split::by_seed(poems, self.valid_share, self.seed)
    }
}

/// The training set and the validation set.
pub struct Split {
    /// The model learns from these.
    pub train: Vec<Poem>,
    /// And is measured on these.
    pub valid: Vec<Poem>,
}

impl Split {
    /// Splits `poems` by a share and a seed; of two poems or more, one at least is in each set.
    pub fn by_seed(mut poems: Vec<Poem>, valid_share: f64, seed: u64) -> Self {
        poems.shuffle(&mut StdRng::seed_from_u64(seed));
        let held_back = ((poems.len() as f64 * valid_share).round() as usize)
            .clamp(1, poems.len().saturating_sub(1).max(1));
        let valid = poems.split_off(poems.len().saturating_sub(held_back));
        Self { train: poems, valid }
    }

    /// The loss on the validation set of n-grams counted in the training set.
    pub fn landmarks(&self, vocab: &Vocab) -> Landmarks {
        let encode = |poems: &[Poem]| -> Vec<Vec<usize>> {
            poems.iter().map(|poem| vocab.encode(&poem.content)).collect()
        };
        landmarks(&encode(&self.train), &encode(&self.valid), vocab.size())
    }
}
