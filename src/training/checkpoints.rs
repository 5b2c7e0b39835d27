//! The checkpoints of a training: how burn-train's records come to disk, and which of them stay.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
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

use crate::shell::{error::Error, files};

/// Of an epoch that there never is.
const NEVER: usize = usize::MAX;

/// The files of checkpoint `number` of the run in `folder`: weights, optimizer, schedule.
pub fn checkpoint_files(folder: &Path, number: usize) -> [PathBuf; 3] {
    PARTS.map(|part| folder.join("checkpoint").join(format!("{part}-{number}.bpk")))
}

/// What a checkpoint consists of.
pub(super) const PARTS: [&str; 3] = ["model", "optim", "scheduler"];

/// The first write that failed, for the message.
pub(super) type Failed = Arc<Mutex<Option<Error>>>;

/// One of the three [`PARTS`] of every checkpoint, written like every other file of ours: whole, or
/// not at all.
pub(super) struct Part {
    pub folder: PathBuf,
    pub name: &'static str,
    pub failed: Failed,
}

impl Part {
    fn file(&self, number: usize) -> PathBuf {
        self.folder.join("checkpoint").join(format!("{}-{number}.bpk", self.name))
    }
}

impl<R: Checkpoint> Checkpointer<R> for Part {
    fn save(&self, number: usize, record: R) -> std::result::Result<(), CheckpointerError> {
        let bytes = record.checkpoint_into_bytes().map_err(CheckpointerError::Record)?;
        files::write_whole(&self.file(number), &bytes).map_err(|error| {
            let why = error.message();
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            CheckpointerError::Unknown(why)
        })
    }

    fn restore(&self, number: usize) -> std::result::Result<R, CheckpointerError> {
        let bytes = std::fs::read(self.file(number)).map_err(CheckpointerError::IOError)?;
        let bytes = Bytes::from_bytes_vec(bytes);
        R::checkpoint_from_bytes(bytes).map_err(CheckpointerError::Record)
    }

    fn delete(&self, number: usize) -> std::result::Result<(), CheckpointerError> {
        match std::fs::remove_file(self.file(number)) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => {
                Err(CheckpointerError::IOError(cause))
            }
            _ => Ok(()),
        }
    }
}

/// The epochs whose checkpoints may go, once that of the epoch it is asked about is on disk.
pub type Dispensable = Arc<dyn Fn(usize) -> Vec<usize> + Send + Sync>;

/// Saves, waits until all three parts are on disk, and then removes what is dispensable.
///
/// burn-train writes each part on a thread of its own that takes one request at a time. So whoever
/// asks it to remove something, if only an epoch that there never is, waits for the write before.
pub(super) struct SaveAndWait(pub Dispensable);

impl CheckpointingStrategy for SaveAndWait {
    fn checkpointing(&mut self, number: usize, _: &EventStoreClient) -> Vec<CheckpointingAction> {
        let old = (self.0)(number).into_iter().filter(|&old| old != number);
        let old = old.map(CheckpointingAction::Delete);
        [CheckpointingAction::Save, CheckpointingAction::Delete(NEVER)]
            .into_iter()
            .chain(old)
            .collect()
    }
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
