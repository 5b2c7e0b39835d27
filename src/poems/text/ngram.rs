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

use std::ops::Range;

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

impl Landmarks {
    /// The mean of the figures of many tokens; 0 of none.
    pub fn mean(tokens: &[Self]) -> Self {
        let mean =
            |of: fn(&Self) -> f64| tokens.iter().map(of).sum::<f64>() / tokens.len().max(1) as f64;
        Self {
            uniform: mean(|nats| nats.uniform),
            unigram: mean(|nats| nats.unigram),
            bigram: mean(|nats| nats.bigram),
            trigram: mean(|nats| nats.trigram),
        }
    }
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
/// let train = [[4, 5, 6, 7]; 20];
/// let lines = landmarks(train.into_iter(), [[4, 5, 6, 7]], 8);
/// assert_eq!(lines.uniform, 8f64.ln());
/// assert!(lines.trigram < 0.1 && lines.bigram < 0.1 && lines.unigram > 1.0);
/// ```
pub fn landmarks<P: IntoIterator<Item = usize>>(
    train: impl Iterator<Item = P> + Clone,
    valid: impl IntoIterator<Item = P>,
    vocab_size: usize,
) -> Landmarks {
    let counted = NGram::count(train, vocab_size);
    let tokens: Vec<Landmarks> = valid.into_iter().flat_map(|poem| counted.nats(poem)).collect();
    Landmarks::mean(&tokens)
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
    /// Of single tokens, pairs and triples.
    grams: [Counts; 3],
    /// λ for each order and each power of two of the context's count.
    weights: [[f64; BUCKETS]; 3],
}

impl NGram {
    /// Counts `poems` (ids without BOS and EOS) and fits the weights; a second for 50,000 poems.
    pub fn count<P: IntoIterator<Item = usize>>(
        poems: impl Iterator<Item = P> + Clone,
        vocab_size: usize,
    ) -> Self {
        let is_deleted = |k: usize| k % DELETED == DELETED - 1;
        let part = |deleted: bool| {
            let numbered = poems.clone().enumerate();
            numbered.filter(move |(k, _)| is_deleted(*k) == deleted).map(|(_, poem)| poem)
        };
        let mut model = Self {
            vocab_size,
            grams: Counts::of_each_order(part(false), vocab_size),
            weights: [[0.5; BUCKETS]; 3],
        };
        model.fit(part(true));
        model.grams = Default::default(); // frees these counts before the next are made
        model.grams = Counts::of_each_order(poems, vocab_size);
        model
    }

    /// -ln p of each token of a poem (its characters, then EOS) by each of the four.
    pub fn nats(&self, poem: impl IntoIterator<Item = usize>) -> Vec<Landmarks> {
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
    fn fit<P: IntoIterator<Item = usize>>(&mut self, deleted: impl Iterator<Item = P>) {
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
        let counts = &self.grams[order];
        let context = counts.stretch(0..counts.grams.len(), context, self.vocab_size);
        let (n_context, gram) = (counts.sum(&context), counts.stretch(context, gram, 1));
        let n = counts.sum(&gram);
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
fn triples(poem: impl IntoIterator<Item = usize>) -> impl Iterator<Item = [usize; 3]> {
    let mut last = [BOS, BOS];
    poem.into_iter().chain([EOS]).map(move |w| {
        let [u, v] = last;
        last = [v, w];
        [u, v, w]
    })
}

/// A gram as one number: digits in base V.
fn key(gram: &[usize], vocab_size: usize) -> u64 {
    gram.iter().fold(0, |key, &id| key * vocab_size as u64 + id as u64)
}

/// How often each gram of one order occurs.
#[derive(Default)]
struct Counts {
    /// Those that occur, each as one number, sorted.
    grams: Vec<u64>,
    /// How often each of them and all before it occur.
    sums: Vec<u32>,
}

impl Counts {
    /// Of the tokens, pairs and triples of the poems.
    fn of_each_order<P: IntoIterator<Item = usize>>(
        poems: impl Iterator<Item = P> + Clone,
        vocab_size: usize,
    ) -> [Self; 3] {
        [0, 1, 2].map(|order| {
            let all = poems.clone().flat_map(triples);
            Self::of(all.map(|triple| key(&triple[2 - order..], vocab_size)).collect())
        })
    }

    fn of(mut grams: Vec<u64>) -> Self {
        grams.sort_unstable();
        let equal = grams.chunk_by(|a, b| a == b).map(|equal| equal.len() as u32);
        let sums = equal.scan(0, |sum, n| {
            *sum += n;
            Some(*sum)
        });
        let sums = sums.collect();
        grams.dedup();
        grams.shrink_to_fit();
        Self { grams, sums }
    }

    /// Where in the part `within` the grams from `first` up to, but without, `first + width` lie;
    /// there are at most `width` of them.
    fn stretch(&self, within: Range<usize>, first: u64, width: usize) -> Range<usize> {
        let below = |from: usize, to: usize, end: u64| {
            from + self.grams[from..to].partition_point(|&gram| gram < end)
        };
        let from = below(within.start, within.end, first);
        from..below(from, within.end.min(from + width), first + width as u64)
    }

    /// How often those of a stretch occur.
    fn sum(&self, stretch: &Range<usize>) -> usize {
        let before = |k: usize| k.checked_sub(1).map_or(0, |last| self.sums[last] as usize);
        before(stretch.end) - before(stretch.start)
    }
}
