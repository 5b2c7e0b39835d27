//! A run folder read back: its settings, the model of each epoch, and the best so far.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use burn::prelude::Device;

use super::settings::{SETTINGS, Settings};
use crate::poems::{
    bundle::{Bundle, is_finished},
    text::genre::Genre,
};
use crate::{
    say,
    shell::{
        error::{Error, Result},
        program,
    },
    training::{
        checkpoint_files,
        history::{self, Row},
        sealed,
    },
};

/// What can be wrong with a run folder; each names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its settings cannot be read.
    NoSettings {
        /// The folder.
        folder: PathBuf,
        /// What the reader of JSON says of them.
        why: String,
    },
    /// It does not keep this epoch.
    NoSuchEpoch {
        /// The folder.
        folder: PathBuf,
        /// What was asked for.
        epoch: usize,
        /// The last epoch that it keeps.
        last: usize,
    },
    /// It keeps the checkpoints of some epochs only, and this is none of them.
    NotKept {
        /// The folder.
        folder: PathBuf,
        /// What was asked for.
        epoch: usize,
        /// The epochs that it keeps.
        kept: Vec<usize>,
    },
    /// Its first epoch is not finished.
    NoEpochYet {
        /// The folder.
        folder: PathBuf,
    },
    /// It learned plain text, and poems or lyrics are wanted.
    PlainText {
        /// The folder.
        folder: PathBuf,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::NoSettings { folder, why } => say!(
                "{folder}/{SETTINGS} is not the settings of a run ({why}); choose a folder that \
                 `{poems} train` made",
                "{folder}/{SETTINGS} 不是训练设置（{why}）；请选择由 `{poems} train` 生成的文件夹",
                folder = folder.display(),
                poems = program("lesson_poems")
            ),
            Kind::NoSuchEpoch { folder, epoch, last } => say!(
                "{folder} has no epoch {epoch}; it keeps epochs 1 to {last}, choose one of them",
                "{folder} 没有第 {epoch} 轮；其中保存了第 1 至第 {last} 轮，请从中选择",
                folder = folder.display()
            ),
            Kind::NotKept { folder, epoch, kept } => {
                let kept: Vec<_> = kept.iter().map(usize::to_string).collect();
                let (folder, kept) = (folder.display(), kept.join(", "));
                say!(
                    "{folder} no longer has epoch {epoch}; it keeps {kept}, choose one of them",
                    "{folder} 已不再保存第 {epoch} 轮；现有第 {kept} 轮，请从中选择"
                )
            }
            Kind::NoEpochYet { folder } => say!(
                "{folder} has no whole epoch yet; go on with `{poems} resume {folder}`",
                "{folder} 还没有完整的一轮；请用 `{poems} resume {folder}` 继续",
                folder = folder.display(),
                poems = program("lesson_poems")
            ),
            Kind::PlainText { folder } => say!(
                "{folder} learned plain text, and this is about poems; write with it (`{poems} \
                 --run {folder}`), go on with it (`{poems} resume {folder}`) or measure it \
                 (`{poems} evaluate --run {folder}`)",
                "{folder} 学的是普通文本，而这里处理的是诗词；可以用它写作（`{poems} --run {folder}`）、\
                 继续训练（`{poems} resume {folder}`）或评估（`{poems} evaluate --run {folder}`）",
                folder = folder.display(),
                poems = program("lesson_poems")
            ),
        })
    }
}

impl std::error::Error for Kind {}

/// The model of a run as it was after `epoch`.
///
/// # Errors
/// A folder that is no run, or [`Kind::NoSuchEpoch`].
pub fn epoch_bundle(folder: &Path, epoch: usize, device: &Device) -> Result<Bundle> {
    let (_, last) = read_run(folder)?;
    if epoch == 0 || epoch > last {
        return Err(Error::user(Kind::NoSuchEpoch { folder: folder.into(), epoch, last }));
    }
    let rows = history::kept(folder, last)?;
    let Some(row) = rows.iter().find(|row| row.epoch.number == epoch) else {
        let kept = rows.iter().map(|row| row.epoch.number).collect();
        return Err(Error::user(Kind::NotKept { folder: folder.into(), epoch, kept }));
    };
    let ([weights, _, _], [sum, _, _]) = (checkpoint_files(folder, epoch), &row.sums);
    let bundle = Bundle::load_with(folder, (&weights, sum), device)?;
    let story = format!("epoch {epoch} of: {}", bundle.story);
    Ok(Bundle { story, ..bundle })
}

/// The model of poems or lyrics in a folder; of a training that is not over (it goes on, or was
/// killed) the best of its finished epochs.
///
/// # Errors
/// As [`any_model_in`], or [`Kind::PlainText`].
pub fn model_in(folder: &Path, device: &Device) -> Result<Bundle> {
    let bundle = any_model_in(folder, device)?;
    match bundle.genre() {
        Genre::Text => Err(Error::user(Kind::PlainText { folder: folder.into() })),
        _ => Ok(bundle),
    }
}

/// [`model_in`], of whatever it has learned.
///
/// # Errors
/// A folder without a model, or [`Kind::NoEpochYet`].
pub fn any_model_in(folder: &Path, device: &Device) -> Result<Bundle> {
    if is_finished(folder) || !folder.join(SETTINGS).exists() {
        return Bundle::load(folder, device);
    }
    let (_, last) = read_run(folder)?;
    epoch_bundle(folder, best_epoch(folder, last)?.epoch.number, device)
}

/// The epoch with the lowest validation loss among the first `last` of a run.
///
/// # Errors
/// [`Kind::NoEpochYet`], or a history that was changed.
pub fn best_epoch(folder: &Path, last: usize) -> Result<Row> {
    history::best(&history::read(folder, last)?)
        .cloned()
        .ok_or_else(|| Error::user(Kind::NoEpochYet { folder: folder.into() }))
}

/// [`read_run`] of a run on poems or lyrics.
///
/// # Errors
/// As [`read_run`], or [`Kind::PlainText`].
pub fn read_verse_run(folder: &Path) -> Result<(Settings, usize)> {
    let run = read_run(folder)?;
    match run.0.genre {
        Genre::Text => Err(Error::user(Kind::PlainText { folder: folder.into() })),
        _ => Ok(run),
    }
}

/// The settings of a run folder and its last whole epoch, 0 if it has none.
///
/// # Errors
/// [`Kind::NoSettings`], a folder without any, settings or a history that were changed.
pub fn read_run(folder: &Path) -> Result<(Settings, usize)> {
    let json = sealed::open(&folder.join(SETTINGS))?;
    let no_settings = |why: String| Error::user(Kind::NoSettings { folder: folder.into(), why });
    let settings: Settings =
        serde_json::from_slice(&json).map_err(|e| no_settings(e.to_string()))?;
    if let Some(key) = settings.out_of_range() {
        return Err(no_settings(say!("{key} is out of range", "{key} 超出范围")));
    }
    let last = history::kept(folder, settings.epochs)?.last().map_or(0, |row| row.epoch.number);
    Ok((settings, last))
}
