//! A run folder read back: its settings, the model of each epoch, and the best so far.

use std::path::{Path, PathBuf};

use burn::prelude::Device;

use super::{
    bundle::{Bundle, is_finished},
    history,
    model::PoemModel,
    train::{SETTINGS, Settings},
};
use crate::{
    error::{Error, Result},
    files, say,
    training::{checkpoint_files, weights},
};

/// Where a run keeps the weights as they were after `epoch`.
fn weights_of(folder: &Path, epoch: usize) -> PathBuf {
    let [model, _, _] = checkpoint_files(folder, epoch);
    model
}

/// Fills `model` with the weights as they were after `epoch`.
///
/// # Errors
/// An epoch that was not kept, or weights of another shape.
pub fn epoch_weights(model: PoemModel, folder: &Path, epoch: usize) -> Result<PoemModel> {
    let path = weights_of(folder, epoch);
    let bytes = files::read_whole(&path)?;
    let sum = weights::sha256(&bytes); // burn-train writes no sum; the shape at least is checked
    weights::load(model, bytes, &sum, &path.display().to_string())
}

/// The model of a run as it was after `epoch`.
///
/// # Errors
/// A folder that is no run, or an epoch that it does not keep (the sentence names those that it
/// does).
pub fn epoch_bundle(folder: &Path, epoch: usize, device: &Device) -> Result<Bundle> {
    let (_, done) = read_run(folder)?;
    if epoch == 0 || epoch > done {
        let folder = folder.display();
        return Err(Error::user(say!(
            "{folder} has no epoch {epoch}; it keeps epochs 1 to {done}, choose one of them",
            "{folder} 没有第 {epoch} 轮；其中保存了第 1 至第 {done} 轮，请从中选择"
        )));
    }
    let bundle = Bundle::load_with(folder, &weights_of(folder, epoch), device)?;
    let story = format!("epoch {epoch} of: {}", bundle.story);
    Ok(Bundle { story, ..bundle })
}

/// The model in a folder; of a training that is not over (it goes on, or was killed) the best of
/// its finished epochs.
///
/// # Errors
/// A folder without a model, or a training without a finished epoch.
pub fn model_in(folder: &Path, device: &Device) -> Result<Bundle> {
    if is_finished(folder) || !folder.join(SETTINGS).exists() {
        return Bundle::load(folder, device);
    }
    let (_, done) = read_run(folder)?;
    match history::best(&history::read(folder, done)) {
        Some(best) => epoch_bundle(folder, best.number, device),
        None => Err(no_epoch_yet(folder)),
    }
}

/// The sentence for a training whose first epoch is not done.
pub fn no_epoch_yet(folder: &Path) -> Error {
    let folder = folder.display();
    Error::user(say!(
        "{folder} has no whole epoch yet; go on with `lesson_poems resume {folder}`",
        "{folder} 还没有完整的一轮；请用 `lesson_poems resume {folder}` 继续"
    ))
}

/// The settings of a run folder and its last whole epoch.
///
/// # Errors
/// A folder that is no run.
pub fn read_run(folder: &Path) -> Result<(Settings, usize)> {
    let name = folder.display();
    let json = files::read_whole(&folder.join(SETTINGS))?;
    let settings: Settings = serde_json::from_slice(&json).map_err(|e| {
        Error::user(say!(
            "{name}/{SETTINGS} is not the settings of a run ({e}); choose a folder that `train` \
             made",
            "{name}/{SETTINGS} 不是训练设置（{e}）；请选择由 `train` 生成的文件夹"
        ))
    })?;
    let kept = |&epoch: &usize| checkpoint_files(folder, epoch).iter().all(|file| file.is_file());
    let last = (1..=settings.epochs).rev().find(kept).unwrap_or(0);
    Ok((settings, last))
}
