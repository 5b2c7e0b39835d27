//! In the middle of an epoch: what a checkpoint does not hold.

use std::path::{Path, PathBuf};

use super::{
    checkpoints::{Sums, is_whole},
    measured::Measured,
    sealed,
};
use crate::shell::{error::Result, files};

/// The number under which a checkpoint from the middle of an epoch lies beside those of whole
/// epochs, which count from 1.
pub const BETWEEN: usize = 0;

/// How far an epoch had come when it was stopped. Its weights, optimizer and schedule are
/// checkpoint [`BETWEEN`].
#[derive(Clone, Debug, PartialEq)]
pub struct Partial {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// How many seconds of training are in it.
    pub seconds: f64,
    /// What each of its steps has measured, so that in the end the epoch's mean is that of all its
    /// steps.
    pub measured: Vec<Measured>,
}

impl Partial {
    fn file(folder: &Path) -> PathBuf {
        folder.join("checkpoint").join("partial.csv")
    }

    /// Says that checkpoint [`BETWEEN`] of the run in `folder` is on disk, which files it consists of,
    /// and what it does not say itself.
    ///
    /// The shortest decimals that read back as the same float are written: not a bit is lost.
    ///
    /// # Errors
    /// A full disk or a folder that cannot be written.
    pub fn write(&self, folder: &Path, sums: &Sums) -> Result<()> {
        files::write_whole(&Self::file(folder), &sealed::table(&self.to_csv(sums)))
    }

    /// Two tables below each other: the epoch and the checkpoint's sums, then a line a step.
    fn to_csv(&self, sums: &Sums) -> String {
        let mut csv =
            csv::WriterBuilder::new().flexible(true).has_headers(false).from_writer(Vec::new());
        let mut write = || -> csv::Result<()> {
            csv.serialize(("epoch", "seconds", "model", "optimizer", "schedule"))?;
            csv.serialize((self.epoch, self.seconds, sums))?;
            csv.serialize(("loss", "correct", "count"))?;
            self.measured.iter().try_for_each(|step| csv.serialize(step))
        };
        write().expect("plain fields, into memory");
        String::from_utf8(csv.into_inner().expect("it is in memory")).expect("fields of text")
    }

    /// What was stopped in `epoch` of the run in `folder`, if anything was and its checkpoint is the
    /// one that was written then. Otherwise the epoch begins anew, and comes to the same.
    pub fn read(folder: &Path, epoch: usize) -> Option<Self> {
        let table = std::fs::read(Self::file(folder)).ok()?;
        let (partial, sums) = Self::from_csv(sealed::rows(&table)?)?;
        (partial.epoch == epoch && is_whole(folder, BETWEEN, &sums)).then_some(partial)
    }

    fn from_csv(table: &str) -> Option<(Self, Sums)> {
        let csv = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_reader(table.as_bytes());
        let mut rows = csv.into_records().map(|row| row.ok());
        let (epoch, seconds, sums) = rows.nth(1)??.deserialize(None).ok()?;
        let header = rows.next()??;
        let measured = rows.map(|row| row?.deserialize(Some(&header)).ok());
        Some((Self { epoch, seconds, measured: measured.collect::<Option<_>>()? }, sums))
    }

    /// Takes back what [`write`](Self::write) said, before the checkpoint is written anew.
    pub(super) fn forget(folder: &Path) {
        // Where there is none there is nothing to take back; where it cannot be removed, neither
        // can the new one be written, which is reported.
        let _ = files::remove(&Self::file(folder));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::{checkpoints::checkpoint_files, weights::sha256};

    /// Writes checkpoint [`BETWEEN`]: its sums.
    fn checkpoint(folder: &Path) -> Sums {
        checkpoint_files(folder, BETWEEN).map(|file| {
            let bytes = file.display().to_string().into_bytes();
            files::write_whole(&file, &bytes).expect("it is written");
            sha256(&bytes)
        })
    }

    #[test]
    fn what_was_measured_comes_back_to_the_last_bit_and_only_for_its_epoch_and_checkpoint() {
        let temp = tempfile::tempdir().expect("a folder");
        let folder = temp.path();
        let losses = [0.1 + 0.2, f64::from(1.0f32 / 3.0), f64::MIN_POSITIVE, 5.0];
        let measured = losses.map(|loss| Measured { loss, correct: 3, count: 64 }).to_vec();
        let partial = Partial { epoch: 3, seconds: 1.0 / 3.0, measured };
        assert_eq!(Partial::read(folder, 3), None);
        let sums = checkpoint(folder);
        partial.write(folder, &sums).expect("it is written");
        assert_eq!(Partial::read(folder, 3), Some(partial));
        assert_eq!(Partial::read(folder, 4), None);
        for file in checkpoint_files(folder, BETWEEN) {
            let whole = std::fs::read(&file).expect("it was written");
            std::fs::write(&file, "of another stop").expect("it is written");
            assert_eq!(Partial::read(folder, 3), None, "{}", file.display());
            std::fs::write(&file, whole).expect("it is written");
        }
        assert!(Partial::read(folder, 3).is_some());
        Partial::forget(folder);
        assert_eq!(Partial::read(folder, 3), None);
    }

    #[test]
    fn a_damaged_file_is_none() {
        let temp = tempfile::tempdir().expect("a folder");
        let (folder, file) = (temp.path(), Partial::file(temp.path()));
        let step = Measured { loss: 0.5, correct: 3, count: 64 };
        let partial = Partial { epoch: 3, seconds: 1.5, measured: vec![step; 2] };
        partial.write(folder, &checkpoint(folder)).expect("it is written");
        let whole = std::fs::read(&file).expect("it was written");
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            for damaged in [&changed[..], &whole[..at]] {
                std::fs::write(&file, damaged).expect("it is written");
                assert_eq!(Partial::read(folder, 3), None, "byte {at}");
            }
        }
    }
}
