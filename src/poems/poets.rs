//! Poets: to a trained model, a number for each poet and character, which says how much he prefers it.
//!
//! The model stays as it is, to the last bit. A poet adds his row to its logits, at every place of a
//! poem the same:
//!
//! ```text
//! z_t = h_t W + b + b_p        p = the poet        b_p [V]
//! ```
//!
//! The row needs no training, because the gradient of a bias says by itself what is wrong with it: the
//! loss of the poet's N tokens has, at b_p = 0,
//!
//! ```text
//! ∂L/∂b_p,k = E_k - n_k        n_k = how often he writes k        E_k = Σ_t p_t(k), how often the model expects it
//!
//! b_p,k = ln (n_k + a) / (E_k + a)                                 a = 3: of the rare, not much is believed
//! ```
//!
//! If E is 100 and n is 200, he writes the character twice as often as the model, which knows all that
//! stands before, expects; and b, about ln 2, doubles its odds. (To add a few numbers to a
//! large model that stays frozen is the idea of Houlsby and others, *Parameter-Efficient Transfer
//! Learning for NLP*, 2019; the ratio of counts that a prior holds back is that of naive Bayes.)

use std::{
    fmt,
    path::{Path, PathBuf},
};

use burn::{module::Param, prelude::*};
use serde::{Deserialize, Serialize};

use super::{
    bundle::Bundle,
    text::{
        genre::Genre,
        pinyin::{pinyin_of, toneless},
        simplify::simplified,
    },
};
use crate::{
    say,
    shell::{
        error::{Error, Result},
        program, quoted,
    },
    training::{bundle, weights},
};

/// The folder of the poets beside a model.
pub const POETS: &str = "poets";
/// So many poets are named beside an unknown one.
const SOME: usize = 8;

/// A row for each poet.
#[derive(Module, Debug)]
pub struct Added {
    /// `[P, V]`.
    pub b: Param<Tensor<2>>,
}

impl Added {
    /// From P rows of V numbers, below each other.
    ///
    /// # Panics
    /// If these are not as many.
    pub fn new(rows: Vec<f32>, shape: [usize; 2], device: &Device) -> Self {
        weights::numbered(Self { b: Param::from_data(TensorData::new(rows, shape), device) })
    }
}

/// A poet, and how many of his poems were counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poet {
    /// As the corpus names him, in simplified characters.
    pub name: String,
    /// Poems of the training set.
    pub poems: usize,
}

/// Names with a character whose commonest reading is not theirs.
const READ: [(&str, &str); 3] = [("岑参", "cén shēn"), ("张说", "zhāng yuè"), ("胡曾", "hú zēng")];

impl Poet {
    /// How the name is read.
    pub fn reading(&self) -> String {
        let known = READ.iter().find(|(known, _)| *known == self.name);
        known.map_or_else(|| pinyin_of(&self.name), |(_, reading)| reading.to_string())
    }
}

/// What stands beside the rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// In the order of the rows, the one with the most poems first.
    pub poets: Vec<Poet>,
    /// V.
    pub vocab_size: usize,
    /// SHA-256 of the weights of the model that they belong to.
    pub model_sha256: String,
    /// How they came to be, for people.
    pub story: String,
}

/// Poets that a model knows.
pub struct Poets {
    /// Who they are.
    pub about: About,
    /// What they prefer.
    pub added: Added,
    /// The run folder of their model; `None` of the one that ships.
    pub run: Option<PathBuf>,
}

/// What can be wrong with poets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The model was taught no poets.
    NoPoets {
        /// Its run folder; `None` of a model that ships.
        run: Option<String>,
    },
    /// The rows belong to other weights.
    OfAnotherModel {
        /// The run folder.
        run: String,
    },
    /// A poet that the model does not know.
    Unknown {
        /// As it was typed.
        name: String,
        /// Those whose name has a character in common with it, else some with many poems.
        known: Vec<String>,
        /// How many it knows.
        count: usize,
        /// The flag that names the run, as it follows a command.
        of_run: String,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let poems = program("lesson_poems");
        f.write_str(&match self {
            Kind::NoPoets { run: Some(run) } => say!(
                "the model in {run} knows no poets yet; `{poems} poets --run {run} --learn CORPUS` \
                 teaches it those of a JSON corpus that names them",
                "{run} 中的模型还不认识诗人；`{poems} poets --run {run} --learn CORPUS` 用标有作者的 JSON \
                 语料教它"
            ),
            Kind::NoPoets { run: None } => say!(
                "the shipped model of lyrics knows no poets; leave out --poet, or write a poem: \
                 {poems} --poet 李白",
                "自带的词模型不认识诗人；请去掉 --poet，或改为写诗：{poems} --poet 李白"
            ),
            Kind::OfAnotherModel { run } => say!(
                "the poets in {run}/{POETS} belong to other weights than those in {run}; teach them \
                 again: {poems} poets --run {run} --learn CORPUS",
                "{run}/{POETS} 中的诗人属于另一组权重，与 {run} 的模型不符；请重新学习：{poems} poets \
                 --run {run} --learn CORPUS"
            ),
            Kind::Unknown { name, known, count, of_run } => {
                let known = known.join(" ");
                say!(
                    "the model does not know the poet \"{name}\"; it knows {count}, e.g. {known} \
                     (`{poems} poets{of_run} --all` lists them)",
                    "模型不认识诗人“{name}”；它认识 {count} 位，例如 {known}（`{poems} poets{of_run} --all` \
                     列出全部）"
                )
            }
        })
    }
}

impl std::error::Error for Kind {}

impl Poets {
    /// Those of `bundle`, the model in `run`, or one that ships.
    ///
    /// # Errors
    /// [`Kind::NoPoets`], [`Kind::OfAnotherModel`], or files that are not as they were saved.
    pub fn of(run: Option<&Path>, bundle: &Bundle, device: &Device) -> Result<Self> {
        let Some(run) = run else {
            return match bundle.genre() {
                Genre::Poem => Self::shipped(device),
                _ => Err(Error::user(Kind::NoPoets { run: None })),
            };
        };
        let (folder, name) = (run.join(POETS), run.display().to_string());
        if !folder.join(bundle::DESCRIPTION).exists() {
            return Err(Error::user(Kind::NoPoets { run: Some(name) }));
        }
        let (added, about) = bundle::load(&folder, fresh(&folder.display().to_string(), device))?;
        let same = bundle::sum_of(run).as_ref() == Some(&about.model_sha256);
        match same && about.vocab_size == bundle.vocab.size() {
            true => Ok(Self { about, added, run: Some(run.into()) }),
            false => Err(Error::user(Kind::OfAnotherModel { run: name })),
        }
    }

    /// Those of the model of poems that ships with the crate.
    ///
    /// ```
    /// use burn::prelude::Device;
    /// use lstm_lessons::poems::poets::Poets;
    ///
    /// let poets = Poets::shipped(&Device::flex()).unwrap();
    /// assert!(poets.find("李白").is_ok() && poets.find("Goethe").is_err());
    /// ```
    ///
    /// # Errors
    /// None that a user can cause.
    pub fn shipped(device: &Device) -> Result<Self> {
        let (json, weights) = (
            include_bytes!("../../data/pretrained/poems/poets/model.json"),
            include_bytes!("../../data/pretrained/poems/poets/model.bpk"),
        );
        let name = "data/pretrained/poems/poets";
        let (added, about) = bundle::parse(json, weights.to_vec(), name, fresh(name, device))?;
        Ok(Self { about, added, run: None })
    }

    /// Writes them beside the model in `run`.
    ///
    /// # Errors
    /// A full disk or a folder that cannot be written.
    pub fn save(self, run: &Path) -> Result<()> {
        bundle::save(&run.join(POETS), self.added, &self.about, true).map(drop)
    }

    /// The number of the poet of this name, as a user typed it: in characters of either script, or as
    /// it is read, if only one of them is read so.
    ///
    /// # Errors
    /// [`Kind::Unknown`].
    pub fn find(&self, typed: &str) -> Result<usize> {
        let name = simplified(typed.trim());
        let names = || self.about.poets.iter().map(|poet| &poet.name);
        let letters = toneless(typed);
        let read_so = |poet: &Poet| !letters.is_empty() && toneless(&poet.reading()) == letters;
        let all = || self.about.poets.iter().enumerate();
        let mut read_so = all().filter(|(_, poet)| read_so(poet)).map(|(k, _)| k);
        let by_reading = read_so.next().filter(|_| read_so.next().is_none());
        names().position(|known| *known == name).or(by_reading).ok_or_else(|| {
            let near = names().filter(|known| known.chars().any(|c| name.contains(c)));
            let mut known: Vec<String> = near.take(SOME).cloned().collect();
            if known.is_empty() {
                known = names().take(SOME).cloned().collect();
            }
            let (count, of_run) = (self.about.poets.len(), self.of_run());
            Error::user(Kind::Unknown { name, known, count, of_run })
        })
    }

    /// ` --run FOLDER` as a shell takes it; empty for the model that ships.
    pub fn of_run(&self) -> String {
        let run = self.run.as_ref().map(|run| quoted(&run.display().to_string()));
        run.map_or(String::new(), |run| format!(" --run {run}"))
    }

    /// The model of `bundle` for texts by one of them.
    pub fn writing_as(&self, poet: usize, bundle: Bundle) -> Bundle {
        let b = self.added.b.val().narrow(0, poet, 1).squeeze_dim::<1>(0); // [V]
        Bundle { model: bundle.model.with_added(b), ..bundle }
    }
}

/// Room for the rows that a description asks for, if the weights can fill it.
fn fresh(name: &str, device: &Device) -> impl FnOnce(&About, usize) -> Result<Added> {
    move |about, size| {
        let shape @ [poets, v] = [about.poets.len(), about.vocab_size];
        let numbers = poets.saturating_mul(v);
        match numbers > 0 && weights::may_hold(size, numbers) {
            true => Ok(Added::new(vec![0.0; numbers], shape, device)),
            false => Err(weights::impossible(&format!("{name}/{}", bundle::WEIGHTS))),
        }
    }
}
