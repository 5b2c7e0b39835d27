//! Choosing: from the logits of all characters to one of them.

use std::{cmp::Ordering, iter::Sum, ops::SubAssign};

use rand::{RngExt, distr::uniform::SampleUniform, rngs::StdRng};

use super::{
    rank::{Ranked, rank},
    sharpen::COLDEST,
    weights::{highest, sum, weights},
};
use crate::{
    kernel::vector::Vectors,
    poems::text::{genre::Genre, vocab::EOS},
};

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
    /// before the last character, at the end of a line three times; 1 for no penalty.
    pub repetition_penalty: f64,
    /// A temperature of its own for punctuation and EOS in a free text, see [`Chooser`], and for
    /// what the tune of a lyric asks for, see [`sharpen`](super::sharpen); without
    /// it they are chosen like any character.
    pub punctuation_temperature: Option<f64>,
    /// How strongly the second line of a couplet answers the first (对仗), against what the model
    /// learned: 1 is as learned, 0 not at all; see
    /// [`Told::with_parallelism`](crate::poems::verse::facts::Told::with_parallelism).
    pub parallelism: f64,
}

impl Default for SamplingConfig {
    /// How a poem is written unless the user says otherwise.
    fn default() -> Self {
        Self {
            temperature: 0.9,
            top_p: 0.95,
            repetition_penalty: POEM_PENALTY,
            parallelism: POEM_PARALLELISM,
            ..Self::PLAIN
        }
    }
}

/// The repetition penalty of poems unless the user says otherwise: with it they come back to a
/// character about as often as real poems of the same forms (`lesson_poems evaluate`).
pub const POEM_PENALTY: f64 = 2.0;

/// The parallelism of poems unless the user says otherwise: with it the words of position in middle
/// couplets are answered nearly as often as in real poems, and not much else is repeated
/// (`lesson_poems evaluate`).
pub const POEM_PARALLELISM: f64 = 1.2;

/// The repetition penalty of lyrics unless the user says otherwise.
pub const LYRIC_PENALTY: f64 = 1.5;

/// The temperature of punctuation and EOS unless the user says otherwise.
pub const PUNCTUATION_TEMPERATURE: f64 = 0.4;

impl SamplingConfig {
    /// Temperature 1, nothing cut off, no penalty: the model's own probabilities, but for the
    /// punctuation of a free text and what the tune of a lyric asks for.
    pub const PLAIN: Self = Self {
        temperature: 1.0,
        top_k: 0,
        top_p: 1.0,
        repetition_penalty: 1.0,
        punctuation_temperature: Some(PUNCTUATION_TEMPERATURE),
        parallelism: 1.0,
    };

    /// How a text of this genre is written unless the user says otherwise: a poem with
    /// [`POEM_PENALTY`], a lyric, which has its refrains, with [`LYRIC_PENALTY`], any other text
    /// without.
    ///
    /// ```
    /// use lstm_lessons::poems::{text::genre::Genre, write::choose::SamplingConfig};
    ///
    /// assert_eq!(SamplingConfig::of(Genre::Poem), SamplingConfig::default());
    /// assert_eq!(SamplingConfig::of(Genre::Text).repetition_penalty, 1.0);
    /// ```
    pub fn of(genre: Genre) -> Self {
        match genre {
            Genre::Poem => Self::default(),
            Genre::Lyric => {
                Self { repetition_penalty: LYRIC_PENALTY, parallelism: 1.0, ..Self::default() }
            }
            Genre::Text => Self { repetition_penalty: 1.0, parallelism: 1.0, ..Self::default() },
        }
    }
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
    /// The logits, NaN for what is not allowed.
    z: Vec<f32>,
    /// exp((z_k - max z) / temperature), 0 for what is not allowed.
    weights: Vec<f32>,
    /// The ids among which to draw, the likeliest first.
    ranked: Vec<Ranked>,
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
        self.allow(z, allowed);
        self.pick_allowed(sampling, rng)
    }

    /// Takes in the logits, those of what is allowed.
    pub(super) fn allow(&mut self, z: &[f32], allowed: impl Fn(usize) -> bool) {
        self.z.clear();
        self.z.extend(z.iter().enumerate().map(|(k, &z)| if allowed(k) { z } else { f32::NAN }));
    }

    /// [`allow`](Self::allow) for the ids that belong to one of the classes `wanted`, a bit each.
    pub(super) fn allow_classes(&mut self, z: &[f32], classes: &[u8], wanted: u8) {
        self.z.resize(z.len(), 0.0);
        Vectors::widest().run(
            #[inline(always)]
            || {
                for ((into, &z), class) in self.z.iter_mut().zip(z).zip(classes) {
                    *into = if class & wanted != 0 { z } else { f32::NAN };
                }
            },
        );
    }

    /// Leaves nothing of the weights of what is not allowed.
    pub(super) fn keep_allowed(&self, weights: &mut [f32]) {
        Vectors::widest().run(
            #[inline(always)]
            || {
                for (w, z) in weights.iter_mut().zip(&self.z) {
                    *w = if z.is_nan() { 0.0 } else { *w };
                }
            },
        );
    }

    /// [`pick`](Self::pick) among what was taken in.
    pub(super) fn pick_allowed(
        &mut self,
        sampling: SamplingConfig,
        rng: &mut StdRng,
    ) -> Option<usize> {
        let highest = highest(&self.z);
        let best = self.z.iter().position(|&z| z == highest)?;
        if sampling.temperature <= 0.0 {
            return Some(best);
        }
        let odds = self.odds(highest, sampling.punctuation_temperature);
        let sharpness = 1.0 / sampling.temperature as f32;
        weights(&self.z, highest, sharpness, &mut self.weights);
        if !odds.is_empty() {
            let characters = self.without_punctuation();
            let punctuation = self.punctuation.iter().zip(odds);
            punctuation.for_each(|(&s, odds)| self.weights[s] = characters * odds);
        }
        rank(&self.weights, sampling.top_k, sampling.top_p as f32, &mut self.ranked);
        let drawn = draw(self.ranked.iter().map(|ranked| ranked.weight()), rng);
        Some(drawn.map_or(best, |k| self.ranked[k].id())) // rounding may leave a crumb
    }

    /// Takes the weights of punctuation away and sums up what is left. (Subtracting would leave
    /// nothing but rounding where a mark is sure.)
    fn without_punctuation(&mut self) -> f32 {
        self.punctuation.iter().for_each(|&s| self.weights[s] = 0.0);
        sum(&self.weights).max(f32::MIN_POSITIVE)
    }

    /// The odds of each mark against all characters together, sharpened; empty where
    /// punctuation has no temperature of its own.
    fn odds(&mut self, highest: f32, temperature: Option<f64>) -> Vec<f32> {
        let Some(temperature) = temperature.filter(|_| !self.punctuation.is_empty()) else {
            return Vec::new();
        };
        let sharpness = 1.0 / temperature.max(COLDEST) as f32;
        weights(&self.z, highest, 1.0, &mut self.weights);
        let marks: Vec<f32> = self.punctuation.iter().map(|&s| self.weights[s]).collect();
        let characters = self.without_punctuation();
        let sharpened = |(&id, mark): (&usize, f32)| {
            // Sharpened, the end would come where it is likelier than not: after four lines, always.
            let sharpness = if id == EOS { 1.0 } else { sharpness };
            (mark / characters).powf(sharpness).min(1e15)
        };
        self.punctuation.iter().zip(marks).map(sharpened).collect()
    }
}
