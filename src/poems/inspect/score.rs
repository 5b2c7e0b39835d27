//! How surprised a model is by poems that it has not learned from.

use burn::prelude::*;
use serde::Serialize;

use crate::poems::{
    batch::buckets,
    bundle::Bundle,
    text::{
        corpus::Poem,
        genre::Text,
        ngram::{Landmarks, NGram},
        vocab::{UNK, Vocab, is_han},
    },
};

/// A character outside the vocabulary costs -ln P(UNK) and this on top, as if it were drawn from so
/// many: otherwise a smaller vocabulary would flatter the figure.
pub const UNKNOWN_CHARACTERS: f64 = 20_000.0;

/// The figures of an evaluation; every token counts once: characters, punctuation, EOS; not PAD,
/// not BOS.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Score {
    /// Mean of -ln p over all tokens.
    pub nats_per_token: f64,
    /// e to the power of it: among how many characters the model seems to waver.
    pub perplexity: f64,
    /// The same mean over Han characters only.
    pub nats_per_han_character: f64,
    /// How many tokens these are.
    pub tokens: usize,
    /// Of how many poems.
    pub poems: usize,
}

impl Score {
    /// Of poems whose tokens cost `nats`, as [`nats()`] has them.
    pub fn of(poems: &[Poem], nats: &[Vec<f64>]) -> Self {
        let mut tally = Tally::default();
        poems.iter().zip(nats).for_each(|(poem, nats)| tally.add(poem, nats.iter().copied()));
        tally.score()
    }
}

/// Texts that are read side by side.
const BATCH: usize = 64;

/// Reads `poems` with the model of `bundle` (without autodiff) and sums up -ln p.
pub fn evaluate(bundle: &Bundle, poems: &[Poem], device: &Device) -> Score {
    Score::of(poems, &nats(bundle, poems, device))
}

/// -ln p of every token of every poem: of each of its characters, then of EOS.
pub fn nats(bundle: &Bundle, poems: &[Poem], device: &Device) -> Vec<Vec<f64>> {
    let texts: Vec<Text> = poems.iter().map(|poem| bundle.encode(poem)).collect();
    let lengths: Vec<usize> = texts.iter().map(Text::steps).collect();
    let mut nats = vec![Vec::new(); poems.len()];
    for rows in buckets(&lengths, BATCH, None) {
        let batch =
            bundle.model.batch(&rows.iter().map(|&k| &texts[k]).collect::<Vec<_>>(), device);
        let [_, width] = batch.inputs.dims();
        let ln_p: Vec<f32> = bundle.model.log_probabilities(&batch).into_data().iter().collect(); // [B·T]
        for (row, &k) in ln_p.chunks(width).zip(&rows) {
            let Text { title, content } = &texts[k];
            let written = &row[title.len()..]; // the title is read, not predicted
            nats[k] = charged(content, written.iter().map(|ln_p| -*ln_p as f64)).collect();
        }
    }
    nats
}

/// The price of each token of a poem and of EOS, where `nats` are -ln p (what follows EOS is
/// padding and ignored): a character that the vocabulary does not know costs more.
fn charged(ids: &[usize], nats: impl Iterator<Item = f64>) -> impl Iterator<Item = f64> {
    let surcharge =
        |id: Option<&usize>| if id == Some(&UNK) { UNKNOWN_CHARACTERS.ln() } else { 0.0 };
    ids.iter().map(Some).chain([None]).zip(nats).map(move |(id, nats)| nats + surcharge(id))
}

/// Reads `poems` with n-grams counted in `train`, by the same rules as [`evaluate`].
pub fn landmarks(train: &[Poem], poems: &[Poem], vocab: &Vocab) -> Landmarks<Score> {
    let mut tallies = Landmarks::default();
    tally_landmarks(&mut tallies, train.iter(), poems.iter(), vocab);
    tallies.map(Tally::score)
}

/// The same without a training set: each fifth of `poems` is read by n-grams of the other four
/// (cross-validation).
pub fn landmarks_across(poems: &[Poem], vocab: &Vocab) -> Landmarks<Score> {
    const FIFTHS: usize = 5;
    let mut tallies = Landmarks::default();
    for fifth in 0..FIFTHS {
        let part = |inside: bool| {
            poems
                .iter()
                .enumerate()
                .filter(move |(k, _)| (k % FIFTHS == fifth) == inside)
                .map(|(_, poem)| poem)
        };
        tally_landmarks(&mut tallies, part(false), part(true), vocab);
    }
    tallies.map(Tally::score)
}

fn tally_landmarks<'a>(
    tallies: &mut Landmarks<Tally>,
    train: impl Iterator<Item = &'a Poem> + Clone,
    poems: impl Iterator<Item = &'a Poem>,
    vocab: &Vocab,
) {
    let ngrams = NGram::count(train.map(|poem| vocab.ids_of(&poem.content)), vocab.size());
    for poem in poems {
        let ids = vocab.encode(&poem.content);
        let nats = ngrams.nats(ids.iter().copied());
        tallies.uniform.add(poem, charged(&ids, nats.iter().map(|nats| nats.uniform)));
        tallies.unigram.add(poem, charged(&ids, nats.iter().map(|nats| nats.unigram)));
        tallies.bigram.add(poem, charged(&ids, nats.iter().map(|nats| nats.bigram)));
        tallies.trigram.add(poem, charged(&ids, nats.iter().map(|nats| nats.trigram)));
    }
}

/// Sums up -ln p, poem by poem, of whichever model.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    /// Nats and tokens.
    all: (f64, usize),
    /// Nats and tokens of Han characters.
    han: (f64, usize),
    poems: usize,
}

impl Tally {
    /// Adds a poem whose tokens cost `nats`.
    fn add(&mut self, poem: &Poem, nats: impl IntoIterator<Item = f64>) {
        let characters = poem.content.chars().map(Some).chain([None]); // None stands for EOS
        for (character, nats) in characters.zip(nats) {
            self.all = (self.all.0 + nats, self.all.1 + 1);
            if character.is_some_and(is_han) {
                self.han = (self.han.0 + nats, self.han.1 + 1);
            }
        }
        self.poems += 1;
    }

    fn score(self) -> Score {
        let Tally { all, han, poems } = self;
        let nats_per_token = all.0 / all.1.max(1) as f64;
        Score {
            nats_per_token,
            perplexity: nats_per_token.exp(),
            nats_per_han_character: han.0 / han.1.max(1) as f64,
            tokens: all.1,
            poems,
        }
    }
}
