//! A model that can be used: weights, vocabulary and shape, always together.

use std::{fmt, path::Path};

use burn::prelude::*;
use serde::{Deserialize, Serialize};

pub use crate::training::bundle::{DESCRIPTION, WEIGHTS, check_free, claim, is_finished};

use super::{
    model::PoemModel,
    shape::PoemShape,
    text::{
        corpus::Poem,
        genre::{Genre, Text, Tune, theme_ids},
        vocab::Vocab,
    },
    verse::schemes::Schemes,
};
use crate::{
    say,
    shell::{
        error::{Error, Result},
        program,
    },
    training::{bundle, weights},
};

/// The largest vocabulary that a description may ask for; Unicode has about a hundred thousand Han
/// characters, a poet far fewer.
const MAX_VOCAB: usize = 1 << 17;

/// What can be wrong with a bundle besides its [weights](weights::Kind) and the
/// [form](bundle::BadDescription) of its description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The table of characters is not as long as the model is wide.
    Vocabulary {
        /// The folder.
        name: String,
        /// Entries of the table.
        has: usize,
        /// V of the model.
        wants: usize,
    },
    /// No model of plain text ships.
    NoneShips,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::Vocabulary { name, has, wants } => say!(
                "the vocabulary in {name} has {has} entries, the model {wants}; use the run folder \
                 as it was saved",
                "{name} 的词表有 {has} 项，而模型需要 {wants} 项；请使用保存时的完整运行文件夹"
            ),
            Kind::NoneShips => say!(
                "no model of plain text ships; train one: {poems} train --genre text --corpus \
                 README.md --run runs/text",
                "没有自带的普通文本模型；请先训练：{poems} train --genre text --corpus README.md \
                 --run runs/text",
                poems = program("lesson_poems")
            ),
        })
    }
}

impl std::error::Error for Kind {}

/// What stands beside the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    config: Config,
    /// Never made anew from a corpus: the weights know no other.
    pub vocab: Vocab,
    /// The tunes that a model of lyrics knows by name; none in a model of poems.
    #[serde(default)]
    pub tunes: Vec<Tune>,
    /// The rules of each tune, or of poems, in a model that is told of them.
    #[serde(default, skip_serializing_if = "Schemes::is_empty")]
    pub schemes: Schemes,
    /// How the model came to be, for people: corpus, epochs, loss, seed.
    pub story: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Config {
    vocab_size: usize,
    #[serde(flatten)]
    shape: PoemShape,
}

impl Description {
    /// Of a model of this shape for these characters, and what it knows of tunes.
    pub fn new(
        shape: PoemShape,
        vocab: Vocab,
        (tunes, schemes): (Vec<Tune>, Schemes),
        story: String,
    ) -> Self {
        Self { config: Config { vocab_size: vocab.size(), shape }, vocab, tunes, schemes, story }
    }

    /// The shape of the model.
    pub fn shape(&self) -> &PoemShape {
        &self.config.shape
    }

    /// Fresh weights for such a model; the same seed gives the same numbers.
    pub fn fresh(&self, seed: u64, device: &Device) -> PoemModel {
        let rules = (&self.tunes[..], &self.schemes);
        PoemModel::for_vocab(self.shape(), &self.vocab, rules, seed, device)
    }

    /// [`fresh`](Self::fresh) of a description that anybody may have written, beside weights of
    /// `size` bytes.
    fn checked(&self, name: &str, size: usize, device: &Device) -> Result<PoemModel> {
        let Config { vocab_size: wants, shape } = &self.config;
        let (has, wants) = (self.vocab.size(), *wants);
        if has != wants {
            return Err(Error::user(Kind::Vocabulary { name: name.into(), has, wants }));
        }
        let fits = !shape.tied || shape.d_embed == shape.d_hidden;
        if !fits
            || !shape.stack().is_possible()
            || has > MAX_VOCAB
            || !weights::may_hold(size, shape.stack().fewest_parameters() + has * shape.d_embed)
        {
            return Err(weights::impossible(&format!("{name}/{WEIGHTS}")));
        }
        Ok(self.fresh(0, device))
    }

    /// The bundle of `model`, which this describes.
    pub fn bundle(self, model: PoemModel) -> Bundle {
        let Description { config: Config { shape, .. }, vocab, tunes, schemes, story } = self;
        Bundle { model, vocab, shape, tunes, schemes, story }
    }
}

/// A model with everything it needs to write.
pub struct Bundle {
    /// The weights.
    pub model: PoemModel,
    /// The characters they know.
    pub vocab: Vocab,
    /// How many weights there are, and of what.
    pub shape: PoemShape,
    /// The tunes that a model of lyrics knows by name, the most frequent first; none in a model of
    /// poems.
    pub tunes: Vec<Tune>,
    /// The rules of each tune, or of poems, in a model that is told of them.
    pub schemes: Schemes,
    /// How the model came to be, for people: corpus, epochs, loss, seed.
    pub story: String,
}

impl Bundle {
    /// What it writes.
    pub fn genre(&self) -> Genre {
        match self.shape.plain {
            true => Genre::Text,
            false if self.tunes.is_empty() => Genre::Poem,
            false => Genre::Lyric,
        }
    }

    /// What the model reads before a text under this title: a lyric's tune (without a title, the one
    /// that it knows best), a poem's theme; nothing if it reads no titles.
    pub fn title_ids(&self, title: Option<&str>) -> Vec<usize> {
        match self.genre() {
            Genre::Lyric => {
                let best = self.tunes.first().map(|tune| &*tune.name);
                self.vocab.encode(title.or(best).unwrap_or_default())
            }
            Genre::Poem if self.shape.titles => theme_ids(title.unwrap_or_default(), &self.vocab),
            Genre::Poem | Genre::Text => Vec::new(),
        }
    }

    /// A poem or a lyric as ids, with what the model reads before it.
    pub fn encode(&self, poem: &Poem) -> Text {
        self.genre().encode(poem, &self.vocab, self.shape.titles)
    }

    /// Writes weights (in half precision if `half`) and description into `folder`.
    ///
    /// # Errors
    /// A full disk or a folder that cannot be written.
    pub fn save(self, folder: &Path, half: bool) -> Result<()> {
        let Bundle { model, vocab, shape, tunes, schemes, story } = self;
        let about = Description::new(shape, vocab, (tunes, schemes), story);
        bundle::save(folder, model, &about, half).map(drop)
    }

    /// Reads what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// A missing file, changed bytes, a vocabulary or a shape that does not fit the weights.
    pub fn load(folder: &Path, device: &Device) -> Result<Self> {
        let name = folder.display().to_string();
        let fresh = |about: &Description, size| about.checked(&name, size, device);
        bundle::load(folder, fresh).map(|(model, about)| about.bundle(model))
    }

    /// The model that `folder` describes, with the weights in another file, which has this SHA-256:
    /// those of one epoch.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_with(
        folder: &Path,
        (weights, sum): (&Path, &str),
        device: &Device,
    ) -> Result<Self> {
        let name = folder.display().to_string();
        let fresh = |about: &Description, size| about.checked(&name, size, device);
        bundle::load_with(folder, (weights, sum), fresh).map(|(model, about)| about.bundle(model))
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
    /// [`Kind::NoneShips`] of plain text.
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
            Genre::Text => return Err(Error::user(Kind::NoneShips)),
        };
        let fresh = |about: &Description, size| about.checked(name, size, device);
        let (model, about) = bundle::parse(description, weights.to_vec(), name, fresh)?;
        Ok(about.bundle(model))
    }
}
