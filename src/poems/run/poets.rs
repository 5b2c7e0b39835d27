//! Learning poets: what each of them writes more often than a trained model expects.

use std::collections::HashMap;

use burn::{module::Module, prelude::*};

use super::split::Split;
use crate::poems::{
    batch::{PoemBatch, buckets},
    bundle::Bundle,
    model::PoemModel,
    poets::{About, Added, Poet, Poets},
    text::{
        corpus::{Corpus, Poem},
        genre::Text,
        simplify::simplified,
        vocab::{UNK, is_han},
    },
};

/// What the collection writes where it knows no name.
const NAMELESS: [&str; 4] = ["", "不详", "无名氏", "佚名"];
/// Poems that are read side by side.
const BATCH: usize = 64;
/// a, see [`poets`](crate::poems::poets). Of 1, 3, 10 and 30, 3 is best on held-back Tang poems.
const PRIOR: f32 = 3.0;

/// The poems of one poet.
struct Works {
    poet: Poet,
    train: Vec<Text>,
    valid: Vec<Text>,
}

/// The poems of the poets of whom there are enough, the one with the most poems first.
pub struct ByPoet(Vec<Works>);

impl ByPoet {
    /// From a corpus that names its poets. If it is the corpus of `bundle`, split as there, what is held
    /// back from the model is held back here. A poet has `fewest` poems in the training set at least.
    pub fn of(
        corpus: Corpus,
        split: impl FnOnce(Corpus) -> Split,
        bundle: &Bundle,
        fewest: usize,
    ) -> Self {
        let contents = corpus.poems.iter().map(|poem| poem.content.clone());
        let names = corpus.poets.iter().map(|name| simplified(name.trim()));
        let poet_of: HashMap<String, String> = contents.zip(names).collect();
        let split = split(corpus);
        let of_each = |poems: &[Poem]| {
            let mut of_each: HashMap<String, Vec<Text>> = HashMap::new();
            for poem in poems {
                let name = poet_of[&poem.content].clone();
                of_each.entry(name).or_default().push(bundle.encode(poem));
            }
            of_each
        };
        let mut held_back = of_each(&split.valid);
        let works = |(name, train): (String, Vec<Text>)| Works {
            valid: held_back.remove(&name).unwrap_or_default(),
            poet: Poet { name, poems: train.len() },
            train,
        };
        let known = |(name, poems): &(String, Vec<Text>)| {
            poems.len() >= fewest && !NAMELESS.contains(&&**name)
        };
        let mut all: Vec<Works> =
            of_each(&split.train).into_iter().filter(known).map(works).collect();
        all.sort_by(|Works { poet: a, .. }, Works { poet: b, .. }| {
            b.poems.cmp(&a.poems).then_with(|| a.name.cmp(&b.name))
        });
        Self(all)
    }

    /// Poets, and poems of them in the training set and in the validation set.
    pub fn sizes(&self) -> [usize; 3] {
        let sum = |of: fn(&Works) -> usize| self.0.iter().map(of).sum();
        [self.0.len(), sum(|works| works.train.len()), sum(|works| works.valid.len())]
    }

    /// The share of their characters that the model does not know.
    pub fn unknown(&self) -> f64 {
        let characters =
            || self.0.iter().flat_map(|works| &works.train).flat_map(|text| &text.content);
        characters().filter(|&&id| id == UNK).count() as f64 / characters().count().max(1) as f64
    }

    /// How often [`learn`] calls `watch`.
    pub fn steps(&self) -> usize {
        self.0.iter().map(|works| works.train.len().div_ceil(BATCH)).sum()
    }
}

/// Nats per token of the validation set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// By the model as it is.
    pub untold: f64,
    /// By the model that is told the poet.
    pub told: f64,
}

/// Counts, for each poet, what he writes and what the model expects.
///
/// `bundle` is the model on a device with autodiff, and `model_sha256` that of its weights. `watch` is
/// called after each step. The gain is `None` if no poem of theirs is held back.
pub fn learn(
    bundle: &Bundle,
    model_sha256: String,
    poems: &ByPoet,
    mut watch: impl FnMut(),
) -> (Poets, Option<Gain>) {
    let mut model = bundle.model.clone().no_grad();
    model.stack.dropout = 0.0; // which is noise for weights that learn
    let plain = model.clone().valid();
    model.bias = model.bias.set_require_grad(true);
    let (device, v) = (plain.bias.val().device(), bundle.vocab.size());
    let is_word: Vec<bool> = (0..v).map(|id| bundle.vocab.char(id).is_some_and(is_han)).collect();
    let (mut rows, mut costs) = (Vec::new(), [0.0, 0.0]);
    for Works { train, valid, .. } in &poems.0 {
        let mut row = preferences(&model, train, &mut watch);
        row.iter_mut().zip(&is_word).for_each(|(b, word)| *b = if *word { *b } else { 0.0 });
        let told = plain.clone().with_added(Tensor::from_data(&row[..], &device));
        costs[0] += nats(&plain, valid);
        costs[1] += nats(&told, valid);
        rows.extend(row);
    }
    let tokens: usize = poems.0.iter().flat_map(|works| &works.valid).map(counted).sum();
    let gain = (tokens > 0).then(|| {
        let [untold, told] = costs.map(|nats| nats / tokens as f64);
        Gain { untold, told }
    });
    let about = About {
        poets: poems.0.iter().map(|works| works.poet.clone()).collect(),
        vocab_size: v,
        model_sha256,
        story: story(poems, gain),
    };
    let added = Added::new(rows, [poems.0.len(), v], &device);
    (Poets { about, added, run: None }, gain)
}

/// b_p of the poet of these poems, by a model of whose parameters b alone is tracked:
///
/// ```text
/// E_k = n_k + ∂L/∂b_k        b_p,k = ln (n_k + a) / (E_k + a)
/// ```
fn preferences(model: &PoemModel, poems: &[Text], watch: &mut impl FnMut()) -> Vec<f32> {
    let (bias, mut written) = (model.bias.val(), vec![0.0f32; model.bias.val().dims()[0]]);
    let mut gradient = Tensor::<1>::zeros(bias.dims(), &bias.device().inner()); // [V]
    for batch in batches(poems) {
        for &id in batch.iter().flat_map(|text| &text.content) {
            written[id] += 1.0;
        }
        let batch: PoemBatch = model.batch(&batch, &bias.device());
        let grads = model.loss(&batch).mul_scalar(batch.tokens() as f64).backward();
        gradient = gradient + bias.grad(&grads).expect("b is tracked");
        watch();
    }
    let gradient = gradient.into_data();
    let wrong = written.iter().zip(gradient.iter::<f32>());
    wrong.map(|(n, wrong)| ((n + PRIOR) / ((n + wrong).max(0.0) + PRIOR)).ln()).collect()
}

/// The price of all their tokens.
fn nats(model: &PoemModel, poems: &[Text]) -> f64 {
    let device = model.bias.val().device();
    let of_one = |texts: Vec<&Text>| {
        let batch = model.batch(&texts, &device);
        batch.tokens() as f64 * model.loss(&batch).into_scalar::<f64>()
    };
    batches(poems).map(of_one).sum()
}

/// Poems of about the same length, side by side.
fn batches(poems: &[Text]) -> impl Iterator<Item = Vec<&Text>> {
    let lengths: Vec<usize> = poems.iter().map(Text::steps).collect();
    let texts = |rows: Vec<usize>| rows.into_iter().map(|k| &poems[k]).collect();
    buckets(&lengths, BATCH, None).into_iter().map(texts)
}

/// The tokens of a poem that count: its characters and EOS.
fn counted(text: &Text) -> usize {
    text.content.len() + 1
}

/// How the rows came to be.
fn story(poems: &ByPoet, gain: Option<Gain>) -> String {
    let [poets, train, valid] = poems.sizes();
    let gain = gain.map_or(String::new(), |Gain { untold, told }| {
        format!(
            ", {told:.4} nats per token on {valid} held-back poems of theirs, {untold:.4} untold"
        )
    });
    format!("{poets} poets, {train} poems, a = {PRIOR}{gain}")
}
