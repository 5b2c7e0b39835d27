//! What a run has of each finished epoch: two losses, a sample, and which checkpoint is its own.
//!
//! An epoch is finished once its row stands here. The row is written when its checkpoint is on disk,
//! and holds the checkpoint's sums: whatever else a killed training left is written anew.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{
    FinishedEpoch,
    checkpoints::{Sums, checkpoint_files},
    sealed,
};
use crate::{
    say,
    shell::{
        self,
        error::{Error, Result},
        files,
    },
};

/// The name of the history in a run folder: a table with a row an epoch.
pub const HISTORY: &str = "history.csv";

/// What an epoch came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// Counted from 1.
    pub number: usize,
    /// Nats per token (or digit) of the training set.
    pub train_loss: f64,
    /// The same of the validation set.
    pub valid_loss: f64,
    /// Training and validation.
    pub seconds: f64,
}

/// A row of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The losses.
    pub epoch: Epoch,
    /// What the model wrote then; empty where it writes nothing.
    pub sample: String,
    /// Of the epoch's checkpoint.
    pub sums: Sums,
}

/// A row as it stands in the table.
#[derive(Serialize, Deserialize)]
struct Columns {
    epoch: usize,
    train_loss: String,
    valid_loss: String,
    seconds: String,
    sample: String,
    model_sha256: String,
    optimizer_sha256: String,
    schedule_sha256: String,
}

impl Row {
    /// Of an epoch that is over.
    pub fn new(finished: &FinishedEpoch, sample: String, sums: Sums) -> Self {
        let FinishedEpoch { number, train, valid, seconds } = *finished;
        let epoch = Epoch { number, train_loss: train.loss, valid_loss: valid.loss, seconds };
        // As it will be read back.
        Self::read(Self { epoch, sample, sums }.columns()).expect("four numbers")
    }

    fn columns(&self) -> Columns {
        let Epoch { number, train_loss, valid_loss, seconds } = self.epoch;
        let [model_sha256, optimizer_sha256, schedule_sha256] = self.sums.clone();
        Columns {
            epoch: number,
            train_loss: format!("{train_loss:.6}"),
            valid_loss: format!("{valid_loss:.6}"),
            seconds: format!("{seconds:.1}"),
            sample: self.sample.clone(),
            model_sha256,
            optimizer_sha256,
            schedule_sha256,
        }
    }

    fn read(columns: Columns) -> Option<Self> {
        Some(Self {
            epoch: Epoch {
                number: columns.epoch,
                train_loss: columns.train_loss.parse().ok()?,
                valid_loss: columns.valid_loss.parse().ok()?,
                seconds: columns.seconds.parse().ok()?,
            },
            sample: columns.sample,
            sums: [columns.model_sha256, columns.optimizer_sha256, columns.schedule_sha256],
        })
    }
}

/// Writes the history.
///
/// # Errors
/// A folder that cannot be written.
pub fn write(folder: &Path, rows: &[Row]) -> Result<()> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for row in rows {
        csv.serialize(row.columns()).expect("plain fields, into memory");
    }
    let table = String::from_utf8(csv.into_inner().expect("it is in memory"));
    let table = sealed::table(&table.expect("fields of text"));
    files::write_whole(&folder.join(HISTORY), &table)
}

/// The history of the epochs up to `last`, none where the folder has no history yet.
///
/// # Errors
/// [`Damaged`](sealed::Damaged), or a file that cannot be read.
pub fn read(folder: &Path, last: usize) -> Result<Vec<Row>> {
    let file = folder.join(HISTORY);
    if !file.exists() {
        return Ok(Vec::new());
    }
    let rows = sealed::rows(&files::read_whole(&file)?).and_then(parse);
    let mut rows = rows.ok_or_else(|| damaged(file))?;
    rows.retain(|row| row.epoch.number <= last);
    Ok(rows)
}

fn parse(table: &str) -> Option<Vec<Row>> {
    let rows = csv::Reader::from_reader(table.as_bytes()).into_deserialize::<Columns>();
    rows.map(|row| Row::read(row.ok()?)).collect()
}

fn damaged(file: PathBuf) -> Error {
    Error::user(sealed::Damaged { file })
}

/// The rows up to `last` whose checkpoints are still on disk.
///
/// # Errors
/// As [`read`].
pub fn kept(folder: &Path, last: usize) -> Result<Vec<Row>> {
    let mut rows = read(folder, last)?;
    rows.retain(|row| is_kept(folder, row.epoch.number));
    Ok(rows)
}

/// Whether the checkpoint of this epoch is still on disk.
pub fn is_kept(folder: &Path, epoch: usize) -> bool {
    checkpoint_files(folder, epoch).iter().all(|file| file.is_file())
}

/// Says so if epochs after `done` were finished, and cannot be gone on from because their checkpoints
/// are gone: they are trained once more.
///
/// # Errors
/// As [`read`].
pub fn report_lost(folder: &Path, last: usize, done: usize) -> Result<()> {
    let finished = read(folder, last)?.last().map_or(0, |row| row.epoch.number);
    if finished > done {
        let next = done + 1;
        shell::note(say!(
            "the checkpoint of epoch {finished} is gone, so that the training goes on with epoch {next}",
            "第 {finished} 轮的检查点已不在，训练从第 {next} 轮继续"
        ));
    }
    Ok(())
}

/// The row of the epoch with the lowest validation loss.
pub fn best(rows: &[Row]) -> Option<&Row> {
    rows.iter().min_by(|a, b| a.epoch.valid_loss.total_cmp(&b.epoch.valid_loss))
}

/// The epochs that are neither the best nor among the last `keep`: their checkpoints may go.
pub fn dispensable(rows: &[Row], keep: usize) -> Vec<usize> {
    let best = best(rows).map(|best| best.epoch.number);
    let old = &rows[..rows.len().saturating_sub(keep)];
    old.iter().map(|row| row.epoch.number).filter(|&number| Some(number) != best).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: usize, valid_loss: f64) -> Row {
        let epoch = Epoch { number, train_loss: 1.0, valid_loss, seconds: 0.5 };
        Row {
            epoch, sample: "月明，星稀。".into(), sums: ["ab", "cd", "12e4"].map(String::from)
        }
    }

    #[test]
    fn the_history_is_read_back_as_far_as_it_is_asked_for_and_only_whole() {
        let temp = tempfile::tempdir().expect("a folder");
        let (folder, file) = (temp.path(), temp.path().join(HISTORY));
        assert_eq!(read(folder, 3).expect("none yet"), []);
        let rows = [row(1, 3.0), row(2, 2.25), row(3, f64::NAN)];
        write(folder, &rows).expect("it is written");
        let text = std::fs::read_to_string(&file).expect("it is there");
        let mut lines = text.lines();
        assert!(
            lines.next().expect("a header").starts_with("epoch,train_loss,valid_loss,seconds,")
        );
        assert!(
            lines.nth(1).expect("row 2").starts_with("2,1.000000,2.250000,0.5,月明，星稀。,ab,")
        );
        assert_eq!(read(folder, 2).expect("whole"), rows[..2]);
        assert!(read(folder, 3).expect("whole")[2].epoch.valid_loss.is_nan());
        assert_eq!(best(&read(folder, 3).expect("whole")), Some(&rows[1]));
        assert_eq!(kept(folder, 3).expect("whole"), [], "no checkpoint is there");
        for changed in [text.replace("2.25", "3.25"), text[..text.len() - 2].into(), String::new()]
        {
            std::fs::write(&file, changed).expect("it is written");
            let error = read(folder, 3).expect_err("it was changed");
            assert_eq!(error.kind(), Some(&sealed::Damaged { file: file.clone() }));
        }
    }

    #[test]
    fn the_best_epoch_and_the_last_are_not_dispensable() {
        let rows = [row(1, 3.0), row(2, 1.5), row(3, 2.0), row(4, 2.5)];
        assert_eq!(dispensable(&rows, 1), [1, 3]);
        assert!(dispensable(&rows, 4).is_empty());
    }
}
