//! Writing: one character in, one character out, the state handed on.

use burn::prelude::*;
use rand::{RngExt, SeedableRng, rngs::StdRng};

pub use super::{
    choose::{Chooser, PUNCTUATION_TEMPERATURE, SamplingConfig},
    stream::Stream,
};

use super::{
    bundle::Bundle,
    model::numbers,
    stream::Remembered,
    vocab::{BOS, EOS, Vocab, is_han},
};
use crate::{
    error::{Error, Result},
    kernel::step::Stepper,
    say,
};

/// A poem that has not ended by then is cut after its last whole sentence, in characters.
pub const LONGEST: usize = 96;
/// The same for a lyric.
const LONGEST_LYRIC: usize = 240;
/// The punctuation a poem may contain beside Han characters.
pub const PUNCTUATION: &str = "，。？！；：、";
/// A sentence ends with one of these.
pub const ENDS: &str = "。？！；";

/// A poem, and whether the model itself said that it ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub text: String,
    /// The tune of a lyric.
    pub tune: Option<String>,
    /// EOS came; otherwise the poem was cut at [`LONGEST`].
    pub ended: bool,
}

/// Writes poems with one model.
pub struct Sampler<'a> {
    pub(super) bundle: &'a Bundle,
    pub(super) device: Device,
    /// Whether a character may be written: Han characters and [`PUNCTUATION`] only, and EOS.
    allowed: Vec<bool>,
    /// The model laid out for stepping, where its cells are LSTM cells and the fused kernels are
    /// wanted.
    stepper: Option<Stepper>,
    /// The characters' vectors, `[V, E]`, for the stepper.
    pub(super) embedding: Vec<f32>,
    /// The features' vectors, `[F, E]`, for the stepper; empty without them.
    pub(super) features: Vec<f32>,
    /// The ids of [`PUNCTUATION`], and EOS.
    punctuation: Vec<usize>,
    /// [`PUNCTUATION_TEMPERATURE`], unless changed; with `None` a mark is chosen like any character.
    pub punctuation_temperature: Option<f64>,
}

impl<'a> Sampler<'a> {
    /// A sampler around a model that is not tracked by autodiff.
    pub fn new(bundle: &'a Bundle, device: &Device) -> Self {
        let may_stand = |c: char| is_han(c) || PUNCTUATION.contains(c);
        let allowed = (0..bundle.vocab.size())
            .map(|id| id == EOS || bundle.vocab.char(id).is_some_and(may_stand))
            .collect();
        let stepper = bundle.model.stepper();
        let embedding = if stepper.is_some() {
            numbers(&bundle.model.embedding.weight.val())
        } else {
            Vec::new()
        };
        let table = bundle
            .model
            .features
            .as_ref()
            .filter(|_| stepper.is_some())
            .map(|features| features.table.val());
        let features = table.map(|table| numbers(&table)).unwrap_or_default();
        let punctuation =
            PUNCTUATION.chars().filter_map(|c| bundle.vocab.id(c)).chain([EOS]).collect();
        let punctuation_temperature = Some(PUNCTUATION_TEMPERATURE);
        Self {
            bundle,
            device: device.clone(),
            allowed,
            stepper,
            embedding,
            features,
            punctuation,
            punctuation_temperature,
        }
    }

    /// How this sampler's free texts are chosen.
    pub fn chooser(&self) -> Chooser {
        self.punctuation_temperature.map_or_else(Chooser::default, |t| {
            Chooser::with_punctuation(self.punctuation.clone(), t)
        })
    }

    /// The characters that the model knows.
    pub fn vocab(&self) -> &'a Vocab {
        &self.bundle.vocab
    }

    /// Whether an id may be written: Han characters, [`PUNCTUATION`], EOS.
    pub fn allows(&self, id: usize) -> bool {
        self.allowed[id]
    }

    /// Whether the model knows every character of `begin`, so that a poem can begin with it.
    ///
    /// # Errors
    /// An empty beginning, a letter, or a character that is not in the vocabulary (the sentence
    /// names near ones).
    pub fn check(&self, begin: &str) -> Result<()> {
        let begin = &*self.bundle.vocab.familiar(begin);
        if begin.is_empty() {
            return Err(Error::user(say!(
                "the beginning is empty; give at least one character, e.g. --begin 月",
                "开头为空；请至少给一个字，例如 --begin 月"
            )));
        }
        let known = |c: char| self.bundle.vocab.id(c).is_some_and(|id| self.allowed[id]);
        match begin.chars().find(|&c| !known(c)) {
            None => Ok(()),
            Some(c) if !is_han(c) => Err(Error::user(say!(
                "poems are written in Chinese characters, and \"{c}\" is none; begin with one, \
                 e.g. --begin 月",
                "诗用汉字写成，而“{c}”不是汉字；请以汉字开头，例如 --begin 月"
            ))),
            Some(c) => {
                let near: String =
                    self.bundle.vocab.near(c, 5).iter().map(|c| format!(" {c}")).collect();
                Err(Error::user(say!(
                    "the model has never seen \"{c}\"; begin with another character, near ones \
                     are{near}",
                    "模型没有见过“{c}”；请换一个字开头，字形相近的有{near}"
                )))
            }
        }
    }

    /// A fresh poem, of which BOS has been read.
    pub fn start(&self) -> Stream<'_> {
        self.start_to(None)
    }

    /// A fresh poem; from a model of lyrics a lyric to `tune` (or to the tune that it knows best),
    /// which has been read too.
    pub fn start_to(&self, tune: Option<&str>) -> Stream<'_> {
        let tune =
            tune.or(self.bundle.tunes.first().map(|tune| tune.name.as_str())).unwrap_or_default();
        let memory = match &self.stepper {
            Some(stepper) => Remembered::Fused(stepper, stepper.start(), Box::default()),
            None => Remembered::Readable(None, Box::default()),
        };
        let mut stream =
            Stream { sampler: self, memory, x: Vec::new(), z: vec![0.0; self.bundle.vocab.size()] };
        self.bundle.vocab.encode(tune).into_iter().chain([BOS]).for_each(|id| stream.read(id));
        stream
    }

    /// The name of a tune as the model knows it.
    ///
    /// # Errors
    /// A model that writes poems, or a tune that it does not know (the sentence names some that it
    /// does).
    pub fn tune(&self, name: &str) -> Result<&'a str> {
        let (name, tunes) = (self.bundle.vocab.familiar(name.trim()), &self.bundle.tunes);
        if let Some(tune) = tunes.iter().find(|tune| tune.name == name) {
            return Ok(&tune.name);
        }
        let known: Vec<&str> = tunes.iter().take(8).map(|tune| tune.name.as_str()).collect();
        let (known, count) = (known.join(" "), tunes.len());
        Err(Error::user(match count {
            0 => say!(
                "this model writes poems and knows no tune; leave out --tune or choose a model \
                 trained with --genre lyric",
                "这个模型写诗，不识词牌；请去掉 --tune，或选用以 --genre lyric 训练的模型"
            ),
            _ => say!(
                "the model does not know the tune \"{name}\"; it knows {count}, e.g. {known} \
                 (`lesson_poems tunes` lists them)",
                "模型不认识词牌“{name}”；它认识 {count} 个，例如 {known}（`lesson_poems tunes` \
                 列出全部）"
            ),
        }))
    }

    /// A tune, each as often as the model has read lyrics to it; nothing if it writes poems.
    pub fn any_tune(&self, seed: u64) -> Option<&'a str> {
        let tunes = &self.bundle.tunes;
        let all: usize = tunes.iter().map(|tune| tune.lyrics).sum();
        let mut left = StdRng::seed_from_u64(seed).random_range(0..all.max(1));
        let chosen = tunes.iter().find(|tune| match left.checked_sub(tune.lyrics) {
            Some(less) => (left = less, false).1,
            None => true,
        });
        chosen.map(|tune| tune.name.as_str())
    }

    /// A character for a poem (or a lyric to `tune`) to begin with, as the model itself would
    /// choose it.
    pub fn first_character(
        &self,
        tune: Option<&str>,
        sampling: SamplingConfig,
        seed: u64,
    ) -> String {
        let han = |id: usize| self.bundle.vocab.char(id).is_some_and(is_han);
        let stream = self.start_to(tune);
        let id = Chooser::default().pick(
            stream.logits(),
            han,
            sampling,
            &mut StdRng::seed_from_u64(seed),
        );
        self.bundle.vocab.decode(&[id.unwrap_or(BOS)])
    }

    /// One poem that begins with `begin`; it always ends, and the same seed gives the same poem.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn compose(&self, begin: &str, sampling: SamplingConfig, seed: u64) -> Result<String> {
        self.write(begin, None, sampling, seed).map(|written| written.text)
    }

    /// [`compose`](Self::compose), to `tune` if the model writes lyrics, and whether the model
    /// ended the poem by itself.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn write(
        &self,
        begin: &str,
        tune: Option<&str>,
        sampling: SamplingConfig,
        seed: u64,
    ) -> Result<Written> {
        let begin = &*self.bundle.vocab.familiar(begin); // 雲 is 云 to a model that learned simplified characters
        self.check(begin)?;
        let mut rng = StdRng::seed_from_u64(seed);
        let mut chooser = self.chooser();
        let choose =
            |z: &[f32], _: &[usize]| chooser.pick(z, |id| self.allowed[id], sampling, &mut rng);
        Ok(self.write_by(choose, begin, tune, &mut |_| ()))
    }

    /// Writes on from `begin` until `choose`, given the scores and the ids so far, chooses EOS or
    /// nothing.
    ///
    /// `watch` gets the text as it is written. (Only a sentence that runs on from half of
    /// [`longest`](Self::longest) to its end is cut off after it was seen.)
    pub fn write_by(
        &self,
        mut choose: impl FnMut(&[f32], &[usize]) -> Option<usize>,
        begin: &str,
        tune: Option<&str>,
        watch: &mut dyn FnMut(&str),
    ) -> Written {
        let vocab = &self.bundle.vocab;
        let mut stream = self.start_to(tune);
        let mut written = vocab.encode(begin);
        written.iter().for_each(|&id| stream.read(id));
        let (mut text, mut shown, longest) = (begin.to_string(), 0, self.longest());
        let mut ended = false;
        while written.len() < longest {
            // Near the cap only whole sentences are shown: what is cut off again must not have been
            // seen.
            if written.len() < longest / 2 || text.ends_with(|c| ENDS.contains(c)) {
                watch(&text[shown..]);
                shown = text.len();
            }
            let Some(next) = choose(stream.logits(), &written).filter(|&id| id != EOS) else {
                ended = true;
                break;
            };
            text.extend(vocab.char(next));
            written.push(next);
            stream.read(next);
        }
        if !ended {
            let whole = text.rfind(|c| ENDS.contains(c)).map_or(text.len(), |at| at + "。".len());
            text.truncate(whole.max(begin.len()));
        }
        watch(text.get(shown..).unwrap_or_default());
        Written { text, tune: tune.map(String::from), ended }
    }

    /// `count` poems as the lesson writes them when it is told nothing: each begins with a
    /// character of the model's own choice.
    ///
    /// # Errors
    /// A model that knows no Han character at all.
    pub fn freely(
        &self,
        sampling: SamplingConfig,
        count: usize,
        seed: u64,
    ) -> Result<Vec<Written>> {
        let seeds = (0..count as u64).map(|k| seed.wrapping_add(k));
        let one = |seed: u64| {
            let tune = self.any_tune(seed);
            self.write(&self.first_character(tune, sampling, seed), tune, sampling, seed)
        };
        seeds.map(one).collect()
    }

    /// Where a text is cut that does not end by itself, in characters.
    pub fn longest(&self) -> usize {
        if self.bundle.tunes.is_empty() { LONGEST } else { LONGEST_LYRIC }
    }
}

/// Sets a poem in lines, one a sentence.
///
/// ```
/// use lstm_lessons::poems::sample::in_lines;
/// assert_eq!(in_lines("床前明月光，疑是地上霜。举头望明月，低头思故乡。"),
///     "床前明月光，疑是地上霜。\n举头望明月，低头思故乡。");
/// ```
pub fn in_lines(poem: &str) -> String {
    poem.split_inclusive(|c| ENDS.contains(c)).collect::<Vec<_>>().join("\n")
}
