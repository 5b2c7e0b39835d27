//! Everything that decides what a training does, and the poems it is done with.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::poems::{
    shape::PoemShape,
    text::{
        corpus::{Corpus, LONGEST, Poem, Reading},
        genre::Genre,
    },
};
use crate::{
    kernel::Kernel,
    shell::{
        cli::{MAX_EPOCHS, above_zero, share, up_to},
        error::Result,
        files,
    },
    training::check_lr,
};

use super::{pretraining::Pretraining, unchanged::read_unchanged};
pub use super::{split::Split, unchanged::CorpusChanged};
pub use crate::{poems::text::corpus::STARTER, training::bundle::SETTINGS};

/// The name of the poems that a run was begun with, in its folder.
pub const CORPUS: &str = "corpus.txt";

/// What decides a training; it is written into the run folder, and `resume` reads it there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The file of the poems.
    pub corpus: PathBuf,
    /// More files of the corpus.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<PathBuf>,
    /// Poems, lyrics whose titles name their tunes, or plain text.
    #[serde(default)]
    pub genre: Genre,
    /// [`Corpus::sha256`], so that a resumed run reads the same poems.
    pub corpus_sha256: String,
    /// SHA-256 of [`CORPUS`], the copy in the run folder; a run from before there were copies has
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_sha256: Option<String>,
    /// Traditional characters became simplified ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub to_simplified: bool,
    /// Further poems that the first epochs read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pretraining: Option<Pretraining>,
    /// The run whose weights this one begins with, instead of fresh ones.
    pub start: Option<PathBuf>,
    /// How often the training set is read.
    pub epochs: usize,
    /// Poems a step.
    pub batch_size: usize,
    /// In how many parts each batch goes through the model.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub accumulate: usize,
    /// T, the characters of a piece of plain text: so far the gradient goes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece: Option<usize>,
    /// The highest learning rate.
    pub lr: f64,
    /// Of the split, the fresh weights, the order and the dropout.
    pub seed: u64,
    /// The model.
    #[serde(flatten)]
    pub shape: PoemShape,
    /// The decay of the moving average of the weights that is validated and kept; without it, the
    /// weights themselves are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average: Option<f64>,
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

/// Each batch in one part.
fn one() -> usize {
    1
}

fn is_one(parts: &usize) -> bool {
    *parts == 1
}

impl Default for Settings {
    /// The corpus that ships, and a model that an evening is enough for.
    fn default() -> Self {
        Self {
            corpus: STARTER.into(),
            further: Vec::new(),
            genre: Genre::Poem,
            corpus_sha256: String::new(),
            copy_sha256: None,
            to_simplified: false,
            pretraining: None,
            start: None,
            epochs: 20,
            batch_size: 64,
            accumulate: 1,
            piece: None,
            lr: 0.004,
            seed: 1,
            shape: PoemShape::default(),
            average: None,
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
    /// The key of a value that its flag would not take: anybody may have written the file.
    pub fn out_of_range(&self) -> Option<&'static str> {
        let Self { epochs, batch_size, min_count, longest, valid_share, lr, .. } = *self;
        let PoemShape { d_embed, d_hidden, n_layers, tied, dropout, .. } = self.shape;
        let count = |value: usize| above_zero(&value.to_string()).is_ok();
        let share = |value: f64| share(&value.to_string()).is_ok();
        let checks = [
            ("epochs", up_to(MAX_EPOCHS)(&epochs.to_string()).is_ok()),
            ("batch_size", count(batch_size)),
            ("accumulate", count(self.accumulate)),
            ("min_count", count(min_count)),
            ("piece", self.piece.is_none_or(count)),
            ("longest", count(longest)),
            ("vocab_size", self.vocab_size.is_none_or(count)),
            ("average", self.average.is_none_or(share)),
            ("keep", self.keep.is_none_or(count)),
            ("d_embed", count(d_embed) && (!tied || d_embed == d_hidden)),
            ("d_hidden", count(d_hidden)),
            ("n_layers", count(n_layers) && self.shape.stack().is_possible()),
            ("dropout", share(dropout)),
            ("valid_share", share(valid_share)),
            ("lr", check_lr(lr).is_ok()),
        ];
        checks.into_iter().find(|(_, fits)| !fits).map(|(key, _)| key)
    }

    /// All files of the corpus.
    pub fn corpora(&self) -> Vec<PathBuf> {
        [std::slice::from_ref(&self.corpus), &self.further].concat()
    }

    /// How the corpus is read.
    pub fn reading(&self) -> Reading {
        let Self { to_simplified, longest, genre, .. } = *self;
        Reading { to_simplified, longest, lyrics: genre == Genre::Lyric }
    }

    /// The corpus as it was when the run began.
    ///
    /// # Errors
    /// A file that cannot be read, or [`CorpusChanged`].
    pub fn read_corpus(&self) -> Result<Corpus> {
        read_unchanged(&self.corpora(), &self.corpus_sha256, self.reading())
    }

    /// The corpus of the run in `folder`: its copy there, or else the file itself.
    ///
    /// # Errors
    /// As [`read_corpus`](Self::read_corpus).
    pub fn corpus_in(&self, folder: &Path) -> Result<Corpus> {
        let copy = folder.join(CORPUS);
        if self.copy_sha256.is_some() && copy.is_file() {
            let reading = Reading { to_simplified: false, ..self.reading() };
            let corpus = Corpus::read_all(&[copy], reading).ok();
            let whole = |corpus: &Corpus| self.copy_sha256 == Some(corpus.sha256());
            if let Some(corpus) = corpus.filter(whole) {
                return Ok(corpus);
            }
        }
        self.read_corpus()
    }

    /// Keeps a copy of the corpus in the run folder, unless it is there or none is wanted.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn keep_copy(&self, folder: &Path, split: &Split) -> Result<()> {
        let path = folder.join(CORPUS);
        match self.copy_sha256 {
            Some(_) if !path.exists() => {
                files::write_whole(&path, split.to_text(self.seed).as_bytes())
            }
            _ => Ok(()),
        }
    }

    /// Whether `other` is the same training, wherever the corpus lies.
    pub fn trains_as(&self, other: &Settings) -> bool {
        let Self { corpus, further, copy_sha256, pretraining, .. } = other.clone();
        let same = |more: &Pretraining| (more.corpus_sha256.clone(), more.epochs);
        self.pretraining.as_ref().map(same) == pretraining.as_ref().map(same)
            && Settings { corpus, further, copy_sha256, pretraining, ..self.clone() } == *other
    }

    /// Its training set and its validation set.
    ///
    /// # Errors
    /// As [`corpus_in`](Self::corpus_in).
    pub fn split_in(&self, folder: &Path) -> Result<Split> {
        Ok(self.split(self.corpus_in(folder)?.poems))
    }

    /// The same of poems that are read already.
    pub fn split(&self, poems: Vec<Poem>) -> Split {
        Split::by_seed(poems, self.valid_share, self.seed)
    }
}
