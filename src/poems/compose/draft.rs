//! One draft: writing a character, choosing one, and what each choice leaves open.

use std::borrow::Cow;

use rand::rngs::StdRng;

use super::{
    Composer,
    constraints::{Candidate, Plan},
    ln_softmax,
};
use crate::poems::{
    choose::weights,
    rhymes::Rhymes,
    sample::{Chooser, Stream},
};

/// A poem in the making.
#[derive(Clone)]
pub(super) struct Draft<'a> {
    pub text: String,
    /// The ids of the characters written, for the penalty on repetition.
    pub written: Vec<usize>,
    /// What the model remembers of it, and its scores of the next character.
    pub stream: Stream<'a>,
    /// What can still be fulfilled; never empty.
    pub candidates: Vec<Candidate>,
    /// The ends that rhyme so far.
    pub feet: Vec<usize>,
    /// ln of the weight since the last choice.
    pub ln_weight: f64,
}

impl<'a> Composer<'a> {
    /// An empty poem.
    pub(super) fn blank(&self, candidates: Vec<Candidate>) -> Draft<'a> {
        Draft {
            text: String::new(),
            written: Vec::new(),
            stream: self.sampler.start_to(self.tune.as_deref()),
            candidates,
            feet: Vec::new(),
            ln_weight: 0.0,
        }
    }

    /// Writes the mark, and weighs in what the model thinks of the next line's given head.
    pub(super) fn end_line(
        &self,
        mut draft: Draft<'a>,
        mark: char,
        next: Option<char>,
    ) -> Draft<'a> {
        self.put(&mut draft, mark);
        if let Some(c) = next {
            draft.ln_weight += self.ln_p(&draft, self.sampler.vocab().id(c));
        }
        draft
    }

    pub(super) fn put_given(&self, plan: &Plan, draft: &mut Draft, place: (usize, usize), c: char) {
        let id = self.sampler.vocab().id(c);
        self.narrow(plan, draft, place, self.book.rhymes(c), id);
        self.put(draft, c);
    }

    /// Chooses among what keeps a candidate alive: strictly first, and only where nothing is left so, by
    /// all that the table knows.
    pub(super) fn put_chosen(
        &self,
        plan: &Plan,
        draft: &mut Draft,
        place: (usize, usize),
        rng: &mut StdRng,
    ) {
        let feet = draft.feet.clone();
        let strictly = plan.wanted(&draft.candidates, place, true);
        let leniently = plan.wanted(&draft.candidates, place, false);
        let chosen =
            self.choose(draft, |id| self.facts[id].fits(strictly, feet.contains(&id)), rng);
        let Some(id) = chosen.or_else(|| {
            self.choose(draft, |id| self.facts[id].fits(leniently, feet.contains(&id)), rng)
        }) else {
            return;
        };
        self.narrow(plan, draft, place, self.facts[id].rhymes, Some(id));
        self.put_id(draft, id);
    }

    /// Drops the candidates that a character here ends, and narrows the rhymes of the others.
    pub(super) fn narrow(
        &self,
        plan: &Plan,
        draft: &mut Draft,
        place: (usize, usize),
        rhymes: Rhymes,
        id: Option<usize>,
    ) {
        // A given character that the book does not know was let through by the plan, and ends
        // nothing here.
        if let Some(id) = id.filter(|_| !rhymes.is_empty()) {
            let lives = |candidate: &Candidate| {
                self.facts[id]
                    .fits(plan.wanted(std::slice::from_ref(candidate), place, false), false)
            };
            draft.candidates.retain(lives);
        }
        for candidate in
            draft.candidates.iter_mut().filter(|candidate| plan.is_foot(candidate, place))
        {
            candidate.rhymes = candidate.rhymes & rhymes.level();
        }
        if draft.candidates.iter().any(|candidate| plan.is_foot(candidate, place)) {
            draft.feet.extend(id);
        }
    }

    /// Chooses an allowed id by the model's belief; the weight of the draft takes in how much of
    /// the belief is allowed.
    pub(super) fn choose(
        &self,
        draft: &mut Draft,
        allowed: impl Fn(usize) -> bool,
        rng: &mut StdRng,
    ) -> Option<usize> {
        let z = self.penalised(draft.stream.logits(), &draft.written);
        let allowed: Vec<bool> = (0..z.len()).map(allowed).collect();
        let chosen = Chooser::default().pick(&z, |id| allowed[id], self.sampling, rng)?;
        let heat = if self.sampling.temperature > 0.0 { self.sampling.temperature } else { 1.0 };
        let highest = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut belief = Vec::new();
        weights(&z, highest, 1.0 / heat as f32, &mut belief);
        let (mut left, mut all) = (0.0, 0.0);
        for (&mass, &allowed) in belief.iter().zip(&allowed) {
            all += mass as f64;
            left += if allowed { mass as f64 } else { 0.0 };
        }
        draft.ln_weight += (left / all).max(f64::MIN_POSITIVE).ln();
        Some(chosen)
    }

    /// The scores after the penalty: p_k is divided by `repeat_penalty` for each time that k stands
    /// in the poem, punctuation aside.
    pub(super) fn penalised<'z>(&self, z: &'z [f32], written: &[usize]) -> Cow<'z, [f32]> {
        if self.repeat_penalty == 1.0 {
            return Cow::Borrowed(z);
        }
        let mut z = z.to_vec();
        for &id in written.iter().filter(|&&id| self.facts[id].is_han()) {
            z[id] -= self.repeat_penalty.ln() as f32;
        }
        Cow::Owned(z)
    }

    /// ln p of one id; a character that the model does not know weighs nothing.
    pub(super) fn ln_p(&self, draft: &Draft, id: Option<usize>) -> f64 {
        id.map_or(0.0, |id| ln_softmax(draft.stream.logits(), id))
    }

    pub(super) fn put_id(&self, draft: &mut Draft, id: usize) {
        draft.text.extend(self.sampler.vocab().char(id));
        draft.written.push(id);
        draft.stream.read(id);
    }

    /// A given character or a mark; one that the model does not know is written, but the model does
    /// not see it.
    pub(super) fn put(&self, draft: &mut Draft, c: char) {
        match self.sampler.vocab().id(c) {
            Some(id) => self.put_id(draft, id),
            None => draft.text.push(c),
        }
    }
}
