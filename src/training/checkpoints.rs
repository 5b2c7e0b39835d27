//! The checkpoints of a training: how burn-train's records come to disk, and which of them stay.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use burn::tensor::Bytes;
use burn_train::{
    checkpoint::{
        Checkpoint, Checkpointer, CheckpointerError, CheckpointingAction, CheckpointingStrategy,
    },
    logger::MetricLogger,
    metric::{
        MetricDefinition, NumericEntry,
        store::{EpochSummary, EventStoreClient, MetricsUpdate, Split},
    },
};

use super::weights::sha256;
use crate::shell::{error::Error, files};

/// The files of checkpoint `number` of the run in `folder`: weights, optimizer, schedule.
pub fn checkpoint_files(folder: &Path, number: usize) -> [PathBuf; 3] {
    PARTS.map(|part| folder.join("checkpoint").join(format!("{part}-{number}.bpk")))
}

/// What a checkpoint consists of.
pub(super) const PARTS: [&str; 3] = ["model", "optim", "scheduler"];

/// The SHA-256 of a checkpoint's three files.
pub type Sums = [String; 3];

/// What came of writing the parts of a checkpoint.
#[derive(Default)]
pub(super) struct Written {
    /// The first write that failed, for the message.
    pub failed: Option<Error>,
    /// Of the last checkpoint.
    pub sums: Sums,
}

/// burn-train writes each part on a thread of its own.
pub(super) type Shared = Arc<Mutex<Written>>;

/// What there is behind the lock, whoever has panicked with it.
pub(super) fn inside(written: &Shared) -> MutexGuard<'_, Written> {
    written.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One of the three [`PARTS`] of every checkpoint, written like every other file of ours: whole, or
/// not at all.
pub(super) struct Part {
    folder: PathBuf,
    /// Its place among the [`PARTS`].
    index: usize,
    written: Shared,
}

impl Part {
    /// Those of the run in `folder`.
    pub fn all(folder: &Path, written: &Shared) -> [Self; 3] {
        [0, 1, 2].map(|index| Self { folder: folder.into(), index, written: written.clone() })
    }

    fn file(&self, number: usize) -> PathBuf {
        checkpoint_files(&self.folder, number)[self.index].clone()
    }
}

impl<R: Checkpoint> Checkpointer<R> for Part {
    fn save(&self, number: usize, record: R) -> std::result::Result<(), CheckpointerError> {
        let bytes = record.checkpoint_into_bytes().map_err(CheckpointerError::Record)?;
        let outcome = files::write_whole(&self.file(number), &bytes);
        let mut written = inside(&self.written);
        written.sums[self.index] = sha256(&bytes);
        outcome.map_err(|error| {
            let why = error.message();
            written.failed.get_or_insert(error);
            CheckpointerError::Unknown(why)
        })
    }

    fn restore(&self, number: usize) -> std::result::Result<R, CheckpointerError> {
        let bytes = std::fs::read(self.file(number)).map_err(CheckpointerError::IOError)?;
        let bytes = Bytes::from_bytes_vec(bytes);
        R::checkpoint_from_bytes(bytes).map_err(CheckpointerError::Record)
    }

    /// The loop removes them itself, once the history can do without.
    fn delete(&self, _: usize) -> std::result::Result<(), CheckpointerError> {
        Ok(())
    }
}

/// Saves, and waits until all three parts are on disk.
///
/// burn-train writes each part on a thread of its own that takes one request at a time. So whoever
/// asks it to remove something waits for the write before.
pub(super) struct SaveAndWait;

impl CheckpointingStrategy for SaveAndWait {
    fn checkpointing(&mut self, number: usize, _: &EventStoreClient) -> Vec<CheckpointingAction> {
        vec![CheckpointingAction::Save, CheckpointingAction::Delete(number)]
    }
}

/// Whether the files of checkpoint `number` are those with these sums.
pub(super) fn is_whole(folder: &Path, number: usize, sums: &Sums) -> bool {
    let files = checkpoint_files(folder, number);
    files
        .iter()
        .zip(sums)
        .all(|(file, sum)| std::fs::read(file).is_ok_and(|bytes| sha256(&bytes) == *sum))
}

/// burn-train's own log of every batch, left out: it panics on a full disk, and nobody reads it.
pub(super) struct NoLog;

impl MetricLogger for NoLog {
    fn log(&mut self, _: MetricsUpdate, _: usize, _: &Split) {}

    fn read_numeric(
        &mut self,
        _: &str,
        _: usize,
        _: &Split,
    ) -> std::result::Result<Vec<NumericEntry>, String> {
        Ok(Vec::new())
    }

    fn log_metric_definition(&mut self, _: MetricDefinition) {}

    fn log_epoch_summary(&mut self, _: EpochSummary) {}
}
