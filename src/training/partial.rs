//! In the middle of an epoch: what a checkpoint does not hold.

use std::path::{Path, PathBuf};

use super::Measured;
use crate::{error::Result, files};

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

/// The files of checkpoint `number` of the run in `folder`: weights, optimizer, schedule.
pub fn checkpoint_files(folder: &Path, number: usize) -> [PathBuf; 3] {
    ["model", "optim", "scheduler"]
        .map(|part| folder.join("checkpoint").join(format!("{part}-{number}.bpk")))
}

impl Partial {
    fn file(folder: &Path) -> PathBuf {
        folder.join("checkpoint").join("partial.csv")
    }

    /// Says that checkpoint [`BETWEEN`] of the run in `folder` is whole, and what it does not say
    /// itself.
    ///
    /// Rust writes the shortest decimals that read back as the same float: not a bit is lost.
    ///
    /// # Errors
    /// A full disk or a folder that cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let mut csv =
            format!("epoch,seconds\n{},{}\nloss,correct,count\n", self.epoch, self.seconds);
        for Measured { loss, correct, count } in &self.measured {
            csv.push_str(&format!("{loss},{correct},{count}\n"));
        }
        files::write_whole(&Self::file(folder), csv.as_bytes())
    }

    /// What was stopped in `epoch` of the run in `folder`, if anything was and its checkpoint is
    /// there.
    pub fn read(folder: &Path, epoch: usize) -> Option<Self> {
        let csv = std::fs::read_to_string(Self::file(folder)).ok()?;
        if !checkpoint_files(folder, BETWEEN).iter().all(|file| file.is_file()) {
            return None;
        }
        let mut lines = csv.lines();
        let (its_epoch, seconds) = lines.nth(1)?.split_once(',')?;
        let measured = |line: &str| {
            let mut fields = line.split(',');
            Some(Measured {
                loss: fields.next()?.parse().ok()?,
                correct: fields.next()?.parse().ok()?,
                count: fields.next()?.parse().ok()?,
            })
        };
        let measured = lines.skip(1).map(measured).collect::<Option<Vec<_>>>()?;
        let partial =
            Self { epoch: its_epoch.parse().ok()?, seconds: seconds.parse().ok()?, measured };
        (partial.epoch == epoch).then_some(partial)
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
