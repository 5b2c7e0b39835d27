//! One long text as rectangles of numbers: B streams side by side, cut into pieces of T characters.
//!
//! ```text
//! text                 to be or not to be that is the question
//! two streams          to be or not to be t
//!                      hat is the question
//! pieces of 5          to be | or n | ot to | be t      each stream goes on where it
//!                      hat i | s th | e que | stion     stood in the piece before
//! ```

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

use crate::{
    poems::{batch::PoemBatch, text::vocab::BOS},
    training::{Divide, order::step_seed},
};

/// Some characters of every stream.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Inputs and targets, all of which count, `[B, T]`.
    pub batch: PoemBatch,
    /// Whether the streams begin here: the first input is BOS, and no state is carried in.
    pub first: bool,
}

impl Divide for Piece {
    /// The piece itself: its streams go on from the state in which the piece before ended, and that
    /// lies in one place.
    fn divide(self, _: usize) -> Vec<Self> {
        vec![self]
    }

    fn to_device(self, device: &Device) -> Self {
        Self { batch: self.batch.to_device(device), ..self }
    }
}

/// A text as B streams of one length.
#[derive(Clone, Copy, Debug)]
pub struct Streams<'a> {
    ids: &'a [u32],
    batch: usize,
    length: usize,
    piece: usize,
}

impl<'a> Streams<'a> {
    /// At most `batch` streams, in pieces of `piece` characters; fewer streams where they would be
    /// shorter than a piece. Up to B - 1 characters at the end are left out.
    ///
    /// ```
    /// use lstm_lessons::poems::plain::pieces::Streams;
    ///
    /// let ids: Vec<u32> = (4..27).collect();
    /// let streams = Streams::new(&ids, 2, 5);
    /// assert_eq!((streams.batch(), streams.pieces()), (2, 3)); // 11 characters each
    /// let (inputs, targets) = streams.rows(1);
    /// assert_eq!(inputs[..5], [8, 9, 10, 11, 12]);
    /// assert_eq!(targets[..5], [9, 10, 11, 12, 13]);
    /// ```
    pub fn new(ids: &'a [u32], batch: usize, piece: usize) -> Self {
        let batch = batch.min(ids.len() / piece).max(1);
        Self { ids, batch, length: ids.len() / batch, piece }
    }

    /// B.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// How many pieces there are; the last may be shorter.
    pub fn pieces(&self) -> usize {
        self.length.div_ceil(self.piece)
    }

    /// Inputs and targets of piece `k`, row by row: the target is the next character, and the input
    /// before the first character of a stream is BOS.
    pub fn rows(&self, k: usize) -> (Vec<i32>, Vec<i32>) {
        let (mut inputs, mut targets) = (Vec::new(), Vec::new());
        let steps = k * self.piece..self.length.min((k + 1) * self.piece);
        for stream in self.ids.chunks_exact(self.length).take(self.batch) {
            let before = |t: usize| t.checked_sub(1).map_or(BOS as i32, |t| stream[t] as i32);
            inputs.extend(steps.clone().map(before));
            targets.extend(steps.clone().map(|t| stream[t] as i32));
        }
        (inputs, targets)
    }

    /// Piece `k`.
    pub fn piece(&self, k: usize, device: &Device) -> Piece {
        let (inputs, targets) = self.rows(k);
        let shape = [self.batch, targets.len() / self.batch];
        let ids = |ids: Vec<i32>| Tensor::from_data(TensorData::new(ids, shape), device); // [B, T]
        let batch = PoemBatch {
            inputs: ids(inputs),
            targets: ids(targets),
            mask: Tensor::ones(shape, device), // [B, T]
            lengths: vec![shape[1]; shape[0]],
            facts: None,
        };
        Piece { batch, first: k == 0 }
    }
}

/// Hands burn-train the pieces of one epoch after the other, always in their order.
///
/// An epoch of a training begins somewhere in the first T characters, elsewhere each time, so that
/// the cuts between the pieces do not always fall on the same characters.
#[derive(Clone)]
pub struct PieceLoader {
    ids: Arc<Vec<u32>>,
    batch: usize,
    piece: usize,
    /// The seed of the training; `None` always begins with the first character and draws no noise,
    /// for validation.
    seed: Option<u64>,
    /// Epochs begun so far. burn-train copies a loader, and the copy has to count on.
    epoch: Arc<AtomicUsize>,
    device: Device,
}

impl PieceLoader {
    /// A loader of a text; of the training set with its seed, as if `epochs_done` epochs had passed.
    pub fn new(
        ids: Vec<u32>,
        [batch, piece]: [usize; 2],
        (seed, epochs_done): (Option<u64>, usize),
        device: &Device,
    ) -> Self {
        let epoch = Arc::new(AtomicUsize::new(epochs_done));
        Self { ids: Arc::new(ids), batch, piece, seed, epoch, device: device.clone() }
    }

    /// B of every epoch.
    pub fn batch(&self) -> usize {
        self.streams(0).batch()
    }

    /// The steps of an epoch.
    pub fn steps(&self) -> usize {
        self.streams(0).pieces()
    }

    /// The streams of an epoch.
    fn streams(&self, epoch: u64) -> Streams<'_> {
        let whole = Streams::new(&self.ids, self.batch, self.piece);
        let Some(seed) = self.seed else { return whole };
        // All epochs have the same streams, but for where they begin.
        let spare = self.piece.min(self.ids.len() / 4);
        let begin = step_seed(seed, epoch, 0) as usize % spare.max(1);
        let ids = &self.ids[begin..self.ids.len() - (spare - begin)];
        Streams { ids, length: ids.len() / whole.batch, ..whole }
    }
}

impl DataLoader<Piece> for PieceLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Piece> + 'a> {
        let epoch = self.epoch.fetch_add(1, Ordering::SeqCst) as u64;
        Box::new(Epoch { loader: self, streams: self.streams(epoch), epoch, next: 0 })
    }

    fn num_items(&self) -> usize {
        self.steps()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Piece>> {
        Arc::new(Self { device: device.clone(), ..self.clone() })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Piece>> {
        let cut = self.piece * self.batch;
        let ids = self.ids[start * cut..(end * cut).min(self.ids.len())].to_vec();
        Arc::new(Self { ids: Arc::new(ids), ..self.clone() })
    }
}

/// Once through the text.
struct Epoch<'a> {
    loader: &'a PieceLoader,
    streams: Streams<'a>,
    epoch: u64,
    next: usize,
}

impl Iterator for Epoch<'_> {
    type Item = std::result::Result<Piece, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let k = (self.next < self.streams.pieces()).then_some(self.next)?;
        let PieceLoader { seed, device, .. } = self.loader;
        if let Some(seed) = seed {
            device.seed(step_seed(*seed, self.epoch, k as u64)); // of the dropout
        }
        self.next += 1;
        Some(Ok(self.streams.piece(k, device)))
    }
}

impl DataLoaderIterator<Piece> for Epoch<'_> {
    fn progress(&self) -> Progress {
        Progress::new(self.next, self.streams.pieces(), None)
    }
}
