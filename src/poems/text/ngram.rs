//! What counting alone can do: the lines beside a model's loss that say whether it has learned more
//! than frequencies.
//!
//! An n-gram model knows the last one or two characters and nothing before them. It counts how
//! often w came after (u, v), and, since most triples of a new poem never occurred, mixes that
//! with what it knows of w after v, of w alone, and of nothing:
//!
//! ```text
//! P_0(w)        = 1 / V                                             uniform
//! P_1(w)        = λ_1 n(w) / N            + (1 - λ_1) P_0(w)         unigram
//! P_2(w | v)    = λ_2 n(v w) / n(v)       + (1 - λ_2) P_1(w)         bigram
//! P_3(w | u v)  = λ_3 n(u v w) / n(u v)   + (1 - λ_3) P_2(w | v)     trigram
//! ```
//!
//! How far a count may be trusted depends on how often its context occurred, so there is one λ for
//! each power of two of n(v) and n(u v). They are fitted by deleted interpolation (F. Jelinek and
//! R. Mercer, 1980): a tenth of the poems is taken out, the others are counted, and EM finds the λ
//! that make the tenth most probable. Then all poems are counted.

use serde::Serialize;

use super::vocab::{BOS, EOS};

/// One figure for each of the four models that only count: the lines beside a model's loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Landmarks<T = f64> {
    /// Guesses blindly among V characters.
    pub uniform: T,
    /// Knows how frequent each character is.
    pub unigram: T,
    /// Knows the character before.
    pub bigram: T,
    /// Knows the two characters before.
    pub trigram: T,
}

impl<T> Landmarks<T> {
    /// Another figure for each of the four.
    pub fn map<U>(self, change: impl Fn(T) -> U) -> Landmarks<U> {
        let Landmarks { uniform, unigram, bigram, trigram } = self;
        Landmarks {
            uniform: change(uniform),
            unigram: change(unigram),
            bigram: change(bigram),
            trigram: change(trigram),
        }
    }
}

/// Mean nats per token of poems in `valid`, by n-grams counted in `train`.
///
/// UNK is a token as any other, as in a training's loss, so that these are the lines beside its
/// curve; [`score::landmarks`](crate::poems::inspect::score::landmarks) charges an unknown character in full, as an
/// evaluation does.
///
/// ```
/// use lstm_lessons::poems::text::ngram::landmarks;
///
/// let train = vec![vec![4, 5, 6, 7]; 20];
/// let lines = landmarks(&train, &[vec![4, 5, 6, 7]], 8);
/// assert_eq!(lines.uniform, 8f64.ln());
/// assert!(lines.trigram < 0.1 && lines.bigram < 0.1 && lines.unigram > 1.0);
/// ```
pub fn landmarks(train: &[Vec<usize>], valid: &[Vec<usize>], vocab_size: usize) -> Landmarks {
    let counted = NGram::count(train.iter().map(Vec::as_slice), vocab_size);
    let tokens: Vec<Landmarks> = valid.iter().flat_map(|poem| counted.nats(poem)).collect();
    let mean =
        |of: fn(&Landmarks) -> f64| tokens.iter().map(of).sum::<f64>() / tokens.len().max(1) as f64;
    Landmarks {
        uniform: mean(|nats| nats.uniform),
        unigram: mean(|nats| nats.unigram),
        bigram: mean(|nats| nats.bigram),
        trigram: mean(|nats| nats.trigram),
    }
}

/// Powers of two of a context's count; 2^31 characters are more than any corpus here.
const BUCKETS: usize = 32;
/// Steps of EM; it has settled long before.
const EM_STEPS: usize = 20;
/// The most that a count is trusted: in a small corpus EM would trust a few lucky ones wholly, and
/// anything else be impossible.
const TRUST: f64 = 0.999;
/// One poem in so many is taken out to fit the weights.
const DELETED: usize = 10;

/// Counts of single characters, pairs and triples, and the weights that mix them.
pub struct NGram {
    vocab_size: usize,
    /// Every token, every pair and every triple of the corpus as one number each, sorted: a count
    /// is the length of a stretch.
    grams: [Vec<u64>; 3],
    /// λ for each order and each power of two of the context's count.
    weights: [[f64; BUCKETS]; 3],
}

impl NGram {
    /// Counts `poems` (ids without BOS and EOS) and fits the weights; a second for 50,000 poems.
    pub fn count<'a>(poems: impl Iterator<Item = &'a [usize]> + Clone, vocab_size: usize) -> Self {
        let is_deleted = |k: usize| k % DELETED == DELETED - 1;
        let part = |deleted: bool| {
            let numbered = poems.clone().enumerate();
            numbered.filter(move |(k, _)| is_deleted(*k) == deleted).map(|(_, poem)| poem)
        };
        let mut model = Self {
            vocab_size,
            grams: sorted(part(false), vocab_size),
            weights: [[0.5; BUCKETS]; 3],
        };
        model.fit(part(true));
        Self { grams: sorted(poems, vocab_size), ..model }
    }

    /// -ln p of each token of a poem (its characters, then EOS) by each of the four.
    pub fn nats(&self, poem: &[usize]) -> Vec<Landmarks> {
        let uniform = (self.vocab_size as f64).ln();
        triples(poem)
            .map(|triple| {
                let mut p = [1.0 / self.vocab_size as f64; 3];
                let mut lower = p[0];
                for (order, p) in p.iter_mut().enumerate() {
                    let Counted { share, bucket } = self.counted(order, triple);
                    lower = mix(bucket.map_or(0.0, |b| self.weights[order][b]), share, lower);
                    *p = lower;
                }
                let [unigram, bigram, trigram] = p.map(|p| -p.ln());
                Landmarks { uniform, unigram, bigram, trigram }
            })
            .collect()
    }

    /// Fits λ for λ, from the unigram up: each order mixes with the finished one below it.
    ///
    /// ```text
    /// λ <- mean over the bucket's tokens of  λ f / (λ f + (1 - λ) P_lower)        f = n(context w) / n(context)
    /// ```
    fn fit<'a>(&mut self, deleted: impl Iterator<Item = &'a [usize]>) {
        let tokens: Vec<[usize; 3]> = deleted.flat_map(triples).collect();
        let mut lower = vec![1.0 / self.vocab_size as f64; tokens.len()];
        for order in 0..3 {
            let counted: Vec<Counted> =
                tokens.iter().map(|&triple| self.counted(order, triple)).collect();
            for _ in 0..EM_STEPS {
                let mut sums = [(0.0, 0usize); BUCKETS];
                for (Counted { share, bucket }, lower) in counted.iter().zip(&lower) {
                    let Some(bucket) = *bucket else { continue };
                    let weight = self.weights[order][bucket];
                    sums[bucket].0 += weight * share / mix(weight, *share, *lower);
                    sums[bucket].1 += 1;
                }
                let mut nearest = 0.5;
                for (weight, (sum, count)) in self.weights[order].iter_mut().zip(sums) {
                    nearest = if count > 0 { (sum / count as f64).min(TRUST) } else { nearest };
                    *weight = nearest; // where no token fell, the λ of the bucket below
                }
            }
            for (Counted { share, bucket }, lower) in counted.iter().zip(&mut lower) {
                *lower = mix(bucket.map_or(0.0, |b| self.weights[order][b]), *share, *lower);
            }
        }
    }

    /// How often the last character of `triple` came after the `order` characters before it.
    fn counted(&self, order: usize, triple: [usize; 3]) -> Counted {
        let gram = key(&triple[2 - order..], self.vocab_size);
        let context = gram - triple[2] as u64; // the first gram with this context; the next context is V further
        let context = between(&self.grams[order], context, context + self.vocab_size as u64);
        let (n, n_context) = (between(context, gram, gram + 1).len(), context.len());
        let bucket = n_context.checked_ilog2().map(|power| (power as usize).min(BUCKETS - 1));
        Counted { share: n as f64 / n_context.max(1) as f64, bucket }
    }
}

/// What was counted for one token in one order.
struct Counted {
    /// n(context w) / n(context).
    share: f64,
    /// The power of two of n(context); nothing where the context never occurred.
    bucket: Option<usize>,
}

fn mix(weight: f64, share: f64, lower: f64) -> f64 {
    weight * share + (1.0 - weight) * lower
}

/// Each token of a poem, EOS too, with the two before it (BOS where there is none).
fn triples(poem: &[usize]) -> impl Iterator<Item = [usize; 3]> {
    let at = |k: usize| if k < 2 { BOS } else { poem.get(k - 2).copied().unwrap_or(EOS) };
    (0..=poem.len()).map(move |k| [at(k), at(k + 1), at(k + 2)])
}

/// A gram as one number: digits in base V.
fn key(gram: &[usize], vocab_size: usize) -> u64 {
    gram.iter().fold(0, |key, &id| key * vocab_size as u64 + id as u64)
}

/// All tokens, pairs and triples of the poems, sorted.
fn sorted<'a>(poems: impl Iterator<Item = &'a [usize]>, vocab_size: usize) -> [Vec<u64>; 3] {
    let mut grams = [const { Vec::new() }; 3];
    for triple in poems.flat_map(triples) {
        for (order, grams) in grams.iter_mut().enumerate() {
            grams.push(key(&triple[2 - order..], vocab_size));
        }
    }
    grams.iter_mut().for_each(|grams| grams.sort_unstable());
    grams
}

/// The stretch of `sorted` from `first` up to, but without, `end`.
fn between(sorted: &[u64], first: u64, end: u64) -> &[u64] {
    let from = sorted.partition_point(|&gram| gram < first);
    let tail = &sorted[from..];
    &tail[..tail.partition_point(|&gram| gram < end)]
}
