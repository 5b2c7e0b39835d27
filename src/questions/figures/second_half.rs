//! The numbers of lessons 4 to 7.

use burn::prelude::*;

use super::{Figure, megabytes, percent, whole_percent};
use crate::{
    demos::{
        gradients::{half_life, sigmoid},
        scale::Terms,
    },
    kernel::{
        Machine, Precision,
        matmul::Matrix,
        product::{multiply, pack},
    },
    look::thousands,
    mnist::model::CLASSES,
    poems::{
        batch::PoemBatch,
        model::PoemModel,
        shape::PoemShape,
        text::{
            corpus::{Corpus, LONGEST},
            vocab::{FIRST, Vocab},
        },
        write::choose::ln_softmax,
    },
};

pub(super) const TABLE: &[Figure] = &[
    // Lesson 4
    ("ln_10", || format!("{:.3}", (CLASSES as f64).ln())),
    ("log2_10", || format!("{:.3}", (CLASSES as f64).log2())),
    ("tenth", || format!("{:.3}", 1.0 / CLASSES as f64)),
    ("nine_tenths", || format!("{:.3}", 1.0 - 1.0 / CLASSES as f64)),
    ("chance_50", || format!("{:.0}", 50f64.sqrt())),
    ("chance_10000", || format!("{:.0}", 10_000f64.sqrt())),
    ("memory_1", || format!("{:.1}", memory(1.0))),
    ("memory_4", || format!("{:.1}", memory(4.0))),
    ("memory_linear", || format!("{:.1}", 4.0 * memory(1.0))),
    ("half_life_4", || format!("{:.1}", half_life(sigmoid(4.0)))),
    ("smoothed", || format!("{:.3}", 1.0 - SMOOTHING + SMOOTHING / CLASSES as f64)),
    ("smoothed_less", || format!("{:.3}", 1.0 - SMOOTHING)),
    ("smoothed_more", || format!("{:.3}", 1.0 - SMOOTHING / CLASSES as f64)),
    ("smoothed_not", || format!("{:.3}", 1.0)),
    // Lesson 5
    ("starter_poems", || starter().len().to_string()),
    ("starter_v", || thousands(starter_v() as u64)),
    ("ln_v", || format!("{:.2}", (starter_v() as f64).ln())),
    ("log2_v", || format!("{:.2}", (starter_v() as f64).log2())),
    ("half_ln_v", || format!("{:.2}", (starter_v() as f64).ln() / 2.0)),
    ("one_minus_share", || format!("{:.2}", 1.0 - 1.0 / starter_v() as f64)),
    ("perplexity_5", || format!("{:.1}", 5f64.exp())),
    ("perplexity_4", || format!("{:.1}", 4f64.exp())),
    ("bits_5", || format!("{:.1}", 5f64.exp2())),
    ("bits_4", || format!("{:.1}", 4f64.exp2())),
    ("hot", || percent(at_temperature(2.0))),
    ("cold", || percent(at_temperature(0.5))),
    ("unchanged", || percent(at_temperature(1.0))),
    ("halved", || percent(0.8 / 2.0)),
    ("tied_saved", || thousands((course(false) - course(true)) as u64)),
    ("tied_both", || thousands(2 * (course(false) - course(true)) as u64)),
    ("course_v", || thousands(V as u64)),
    ("course_h", || shape().d_hidden.to_string()),
    ("course_parameters", || thousands(course(false) as u64)),
    ("padding_pair", || percent(padding(2))),
    ("padding_row", || percent(2.0 * padding(2))), // all of it stands in one row of two
    ("padding_text", || percent(padding(2) / (1.0 - padding(2)))),
    ("padding_none", || percent(padding(1))),
    ("tail_lost", || (starter().len() % 64).to_string()),
    ("tail_batches", || (starter().len() / 64).to_string()),
    ("bytes_3", || (LONGEST / '月'.len_utf8()).to_string()),
    ("bytes_2", || (LONGEST / (2 * '月'.len_utf16())).to_string()),
    ("bytes_times", || (LONGEST * '月'.len_utf8()).to_string()),
    // Lesson 6
    ("projection_share", || whole_percent(projection_share())),
    ("layers_share", || whole_percent(1.0 - projection_share())),
    ("third", || whole_percent(1.0 / 3.0)),
    ("tenth_share", || whole_percent(0.1)),
    ("part", || whole_percent(PART)),
    ("amdahl", || format!("{:.1}", 1.0 / (1.0 - PART + PART / 10.0))),
    ("amdahl_ten", || format!("{:.1}", 10.0)),
    ("amdahl_eight", || format!("{:.1}", PART * 10.0)),
    ("amdahl_limit", || format!("{:.1}", 1.0 / (1.0 - PART))),
    ("logits", || megabytes(4 * ROWS * V)),
    ("logits_bytes", || megabytes(ROWS * V)),
    ("logits_step", || megabytes(4 * 64 * V)),
    ("logits_hidden", || megabytes(4 * ROWS * shape().d_hidden)),
    ("bf16_stop", || format!("{:.0}", counts_to())),
    ("f16_stop", || thousands(1 << 11)),
    ("memory_one", || megabytes(4 * course(false))),
    ("memory_two", || megabytes(2 * 4 * course(false))),
    ("memory_three", || megabytes(3 * 4 * course(false))),
    ("memory_four", || megabytes(4 * 4 * course(false))),
    ("double_h_layers", || format!("{:.0}", layers(256) / layers(128))),
    ("double_h_projection", || format!("{:.0}", 256.0 / 128.0)),
    ("double_h_cube", || format!("{:.0}", 2f64.powi(3))),
    // Lesson 7
    ("most_gain", || format!("{:.1}", DEALT.step(1, 64.0) / DEALT.fixed)),
    ("most_rows", || format!("{:.0}", 64.0)),
    ("most_part", || format!("{:.1}", DEALT.per_row * 64.0 / DEALT.fixed)),
];

/// A step that is to be dealt out, with an exchange that costs nothing.
const DEALT: Terms =
    Terms { fixed: 2e-3, per_row: 1e-4, parameters: 1e6, bandwidth: f64::INFINITY, latency: 0.0 };

/// `--label-smoothing` of lesson 4's best preset.
const SMOOTHING: f64 = 0.02;
/// V of lesson 6, counted over the Tang poems.
const V: usize = 6110;
/// B·T of lesson 6.
const ROWS: usize = 64 * 60;
/// The share of time of the part that is made faster.
const PART: f64 = 0.8;

/// How many steps a fresh LSTM keeps something on average: Σ fⁿ = 1 / (1 - f).
fn memory(b: f64) -> f64 {
    1.0 / (1.0 - sigmoid(b))
}

fn starter() -> Vec<String> {
    let corpus = Corpus::parse(include_str!("../../../data/poems.txt"));
    corpus.poems.into_iter().map(|poem| poem.content).collect()
}

/// V of the starter corpus, each character of which is known.
fn starter_v() -> usize {
    Vocab::count(starter().iter().map(String::as_str), 1).size()
}

/// 80 % at this temperature, beside 20 %.
fn at_temperature(temperature: f32) -> f64 {
    let z = [0.8f32, 0.2].map(|p| p.ln() / temperature);
    ln_softmax(&z, 0).exp()
}

fn shape() -> PoemShape {
    PoemShape::default()
}

/// The parameters of the course's model.
fn course(tied: bool) -> usize {
    PoemModel::new(&PoemShape { tied, ..shape() }, V, 0, &Device::flex()).num_params()
}

/// The share of padding in a batch of a poem of 24 characters and one of 32, or of the second alone.
fn padding(poems: usize) -> f64 {
    let two = [&[FIRST; 32][..], &[FIRST; 24]];
    let batch = PoemBatch::new(&two[..poems], &Device::flex());
    let [b, t] = batch.targets.dims();
    1.0 - batch.tokens() as f64 / (b * t) as f64
}

/// Multiplications of the course's two layers for one character.
fn layers(h: usize) -> f64 {
    (shape().n_layers * (h + h) * 4 * h) as f64
}

fn projection_share() -> f64 {
    let h = shape().d_hidden;
    let projection = (h * V) as f64;
    projection / (projection + layers(h))
}

/// Where 1, 2, 3 … stops in bfloat16, rounded by the kernel's own product with 1.
fn counts_to() -> f32 {
    let machine = Machine::whole(Precision::Bf16);
    let one = pack(machine, [1, 1], Matrix::new(&[1.0], 1));
    let rounded = |x: f32| {
        let mut c = [0.0];
        multiply(machine, 1, &mut c, 1, false, Matrix::new(&[x], 1), &one);
        c[0]
    };
    (1..).map(|n| n as f32).find(|&n| rounded(n + 1.0) == n).expect("f32 itself stops")
}
