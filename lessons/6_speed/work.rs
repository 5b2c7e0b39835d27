//! The three works that are timed: fixed, so that figures from different programs and machines can
//! be laid side by side.

use burn::prelude::*;
use lstm_lessons::{
    cell::CellKind,
    mnist::{
        drawn::draw_set,
        model::{RowClassifier, RowClassifierConfig},
        rows::{RowBatch, STEPS, WIDTH},
    },
    poems::{
        batch::PoemBatch, model::PoemModel, shape::PoemShape, text::vocab::FIRST,
        verse::facts::VerseFacts,
    },
    say,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// B of a training step, in poems and in digits.
pub const BATCH: usize = 64;
/// T of the poems: every one has 59 characters and a start, so that nothing is padding.
pub const POEM_STEPS: usize = 60;
/// V, the size of a vocabulary counted over the Tang poems.
pub const VOCAB_SIZE: usize = 6110;
/// H of the poem model, as wide as its embedding, and of the classifier.
pub const D_HIDDEN: usize = 128;
/// L of the poem model; the classifier has one layer.
pub const POEM_LAYERS: usize = 2;

/// The shape of the poem model.
pub const POEM_SHAPE: PoemShape = PoemShape {
    d_embed: D_HIDDEN,
    d_hidden: D_HIDDEN,
    n_layers: POEM_LAYERS,
    cell: CellKind::Lstm,
    tied: false,
    dropout: 0.0,
    facts: VerseFacts::None,
    titles: false,
    plain: false,
};

/// Batches that take turns, so that no step finds its own characters warm in the cache.
const BATCHES: usize = 8;
const SEED: u64 = 6;

/// The sizes of the poem model that grow in [`scale`](crate::scale); the works of the lesson have the
/// default ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// T, how many characters a poem has to be predicted.
    pub seq_len: usize,
    /// H, of the layers and of the embedding.
    pub d_hidden: usize,
    /// V.
    pub vocab_size: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { seq_len: POEM_STEPS, d_hidden: D_HIDDEN, vocab_size: VOCAB_SIZE }
    }
}

impl Size {
    /// Multiplications for one character, forward: each weight of the layers and of the projection
    /// is used once.
    fn products_per_character(self) -> usize {
        let Size { d_hidden: h, vocab_size: v, .. } = self;
        POEM_LAYERS * (h + h) * 4 * h + h * v
    }
}

/// What is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Work {
    /// One training step of the poem model: forward, backward, Adam.
    #[value(help = say!("a training step of the poem model", "写诗模型的一个训练步"))]
    Poems,
    /// One training step of the classifier.
    #[value(help = say!("a training step of the classifier", "分类器的一个训练步"))]
    Mnist,
    /// One character written.
    #[value(help = say!("one character written", "写一个字"))]
    Sampling,
}

impl Work {
    /// All three, in the order of the lesson.
    pub const ALL: [Work; 3] = [Work::Poems, Work::Mnist, Work::Sampling];

    /// The name in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Work::Poems => "poems",
            Work::Mnist => "mnist",
            Work::Sampling => "sampling",
        }
    }

    /// The bytes of all weights that writing one character needs once: both layers and the
    /// projection, 4 bytes each.
    pub fn weight_bytes() -> usize {
        let products = Size::default().products_per_character();
        4 * (products + POEM_LAYERS * 4 * D_HIDDEN + VOCAB_SIZE)
    }
}

/// A work at its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    pub work: Work,
    /// Of the poem model's step; the other works have their size.
    pub size: Size,
}

impl Task {
    /// [`POEM_STEPS`], or, where it must be quick, the 12 characters of a couplet with its punctuation.
    pub fn new(work: Work, quick: bool) -> Self {
        let seq_len = if quick { 12 } else { POEM_STEPS };
        Self { work, size: Size { seq_len, ..Size::default() } }
    }

    /// What one step goes through: characters, or images.
    pub fn items(self) -> usize {
        match self.work {
            Work::Poems => BATCH * self.size.seq_len,
            Work::Mnist => BATCH,
            Work::Sampling => 1,
        }
    }

    /// The useful arithmetic of one step, in floating-point operations.
    ///
    /// A product `[M, K] x [K, N]` is M·K·N multiplications and as many additions. A training step
    /// needs each product three times: forward, for the gradient of the weights, for the gradient
    /// of the inputs. (Nobody asks for the gradient of a pixel.) What an implementation computes
    /// beyond this earns it nothing.
    ///
    /// ```text
    /// poems     3 · 2·B·T·( L·(H + H)·4H + H·V )                E = H
    /// mnist     2 · 2·B·T·D·4H  +  3 · 2·B·T·H·4H  +  3 · 2·B·H·10
    /// sampling  2 · ( L·(H + H)·4H + H·V )
    /// ```
    pub fn flops(self) -> f64 {
        let (b, t, h) = (BATCH, self.size.seq_len, D_HIDDEN);
        let flops = match self.work {
            Work::Poems => 3 * 2 * b * t * self.size.products_per_character(),
            Work::Mnist => {
                2 * 2 * b * STEPS * WIDTH * 4 * h
                    + 3 * 2 * b * STEPS * h * 4 * h
                    + 3 * 2 * b * h * 10
            }
            Work::Sampling => 2 * Size::default().products_per_character(),
        };
        flops as f64
    }
}

/// The poem model of this size with its first weights.
pub fn poem_model(size: Size, device: &Device) -> PoemModel {
    let Size { d_hidden, vocab_size, .. } = size;
    let shape = PoemShape { d_embed: d_hidden, d_hidden, ..POEM_SHAPE };
    PoemModel::new(&shape, vocab_size, SEED, device)
}

/// Poems of T steps, of characters drawn at random: their arithmetic is that of real ones.
pub fn poem_batches(size: Size, device: &Device) -> Vec<PoemBatch> {
    let Size { seq_len, vocab_size, .. } = size;
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut poem =
        || -> Vec<usize> { (1..seq_len).map(|_| rng.random_range(FIRST..vocab_size)).collect() };
    let mut batch = || {
        let poems: Vec<Vec<usize>> = (0..BATCH).map(|_| poem()).collect();
        let poems: Vec<&[usize]> = poems.iter().map(Vec::as_slice).collect();
        PoemBatch::new(&poems, device)
    };
    (0..BATCHES).map(|_| batch()).collect()
}

/// The classifier with its first weights.
pub fn classifier(device: &Device) -> RowClassifier {
    RowClassifierConfig::new(CellKind::Lstm, D_HIDDEN, 1).init(SEED, device)
}

/// Drawn digits.
pub fn digit_batches(device: &Device) -> Vec<RowBatch> {
    let digits = draw_set(BATCHES * BATCH, SEED);
    let batch = |k: usize| {
        RowBatch::new(&digits, &(k * BATCH..(k + 1) * BATCH).collect::<Vec<_>>(), device)
    };
    (0..BATCHES).map(batch).collect()
}
