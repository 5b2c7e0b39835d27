//! Drafts of a line: writing a character, choosing one, and what each choice leaves open.

use std::mem;

use rand::{SeedableRng, rngs::StdRng};
use rayon::prelude::*;

use super::{
    properties::Properties,
    scheme::{Candidate, Place, Scheme},
};
use crate::poems::{
    text::vocab::is_han,
    verse::rhymes::{RhymeBook, Rhymes},
    write::{
        choose::{Chooser, ln_softmax},
        reader::Stream,
        sample::Sampler,
        weights::{highest, sum, weights},
    },
};

/// A poem in the making.
#[derive(Clone)]
pub struct Draft<'a> {
    /// As far as it is written.
    pub text: String,
    /// The ids of its characters, for the penalty on repetition.
    written: Vec<usize>,
    /// The model, which has read all of it but what is `unread`.
    stream: Stream<'a>,
    /// The ids that the model has yet to read.
    unread: Vec<usize>,
    /// What can still be kept; never empty in a poem with a scheme.
    pub candidates: Vec<Candidate>,
    /// The ends that rhyme so far.
    pub feet: Vec<usize>,
    /// The punctuation that ends a line of free length, once it is chosen.
    pub end: Option<char>,
    /// ln of the weight since the last choice among drafts.
    pub ln_weight: f64,
}

/// What a draft draws with: random numbers of its own, so that it does not matter which core writes
/// on which draft, and the working space.
pub struct Chance {
    rng: StdRng,
    chooser: Chooser,
    /// The probabilities of all characters, times a factor that all share.
    p: Vec<f32>,
}

/// Drafts of one line, written side by side: the model reads the next character of all of them in
/// one pass over its weights.
pub struct Drafts<'a> {
    drafts: Vec<(Draft<'a>, Chance)>,
    /// What all of them have in common, until chance first has a part in it.
    before: Option<(Draft<'a>, Vec<u64>)>,
}

impl<'a> Drafts<'a> {
    /// As many as there are seeds, all of which go on from `before`.
    pub fn new(before: Draft<'a>, seeds: Vec<u64>) -> Self {
        Self { drafts: Vec::new(), before: Some((before, seeds)) }
    }

    /// Writes what is given on each of them.
    pub fn write(&mut self, write: impl Fn(&mut Draft<'a>)) {
        self.before.iter_mut().for_each(|(draft, _)| write(draft));
        self.drafts.iter_mut().for_each(|(draft, _)| write(draft));
    }

    /// Writes on each of them with `write`, after the model has read what is written so far.
    pub fn each(&mut self, write: impl Fn(&mut Draft<'a>, &mut Chance) + Sync) {
        if let Some((mut before, seeds)) = self.before.take() {
            read([&mut before]);
            let chance = |seed| Chance {
                rng: StdRng::seed_from_u64(seed),
                chooser: Chooser::default(),
                p: Vec::new(),
            };
            self.drafts = seeds.into_iter().map(|seed| (before.clone(), chance(seed))).collect();
        }
        read(self.drafts.iter_mut().map(|(draft, _)| draft));
        self.drafts.par_iter_mut().for_each(|(draft, chance)| write(draft, chance));
    }

    /// As they are; one, if all are the same.
    pub fn into_drafts(self) -> Vec<Draft<'a>> {
        let drafts = self.drafts.into_iter().map(|(draft, _)| draft);
        drafts.chain(self.before.map(|(draft, _)| draft)).collect()
    }
}

/// Lets the model read what is written.
fn read<'d, 'a: 'd>(drafts: impl IntoIterator<Item = &'d mut Draft<'a>>) {
    let mut unread: Vec<_> = drafts
        .into_iter()
        .map(|Draft { stream, unread, .. }| (stream, mem::take(unread)))
        .collect();
    Stream::read_all(unread.iter_mut().map(|(stream, ids)| (&mut **stream, &ids[..])).collect());
}

/// Writes on drafts.
pub struct Drafter<'a> {
    /// The model, and how it is sampled.
    pub sampler: &'a Sampler<'a>,
    /// Rhymes and tones.
    pub book: &'a RhymeBook,
    /// What the book says about each id.
    pub properties: Vec<Properties>,
    /// Their classes alone.
    classes: Vec<u8>,
}

impl<'a> Drafter<'a> {
    /// A drafter that takes rhymes and tones from `book`.
    pub fn new(sampler: &'a Sampler<'a>, book: &'a RhymeBook) -> Self {
        let vocab = sampler.vocab();
        let han = |id| vocab.char(id).filter(|&c| is_han(c));
        let properties = |id| han(id).map_or(Properties::default(), |c| Properties::new(c, book));
        let properties: Vec<Properties> = (0..vocab.size()).map(properties).collect();
        let classes = properties.iter().map(|properties| properties.classes).collect();
        Self { sampler, book, properties, classes }
    }

    /// An empty poem.
    pub fn blank(&self, candidates: Vec<Candidate>, title: Option<&str>) -> Draft<'a> {
        Draft {
            text: String::new(),
            written: Vec::new(),
            stream: self.sampler.start(title),
            unread: Vec::new(),
            candidates,
            feet: Vec::new(),
            end: None,
            ln_weight: 0.0,
        }
    }

    /// Writes a given character where the scheme has this place.
    pub fn put_given(&self, scheme: &Scheme, draft: &mut Draft, place: Place, c: char) {
        let id = self.sampler.vocab().id(c);
        self.narrow(scheme, draft, place, self.book.rhymes(c), id);
        self.put(draft, c);
    }

    /// Chooses among what keeps a candidate: strictly first, and only where nothing is left so, by
    /// all that the book knows.
    pub fn put_chosen(
        &self,
        scheme: &Scheme,
        draft: &mut Draft,
        place: Place,
        chance: &mut Chance,
    ) {
        let feet = draft.feet.clone();
        let chosen = [true, false].into_iter().find_map(|strictly| {
            let wanted = scheme.wanted(&draft.candidates, place, strictly);
            let allow = |z: &[f32], chooser: &mut Chooser| match wanted.rhymes.is_empty() {
                true => chooser.allow_classes(z, &self.classes, wanted.classes),
                false => {
                    let fits = |id: usize| self.properties[id].fits(wanted, feet.contains(&id));
                    chooser.allow(z, fits);
                }
            };
            self.choose(draft, allow, chance)
        });
        // Nothing is left only where the model has no Han character or its logits are not numbers.
        let Some(id) = chosen else { return };
        self.narrow(scheme, draft, place, self.properties[id].rhymes, Some(id));
        self.put_id(draft, id);
    }

    /// Drops the candidates that a character here breaks, and narrows the rhymes of the others.
    fn narrow(
        &self,
        scheme: &Scheme,
        draft: &mut Draft,
        place: Place,
        rhymes: Rhymes,
        id: Option<usize>,
    ) {
        // A given character that the book does not know was let through by the scheme, and breaks
        // nothing here.
        if let Some(id) = id.filter(|_| !rhymes.is_empty()) {
            draft.candidates.retain(|candidate| {
                let wanted = scheme.wanted(std::slice::from_ref(candidate), place, false);
                self.properties[id].fits(wanted, false)
            });
        }
        let mut is_foot = false;
        for candidate in &mut draft.candidates {
            if scheme.is_foot(candidate, place) {
                candidate.rhymes = candidate.rhymes & rhymes.level();
                is_foot = true;
            }
        }
        if is_foot {
            draft.feet.extend(id);
        }
    }

    /// Chooses an id that `allow` allows by the model's probabilities; their sum over what is allowed
    /// goes into the weight of the draft.
    pub fn choose(
        &self,
        draft: &mut Draft,
        allow: impl Fn(&[f32], &mut Chooser),
        chance: &mut Chance,
    ) -> Option<usize> {
        let Chance { rng, chooser, p } = chance;
        let sampling = self.sampler.sampling;
        let z = self.sampler.penalised(draft.stream.logits(), &draft.written);
        allow(&z, chooser);
        let chosen = chooser.pick_allowed(sampling, rng)?;
        let temperature = if sampling.temperature > 0.0 { sampling.temperature } else { 1.0 };
        weights(&z, highest(&z), 1.0 / temperature as f32, p);
        let all = f64::from(sum(p));
        chooser.keep_allowed(p);
        draft.ln_weight += (f64::from(sum(p)) / all).max(f64::MIN_POSITIVE).ln();
        Some(chosen)
    }

    /// Weighs in the probability of what is given to come next.
    pub fn look_ahead(&self, draft: &mut Draft, id: usize) {
        draft.ln_weight += ln_softmax(draft.stream.logits(), id);
    }

    /// Writes one id; the model reads it before the next is chosen.
    pub fn put_id(&self, draft: &mut Draft, id: usize) {
        draft.text.extend(self.sampler.vocab().char(id));
        draft.written.push(id);
        draft.unread.push(id);
    }

    /// Writes a given character or punctuation; punctuation that the model does not know is
    /// written, but not read.
    pub fn put(&self, draft: &mut Draft, c: char) {
        match self.sampler.vocab().id(c) {
            Some(id) => self.put_id(draft, id),
            None => draft.text.push(c),
        }
    }
}
