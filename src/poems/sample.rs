//! Writing: one character in, one character out, the state handed on.

use burn::prelude::*;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    bundle::Bundle,
    vocab::{BOS, EOS, Vocab, is_han},
};
use crate::{
    cell::State,
    say,
    trouble::{Result, Trouble},
};

/// A poem that has not ended by then is cut after its last whole sentence, in characters.
pub const LONGEST: usize = 96;
/// The signs a poem may contain beside Han characters.
pub const SIGNS: &str = "，。？！；：、";
/// A sentence ends with one of these.
pub const ENDS: &str = "。？！；";

/// How to choose among the characters that the model thinks possible.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taste {
    /// Below 1 the likely becomes likelier, above 1 the unlikely gets its chance; 0 always takes the likeliest.
    pub temperature: f64,
    /// Only the k likeliest; 0 for all.
    pub top_k: usize,
    /// Only the likeliest that together have this probability; 1 for all.
    pub top_p: f64,
}

/// Chooses an id from the scores `z` of all characters; ids with `allowed` false are never chosen.
///
/// ```text
/// p_k = exp(z_k / temperature) / Σ_j exp(z_j / temperature)
/// ```
///
/// ```
/// use lstm_lessons::poems::sample::{Taste, pick};
/// use rand::{SeedableRng, rngs::StdRng};
///
/// let greedy = Taste { temperature: 0.0, top_k: 0, top_p: 1.0 };
/// assert_eq!(pick(&[0.1, 3.0, 2.0], |_| true, greedy, &mut StdRng::seed_from_u64(1)), Some(1));
/// assert_eq!(pick(&[0.1, 3.0, 2.0], |k| k != 1, greedy, &mut StdRng::seed_from_u64(1)), Some(2));
/// ```
pub fn pick(z: &[f32], allowed: impl Fn(usize) -> bool, taste: Taste, rng: &mut StdRng) -> Option<usize> {
    let mut ranked: Vec<usize> = (0..z.len()).filter(|&k| allowed(k) && !z[k].is_nan()).collect();
    ranked.sort_by(|&a, &b| z[b].total_cmp(&z[a]));
    let best = *ranked.first()?;
    if taste.temperature <= 0.0 {
        return Some(best);
    }
    if taste.top_k > 0 {
        ranked.truncate(taste.top_k);
    }
    let weight = |k: usize| ((z[k] - z[best]) as f64 / taste.temperature).exp();
    let mut weights: Vec<f64> = ranked.iter().map(|&k| weight(k)).collect();
    let mut total: f64 = weights.iter().sum();
    if taste.top_p < 1.0 {
        let mut reached = 0.0;
        let kept = weights.iter().take_while(|&&w| (reached < taste.top_p * total, reached += w).0).count().max(1);
        weights.truncate(kept);
        total = weights.iter().sum();
    }
    let mut left = rng.random_range(0.0..1.0) * total;
    for (&k, w) in ranked.iter().zip(&weights) {
        left -= w;
        if left < 0.0 {
            return Some(k);
        }
    }
    Some(ranked[weights.len() - 1])
}

/// Writes poems with one model.
pub struct Sampler<'a> {
    bundle: &'a Bundle,
    device: Device,
    /// Whether a character may be written: Han characters and [`SIGNS`] only, and EOS.
    allowed: Vec<bool>,
}

impl<'a> Sampler<'a> {
    /// A sampler around a model that is not tracked by autodiff.
    pub fn new(bundle: &'a Bundle, device: &Device) -> Self {
        let may_stand = |c: char| is_han(c) || SIGNS.contains(c);
        let allowed =
            (0..bundle.vocab.size()).map(|id| id == EOS || bundle.vocab.char(id).is_some_and(may_stand)).collect();
        Self { bundle, device: device.clone(), allowed }
    }

    /// The characters that the model knows.
    pub fn vocab(&self) -> &'a Vocab {
        &self.bundle.vocab
    }

    /// Whether the model knows every character of `begin`, so that a poem can begin with it.
    ///
    /// # Errors
    /// An empty beginning, or a character that is not in the vocabulary (the sentence names near ones).
    pub fn check(&self, begin: &str) -> Result<()> {
        if begin.is_empty() {
            return Err(Trouble::user(say!(
                "the beginning is empty; give at least one character, e.g. --begin 月",
                "开头为空；请至少给一个字，例如 --begin 月"
            )));
        }
        let known = |c: char| self.bundle.vocab.id(c).is_some_and(|id| self.allowed[id]);
        match begin.chars().find(|&c| !known(c)) {
            None => Ok(()),
            Some(c) => {
                let near: String = self.bundle.vocab.near(c, 5).iter().map(|c| format!(" {c}")).collect();
                Err(Trouble::user(say!(
                    "the model has never seen \"{c}\"; begin with another character, near ones are{near}",
                    "模型没有见过“{c}”；请换一个字开头，字形相近的有{near}"
                )))
            }
        }
    }

    /// A character for a poem to begin with, as the model itself would choose it.
    pub fn first_character(&self, taste: Taste, seed: u64) -> String {
        let (z, _) = self.step(BOS, None);
        let han = |id: usize| self.bundle.vocab.char(id).is_some_and(is_han);
        let id = pick(&z, han, taste, &mut StdRng::seed_from_u64(seed)).unwrap_or(BOS);
        self.bundle.vocab.decode(&[id])
    }

    /// One poem that begins with `begin`; it always ends, and the same seed gives the same poem.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn compose(&self, begin: &str, taste: Taste, seed: u64) -> Result<String> {
        self.check(begin)?;
        let mut rng = StdRng::seed_from_u64(seed);
        let mut written = self.bundle.vocab.encode(begin);
        let (mut z, mut state) = self.step(BOS, None);
        for &id in &written {
            (z, state) = self.step(id, Some(state));
        }
        while written.len() < LONGEST {
            let next = pick(&z, |id| self.allowed[id], taste, &mut rng).unwrap_or(EOS);
            if next == EOS {
                return Ok(self.bundle.vocab.decode(&written));
            }
            written.push(next);
            (z, state) = self.step(next, Some(state));
        }
        let poem = self.bundle.vocab.decode(&written);
        let whole = poem.rfind(|c| ENDS.contains(c)).map_or(poem.len(), |at| at + "。".len());
        Ok(poem[..whole.max(begin.len())].to_string())
    }

    /// One step of the model: a character in, the scores of the next (`[V]`) and the state out.
    pub fn step(&self, id: usize, state: Option<Vec<State>>) -> (Vec<f32>, Vec<State>) {
        let input = Tensor::from_data([[id as i32]], &self.device); // [1, 1]
        let (logits, state) = self.bundle.model.forward(input, state); // [1, 1, V]
        (logits.into_data().iter::<f32>().collect(), state)
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
