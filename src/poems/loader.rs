//! The batches of one epoch after the other: which texts, in which order, with which noise.

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
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    batch::{PoemBatch, buckets},
    text::{genre::Text, packed::Texts},
    verse::facts::FactReader,
};
use crate::training::order::{seed_noise, step_seed};

/// The share of titles that a training leaves out, another one in each epoch: so a model learns to
/// write without one, too.
pub const TITLES_LEFT_OUT: f64 = 0.2;

/// Hands burn-train the batches of one epoch after the other.
///
/// The order of an epoch, and the noise of each of its steps, come from [`step_seed`] alone, so
/// that a resumed training sees what the uninterrupted one would have seen.
#[derive(Clone)]
pub struct PoemLoader {
    /// The training set, and after it what only the first epochs read.
    texts: Arc<Texts>,
    /// How many of `texts` every epoch reads.
    always: usize,
    /// How many epochs read all of them.
    pretraining: usize,
    /// The share of titles that are left out.
    titles_left_out: f64,
    facts: Option<Arc<FactReader>>,
    batch_size: usize,
    /// The seed of the training; `None` keeps one order and draws no noise, for validation.
    seed: Option<u64>,
    /// Epochs begun so far. burn-train copies a loader, and the copy has to count on.
    epoch: Arc<AtomicUsize>,
    device: Device,
    /// Whose noise a step decides.
    noisy: Vec<Device>,
}

impl PoemLoader {
    /// A loader of the training set, as if `epochs_done` epochs had passed already.
    pub fn shuffled(
        texts: impl IntoIterator<Item = Text>,
        facts: Option<Arc<FactReader>>,
        batch_size: usize,
        (seed, epochs_done): (u64, usize),
        device: &Device,
    ) -> Self {
        let epoch = Arc::new(AtomicUsize::new(epochs_done));
        Self { seed: Some(seed), epoch, ..Self::in_order(texts, facts, batch_size, device) }
    }

    /// A loader of the validation set.
    pub fn in_order(
        texts: impl IntoIterator<Item = Text>,
        facts: Option<Arc<FactReader>>,
        batch_size: usize,
        device: &Device,
    ) -> Self {
        let texts: Texts = texts.into_iter().collect();
        Self {
            always: texts.len(),
            texts: Arc::new(texts),
            pretraining: 0,
            titles_left_out: 0.0,
            facts,
            batch_size,
            seed: None,
            epoch: Arc::default(),
            device: device.clone(),
            noisy: vec![device.clone()],
        }
    }

    /// The same loader of batches that are dealt out to these devices, if there are any; until then they lie
    /// in the memory of this program.
    pub fn dealt_to(self, devices: &[Device]) -> Self {
        if devices.is_empty() {
            return self;
        }
        Self { device: Device::flex().autodiff(), noisy: devices.to_vec(), ..self }
    }

    /// The same loader, whose first `epochs` epochs read `more` texts beside its own (pretraining).
    pub fn with_more(self, more: impl IntoIterator<Item = Text>, epochs: usize) -> Self {
        let own = (0..self.texts.len()).map(|k| self.texts.get(k));
        let texts = Arc::new(own.chain(more).collect());
        Self { texts, pretraining: epochs, ..self }
    }

    /// The same loader, which leaves this share of the titles out.
    pub fn leaving_titles_out(self, share: f64) -> Self {
        Self { titles_left_out: share, ..self }
    }

    /// How many texts the next epoch reads.
    fn available(&self) -> usize {
        let pretraining = self.epoch.load(Ordering::SeqCst) < self.pretraining;
        if pretraining { self.texts.len() } else { self.always }
    }
}

impl DataLoader<PoemBatch> for PoemLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<PoemBatch> + 'a> {
        let available = self.available();
        let epoch = self.epoch.fetch_add(1, Ordering::SeqCst) as u64;
        let shuffle = self.seed.map(|seed| step_seed(seed, epoch, 0));
        let lengths: Vec<usize> = (0..available).map(|k| self.texts.steps(k)).collect();
        let batches = buckets(&lengths, self.batch_size, shuffle).into_iter();
        Box::new(Epoch { loader: self, batches, epoch, step: 0, done: 0, available })
    }

    fn num_items(&self) -> usize {
        self.available()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<PoemBatch>> {
        Arc::new(Self { device: device.clone(), noisy: vec![device.clone()], ..self.clone() })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<PoemBatch>> {
        let texts: Texts = (start..end).map(|k| self.texts.get(k)).collect();
        let always = self.always.clamp(start, end) - start;
        Arc::new(Self { texts: Arc::new(texts), always, ..self.clone() })
    }
}

/// One pass over the texts.
struct Epoch<'a> {
    loader: &'a PoemLoader,
    batches: std::vec::IntoIter<Vec<usize>>,
    epoch: u64,
    step: u64,
    done: usize,
    available: usize,
}

impl Iterator for Epoch<'_> {
    type Item = std::result::Result<PoemBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let PoemLoader { texts, facts, seed, device, noisy, titles_left_out, .. } = self.loader;
        let mut texts: Vec<Text> = self.batches.next()?.into_iter().map(|k| texts.get(k)).collect();
        if let Some(seed) = seed.map(|seed| step_seed(seed, self.epoch, self.step)) {
            seed_noise(noisy, seed);
            leave_titles_out(&mut texts, *titles_left_out, seed);
        }
        self.done += texts.len();
        self.step += 1;
        let texts: Vec<&Text> = texts.iter().collect();
        Some(Ok(PoemBatch::of(&texts, facts.as_deref(), device)))
    }
}

impl DataLoaderIterator<PoemBatch> for Epoch<'_> {
    fn progress(&self) -> Progress {
        Progress::new(self.done, self.available, None)
    }
}

/// Leaves this share of the titles out, drawn by `seed`.
fn leave_titles_out(texts: &mut [Text], share: f64, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    for text in texts.iter_mut().filter(|_| share > 0.0) {
        if rng.random_bool(share) {
            text.title.clear();
        }
    }
}
