//! Rows become steps: what the network reads of an image, and in which order the images come.

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

pub use super::digits::{STEPS, WIDTH};
use super::{augment::augmented, digits::Digits, order::Order as Reading};
use crate::training::{
    Divide,
    micro_batches::{numbers_to, shares},
    order::{seed_noise, step_seed},
};

/// Some images as sequences, and what they show.
#[derive(Clone, Debug)]
pub struct RowBatch {
    /// Row after row from the top: pixel (r, c) is feature c of step r; 0 is paper, 1 is ink.
    /// `[B, 28, 28]`
    pub rows: Tensor<3>,
    /// 0 to 9. `[B]`
    pub labels: Tensor<1, Int>,
}

impl RowBatch {
    /// The images with the numbers `picked`, in that order.
    ///
    /// ```
    /// use burn::prelude::*;
    /// use lstm_lessons::mnist::{drawn::draw_set, rows::RowBatch};
    ///
    /// let batch = RowBatch::new(&draw_set(10, 1), &[3, 1, 4, 1, 5], &Device::flex());
    /// assert_eq!(batch.rows.dims(), [5, 28, 28]);
    /// ```
    ///
    /// # Panics
    /// If a number is not below `digits.len()`.
    pub fn new(digits: &Digits, picked: &[usize], device: &Device) -> Self {
        let batch = picked.len();
        // Images lie row by row in memory, as `[B, T, D]` wants them: nothing is transposed.
        let pixels: Vec<f32> = picked
            .iter()
            .flat_map(|&k| digits.image(k))
            .map(|&pixel| f32::from(pixel) / 255.0)
            .collect();
        let labels: Vec<i32> = picked.iter().map(|&k| i32::from(digits.labels[k])).collect();
        Self {
            rows: Tensor::from_data(TensorData::new(pixels, [batch, STEPS, WIDTH]), device), // [B, T, D]
            labels: Tensor::from_data(TensorData::new(labels, [batch]), device),             // [B]
        }
    }
}

impl Divide for RowBatch {
    fn divide(self, parts: usize) -> Vec<Self> {
        let [batch] = self.labels.dims();
        let rows = |share: std::ops::Range<usize>| Self {
            rows: self.rows.clone().slice([share.clone()]), // [B_k, T, D]
            labels: self.labels.clone().slice([share]),     // [B_k]
        };
        shares(batch, parts).map(rows).collect()
    }

    fn to_device(self, device: &Device) -> Self {
        Self { rows: self.rows.to_device(device), labels: numbers_to(self.labels, device) }
    }
}

/// Images read at once by [`whole_set`]: large enough to be fast, small enough to need little
/// memory.
const AT_ONCE: usize = 250;

/// A whole set in its order, batch by batch: the labels, and the rows `[B, T, D]`.
pub fn whole_set<'a>(
    digits: &'a Digits,
    device: &'a Device,
) -> impl Iterator<Item = (&'a [u8], Tensor<3>)> {
    (0..digits.len()).step_by(AT_ONCE).map(move |start| {
        let end = (start + AT_ONCE).min(digits.len());
        let picked: Vec<usize> = (start..end).collect();
        (&digits.labels[start..end], RowBatch::new(digits, &picked, device).rows)
    })
}

/// Hands out batches, in an order of its own each epoch.
///
/// The order of epoch e comes from `(seed, e)` through `rand`'s `StdRng`, so that a run that is
/// continued goes on with the order it would have had. The last batch is smaller where the numbers
/// do not fit: no image is dropped.
#[derive(Clone)]
pub struct RowLoader {
    digits: Arc<Digits>,
    batch_size: usize,
    /// `None` keeps the order of the set.
    seed: Option<u64>,
    /// Epochs begun so far. Burn copies a loader to its device before the first epoch, and the copy
    /// has to count on.
    epoch: Arc<AtomicUsize>,
    /// What [`augmented`](Self::augmented) asked for.
    augmented: Option<(f32, Reading)>,
    device: Device,
    /// Whose noise a step decides.
    noisy: Vec<Device>,
}

impl RowLoader {
    /// Batches of `batch_size` in shuffled order, as if `epochs_done` epochs had passed already.
    pub fn shuffled(
        digits: Arc<Digits>,
        batch_size: usize,
        seed: u64,
        epochs_done: usize,
        device: &Device,
    ) -> Self {
        let epoch = Arc::new(AtomicUsize::new(epochs_done));
        Self { seed: Some(seed), epoch, ..Self::in_order(digits, batch_size, device) }
    }

    /// Batches of `batch_size` in the order of the set.
    pub fn in_order(digits: Arc<Digits>, batch_size: usize, device: &Device) -> Self {
        Self {
            digits,
            batch_size: batch_size.max(1),
            seed: None,
            epoch: Arc::default(),
            augmented: None,
            device: device.clone(),
            noisy: vec![device.clone()],
        }
    }

    /// The same batches, which are dealt out to these devices, if there are any; until then they lie in
    /// the memory of this program.
    pub fn dealt_to(self, devices: &[Device]) -> Self {
        if devices.is_empty() {
            return self;
        }
        Self { device: Device::flex().autodiff(), noisy: devices.to_vec(), ..self }
    }

    /// The same batches with every image under a random map ([`augmented`]), and only then in the
    /// order of reading; the noise of dropout is decided, too. Both come from [`step_seed`].
    pub fn augmented(self, share: f64, order: Reading) -> Self {
        Self { augmented: Some((share as f32, order)), ..self }
    }

    /// How many batches an epoch has, the last smaller one included.
    pub fn batches(&self) -> usize {
        self.digits.len().div_ceil(self.batch_size)
    }
}

impl DataLoader<RowBatch> for RowLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<RowBatch> + 'a> {
        let epoch = self.epoch.fetch_add(1, Ordering::SeqCst) as u64;
        let mut order: Vec<usize> = (0..self.digits.len()).collect();
        if let Some(seed) = self.seed {
            // An odd factor keeps (seed, epoch) and (seed + 1, epoch - 1) apart.
            let mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(epoch);
            order.shuffle(&mut StdRng::seed_from_u64(mixed));
        }
        Box::new(Epoch { loader: self, order, number: epoch, step: 0, done: 0 })
    }

    fn num_items(&self) -> usize {
        self.digits.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<RowBatch>> {
        Arc::new(Self { device: device.clone(), noisy: vec![device.clone()], ..self.clone() })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<RowBatch>> {
        Arc::new(Self { digits: Arc::new(self.digits.slice(start..end)), ..self.clone() })
    }
}

/// One pass over the set.
struct Epoch<'a> {
    loader: &'a RowLoader,
    order: Vec<usize>,
    /// Counted from 0, as `step` is.
    number: u64,
    step: u64,
    done: usize,
}

impl Epoch<'_> {
    /// The images with the numbers `picked`, augmented where that was asked for.
    fn batch(&self, picked: &[usize]) -> RowBatch {
        let RowLoader { digits, device, .. } = self.loader;
        let (Some((share, order)), Some(seed)) = (self.loader.augmented, self.loader.seed) else {
            return RowBatch::new(digits, picked, device);
        };
        let seed = step_seed(seed, self.number, self.step);
        seed_noise(&self.loader.noisy, seed);
        let batch = augmented(digits, picked, share, seed);
        let all: Vec<usize> = (0..batch.len()).collect();
        RowBatch::new(&order.arrange(&batch), &all, device)
    }
}

impl Iterator for Epoch<'_> {
    type Item = Result<RowBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let end = (self.done + self.loader.batch_size).min(self.order.len());
        let picked = self.order.get(self.done..end).filter(|picked| !picked.is_empty())?;
        let batch = self.batch(picked);
        (self.done, self.step) = (end, self.step + 1);
        Some(Ok(batch))
    }
}

impl DataLoaderIterator<RowBatch> for Epoch<'_> {
    fn progress(&self) -> Progress {
        Progress::new(self.done, self.order.len(), Some("images".into()))
    }
}
