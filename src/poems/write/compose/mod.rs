//! Composing under rules: form, rhyme, tone, acrostic.
//!
//! The rules are never imposed on a finished poem. At each character only those may stand with
//! which the poem can still be finished: the patterns of tones and the rhymes that are still open
//! are carried along and narrow as characters are written (candidates). What the user gave was
//! checked before (see [`Constraints`]), so that something may always stand.
//!
//! A rule that forbids what the model finds likely leaves only unlikely characters, and a line of
//! those reads badly. So each line is drafted several times and one draft chosen by its weight: the
//! probability that the rule left over, multiplied along the line,
//!
//! ```text
//! weight = Π_t Σ_{k allowed at t} p_t(k)
//! ```
//!
//! and, where the next line begins with a given character, the probability of that. These are the
//! weights that make drafts under a rule samples of the model's own poems that keep it (sequential
//! Monte Carlo; Lew et al. 2023, "Sequential Monte Carlo Steering of Large Language Models using
//! Probabilistic Programs"). Looking ahead takes [`DRAFTS`] steps a character,
//! but for what only the draft that is chosen goes on from: the end of a line is read once.

mod choices;
mod constraints;
mod draft;
mod kind;
mod properties;
mod scheme;

use std::sync::Arc;

use rand::{RngExt, SeedableRng, rngs::StdRng};

pub use self::{
    choices::{Choice, Forbidden, LIKELIEST, Rival},
    constraints::Constraints,
    kind::Kind,
};
use self::{
    draft::{Draft, Drafter, Drafts},
    scheme::Scheme,
};
use super::{
    beginning::Verse,
    choose::{Chooser, draw},
    sample::{FEWEST_LINES, Sampler},
};
use crate::poems::{text::vocab::EOS, verse::rhymes::RhymeBook};
use crate::shell::error::Result;

/// How often each line is drafted before one is chosen.
pub const DRAFTS: usize = 16;
/// The shortest and the longest line of a free acrostic.
const FREE_LINE: std::ops::RangeInclusive<usize> = 3..=9;
/// The punctuation that may end a line of a free acrostic, and its last line.
const ACROSTIC_ENDS: [&str; 2] = ["，。？！", "。？！"];

/// Writes poems that keep [`Constraints`].
#[derive(Clone)]
pub struct Composer<'a> {
    /// How often each line is drafted: [`DRAFTS`], unless changed.
    pub drafts: usize,
    /// What the poems are written under: the tune, where the model writes lyrics.
    pub title: Option<&'a str>,
    drafter: Arc<Drafter<'a>>,
}

impl<'a> Composer<'a> {
    /// A composer that writes with the model of `sampler`.
    pub fn new(sampler: &'a Sampler<'a>, book: &'a RhymeBook) -> Self {
        Self { drafts: DRAFTS, title: None, drafter: Arc::new(Drafter::new(sampler, book)) }
    }

    /// The same composer for texts under this title.
    pub fn to(&self, title: Option<&'a str>) -> Self {
        Self { title, ..self.clone() }
    }

    /// One poem; the same seed gives the same poem. `watch` gets the text as it is written: as
    /// [`Sampler::write`] has it, or, where lines are drafted, line by line.
    ///
    /// # Errors
    /// Constraints that contradict each other or that the rules cannot fulfil, as [`Kind`].
    pub fn compose(
        &self,
        constraints: &Constraints,
        seed: u64,
        watch: &mut dyn FnMut(&str),
    ) -> Result<String> {
        let sampler = self.drafter.sampler;
        if constraints.is_free() {
            return Ok(sampler.write(&constraints.begin, self.title, seed, watch).text);
        }
        let mut rng = StdRng::seed_from_u64(seed);
        match constraints.form(seed) {
            Some(form) => {
                let book = self.drafter.book;
                let scheme = Scheme::new(form, constraints, sampler.vocab(), book)?;
                Ok(self.regular(&scheme, &mut rng, watch))
            }
            None => Ok(self.acrostic(&constraints.given()?, &mut rng, watch)),
        }
    }

    /// A poem of regular form.
    fn regular(&self, scheme: &Scheme, rng: &mut StdRng, watch: &mut dyn FnMut(&str)) -> String {
        let Self { drafter, .. } = self;
        let mut poem = drafter.blank(scheme.candidates.clone(), self.title);
        for (line, given) in scheme.given.iter().enumerate() {
            let end = given.punctuation.unwrap_or(if line % 2 == 0 { '，' } else { '。' });
            let next = scheme.given.get(line + 1).and_then(|next| next.characters.first());
            let write = |drafts: &mut Drafts<'a>| {
                for at in 0..scheme.form.characters() {
                    let place = (line, at);
                    match given.characters.get(at) {
                        Some(&c) => {
                            drafts.write(|draft| drafter.put_given(scheme, draft, place, c));
                        }
                        None => {
                            drafts.each(|draft, chance| {
                                drafter.put_chosen(scheme, draft, place, chance)
                            });
                        }
                    }
                }
                drafts.write(|draft| drafter.put(draft, end));
                // A character that the model does not know weighs nothing.
                if let Some(next) = next.and_then(|&c| drafter.sampler.vocab().id(c)) {
                    drafts.each(|draft, _| drafter.look_ahead(draft, next));
                }
            };
            poem = self.best_of(write, poem, rng, watch);
        }
        poem.text
    }

    /// A poem of free form whose lines begin with the given characters, one line each, and go on to
    /// the fourth.
    fn acrostic(&self, given: &[Verse], rng: &mut StdRng, watch: &mut dyn FnMut(&str)) -> String {
        let Self { drafter, .. } = self;
        let vocab = drafter.sampler.vocab();
        let mut poem = drafter.blank(Vec::new(), self.title);
        let nothing = Verse::default();
        let lines = given.len().max(FEWEST_LINES);
        for line in 0..lines {
            let verse = given.get(line).unwrap_or(&nothing);
            let next = given.get(line + 1).and_then(|next| next.characters.first());
            let is_last = line + 1 == lines;
            let ends = ACROSTIC_ENDS[usize::from(is_last)];
            let write = |drafts: &mut Drafts<'a>| {
                self.free_line(verse, ends, drafts);
                let next = if is_last { Some(EOS) } else { next.and_then(|&c| vocab.id(c)) };
                if let Some(next) = next {
                    drafts.each(|draft, _| drafter.look_ahead(draft, next));
                }
            };
            poem = self.best_of(write, poem, rng, watch);
        }
        poem.text
    }

    /// A line of free length that begins with `verse` and ends with one of `ends`.
    fn free_line(&self, verse: &Verse, ends: &str, drafts: &mut Drafts<'a>) {
        let Self { drafter, .. } = self;
        let given = verse.characters.len();
        drafts.write(|draft| {
            verse.characters.iter().for_each(|&c| drafter.put(draft, c));
            draft.end = verse.punctuation;
        });
        let punctuation = |id| drafter.sampler.vocab().char(id).filter(|&c| ends.contains(c));
        for length in given..=given.max(*FREE_LINE.end()) {
            let may_go_on = length < *FREE_LINE.end();
            let may_end = length >= *FREE_LINE.start();
            let allowed = |id: usize| {
                may_go_on && drafter.sampler.is_han(id) || may_end && punctuation(id).is_some()
            };
            drafts.each(|draft, chance| {
                if draft.end.is_some() {
                    return;
                }
                let allow = |z: &[f32], chooser: &mut Chooser| chooser.allow(z, allowed);
                match drafter.choose(draft, allow, chance) {
                    Some(id) if drafter.sampler.is_han(id) => drafter.put_id(draft, id),
                    Some(id) => draft.end = punctuation(id),
                    None => draft.end = Some('。'), // the vocabulary has no punctuation at all
                }
            });
        }
        drafts.write(|draft| drafter.put(draft, draft.end.unwrap_or('。')));
    }

    /// Drafts a line several times with `write` and chooses one by weight.
    fn best_of(
        &self,
        write: impl Fn(&mut Drafts<'a>),
        before: Draft<'a>,
        rng: &mut StdRng,
        watch: &mut dyn FnMut(&str),
    ) -> Draft<'a> {
        let greedy = self.drafter.sampler.sampling.temperature <= 0.0;
        let drafts = if greedy { 1 } else { self.drafts.max(1) };
        let seeds: Vec<u64> = (0..drafts).map(|_| rng.random()).collect();
        let shown = before.text.len();
        let mut drafts = Drafts::new(before, seeds);
        write(&mut drafts);
        let mut drafts = drafts.into_drafts();
        let best = drafts.iter().map(|draft| draft.ln_weight).fold(f64::NEG_INFINITY, f64::max);
        let weights = drafts.iter().map(|draft| (draft.ln_weight - best).exp());
        let chosen = draw(weights, rng).unwrap_or(0);
        let mut chosen = drafts.swap_remove(chosen);
        watch(&chosen.text[shown..]);
        chosen.ln_weight = 0.0;
        chosen
    }
}
