//! Writing: one character in, one character out, the state handed on.

use std::borrow::Cow;

use rand::{SeedableRng, rngs::StdRng};
use rayon::prelude::*;

pub use super::choose::{Chooser, SamplingConfig};
use super::{
    beginning::Beginning,
    choose::draw,
    reader::{Reader, Stream},
    sharpen::sharpen,
};
use crate::{
    poems::{
        text::{
            genre::Tune,
            punctuation::{PUNCTUATION, SENTENCE_ENDS},
            tune::is_tune,
            vocab::{BOS, EOS, Vocab, is_han, is_writable},
        },
        verse::{asked::Asked, schemes::Often},
    },
    shell::error::Result,
};

/// A poem that has not ended by then is cut after its last whole sentence, in characters.
pub const LONGEST: usize = 96;
/// The same for a lyric.
const LONGEST_LYRIC: usize = 240;

/// A poem ends after so many lines at the earliest, unless the user says otherwise.
pub const FEWEST_LINES: usize = 4;

/// A text, and whether the model itself said that it ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The whole of it, beginning and all.
    pub text: String,
    /// The title that it was written under: the tune of a lyric.
    pub title: Option<String>,
    /// EOS came; otherwise the text was cut at [`Sampler::longest`].
    pub ended: bool,
}

/// Chooses from the logits of a [`Reader`] what is written next.
///
/// ```
/// use burn::prelude::Device;
/// use lstm_lessons::poems::{
///     bundle::Bundle,
///     write::{beginning::Beginning, reader::Reader, sample::{Sampler, SamplingConfig}},
/// };
///
/// let device = Device::flex();
/// let bundle = Bundle::shipped(&device).unwrap();
/// let reader = Reader::new(&bundle, &device);
/// let sampler = Sampler::new(&reader, SamplingConfig::default());
/// let begin = Beginning::parse("月", &bundle.vocab).unwrap();
/// let poem = sampler.write(&begin, None, 7, &mut |_| ());
/// assert!(poem.text.starts_with('月'));
/// ```
pub struct Sampler<'a> {
    /// The model that is sampled.
    pub reader: &'a Reader<'a>,
    /// How it is sampled.
    pub sampling: SamplingConfig,
    /// A text ends after so many lines at the earliest: [`FEWEST_LINES`] for poems, unless changed;
    /// a lyric has as many as its tune wants.
    pub fewest_lines: usize,
    /// Whether an id may be written: Han characters, punctuation, EOS.
    allowed: Vec<bool>,
    /// Whether an id is a Han character that may be written.
    han: Vec<bool>,
    /// The ids of punctuation, and EOS.
    punctuation: Vec<usize>,
}

impl<'a> Sampler<'a> {
    /// A sampler of this model.
    pub fn new(reader: &'a Reader<'a>, sampling: SamplingConfig) -> Self {
        let vocab = &reader.bundle.vocab;
        let allowed = (0..vocab.size())
            .map(|id| id == EOS || vocab.char(id).is_some_and(is_writable))
            .collect();
        let is_word = |c| is_han(c) && is_writable(c);
        let han = (0..vocab.size()).map(|id| vocab.char(id).is_some_and(is_word)).collect();
        let punctuation = PUNCTUATION.chars().filter_map(|c| vocab.id(c)).chain([EOS]).collect();
        let fewest_lines = if reader.bundle.tunes.is_empty() { FEWEST_LINES } else { 0 };
        Self { reader, sampling, fewest_lines, allowed, han, punctuation }
    }

    /// How free texts are chosen: with the punctuation apart.
    pub fn chooser(&self) -> Chooser {
        Chooser::with_punctuation(self.punctuation.clone())
    }

    /// The characters that the model knows.
    pub fn vocab(&self) -> &'a Vocab {
        &self.reader.bundle.vocab
    }

    /// Whether an id may be written: Han characters, punctuation, EOS.
    pub fn allows(&self, id: usize) -> bool {
        self.allowed[id]
    }

    /// Whether an id is a Han character that may be written.
    pub(super) fn is_han(&self, id: usize) -> bool {
        self.han[id]
    }

    /// The logits after the penalty: p_k is divided by
    /// [`repetition_penalty`](SamplingConfig::repetition_penalty) for each time that k stands in
    /// the text before its last character, punctuation aside, and twice more for each line that k
    /// ends: it may have rhymed. The last character may be doubled: 萧萧.
    ///
    /// ```text
    /// z_k <- z_k - n_k ln(penalty)        n_k = how often k is written, at the end of a line three times
    /// ```
    pub(super) fn penalised<'z>(&self, z: &'z [f32], written: &[usize]) -> Cow<'z, [f32]> {
        let penalty = self.sampling.repetition_penalty;
        if penalty == 1.0 {
            return Cow::Borrowed(z);
        }
        let mut z = z.to_vec();
        let before = &written[..written.len().saturating_sub(1)];
        for (k, &id) in before.iter().enumerate().filter(|&(_, &id)| self.is_han(id)) {
            let ends_line = written.get(k + 1).is_some_and(|&next| !self.is_han(next));
            let n = if ends_line { 3.0 } else { 1.0 };
            z[id] -= n * penalty.ln() as f32;
        }
        Cow::Owned(z)
    }

    /// The logits with what the tune of a lyric asks for: the length of a line, what it repeats, what
    /// rhymes. It is form as punctuation is, and has the same
    /// [temperature](SamplingConfig::punctuation_temperature); the odds of what is asked for are no
    /// lower than the least with which it was counted as asked for, see [`Often::least_odds`]. Which of
    /// the characters that rhyme comes remains a matter of words. (Their own temperature comes after
    /// it, so that at another than 1 the share of what rhymes moves a little once more. At temperature
    /// 0 the model's likeliest comes, whatever is asked.)
    fn with_form<'z>(&self, z: Cow<'z, [f32]>, asked: &Asked) -> Cow<'z, [f32]> {
        let Asked { mark, characters, often } = asked;
        let SamplingConfig { temperature, punctuation_temperature, .. } = self.sampling;
        let asks = mark.is_some() || !characters.is_empty();
        let Some(form) = punctuation_temperature.filter(|_| asks && temperature > 0.0) else {
            return z;
        };
        let mut z = z.into_owned();
        if let &Some(mark) = mark {
            // The chooser sharpens punctuation by itself.
            let kind = |id: usize| self.is_han(id) != mark;
            sharpen(&mut z, kind, |id| self.allows(id), Often::Always.least_odds(), 1.0);
        }
        if !characters.is_empty() {
            let is_asked = |id: usize| characters.binary_search(&(id as u32)).is_ok();
            sharpen(&mut z, is_asked, |id| self.is_han(id), often.least_odds(), form);
        }
        Cow::Owned(z)
    }

    /// A fresh text under this title, read as it is to be written: with the
    /// [parallelism](SamplingConfig::parallelism) that was asked for.
    pub fn start(&self, title: Option<&str>) -> Stream<'a> {
        self.reader.start(title).with_parallelism(self.sampling.parallelism as f32)
    }

    /// A tune, each as often as the model has read lyrics to it; nothing if it writes poems.
    pub fn any_tune(&self, seed: u64) -> Option<&'a Tune> {
        let tunes = &self.reader.bundle.tunes;
        let lyrics = tunes.iter().map(|tune| if is_tune(&tune.name) { tune.lyrics } else { 0 });
        draw(lyrics, &mut StdRng::seed_from_u64(seed)).map(|k| &tunes[k])
    }

    /// A character for a text under this title to begin with, as the model itself would choose it.
    ///
    /// # Errors
    /// A model that knows no Han character at all.
    pub fn first_character(&self, title: Option<&str>, seed: u64) -> Result<Beginning> {
        let (stream, mut rng) = (self.start(title), StdRng::seed_from_u64(seed));
        let han = |id: usize| self.is_han(id);
        let id = Chooser::default().pick(stream.logits(), han, self.sampling, &mut rng);
        Beginning::parse(&self.vocab().decode(&[id.unwrap_or(BOS)]), self.vocab())
    }

    /// [`write`](Self::write) for a beginning as it was typed: the text alone.
    ///
    /// # Errors
    /// As [`Beginning::parse`].
    pub fn compose(&self, typed: &str, seed: u64) -> Result<String> {
        let begin = Beginning::parse(typed, self.vocab())?;
        Ok(self.write(&begin, None, seed, &mut |_| ()).text)
    }

    /// A free text under this title that begins with `begin`, or with a Han character of the model's
    /// choice. It always ends, and the same seed gives the same text.
    ///
    /// `watch` gets it as it is written, see [`write_by`](Self::write_by).
    pub fn write(
        &self,
        begin: &Beginning,
        title: Option<&str>,
        seed: u64,
        watch: &mut dyn FnMut(&str),
    ) -> Written {
        let (mut chooser, mut rng) = (self.chooser(), StdRng::seed_from_u64(seed));
        let choose = |stream: &Stream, written: &[usize]| {
            let z = self.with_form(self.penalised(stream.logits(), written), &stream.asked());
            chooser.pick(&z, self.follows(written), self.sampling, &mut rng)
        };
        self.write_by(choose, begin, title, watch)
    }

    /// What may follow these ids: a Han character anywhere; the end where the text
    /// may end; a mark after a character, or where the end might come, but no
    /// empty line instead of an end that is too early.
    pub fn follows(&self, written: &[usize]) -> impl Fn(usize) -> bool + use<'_> {
        let may_end = self.may_end(written);
        let may_mark = may_end || written.last().is_some_and(|&id| self.is_han(id));
        move |id| match id {
            EOS => may_end,
            _ => self.is_han(id) || may_mark && self.allows(id),
        }
    }

    /// Whether a text may end here: after a sentence, and enough lines.
    fn may_end(&self, written: &[usize]) -> bool {
        let ends =
            |id: &usize, marks: &str| self.vocab().char(*id).is_some_and(|c| marks.contains(c));
        let lines = || written.iter().filter(|id| ends(id, PUNCTUATION)).count();
        written.last().is_some_and(|id| ends(id, SENTENCE_ENDS)) && lines() >= self.fewest_lines
    }

    /// Writes on from `begin` until `choose`, given what was read and the ids so far, chooses EOS or
    /// nothing.
    ///
    /// `watch` gets the text as it is written: character by character, and near the end, where a
    /// sentence may be cut off again, sentence by sentence. (Only a sentence that runs on from half
    /// of [`longest`](Self::longest) to its end is cut off after it was shown.)
    pub fn write_by(
        &self,
        mut choose: impl FnMut(&Stream, &[usize]) -> Option<usize>,
        begin: &Beginning,
        title: Option<&str>,
        watch: &mut dyn FnMut(&str),
    ) -> Written {
        let ends_sentence = |c| SENTENCE_ENDS.contains(c);
        let mut stream = self.start(title);
        let Beginning { mut text, ids: mut written, .. } = begin.clone();
        Stream::read_all(vec![(&mut stream, &written)]);
        let (mut shown, longest, mut ended) = (0, self.longest(), false);
        while written.len() < longest {
            if written.len() < longest / 2 || text.ends_with(ends_sentence) {
                watch(&text[shown..]);
                shown = text.len();
            }
            let Some(next) = choose(&stream, &written).filter(|&id| id != EOS) else {
                ended = true;
                break;
            };
            text.extend(self.vocab().char(next));
            written.push(next);
            stream.read(next);
        }
        if !ended {
            let whole = text.rfind(ends_sentence).map_or(text.len(), |at| at + "。".len());
            text.truncate(whole.max(begin.text.len()));
        }
        watch(text.get(shown..).unwrap_or_default());
        Written { text, title: title.map(str::to_string), ended }
    }

    /// `count` texts, each of which begins with a character of the model's own choice.
    ///
    /// # Errors
    /// As [`first_character`](Self::first_character).
    pub fn freely(&self, count: usize, seed: u64) -> Result<Vec<Written>> {
        let one = |seed: u64| {
            let title = self.any_tune(seed).map(|tune| &*tune.name);
            let begin = self.first_character(title, seed)?;
            Ok(self.write(&begin, title, seed, &mut |_| ()))
        };
        (0..count as u64).into_par_iter().map(|k| one(seed.wrapping_add(k))).collect()
    }

    /// Where a text is cut that does not end by itself, in characters.
    pub fn longest(&self) -> usize {
        if self.reader.bundle.tunes.is_empty() { LONGEST } else { LONGEST_LYRIC }
    }
}
