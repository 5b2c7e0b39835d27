//! Choosing: from the logits of all characters to one of them.

use std::{cmp::Ordering, iter::Sum, ops::SubAssign};

use rand::{RngExt, distr::uniform::SampleUniform, rngs::StdRng};

use crate::kernel::vector::{Vectors, exp};

/// How to choose among the characters that the model thinks possible; the names are those of
/// Hugging Face's `GenerationConfig`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplingConfig {
    /// Below 1 the likely becomes likelier, above 1 the unlikely gets its chance; 0 always takes
    /// the likeliest.
    pub temperature: f64,
    /// Only the k likeliest; 0 for all.
    pub top_k: usize,
    /// Only the likeliest that together have this probability; 1 for all.
    pub top_p: f64,
    /// The probability of a character is divided by this for each time that it stands in the text
    /// already; 1 for no penalty.
    pub repetition_penalty: f64,
    /// A temperature of its own for punctuation and EOS in a free text, see [`Chooser`]; without
    /// it they are chosen like any character.
    pub punctuation_temperature: Option<f64>,
}

impl Default for SamplingConfig {
    /// How a poem is written unless the user says otherwise.
    fn default() -> Self {
        Self { temperature: 0.8, top_p: 0.95, ..Self::PLAIN }
    }
}

/// The temperature of punctuation and EOS unless the user says otherwise.
pub const PUNCTUATION_TEMPERATURE: f64 = 0.4;

impl SamplingConfig {
    /// Temperature 1, nothing cut off, no penalty: the model's own probabilities, but for the
    /// punctuation of a free text.
    pub const PLAIN: Self = Self {
        temperature: 1.0,
        top_k: 0,
        top_p: 1.0,
        repetition_penalty: 1.0,
        punctuation_temperature: Some(PUNCTUATION_TEMPERATURE),
    };
}

/// One place of `weights`, each as often as its share of them all; `None` if nothing weighs.
///
/// ```text
/// P(k) = w_k / Σ_j w_j
/// ```
///
/// ```
/// use lstm_lessons::poems::write::choose::draw;
/// use rand::{SeedableRng, rngs::StdRng};
///
/// let mut rng = StdRng::seed_from_u64(1);
/// let drawn: Vec<_> = (0..4000).filter_map(|_| draw([3usize, 0, 1].into_iter(), &mut rng)).collect();
/// let count = |k| drawn.iter().filter(|&&drawn| drawn == k).count();
/// assert!((2900..3100).contains(&count(0)) && count(1) == 0);
/// assert_eq!(draw([0.0f32].into_iter(), &mut rng), None);
/// ```
pub fn draw<W>(mut weights: impl Iterator<Item = W> + Clone, rng: &mut StdRng) -> Option<usize>
where
    W: SampleUniform + Copy + Default + PartialOrd + Sum + SubAssign,
{
    let (nothing, total): (W, W) = (W::default(), weights.clone().sum());
    if total.partial_cmp(&nothing) != Some(Ordering::Greater) {
        return None;
    }
    let mut left = rng.random_range(nothing..total);
    weights.position(|weight| {
        let here = left < weight;
        if !here {
            left -= weight;
        }
        here
    })
}

/// ln p of one id under the logits of all.
///
/// ```text
/// ln p_k = z_k - ln Σ_j exp(z_j)
/// ```
pub fn ln_softmax(z: &[f32], id: usize) -> f64 {
    let highest = highest(z);
    let sum: f64 = z.iter().map(|&z| ((z - highest) as f64).exp()).sum();
    (z[id] - highest) as f64 - sum.ln()
}

/// Numbers that are compared or added side by side: as many as the widest registers take.
const LANES: usize = 16;

/// The highest of all.
pub(super) fn highest(z: &[f32]) -> f32 {
    let higher = |a: f32, b: f32| if b > a { b } else { a };
    let (chunks, rest) = z.as_chunks::<LANES>();
    let mut lanes = [f32::NEG_INFINITY; LANES];
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, &z)| *lane = higher(*lane, z));
    }
    lanes.iter().chain(rest).copied().fold(f32::NEG_INFINITY, higher)
}

/// The sum of all.
pub(super) fn sum(weights: &[f32]) -> f32 {
    let (chunks, rest) = weights.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, w)| *lane += w);
    }
    lanes.iter().chain(rest).sum()
}

/// The weight of every id, into `weights`: 1 for a logit of `highest`.
///
/// ```text
/// w_k = exp((z_k - highest) · sharpness)        sharpness = 1 / temperature
/// ```
pub(super) fn weights(z: &[f32], highest: f32, sharpness: f32, weights: &mut Vec<f32>) {
    weights.clear();
    weights.extend(z.iter().map(|&z_k| (z_k - highest) * sharpness));
    Vectors::widest().run(
        #[inline(always)]
        || weights.iter_mut().for_each(|w| *w = exp(*w)),
    );
}

/// Chooses ids; it keeps its working space, so that nothing is allocated for a character.
///
/// Words are a matter of temperature, the form is not: a sampled sixth character breaks a
/// five-character line. So the punctuation of a free text has a
/// [temperature of its own](SamplingConfig::punctuation_temperature), which decides whether
/// punctuation comes or the text ends, and the other one decides which character comes. Against
/// all characters together, a punctuation mark s has the odds that the model gives it, sharpened:
///
/// ```text
/// P(s) / P(any character) = (p_s / Σ_characters p_k)^(1 / punctuation temperature)
/// ```
///
/// ```
/// use lstm_lessons::poems::write::choose::{Chooser, SamplingConfig};
/// use rand::{SeedableRng, rngs::StdRng};
///
/// let wild = SamplingConfig {
///     temperature: 9.0,
///     punctuation_temperature: Some(0.1),
///     ..SamplingConfig::PLAIN
/// };
/// let z = [3.0, 1.0, 0.5]; // id 0 is punctuation, and the model is rather sure of it
/// let (mut chooser, mut rng) = (Chooser::with_punctuation(vec![0]), StdRng::seed_from_u64(1));
/// assert!((0..100).all(|_| chooser.pick(&z, |_| true, wild, &mut rng) == Some(0)));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Chooser {
    /// Ids with a temperature of their own.
    punctuation: Vec<usize>,
    /// exp((z_k - max z) / temperature), 0 for what is not allowed.
    weights: Vec<f32>,
    /// The ids among which to draw, the likeliest first.
    ranked: Vec<usize>,
}

impl Chooser {
    /// A chooser that knows which ids are punctuation (or EOS).
    pub fn with_punctuation(punctuation: Vec<usize>) -> Self {
        Self { punctuation, ..Self::default() }
    }

    /// Chooses an id from the logits `z` of all characters; ids with `allowed` false are never
    /// chosen. `None` if none is left.
    ///
    /// ```text
    /// p_k = exp(z_k / temperature) / Σ_j exp(z_j / temperature)
    /// ```
    ///
    /// ```
    /// use lstm_lessons::poems::write::choose::{Chooser, SamplingConfig};
    /// use rand::{SeedableRng, rngs::StdRng};
    ///
    /// let greedy = SamplingConfig { temperature: 0.0, ..SamplingConfig::PLAIN };
    /// let (mut chooser, mut rng) = (Chooser::default(), StdRng::seed_from_u64(1));
    /// assert_eq!(chooser.pick(&[0.1, 3.0, 2.0], |_| true, greedy, &mut rng), Some(1));
    /// assert_eq!(chooser.pick(&[0.1, 3.0, 2.0], |k| k != 1, greedy, &mut rng), Some(2));
    /// ```
    pub fn pick(
        &mut self,
        z: &[f32],
        allowed: impl Fn(usize) -> bool,
        sampling: SamplingConfig,
        rng: &mut StdRng,
    ) -> Option<usize> {
        let possible = |k: usize| allowed(k) && !z[k].is_nan();
        let higher = |best: Option<usize>, k: usize| {
            let is_higher = best.is_none_or(|best| z[k] > z[best]) && possible(k);
            if is_higher { Some(k) } else { best }
        };
        let best = (0..z.len()).fold(None, higher)?;
        if sampling.temperature <= 0.0 {
            return Some(best);
        }
        let odds = self.odds(z, z[best], sampling.punctuation_temperature, possible);
        let sharpness = 1.0 / sampling.temperature as f32;
        self.weigh(z, z[best], sharpness, possible);
        if !odds.is_empty() {
            let characters = self.without_punctuation();
            let punctuation = self.punctuation.iter().zip(odds);
            punctuation.for_each(|(&s, odds)| self.weights[s] = characters * odds);
        }
        self.rank(sampling);
        let drawn = draw(self.ranked.iter().map(|&k| self.weights[k]), rng);
        Some(drawn.map_or(best, |k| self.ranked[k])) // rounding may leave a crumb
    }

    /// Weighs every id that is possible.
    fn weigh(&mut self, z: &[f32], highest: f32, sharpness: f32, possible: impl Fn(usize) -> bool) {
        weights(z, highest, sharpness, &mut self.weights);
        for (k, w) in self.weights.iter_mut().enumerate() {
            if !possible(k) {
                *w = 0.0;
            }
        }
    }

    /// Takes the weights of punctuation away and sums up what is left. (Subtracting would leave
    /// nothing but rounding where a mark is sure.)
    fn without_punctuation(&mut self) -> f32 {
        self.punctuation.iter().for_each(|&s| self.weights[s] = 0.0);
        sum(&self.weights).max(f32::MIN_POSITIVE)
    }

    /// The odds of each mark against all characters together, sharpened; empty where
    /// punctuation has no temperature of its own.
    fn odds(
        &mut self,
        z: &[f32],
        highest: f32,
        temperature: Option<f64>,
        possible: impl Fn(usize) -> bool,
    ) -> Vec<f32> {
        let Some(temperature) = temperature.filter(|_| !self.punctuation.is_empty()) else {
            return Vec::new();
        };
        let sharpness = 1.0 / temperature.max(0.05) as f32; // below that it is the likelier anyway
        self.weigh(z, highest, 1.0, possible);
        let punctuation: Vec<f32> = self.punctuation.iter().map(|&s| self.weights[s]).collect();
        let characters = self.without_punctuation();
        punctuation.into_iter().map(|s| (s / characters).powf(sharpness).min(1e15)).collect()
    }

    /// The ids among which to draw: all, or the likeliest as `sampling` has it.
    fn rank(&mut self, sampling: SamplingConfig) {
        let Self { weights, ranked, .. } = self;
        let total = sum(weights);
        let top_p = sampling.top_p as f32;
        // All weights below this bound together have less than 1 - top_p of the whole, so none of
        // them is wanted, and only a few hundred are left to be sorted.
        let bound =
            if sampling.top_k > 0 { 0.0 } else { (1.0 - top_p) * total / weights.len() as f32 };
        ranked.clear();
        ranked.extend((0..weights.len()).filter(|&k| weights[k] > bound));
        if sampling.top_k == 0 && sampling.top_p >= 1.0 {
            return;
        }
        ranked.sort_unstable_by(|&a, &b| weights[b].total_cmp(&weights[a]).then(a.cmp(&b)));
        if sampling.top_k > 0 {
            ranked.truncate(sampling.top_k);
        }
        let whole: f32 =
            if sampling.top_k > 0 { ranked.iter().map(|&k| weights[k]).sum() } else { total };
        let mut reached = 0.0;
        let kept = ranked
            .iter()
            .take_while(|&&k| (reached < top_p * whole, reached += weights[k]).0)
            .count();
        ranked.truncate(kept.max(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nucleus_is_the_same_however_large_all_weights_together_are() {
        for scale in [1e-6, 1.0, 1e6] {
            let weights = [1.0, 8.0, 2.0, 1.0, 4.0].map(|w| w * scale).to_vec();
            let mut chooser = Chooser { weights, ..Chooser::default() };
            for (top_p, kept) in [(0.4, 1), (0.6, 2), (0.8, 3), (0.9, 4), (0.99, 5)] {
                chooser.rank(SamplingConfig { top_p, ..SamplingConfig::PLAIN });
                assert_eq!(chooser.ranked, [1, 4, 2, 0, 3][..kept], "{top_p} of {scale}");
            }
        }
    }
}
