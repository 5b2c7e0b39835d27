//! In the middle of an epoch: what a checkpoint does not hold.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use super::{checkpoints::checkpoint_files, measured::Measured};
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

    /// Says that checkpoint [`BETWEEN`] of the run in `folder` is whole, and what it does not say
    /// itself.
    ///
    /// The shortest decimals that read back as the same float are written: not a bit is lost.
    ///
    /// # Errors
    /// A full disk or a folder that cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        files::write_whole(&Self::file(folder), &self.to_csv())
    }

    /// Two tables below each other: the epoch, then a line a step.
    fn to_csv(&self) -> Vec<u8> {
        let mut csv =
            csv::WriterBuilder::new().flexible(true).has_headers(false).from_writer(Vec::new());
        let mut write = || -> csv::Result<()> {
            csv.serialize(("epoch", "seconds"))?;
            csv.serialize((self.epoch, self.seconds))?;
            csv.serialize(("loss", "correct", "count"))?;
            self.measured.iter().try_for_each(|step| csv.serialize(step))
        };
        write().expect("plain fields, into memory");
        csv.into_inner().expect("it is in memory")
    }

    /// What was stopped in `epoch` of the run in `folder`, if anything was and its checkpoint is
    /// there.
    pub fn read(folder: &Path, epoch: usize) -> Option<Self> {
        let partial = Self::from_csv(std::fs::File::open(Self::file(folder)).ok()?)?;
        let whole = checkpoint_files(folder, BETWEEN).iter().all(|file| file.is_file());
        (whole && partial.epoch == epoch).then_some(partial)
    }

    fn from_csv(file: impl Read) -> Option<Self> {
        let csv = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(file);
        let mut rows = csv.into_records().map(|row| row.ok());
        let (epoch, seconds) = rows.nth(1)??.deserialize(None).ok()?;
        let header = rows.next()??;
        let measured = rows.map(|row| row?.deserialize(Some(&header)).ok());
        Some(Self { epoch, seconds, measured: measured.collect::<Option<_>>()? })
    }

    /// Takes back what [`write`](Self::write) said, before the checkpoint is written anew.
    pub(super) fn forget(folder: &Path) {
        // Where there is none there is nothing to take back; where it cannot be removed, neither
        // can the new one be written, which is reported.
        let _ = std::fs::remove_file(Self::file(folder));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_checkpoint(folder: &Path) {
        for file in checkpoint_files(folder, BETWEEN) {
            files::write_whole(&file, b"").expect("it is written");
        }
    }

    #[test]
    fn what_was_measured_comes_back_to_the_last_bit_and_only_for_its_epoch() {
        let folder = tempfile::tempdir().expect("a folder");
        let losses = [0.1 + 0.2, f64::from(1.0f32 / 3.0), f64::MIN_POSITIVE, 5.0];
        let measured = losses.map(|loss| Measured { loss, correct: 3, count: 64 }).to_vec();
        let partial = Partial { epoch: 3, seconds: 1.0 / 3.0, measured };
        assert_eq!(Partial::read(folder.path(), 3), None);
        partial.write(folder.path()).expect("it is written");
        assert_eq!(
            Partial::read(folder.path(), 3),
            None,
            "without its checkpoint it is worth nothing"
        );
        with_checkpoint(folder.path());
        assert_eq!(Partial::read(folder.path(), 3), Some(partial));
        assert_eq!(Partial::read(folder.path(), 4), None);
        Partial::forget(folder.path());
        assert_eq!(Partial::read(folder.path(), 3), None);
    }

    #[test]
    fn a_file_written_by_hand_as_it_was_before_reads_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        with_checkpoint(folder.path());
        let csv = "epoch,seconds\n3,1.5\nloss,correct,count\n0.30000000000000004,3,64\n5,0,64\n";
        files::write_whole(&Partial::file(folder.path()), csv.as_bytes()).expect("it is written");
        let [first, second] =
            [(0.1 + 0.2, 3), (5.0, 0)].map(|(loss, correct)| Measured { loss, correct, count: 64 });
        let want = Partial { epoch: 3, seconds: 1.5, measured: vec![first, second] };
        assert_eq!(Partial::read(folder.path(), 3), Some(want));
    }

    #[test]
    fn a_damaged_file_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = Partial::file(folder.path());
        with_checkpoint(folder.path());
        for damaged in ["", "epoch,seconds\n3", "epoch,seconds\n3,1\nloss,correct,count\n0.5,1"] {
            files::write_whole(&file, damaged.as_bytes()).expect("it is written");
            assert_eq!(Partial::read(folder.path(), 3), None, "{damaged:?}");
        }
    }
}
