//! A model that can be used: weights, vocabulary and shape, always together.

use std::path::Path;

use burn::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    genre::{Genre, Tune},
    model::{PoemConfig, PoemModel},
    vocab::Vocab,
};
use crate::{
    cell::StackConfig,
    error::{Error, Result},
    files, say,
    training::weights,
};

/// The name of the weights in a folder.
pub const WEIGHTS: &str = "model.bpk";
/// The name of the description in a folder.
pub const DESCRIPTION: &str = "model.json";

/// The largest vocabulary that a description may ask for; Unicode has about a hundred thousand Han
/// characters, a poet far fewer.
const MAX_VOCAB: usize = 1 << 17;

/// What stands beside the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    pub config: PoemConfig,
    /// Never made anew from a corpus: the weights know no other.
    pub vocab: Vocab,
    /// The tunes that a model of lyrics knows by name; none in a model of poems.
    #[serde(default)]
    pub tunes: Vec<Tune>,
    /// The SHA-256 of the weights' bytes; empty as long as the training goes on.
    pub sha256: String,
    /// How the model came to be, for people: corpus, epochs, loss, seed.
    pub story: String,
}

impl Description {
    fn write(&self, folder: &Path) -> Result<()> {
        let json = serde_json::to_vec_pretty(self).map_err(|e| Error::ours(e.to_string()))?;
        files::write_whole(&folder.join(DESCRIPTION), &json)
    }
}

/// A model with everything it needs to write.
pub struct Bundle {
    pub model: PoemModel,
    pub vocab: Vocab,
    pub config: PoemConfig,
    /// The tunes that a model of lyrics knows by name, the most frequent first; none in a model of
    /// poems.
    pub tunes: Vec<Tune>,
    pub story: String,
}

impl Bundle {
    /// Whether it writes poems or lyrics.
    pub fn genre(&self) -> Genre {
        if self.tunes.is_empty() { Genre::Poem } else { Genre::Lyric }
    }

    /// Writes weights and description into `folder`.
    ///
    /// # Errors
    /// A full disk or a folder that cannot be written.
    pub fn save(self, folder: &Path, half: bool) -> Result<()> {
        let Bundle { model, vocab, config, tunes, story } = self;
        let sha256 = weights::save(model, &folder.join(WEIGHTS), half)?;
        Description { config, vocab, tunes, sha256, story }.write(folder)
    }

    /// Writes the description alone, as a training begins: from its first finished epoch on, its
    /// folder can be read.
    ///
    /// # Errors
    /// A full disk or a folder that cannot be written.
    pub fn announce(
        folder: &Path,
        config: &PoemConfig,
        vocab: &Vocab,
        tunes: &[Tune],
        story: String,
    ) -> Result<()> {
        let (config, vocab, tunes, sha256) =
            (config.clone(), vocab.clone(), tunes.to_vec(), String::new());
        Description { config, vocab, tunes, sha256, story }.write(folder)
    }

    /// The model that `folder` describes, with the weights in another file: those of one epoch.
    ///
    /// # Errors
    /// As [`load`](Self::load); but no sum of that file was kept, so that only its shape is
    /// checked.
    pub fn load_with(folder: &Path, weights: &Path, device: &Device) -> Result<Self> {
        let name = folder.display().to_string();
        let description = described(&files::read_whole(&folder.join(DESCRIPTION))?, &name)?;
        let bytes = files::read_whole(weights)?;
        let sha256 = weights::sha256(&bytes);
        Self::fill(Description { sha256, ..description }, bytes, &name, device)
    }

    /// Reads what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// A missing file, changed bytes, a vocabulary or a shape that does not fit the weights.
    pub fn load(folder: &Path, device: &Device) -> Result<Self> {
        let description = files::read_whole(&folder.join(DESCRIPTION))?;
        let weights = files::read_whole(&folder.join(WEIGHTS))?;
        Self::read(&description, weights, &folder.display().to_string(), device)
    }

    /// The model of poems that ships with the crate.
    ///
    /// # Errors
    /// None that a user can cause.
    pub fn shipped(device: &Device) -> Result<Self> {
        Self::shipped_of(Genre::Poem, device)
    }

    /// The model of this genre that ships with the crate.
    ///
    /// # Errors
    /// None that a user can cause.
    pub fn shipped_of(genre: Genre, device: &Device) -> Result<Self> {
        let (description, weights, name): (&[u8], &[u8], _) = match genre {
            Genre::Poem => (
                include_bytes!("../../data/pretrained/poems/model.json"),
                include_bytes!("../../data/pretrained/poems/model.bpk"),
                "data/pretrained/poems",
            ),
            Genre::Lyric => (
                include_bytes!("../../data/pretrained/lyrics/model.json"),
                include_bytes!("../../data/pretrained/lyrics/model.bpk"),
                "data/pretrained/lyrics",
            ),
        };
        Self::read(description, weights.to_vec(), name, device)
    }

    fn read(description: &[u8], weights: Vec<u8>, name: &str, device: &Device) -> Result<Self> {
        Self::fill(described(description, name)?, weights, name, device)
    }

    fn fill(
        description: Description,
        weights: Vec<u8>,
        name: &str,
        device: &Device,
    ) -> Result<Self> {
        let Description { config, vocab, tunes, sha256, story } = description;
        if vocab.size() != config.vocab_size {
            let (has, wants) = (vocab.size(), config.vocab_size);
            return Err(Error::user(say!(
                "the vocabulary in {name} has {has} entries, the model {wants}; use the run folder \
                 as it was saved",
                "{name} 的词表有 {has} 项，而模型需要 {wants} 项；请使用保存时的完整运行文件夹"
            )));
        }
        let PoemConfig { d_embed, d_hidden, n_layers, cell, tied, .. } = config;
        let stack = StackConfig { cell, d_input: d_embed, d_hidden, n_layers, forget_bias: 1.0 };
        if !stack.is_possible() || vocab.size() > MAX_VOCAB || (tied && d_embed != d_hidden) {
            return Err(weights::impossible(&format!("{name}/{WEIGHTS}")));
        }
        let model = weights::load(
            PoemModel::for_vocab(&config, &vocab, &tunes, 0, device),
            weights,
            &sha256,
            name,
        )?;
        Ok(Self { model, vocab, config, tunes, story })
    }
}

fn described(json: &[u8], name: &str) -> Result<Description> {
    serde_json::from_slice(json).map_err(|e| {
        Error::user(say!(
            "{name}/{DESCRIPTION} does not describe a poem model ({e}); choose a folder that \
             `lesson_poems train` made",
            "{name}/{DESCRIPTION} 不是诗歌模型的说明（{e}）；请选择由 `lesson_poems train` \
             生成的文件夹"
        ))
    })
}

/// Whether the model in `folder` is finished: a training in progress has a description, but the sum
/// in it is empty.
pub fn is_finished(folder: &Path) -> bool {
    let json = std::fs::read(folder.join(DESCRIPTION)).unwrap_or_default();
    serde_json::from_slice::<Description>(&json)
        .is_ok_and(|description| !description.sha256.is_empty())
}
