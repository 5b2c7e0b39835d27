//! Choosing: from the scores of all characters to one of them.

use rand::{RngExt, rngs::StdRng};

use crate::kernel::vector::{Vectors, exp};

/// How to choose among the characters that the model thinks possible.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplingConfig {
    /// Below 1 the likely becomes likelier, above 1 the unlikely gets its chance; 0 always takes
    /// the likeliest.
    pub temperature: f64,
    /// Only the k likeliest; 0 for all.
    pub top_k: usize,
    /// Only the likeliest that together have this probability; 1 for all.
    pub top_p: f64,
}

impl Default for SamplingConfig {
    /// How a poem is written unless the user says otherwise.
    fn default() -> Self {
        Self { temperature: 0.8, top_k: 0, top_p: 0.95 }
    }
}

/// The temperature of [`PUNCTUATION`](super::sample::PUNCTUATION) and EOS unless the user says otherwise; see
/// [`Chooser::with_punctuation`].
pub const PUNCTUATION_TEMPERATURE: f64 = 0.4;

/// The weight of every id, into `weights`: 1 for a score of `highest`.
///
/// ```text
/// w_k = exp((z_k - highest) · sharpness)
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
#[derive(Clone, Debug, Default)]
pub struct Chooser {
    /// Ids with a temperature of their own, and 1 over it.
    punctuation: Vec<usize>,
    punctuation_sharpness: f32,
    /// exp((z_k - max z) / temperature), 0 for what is not allowed.
    weights: Vec<f32>,
    /// The candidates, the likeliest first.
    ranked: Vec<usize>,
}

impl Chooser {
    /// A chooser that decides with `temperature` whether a mark comes or the poem ends, and with
    /// the [`SamplingConfig`] which character comes.
    ///
    /// Words are a matter of sampling, the form is not: a line of five that goes on to a sixth
    /// character because the dice fell so is not bold but broken. Against all characters together,
    /// a mark s has the odds that the model gives it, sharpened:
    ///
    /// ```text
    /// P(s) / P(any character) = (p_s / Σ_characters p_k)^(1 / temperature)
    /// ```
    ///
    /// ```
    /// use lstm_lessons::poems::sample::{Chooser, SamplingConfig};
    /// use rand::{SeedableRng, rngs::StdRng};
    ///
    /// let (wild, mut rng) = (SamplingConfig { temperature: 9.0, top_k: 0, top_p: 1.0 }, StdRng::seed_from_u64(1));
    /// let z = [3.0, 1.0, 0.5]; // id 0 is a mark, and the model is rather sure of it
    /// let mut chooser = Chooser::with_punctuation(vec![0], 0.1);
    /// assert!((0..100).all(|_| chooser.pick(&z, |_| true, wild, &mut rng) == Some(0)));
    /// ```
    pub fn with_punctuation(punctuation: Vec<usize>, temperature: f64) -> Self {
        let punctuation_sharpness = 1.0 / temperature.max(0.05) as f32; // below that it is the likelier anyway
        Self { punctuation, punctuation_sharpness, ..Self::default() }
    }

    /// Chooses an id from the scores `z` of all characters; ids with `allowed` false are never
    /// chosen. `None` if none is left.
    ///
    /// ```text
    /// p_k = exp(z_k / temperature) / Σ_j exp(z_j / temperature)
    /// ```
    ///
    /// ```
    /// use lstm_lessons::poems::sample::{Chooser, SamplingConfig};
    /// use rand::{SeedableRng, rngs::StdRng};
    ///
    /// let greedy = SamplingConfig { temperature: 0.0, top_k: 0, top_p: 1.0 };
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
        let best = (0..z.len())
            .filter(|&k| possible(k))
            .max_by(|&a, &b| z[a].total_cmp(&z[b]).then(b.cmp(&a)))?;
        if sampling.temperature <= 0.0 {
            return Some(best);
        }
        let sharpness = 1.0 / sampling.temperature as f32;
        let odds = self.odds(z, z[best], possible);
        self.weigh(z, z[best], sharpness, possible);
        if !odds.is_empty() {
            let characters = self.without_punctuation();
            self.punctuation
                .iter()
                .zip(odds)
                .for_each(|(&mark, odds)| self.weights[mark] = characters * odds);
        }
        self.rank(sampling);
        let total: f32 = self.ranked.iter().map(|&k| self.weights[k]).sum();
        let mut left = rng.random_range(0.0..1.0) * total;
        let chosen = self.ranked.iter().copied().find(|&k| {
            left -= self.weights[k];
            left < 0.0
        });
        Some(chosen.unwrap_or(best)) // rounding may leave a crumb
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

    /// Takes the punctuation' weights away and sums up what is left. (Subtracting would leave nothing but
    /// rounding where a mark is sure.)
    fn without_punctuation(&mut self) -> f32 {
        self.punctuation.iter().for_each(|&mark| self.weights[mark] = 0.0);
        self.weights.iter().sum::<f32>().max(f32::MIN_POSITIVE)
    }

    /// The odds of each mark against all characters together, sharpened.
    fn odds(&mut self, z: &[f32], highest: f32, possible: impl Fn(usize) -> bool) -> Vec<f32> {
        if self.punctuation.is_empty() {
            return Vec::new();
        }
        self.weigh(z, highest, 1.0, possible);
        let punctuation: Vec<f32> =
            self.punctuation.iter().map(|&mark| self.weights[mark]).collect();
        let characters = self.without_punctuation();
        punctuation
            .into_iter()
            .map(|mark| (mark / characters).powf(self.punctuation_sharpness).min(1e15))
            .collect()
    }

    /// The ids among which to draw: all, or the likeliest as `sampling` has it.
    fn rank(&mut self, sampling: SamplingConfig) {
        let Self { weights, ranked, .. } = self;
        let total: f32 = weights.iter().sum();
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
