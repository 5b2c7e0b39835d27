//! Writing: one character in, one character out, the state handed on.

use burn::prelude::*;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    bundle::Bundle,
    features::Scan,
    model::{PoemState, numbers},
    vocab::{BOS, EOS, Vocab, is_han},
};
use crate::{
    kernel::{
        step::{Memory, Stepper},
        vector::{Vectors, exp},
    },
    say,
    trouble::{Result, Trouble},
};

/// A poem that has not ended by then is cut after its last whole sentence, in characters.
pub const LONGEST: usize = 96;
/// The same for a lyric.
const LONGEST_LYRIC: usize = 240;
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

impl Default for Taste {
    /// How a poem is written unless the user says otherwise.
    fn default() -> Self {
        Self { temperature: 0.8, top_k: 0, top_p: 0.95 }
    }
}

/// A poem, and whether the model itself said that it ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub text: String,
    /// The tune of a lyric.
    pub tune: Option<String>,
    /// EOS came; otherwise the poem was cut at [`LONGEST`].
    pub ended: bool,
}

/// The temperature of [`SIGNS`] and EOS unless the user says otherwise; see [`Chooser::with_signs`].
pub const SIGN_TEMPERATURE: f64 = 0.4;

/// Chooses ids; it keeps its working space, so that nothing is allocated for a character.
#[derive(Clone, Debug, Default)]
pub struct Chooser {
    /// Ids with a temperature of their own, and 1 over it.
    signs: Vec<usize>,
    sign_sharpness: f32,
    /// exp((z_k - max z) / temperature), 0 for what is not allowed.
    weights: Vec<f32>,
    /// The candidates, the likeliest first.
    ranked: Vec<usize>,
}

impl Chooser {
    /// A chooser that decides with `temperature` whether a sign comes or the poem ends, and with the [`Taste`] which character comes.
    ///
    /// Words are a matter of taste, the form is not: a line of five that goes on to a sixth character because the dice fell so is not
    /// bold but broken. Against all characters together, a sign s has the odds that the model gives it, sharpened:
    ///
    /// ```text
    /// P(s) / P(any character) = (p_s / Σ_characters p_k)^(1 / temperature)
    /// ```
    ///
    /// ```
    /// use lstm_lessons::poems::sample::{Chooser, Taste};
    /// use rand::{SeedableRng, rngs::StdRng};
    ///
    /// let (wild, mut rng) = (Taste { temperature: 9.0, top_k: 0, top_p: 1.0 }, StdRng::seed_from_u64(1));
    /// let z = [3.0, 1.0, 0.5]; // id 0 is a sign, and the model is rather sure of it
    /// let mut chooser = Chooser::with_signs(vec![0], 0.1);
    /// assert!((0..100).all(|_| chooser.pick(&z, |_| true, wild, &mut rng) == Some(0)));
    /// ```
    pub fn with_signs(signs: Vec<usize>, temperature: f64) -> Self {
        let sign_sharpness = 1.0 / temperature.max(0.05) as f32; // below that it is the likelier anyway
        Self { signs, sign_sharpness, ..Self::default() }
    }

    /// Chooses an id from the scores `z` of all characters; ids with `allowed` false are never chosen. `None` if none is left.
    ///
    /// ```text
    /// p_k = exp(z_k / temperature) / Σ_j exp(z_j / temperature)
    /// ```
    ///
    /// ```
    /// use lstm_lessons::poems::sample::{Chooser, Taste};
    /// use rand::{SeedableRng, rngs::StdRng};
    ///
    /// let greedy = Taste { temperature: 0.0, top_k: 0, top_p: 1.0 };
    /// let (mut chooser, mut rng) = (Chooser::default(), StdRng::seed_from_u64(1));
    /// assert_eq!(chooser.pick(&[0.1, 3.0, 2.0], |_| true, greedy, &mut rng), Some(1));
    /// assert_eq!(chooser.pick(&[0.1, 3.0, 2.0], |k| k != 1, greedy, &mut rng), Some(2));
    /// ```
    pub fn pick(
        &mut self,
        z: &[f32],
        allowed: impl Fn(usize) -> bool,
        taste: Taste,
        rng: &mut StdRng,
    ) -> Option<usize> {
        let possible = |k: usize| allowed(k) && !z[k].is_nan();
        let best = (0..z.len()).filter(|&k| possible(k)).max_by(|&a, &b| z[a].total_cmp(&z[b]).then(b.cmp(&a)))?;
        if taste.temperature <= 0.0 {
            return Some(best);
        }
        let sharpness = 1.0 / taste.temperature as f32;
        let odds = self.odds(z, z[best], &possible);
        self.weigh(z, z[best], sharpness, &possible);
        if !odds.is_empty() {
            let characters = self.without_signs();
            self.signs.iter().zip(odds).for_each(|(&sign, odds)| self.weights[sign] = characters * odds);
        }
        self.rank(taste);
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
        self.weights.clear();
        self.weights.extend(z.iter().map(|&z_k| (z_k - highest) * sharpness));
        Vectors::widest().run(
            #[inline(always)]
            || self.weights.iter_mut().for_each(|w| *w = exp(*w)),
        );
        for (k, w) in self.weights.iter_mut().enumerate() {
            if !possible(k) {
                *w = 0.0;
            }
        }
    }

    /// Takes the signs' weights away and sums up what is left. (Subtracting would leave nothing but rounding where a sign is sure.)
    fn without_signs(&mut self) -> f32 {
        self.signs.iter().for_each(|&sign| self.weights[sign] = 0.0);
        self.weights.iter().sum::<f32>().max(f32::MIN_POSITIVE)
    }

    /// The odds of each sign against all characters together, sharpened.
    fn odds(&mut self, z: &[f32], highest: f32, possible: impl Fn(usize) -> bool) -> Vec<f32> {
        if self.signs.is_empty() {
            return Vec::new();
        }
        self.weigh(z, highest, 1.0, possible);
        let signs: Vec<f32> = self.signs.iter().map(|&sign| self.weights[sign]).collect();
        let characters = self.without_signs();
        signs.into_iter().map(|sign| (sign / characters).powf(self.sign_sharpness).min(1e15)).collect()
    }

    /// The ids among which to draw: all, or the likeliest as `taste` has it.
    fn rank(&mut self, taste: Taste) {
        let Self { weights, ranked, .. } = self;
        let total: f32 = weights.iter().sum();
        let top_p = taste.top_p as f32;
        // All weights below this bound together have less than 1 - top_p of the whole, so none of them is wanted, and only a few
        // hundred are left to be sorted.
        let bound = if taste.top_k > 0 { 0.0 } else { (1.0 - top_p) * total / weights.len() as f32 };
        ranked.clear();
        ranked.extend((0..weights.len()).filter(|&k| weights[k] > bound));
        if taste.top_k == 0 && taste.top_p >= 1.0 {
            return;
        }
        ranked.sort_unstable_by(|&a, &b| weights[b].total_cmp(&weights[a]).then(a.cmp(&b)));
        if taste.top_k > 0 {
            ranked.truncate(taste.top_k);
        }
        let whole: f32 = if taste.top_k > 0 { ranked.iter().map(|&k| weights[k]).sum() } else { total };
        let mut reached = 0.0;
        let kept = ranked.iter().take_while(|&&k| (reached < top_p * whole, reached += weights[k]).0).count();
        ranked.truncate(kept.max(1));
    }
}

/// Writes poems with one model.
pub struct Sampler<'a> {
    bundle: &'a Bundle,
    device: Device,
    /// Whether a character may be written: Han characters and [`SIGNS`] only, and EOS.
    allowed: Vec<bool>,
    /// The model laid out for stepping, where its cells are LSTM cells and the fused kernels are wanted.
    stepper: Option<Stepper>,
    /// The characters' vectors, `[V, E]`, for the stepper.
    embedding: Vec<f32>,
    /// The features' vectors, `[F, E]`, for the stepper; empty without them.
    features: Vec<f32>,
    /// The ids of [`SIGNS`], and EOS.
    signs: Vec<usize>,
    /// [`SIGN_TEMPERATURE`], unless changed; with `None` a sign is chosen like any character.
    pub sign_temperature: Option<f64>,
}

/// A poem being read or written: what the model remembers of it, and its scores of what comes next.
#[derive(Clone)]
pub struct Stream<'a> {
    sampler: &'a Sampler<'a>,
    memory: Remembered<'a>,
    /// What the stepper is told, `[E]`.
    x: Vec<f32>,
    z: Vec<f32>,
}

#[derive(Clone)]
enum Remembered<'a> {
    Fused(&'a Stepper, Memory, Scan),
    Readable(Option<PoemState>),
}

impl Stream<'_> {
    /// Takes one character (or BOS) in.
    pub fn read(&mut self, id: usize) {
        let Self { sampler, memory, x, z } = self;
        match memory {
            Remembered::Fused(stepper, memory, scan) => {
                let width = sampler.embedding.len() / stepper.vocab_size();
                x.clear();
                x.extend_from_slice(&sampler.embedding[id * width..][..width]);
                if let Some(features) = &sampler.bundle.model.features {
                    for row in features.step(scan, id) {
                        x.iter_mut().zip(&sampler.features[row * width..]).for_each(|(x, p)| *x += p);
                    }
                }
                stepper.step(x, memory, z);
            }
            Remembered::Readable(state) => {
                let input = Tensor::from_data([[id as i32]], &sampler.device); // [1, 1]
                let (logits, after) = sampler.bundle.model.forward(input, state.take()); // [1, 1, V]
                *state = Some(after);
                z.clear();
                z.extend(logits.into_data().iter::<f32>());
            }
        }
    }

    /// The scores of all ids, `[V]`.
    pub fn scores(&self) -> &[f32] {
        &self.z
    }
}

impl<'a> Sampler<'a> {
    /// A sampler around a model that is not tracked by autodiff.
    pub fn new(bundle: &'a Bundle, device: &Device) -> Self {
        let may_stand = |c: char| is_han(c) || SIGNS.contains(c);
        let allowed =
            (0..bundle.vocab.size()).map(|id| id == EOS || bundle.vocab.char(id).is_some_and(may_stand)).collect();
        let stepper = bundle.model.stepper();
        let embedding = if stepper.is_some() { numbers(&bundle.model.embedding.weight.val()) } else { Vec::new() };
        let table = bundle.model.features.as_ref().filter(|_| stepper.is_some()).map(|features| features.table.val());
        let features = table.map(|table| numbers(&table)).unwrap_or_default();
        let signs = SIGNS.chars().filter_map(|c| bundle.vocab.id(c)).chain([EOS]).collect();
        let sign_temperature = Some(SIGN_TEMPERATURE);
        Self { bundle, device: device.clone(), allowed, stepper, embedding, features, signs, sign_temperature }
    }

    /// How this sampler's free texts are chosen.
    pub fn chooser(&self) -> Chooser {
        self.sign_temperature.map_or_else(Chooser::default, |t| Chooser::with_signs(self.signs.clone(), t))
    }

    /// The characters that the model knows.
    pub fn vocab(&self) -> &'a Vocab {
        &self.bundle.vocab
    }

    /// Whether an id may be written: Han characters, [`SIGNS`], EOS.
    pub fn allows(&self, id: usize) -> bool {
        self.allowed[id]
    }

    /// Whether the model knows every character of `begin`, so that a poem can begin with it.
    ///
    /// # Errors
    /// An empty beginning, or a character that is not in the vocabulary (the sentence names near ones).
    pub fn check(&self, begin: &str) -> Result<()> {
        let begin = &*self.bundle.vocab.familiar(begin);
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

    /// A fresh poem, of which BOS has been read.
    pub fn start(&self) -> Stream<'_> {
        self.start_to(None)
    }

    /// A fresh poem; from a model of lyrics a lyric to `tune` (or to the tune that it knows best), which has been read too.
    pub fn start_to(&self, tune: Option<&str>) -> Stream<'_> {
        let tune = tune.or(self.bundle.tunes.first().map(|tune| tune.name.as_str())).unwrap_or_default();
        let memory = match &self.stepper {
            Some(stepper) => Remembered::Fused(stepper, stepper.start(), Scan::default()),
            None => Remembered::Readable(None),
        };
        let mut stream = Stream { sampler: self, memory, x: Vec::new(), z: vec![0.0; self.bundle.vocab.size()] };
        self.bundle.vocab.encode(tune).into_iter().chain([BOS]).for_each(|id| stream.read(id));
        stream
    }

    /// The name of a tune as the model knows it.
    ///
    /// # Errors
    /// A model that writes poems, or a tune that it does not know (the sentence names some that it does).
    pub fn tune(&self, name: &str) -> Result<&'a str> {
        let (name, tunes) = (self.bundle.vocab.familiar(name.trim()), &self.bundle.tunes);
        if let Some(tune) = tunes.iter().find(|tune| tune.name == name) {
            return Ok(&tune.name);
        }
        let known: Vec<&str> = tunes.iter().take(8).map(|tune| tune.name.as_str()).collect();
        let (known, count) = (known.join(" "), tunes.len());
        Err(Trouble::user(match count {
            0 => say!(
                "this model writes poems and knows no tune; leave out --tune or choose a model trained with --genre lyric",
                "这个模型写诗，不识词牌；请去掉 --tune，或选用以 --genre lyric 训练的模型"
            ),
            _ => say!(
                "the model does not know the tune \"{name}\"; it knows {count}, e.g. {known} (`lesson_poems tunes` lists them)",
                "模型不认识词牌“{name}”；它认识 {count} 个，例如 {known}（`lesson_poems tunes` 列出全部）"
            ),
        }))
    }

    /// A tune, each as often as the model has read lyrics to it; nothing if it writes poems.
    pub fn any_tune(&self, seed: u64) -> Option<&'a str> {
        let tunes = &self.bundle.tunes;
        let all: usize = tunes.iter().map(|tune| tune.lyrics).sum();
        let mut left = StdRng::seed_from_u64(seed).random_range(0..all.max(1));
        let chosen = tunes.iter().find(|tune| match left.checked_sub(tune.lyrics) {
            Some(less) => (left = less, false).1,
            None => true,
        });
        chosen.map(|tune| tune.name.as_str())
    }

    /// A character for a poem (or a lyric to `tune`) to begin with, as the model itself would choose it.
    pub fn first_character(&self, tune: Option<&str>, taste: Taste, seed: u64) -> String {
        let han = |id: usize| self.bundle.vocab.char(id).is_some_and(is_han);
        let stream = self.start_to(tune);
        let id = Chooser::default().pick(stream.scores(), han, taste, &mut StdRng::seed_from_u64(seed));
        self.bundle.vocab.decode(&[id.unwrap_or(BOS)])
    }

    /// One poem that begins with `begin`; it always ends, and the same seed gives the same poem.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn compose(&self, begin: &str, taste: Taste, seed: u64) -> Result<String> {
        self.write(begin, None, taste, seed).map(|written| written.text)
    }

    /// [`compose`](Self::compose), to `tune` if the model writes lyrics, and whether the model ended the poem by itself.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn write(&self, begin: &str, tune: Option<&str>, taste: Taste, seed: u64) -> Result<Written> {
        let begin = &*self.bundle.vocab.familiar(begin); // 雲 is 云 to a model that learned simplified characters
        self.check(begin)?;
        let mut rng = StdRng::seed_from_u64(seed);
        let mut chooser = self.chooser();
        let choose = |z: &[f32], _: &[usize]| chooser.pick(z, |id| self.allowed[id], taste, &mut rng);
        Ok(self.write_by(choose, begin, tune, &mut |_| ()))
    }

    /// Writes on from `begin` until `choose`, given the scores and the ids so far, chooses EOS or nothing.
    ///
    /// `watch` gets the text as it is written. (Only a sentence that runs on from half of [`longest`](Self::longest) to its end is cut off
    /// after it was seen.)
    pub fn write_by(
        &self,
        mut choose: impl FnMut(&[f32], &[usize]) -> Option<usize>,
        begin: &str,
        tune: Option<&str>,
        watch: &mut dyn FnMut(&str),
    ) -> Written {
        let vocab = &self.bundle.vocab;
        let mut stream = self.start_to(tune);
        let mut written = vocab.encode(begin);
        written.iter().for_each(|&id| stream.read(id));
        let (mut text, mut shown, longest) = (begin.to_string(), 0, self.longest());
        let mut ended = false;
        while written.len() < longest {
            // Near the cap only whole sentences are shown: what is cut off again must not have been seen.
            if written.len() < longest / 2 || text.ends_with(|c| ENDS.contains(c)) {
                watch(&text[shown..]);
                shown = text.len();
            }
            let Some(next) = choose(stream.scores(), &written).filter(|&id| id != EOS) else {
                ended = true;
                break;
            };
            text.extend(vocab.char(next));
            written.push(next);
            stream.read(next);
        }
        if !ended {
            let whole = text.rfind(|c| ENDS.contains(c)).map_or(text.len(), |at| at + "。".len());
            text.truncate(whole.max(begin.len()));
        }
        watch(text.get(shown..).unwrap_or_default());
        Written { text, tune: tune.map(String::from), ended }
    }

    /// `count` poems as the lesson writes them when it is told nothing: each begins with a character of the model's own choice.
    ///
    /// # Errors
    /// A model that knows no Han character at all.
    pub fn freely(&self, taste: Taste, count: usize, seed: u64) -> Result<Vec<Written>> {
        let seeds = (0..count as u64).map(|k| seed.wrapping_add(k));
        let one = |seed: u64| {
            let tune = self.any_tune(seed);
            self.write(&self.first_character(tune, taste, seed), tune, taste, seed)
        };
        seeds.map(one).collect()
    }

    /// Where a text is cut that does not end by itself, in characters.
    pub fn longest(&self) -> usize {
        if self.bundle.tunes.is_empty() { LONGEST } else { LONGEST_LYRIC }
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
