//! Composing under rules: form, rhyme, tone, acrostic.
//!
//! The rules are never imposed on a finished poem. At each character only those may stand with
//! which the poem can still be fulfilled: the patterns of tones and the rhymes that are still open
//! are carried along and narrow as characters fall (candidates). What the user gave was sorted out
//! before (see [`Constraints`]), so that something may always stand.
//!
//! A rule that forbids what the model wanted pushes it to its second thoughts, and a line forced
//! into them reads badly. So each line is drafted several times and one draft chosen by its weight:
//! the belief of the model that the rule left over, multiplied along the line,
//!
//! ```text
//! weight = Π_t Σ_{k allowed at t} p_t(k)
//! ```
//!
//! and, where the next line begins with a given character, the belief in that. These are the
//! weights that make drafts under a rule samples of the model's own poems that keep it (sequential
//! Monte Carlo; Lew et al. 2023, "Sequential Monte Carlo Steering of Large Language Models using
//! Probabilistic Programs"). Looking ahead takes [`DRAFTS`] steps a character.

mod constraints;
mod draft;
mod facts;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use rayon::prelude::*;

pub use self::constraints::Constraints;
use self::{
    constraints::{Given, Plan},
    draft::Draft,
    facts::Facts,
};
use super::{
    rhymes::RhymeBook,
    sample::{PUNCTUATION, Sampler, SamplingConfig},
    vocab::{EOS, is_han},
};
use crate::error::Result;

/// How often each line is drafted before one is chosen.
pub const DRAFTS: usize = 16;
/// The shortest and the longest line of a free acrostic.
const FREE_LINE: std::ops::RangeInclusive<usize> = 3..=9;
/// The punctuation at the end of a line of a free acrostic.
const ACROSTIC_ENDS: &str = "，。？！";

/// Writes poems that keep a [`Constraints`].
pub struct Composer<'a> {
    sampler: &'a Sampler<'a>,
    book: &'a RhymeBook,
    sampling: SamplingConfig,
    /// The probability of a character is divided by this for each time that it stands in the poem
    /// already; 1 for no penalty.
    repeat_penalty: f64,
    /// How often each line is drafted: [`DRAFTS`], unless changed.
    pub drafts: usize,
    /// The tune of the lyric, where the model writes lyrics; without it, the one that it knows
    /// best.
    pub tune: Option<String>,
    facts: Vec<Facts>,
}

impl<'a> Composer<'a> {
    /// A composer that writes with the model of `sampler`.
    pub fn new(
        sampler: &'a Sampler<'a>,
        book: &'a RhymeBook,
        sampling: SamplingConfig,
        repeat_penalty: f64,
    ) -> Self {
        let vocab = sampler.vocab();
        let facts = |id| {
            vocab.char(id).filter(|&c| is_han(c)).map_or(Facts::default(), |c| Facts::new(c, book))
        };
        let facts = (0..vocab.size()).map(facts).collect();
        Self { sampler, book, sampling, repeat_penalty, drafts: DRAFTS, tune: None, facts }
    }

    /// One poem; the same seed gives the same poem. `watch` gets the text as it is written:
    /// character by character, or, where lines are drafted, line by line. (Only a sentence that
    /// runs on from half of [`longest`](Sampler::longest) to its end is cut off after it was seen.)
    ///
    /// # Errors
    /// A constraints that the model's vocabulary or the rules cannot fulfil.
    pub fn compose(
        &self,
        constraints: &Constraints,
        seed: u64,
        watch: &mut dyn FnMut(&str),
    ) -> Result<String> {
        let mut rng = StdRng::seed_from_u64(seed);
        if let Some(form) = constraints.form(seed) {
            let plan = constraints.plan(form, self.sampler, self.book)?;
            return Ok(self.regular(&plan, &mut rng, watch));
        }
        let given = constraints.given(self.sampler)?;
        Ok(match constraints.is_free() {
            true => self.free(&constraints.begin, &mut rng, watch),
            false => self.acrostic(&given, &mut rng, watch),
        })
    }

    /// A poem of regular form.
    fn regular(&self, plan: &Plan, rng: &mut StdRng, watch: &mut dyn FnMut(&str)) -> String {
        let mut poem = self.blank(plan.candidates.clone());
        for (line, given) in plan.given.iter().enumerate() {
            let mark = given.mark.unwrap_or(if line % 2 == 0 { '，' } else { '。' });
            let next = plan.given.get(line + 1).and_then(|next| next.characters.first());
            let draft = |rng: &mut StdRng| {
                let mut draft = poem.clone();
                for at in 0..plan.form.characters() {
                    match given.characters.get(at) {
                        Some(&c) => self.put_given(plan, &mut draft, (line, at), c),
                        None => self.put_chosen(plan, &mut draft, (line, at), rng),
                    }
                }
                draft
            };
            poem = self.best_of(
                draft,
                |draft| self.end_line(draft, mark, next.copied()),
                &poem,
                rng,
                watch,
            );
        }
        poem.text
    }

    /// A poem of free form whose lines begin with the given characters, one line each.
    fn acrostic(&self, given: &[Given], rng: &mut StdRng, watch: &mut dyn FnMut(&str)) -> String {
        let mut poem = self.blank(Vec::new());
        for (line, Given { characters, mark }) in given.iter().enumerate() {
            let next = given.get(line + 1).and_then(|next| next.characters.first());
            let ends = if next.is_some() { ACROSTIC_ENDS } else { "。？！" };
            let draft = |rng: &mut StdRng| {
                let mut draft = poem.clone();
                for &c in characters {
                    self.put(&mut draft, c);
                }
                let mut length = characters.len();
                let mut end = *mark;
                while end.is_none() {
                    let may_go_on = length < *FREE_LINE.end();
                    let may_end = length >= *FREE_LINE.start();
                    let mark_of = |id| self.sampler.vocab().char(id).filter(|&c| ends.contains(c));
                    let allowed = |id: usize| {
                        may_go_on && self.facts[id].is_han() || may_end && mark_of(id).is_some()
                    };
                    match self.choose(&mut draft, allowed, rng) {
                        Some(id) if self.facts[id].is_han() => self.put_id(&mut draft, id),
                        Some(id) => end = mark_of(id),
                        None => end = Some('。'), // the vocabulary has no mark at all
                    }
                    length += 1;
                }
                self.put(&mut draft, end.unwrap_or('。'));
                draft
            };
            let look_ahead = |mut draft: Draft<'a>| {
                draft.ln_weight +=
                    self.ln_p(&draft, next.map_or(Some(EOS), |&c| self.sampler.vocab().id(c)));
                draft
            };
            poem = self.best_of(draft, look_ahead, &poem, rng, watch);
        }
        poem.text
    }

    /// A poem under no rule; a beginning that is left to the model is a Han character.
    fn free(&self, begin: &str, rng: &mut StdRng, watch: &mut dyn FnMut(&str)) -> String {
        let is_punctuation =
            |id| self.sampler.vocab().char(id).is_some_and(|c| PUNCTUATION.contains(c));
        let mut chooser = self.sampler.chooser();
        let choose = |z: &[f32], written: &[usize]| {
            let allowed = |id: usize| {
                self.facts[id].is_han() || !written.is_empty() && (id == EOS || is_punctuation(id))
            };
            chooser.pick(&self.penalised(z, written), allowed, self.sampling, rng)
        };
        self.sampler.write_by(choose, begin, self.tune.as_deref(), watch).text
    }

    /// Drafts a line several times, looks ahead from each, and chooses one by weight.
    ///
    /// The drafts know nothing of each other, so each core takes some; each has dice of its own, so
    /// that it does not matter which.
    fn best_of(
        &self,
        draft: impl Fn(&mut StdRng) -> Draft<'a> + Sync,
        look_ahead: impl Fn(Draft<'a>) -> Draft<'a> + Sync,
        before: &Draft,
        rng: &mut StdRng,
        watch: &mut dyn FnMut(&str),
    ) -> Draft<'a> {
        let drafts = if self.sampling.temperature > 0.0 { self.drafts.max(1) } else { 1 };
        let seeds: Vec<u64> = (0..drafts).map(|_| rng.random()).collect();
        let one = |seed| look_ahead(draft(&mut StdRng::seed_from_u64(seed)));
        let mut drafts: Vec<Draft<'a>> = seeds.into_par_iter().map(one).collect();
        let best = drafts.iter().map(|draft| draft.ln_weight).fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = drafts.iter().map(|draft| (draft.ln_weight - best).exp()).collect();
        let mut left = rng.random_range(0.0..1.0) * weights.iter().sum::<f64>();
        let chosen = weights.iter().position(|w| (left -= w, left < 0.0).1).unwrap_or(0);
        let mut chosen = drafts.swap_remove(chosen);
        watch(&chosen.text[before.text.len()..]);
        chosen.ln_weight = 0.0;
        chosen
    }
}

/// ln p of one id under the scores of all.
///
/// ```text
/// ln p_k = z_k - ln Σ_j exp(z_j)
/// ```
pub fn ln_softmax(z: &[f32], id: usize) -> f64 {
    let highest = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = z.iter().map(|&z| ((z - highest) as f64).exp()).sum();
    (z[id] - highest) as f64 - sum.ln()
}
