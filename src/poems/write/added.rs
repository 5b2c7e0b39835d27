//! What the lines before add to a line: how much likelier it is after them than alone.
//!
//! ```text
//! added(line) = ln p(line | what stands before) - ln p(line | nothing)
//! ```
//!
//! (Pointwise mutual information.) ln p alone prefers what is always likely, 不知 and 何处; what the
//! first line of a couplet adds is what makes the second its answer.
//!
//! Source: Li et al. 2016, "A Diversity-Promoting Objective Function for Neural Conversation
//! Models".

use rand::{SeedableRng, rngs::StdRng};
use rayon::prelude::*;

use super::{
    choose::{Chooser, ln_softmax},
    reader::{Reader, Stream},
    sample::Sampler,
};
use crate::poems::text::vocab::Vocab;

/// Second lines that are drawn; the best of them are shown.
const DRAWN: usize = 64;

/// ln p of `ids` after what `stream` has read.
///
/// ```text
/// ln p(c_1 … c_n) = Σ_t ln p(c_t | c_1 … c_{t-1})
/// ```
pub fn ln_p(mut stream: Stream, ids: &[usize]) -> f64 {
    let mut total = 0.0;
    for &id in ids {
        total += ln_softmax(stream.logits(), id);
        stream.read(id);
    }
    total
}

/// A second line for a given first one.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Its characters.
    pub line: String,
    /// ln p after the first line.
    pub ln_p: f64,
    /// What the first line adds to it, in nats.
    pub added: f64,
}

/// Second lines, as long as the `first`, the one to which it adds most before the others; the same
/// seed gives the same lines.
pub fn answers(sampler: &Sampler, first: &[usize], seed: u64) -> Vec<Answer> {
    let (reader, vocab) = (sampler.reader, sampler.vocab());
    let (alone, mut before) = (reader.start(None), reader.start(None));
    let mut drawn = sampler.start(None); // with the parallelism that was asked for
    let given: Vec<usize> = first.iter().copied().chain(vocab.id('，')).collect();
    Stream::read_all(vec![(&mut before, &given), (&mut drawn, &given)]);
    let answer = |k: u64| {
        let (mut chooser, mut stream) = (Chooser::default(), drawn.clone());
        let mut rng = StdRng::seed_from_u64(seed.wrapping_add(k));
        let mut ids = Vec::new();
        for _ in first {
            let han = |id: usize| sampler.is_han(id);
            let id = chooser.pick(stream.logits(), han, sampler.sampling, &mut rng)?;
            ids.push(id);
            stream.read(id);
        }
        let ln_p = ln_p(before.clone(), &ids);
        let added = ln_p - self::ln_p(alone.clone(), &ids);
        Some(Answer { line: vocab.decode(&ids), ln_p, added })
    };
    let mut answers: Vec<Answer> = (0..DRAWN as u64).into_par_iter().filter_map(answer).collect();
    answers.sort_by(|a, b| b.added.total_cmp(&a.added).then(a.line.cmp(&b.line)));
    answers.dedup_by(|a, b| a.line == b.line);
    answers
}

/// What the lines before add to each line of a poem but the first, a character, in nats; 0 for one
/// line.
pub fn coherence(reader: &Reader, title: Option<&str>, poem: &str) -> f64 {
    let vocab = &reader.bundle.vocab;
    let lines = lines_of(poem, vocab);
    let (mut stream, alone) = (reader.start(title), reader.start(None));
    let (mut added, mut characters) = (0.0, 0);
    for (k, line) in lines.iter().enumerate() {
        if k > 0 {
            added += ln_p(stream.clone(), line) - ln_p(alone.clone(), line);
            characters += line.len();
        }
        Stream::read_all(vec![(&mut stream, line)]);
    }
    added / characters.max(1) as f64
}

/// The ids of each line, with the punctuation that ends it.
fn lines_of(poem: &str, vocab: &Vocab) -> Vec<Vec<usize>> {
    use crate::poems::text::punctuation::PUNCTUATION;
    poem.split_inclusive(|c| PUNCTUATION.contains(c)).map(|line| vocab.encode(line)).collect()
}
