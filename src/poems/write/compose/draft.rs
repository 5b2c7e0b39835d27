//! Drafts of a line: writing a character, choosing one, and what each choice leaves open.

use std::collections::VecDeque;

use rand::{SeedableRng, rngs::StdRng};
use rayon::prelude::*;

use super::{
    properties::Properties,
    scheme::{Candidate, Place, Scheme},
};
use crate::poems::{
    text::{genre::Tune, vocab::is_han},
    verse::rhymes::{RhymeBook, Rhymes},
    write::{
        choose::{Chooser, highest, ln_softmax, sum, weights},
        reader::Stream,
        sample::Sampler,
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
    unread: VecDeque<usize>,
    /// What can still be kept; never empty in a poem with a scheme.
    candidates: Vec<Candidate>,
    /// The ends that rhyme so far.
    feet: Vec<usize>,
    /// The punctuation that ends a line of free length, once it is chosen.
    pub end: Option<char>,
    /// ln of the weight since the last choice among drafts.
    pub ln_weight: f64,
}

/// Drafts of one line, written side by side: the model reads the next character of all of them in
/// one pass over its weights.
pub struct Drafts<'a> {
    /// Each with random numbers of its own, so that it does not matter which core writes on which.
    drafts: Vec<(Draft<'a>, StdRng)>,
}

impl<'a> Drafts<'a> {
    /// As many as there are seeds, all of which go on from `before`.
    pub fn new(before: &Draft<'a>, seeds: Vec<u64>) -> Self {
        let one = |seed| (before.clone(), StdRng::seed_from_u64(seed));
        Self { drafts: seeds.into_iter().map(one).collect() }
    }

    /// Writes on each of them with `write`, which may choose one character at most; then the model
    /// reads what was written.
    pub fn each(&mut self, write: impl Fn(&mut Draft<'a>, &mut StdRng) + Sync) {
        self.drafts.par_iter_mut().for_each(|(draft, rng)| write(draft, rng));
        loop {
            let unread = self.drafts.iter_mut().filter_map(|(draft, _)| {
                let id = draft.unread.pop_front()?;
                Some((&mut draft.stream, id))
            });
            let unread: Vec<_> = unread.collect();
            if unread.is_empty() {
                return;
            }
            Stream::read_all(unread);
        }
    }

    /// As they are.
    pub fn into_drafts(self) -> Vec<Draft<'a>> {
        self.drafts.into_iter().map(|(draft, _)| draft).collect()
    }
}

/// Writes on drafts.
pub struct Drafter<'a> {
    /// The model, and how it is sampled.
    pub sampler: &'a Sampler<'a>,
    /// Rhymes and tones.
    pub book: &'a RhymeBook,
    /// What the book says about each id.
    properties: Vec<Properties>,
}

impl<'a> Drafter<'a> {
    /// A drafter that takes rhymes and tones from `book`.
    pub fn new(sampler: &'a Sampler<'a>, book: &'a RhymeBook) -> Self {
        let vocab = sampler.vocab();
        let han = |id| vocab.char(id).filter(|&c| is_han(c));
        let properties = |id| han(id).map_or(Properties::default(), |c| Properties::new(c, book));
        Self { sampler, book, properties: (0..vocab.size()).map(properties).collect() }
    }

    /// An empty poem.
    pub fn blank(&self, candidates: Vec<Candidate>, tune: Option<&Tune>) -> Draft<'a> {
        Draft {
            text: String::new(),
            written: Vec::new(),
            stream: self.sampler.reader.start(tune),
            unread: VecDeque::new(),
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
    pub fn put_chosen(&self, scheme: &Scheme, draft: &mut Draft, place: Place, rng: &mut StdRng) {
        let feet = draft.feet.clone();
        let chosen = [true, false].into_iter().find_map(|strictly| {
            let wanted = scheme.wanted(&draft.candidates, place, strictly);
            self.choose(draft, |id| self.properties[id].fits(wanted, feet.contains(&id)), rng)
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

    /// Chooses an allowed id by the model's probabilities; their sum over what is allowed goes into
    /// the weight of the draft.
    pub fn choose(
        &self,
        draft: &mut Draft,
        allowed: impl Fn(usize) -> bool,
        rng: &mut StdRng,
    ) -> Option<usize> {
        let sampling = self.sampler.sampling;
        let z = self.sampler.penalised(draft.stream.logits(), &draft.written);
        let allowed: Vec<bool> = (0..z.len()).map(allowed).collect();
        let chosen = Chooser::default().pick(&z, |id| allowed[id], sampling, rng)?;
        let temperature = if sampling.temperature > 0.0 { sampling.temperature } else { 1.0 };
        let mut p = Vec::new(); // times a factor that all share
        weights(&z, highest(&z), 1.0 / temperature as f32, &mut p);
        let all = sum(&p) as f64;
        p.iter_mut().zip(&allowed).for_each(|(p, &allowed)| *p *= f32::from(allowed));
        draft.ln_weight += (sum(&p) as f64 / all).max(f64::MIN_POSITIVE).ln();
        Some(chosen)
    }

    /// Weighs in the probability of what is given to come next; a character that the model does not
    /// know weighs nothing.
    pub fn look_ahead(&self, draft: &mut Draft, id: Option<usize>) {
        draft.ln_weight += id.map_or(0.0, |id| ln_softmax(draft.stream.logits(), id));
    }

    /// Writes one id; the model reads it before the next is chosen.
    pub fn put_id(&self, draft: &mut Draft, id: usize) {
        draft.text.extend(self.sampler.vocab().char(id));
        draft.written.push(id);
        draft.unread.push_back(id);
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
