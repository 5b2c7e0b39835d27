//! From poems of many lengths to rectangles of numbers (course section 3-4).

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    prelude::*,
};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

use super::{
    genre::content,
    vocab::{BOS, EOS, PAD},
};

/// The inputs and the targets of one poem: the target at each step is the next input, and the last
/// character's target is EOS.
///
/// The course copies the row and shifts it left: `[6,2,4,6,9]` becomes `[2,4,6,9,9]`, so that the
/// last character is taught to follow itself. Here the end is said:
///
/// ```
/// use lstm_lessons::poems::{batch::shift, vocab::{BOS, EOS}};
///
/// let (inputs, targets) = shift(&[6, 2, 4, 6, 9]);
/// assert_eq!(inputs, [BOS, 6, 2, 4, 6, 9]);
/// assert_eq!(targets, [6, 2, 4, 6, 9, EOS]);
/// ```
///
/// What stands before BOS, the tune of a lyric, is read and not to be predicted: its targets are
/// padding.
///
/// ```
/// # use lstm_lessons::poems::{batch::shift, vocab::{BOS, EOS, PAD}};
/// let (inputs, targets) = shift(&[7, 8, BOS, 6, 2]);
/// assert_eq!(inputs, [7, 8, BOS, 6, 2]);
/// assert_eq!(targets, [PAD, PAD, 6, 2, EOS]);
/// ```
pub fn shift(poem: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let content = content(poem);
    let title = poem[..poem.len() - content.len()].strip_suffix(&[BOS]).unwrap_or_default();
    let inputs = title.iter().copied().chain([BOS]).chain(content.iter().copied()).collect();
    let unsaid = std::iter::repeat_n(PAD, title.len());
    let targets = unsaid.chain(content.iter().copied()).chain([EOS]).collect();
    (inputs, targets)
}

/// Poems side by side, as wide as the longest of them.
#[derive(Clone, Debug)]
pub struct PoemBatch {
    /// BOS and the characters, then PAD, `[B, T]`.
    pub inputs: Tensor<2, Int>,
    /// The characters and EOS, then PAD, `[B, T]`.
    pub targets: Tensor<2, Int>,
    /// 1 where a target counts, 0 at padding, `[B, T]`.
    pub mask: Tensor<2>,
    /// How many targets of each poem count (its characters and EOS), `[B]`.
    pub lengths: Vec<usize>,
}

impl PoemBatch {
    /// Pads to the longest poem of this batch, not of the corpus.
    pub fn new(poems: &[&[usize]], device: &Device) -> Self {
        let shifted: Vec<_> = poems.iter().map(|poem| shift(poem)).collect();
        let (batch, width) = (poems.len(), shifted.iter().map(|(x, _)| x.len()).max().unwrap_or(0));
        let (mut inputs, mut targets, mut mask) = (Vec::new(), Vec::new(), Vec::new());
        for (x, y) in &shifted {
            let pads = std::iter::repeat_n(PAD as i32, width - x.len());
            inputs.extend(x.iter().map(|&id| id as i32).chain(pads.clone()));
            targets.extend(y.iter().map(|&id| id as i32).chain(pads.clone()));
            mask.extend(
                y.iter().map(|&id| if id == PAD { 0.0f32 } else { 1.0 }).chain(pads.map(|_| 0.0)),
            );
        }
        let lengths = poems.iter().map(|poem| content(poem).len() + 1).collect();
        Self {
            inputs: Tensor::from_data(TensorData::new(inputs, [batch, width]), device), // [B, T]
            targets: Tensor::from_data(TensorData::new(targets, [batch, width]), device), // [B, T]
            mask: Tensor::from_data(TensorData::new(mask, [batch, width]), device),     // [B, T]
            lengths,
        }
    }

    /// How many targets count in the whole batch.
    pub fn tokens(&self) -> usize {
        self.lengths.iter().sum()
    }
}

/// The order of an epoch: which poems go together, and which batch comes when.
///
/// Poems are shuffled, then really sorted by length (the course's sort has a key that never
/// changes), cut into batches, and the batches shuffled: poems of one length go together, so that
/// almost nothing is padding, and nobody is left out at the end.
pub fn buckets(poems: &[Vec<usize>], batch_size: usize, shuffle: Option<u64>) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..poems.len()).collect();
    let mut rng = shuffle.map(StdRng::seed_from_u64);
    if let Some(rng) = &mut rng {
        order.shuffle(rng);
    }
    order.sort_by_key(|&k| poems[k].len()); // stable: poems of one length stay shuffled
    let mut batches: Vec<Vec<usize>> = order.chunks(batch_size).map(<[usize]>::to_vec).collect();
    if let Some(rng) = &mut rng {
        batches.shuffle(rng);
    }
    batches
}

/// Hands burn-train the batches of one epoch after the other.
///
/// The order of epoch k depends on (seed, k) alone, and the noise of its step j on (seed, k, j), so
/// that a resumed training sees what the uninterrupted one would have seen.
#[derive(Clone)]
pub struct PoemLoader {
    poems: Arc<Vec<Vec<usize>>>,
    batch_size: usize,
    /// The seed of the shuffling; `None` keeps one order, for validation.
    seed: Option<u64>,
    epoch: Arc<AtomicUsize>,
    device: Device,
}

impl PoemLoader {
    /// A loader whose next epoch is `epochs_done + 1`.
    pub fn new(
        poems: Arc<Vec<Vec<usize>>>,
        batch_size: usize,
        seed: Option<u64>,
        epochs_done: usize,
        device: &Device,
    ) -> Self {
        Self {
            poems,
            batch_size,
            seed,
            epoch: Arc::new(AtomicUsize::new(epochs_done)),
            device: device.clone(),
        }
    }

    /// Batches an epoch.
    pub fn batches(&self) -> usize {
        self.poems.len().div_ceil(self.batch_size)
    }
}

impl DataLoader<PoemBatch> for PoemLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<PoemBatch> + 'a> {
        let epoch = self.epoch.fetch_add(1, Ordering::SeqCst) as u64;
        let seed = self.seed.map(|seed| seed.wrapping_mul(1_000_003).wrapping_add(epoch));
        let batches = buckets(&self.poems, self.batch_size, seed).into_iter();
        Box::new(Epoch { loader: self, batches, seed, steps: 0, done: 0 })
    }

    fn num_items(&self) -> usize {
        self.poems.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<PoemBatch>> {
        Arc::new(Self { device: device.clone(), ..self.clone() })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<PoemBatch>> {
        Arc::new(Self { poems: Arc::new(self.poems[start..end].to_vec()), ..self.clone() })
    }
}

struct Epoch<'a> {
    loader: &'a PoemLoader,
    batches: std::vec::IntoIter<Vec<usize>>,
    /// Of the shuffling and of the noise.
    seed: Option<u64>,
    steps: u64,
    done: usize,
}

impl Iterator for Epoch<'_> {
    type Item = std::result::Result<PoemBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let poems: Vec<&[usize]> =
            self.batches.next()?.into_iter().map(|k| &*self.loader.poems[k]).collect();
        self.done += poems.len();
        if let Some(seed) = self.seed {
            self.loader
                .device
                .seed(seed.wrapping_add(self.steps.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        }
        self.steps += 1;
        Some(Ok(PoemBatch::new(&poems, &self.loader.device)))
    }
}

impl DataLoaderIterator<PoemBatch> for Epoch<'_> {
    fn progress(&self) -> Progress {
        Progress::new(self.done, self.loader.poems.len(), None)
    }
}
