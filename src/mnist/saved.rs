//! A trained classifier on disk: `model.bpk` holds the weights, `model.json` says what they are.

use std::path::Path;

use burn::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    model::{RowClassifier, RowClassifierConfig},
    order::Order,
    rows::WIDTH,
};
use crate::{
    error::{Error, Result},
    files, say,
    training::weights,
};

/// What stands beside the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The shape of the classifier.
    pub config: RowClassifierConfig,
    /// The order in which it learned to read; files from before there was a choice say nothing and
    /// mean rows.
    #[serde(default)]
    pub order: Order,
    /// Of the file with the weights, in hexadecimal.
    pub sha256: String,
    /// The share of the test set read rightly, 0 to 1.
    pub test_accuracy: f64,
    /// How many images that was.
    pub test_images: usize,
    /// Which digits it was tested on: `mnist` or `drawn`.
    pub data: String,
    /// Which digits it learned from: `mnist` or `drawn`.
    pub trained_on: String,
    /// How many digits it learned from.
    pub train_images: usize,
    /// How often it saw all of them.
    pub epochs: usize,
    /// The seed of its first weights and of its order.
    pub seed: u64,
    /// The command that made it.
    pub command: String,
}

/// Writes `model.bpk` and `model.json` into `folder` and returns the SHA-256 of the weights, which
/// is also put into the manifest.
///
/// # Errors
/// A folder that cannot be written or a full disk.
pub fn save(model: RowClassifier, mut manifest: Manifest, folder: &Path) -> Result<String> {
    manifest.sha256 = weights::save(model, &folder.join("model.bpk"), true)?;
    let mut text =
        serde_json::to_string_pretty(&manifest).map_err(|e| Error::ours(e.to_string()))?;
    text.push('\n');
    files::write_whole(&folder.join("model.json"), text.as_bytes())?;
    Ok(manifest.sha256)
}

/// The classifier that [`save`] left in `folder`.
///
/// # Errors
/// No classifier there, a description that is none, or weights that are not the ones described.
pub fn open(folder: &Path, device: &Device) -> Result<(RowClassifier, Manifest)> {
    let (described, held) = (folder.join("model.json"), folder.join("model.bpk"));
    if !described.is_file() || !held.is_file() {
        let folder = folder.display();
        return Err(Error::user(say!(
            "there is no trained classifier in {folder} (model.json and model.bpk); train one with \
             --run {folder}, or leave --run out to use the one that ships",
            "{folder} 中没有训练好的分类器（model.json 与 model.bpk）；请用 --run {folder} \
             训练一个，或去掉 --run 使用自带的分类器"
        )));
    }
    let text = files::read_whole(&described)?;
    from_parts(&text, files::read_whole(&held)?, &held.display().to_string(), device)
}

/// The classifier that ships with the crate, trained by this code on the real MNIST training set.
///
/// # Errors
/// None that a user could cause: the files are part of the program.
pub fn shipped(device: &Device) -> Result<(RowClassifier, Manifest)> {
    let weights = include_bytes!("../../data/pretrained/mnist.bpk").to_vec();
    from_parts(
        include_bytes!("../../data/pretrained/mnist.json"),
        weights,
        "data/pretrained/mnist.bpk",
        device,
    )
}

/// A classifier from the two files' contents; `name` is that of the weights, for the message.
///
/// # Errors
/// A description that is none, or weights that are not the ones described.
pub fn from_parts(
    manifest: &[u8],
    weights: Vec<u8>,
    name: &str,
    device: &Device,
) -> Result<(RowClassifier, Manifest)> {
    let manifest: Manifest = serde_json::from_slice(manifest).map_err(|e| {
        Error::user(say!(
            "the description beside {name} cannot be read ({e}); use the run folder as it was \
             saved, whole",
            "{name} 旁边的说明文件无法读取（{e}）；请使用保存时的完整运行文件夹"
        ))
    })?;
    let stack = &manifest.config.stack;
    if !stack.is_possible() || stack.d_input != WIDTH {
        return Err(weights::impossible(name));
    }
    let model = weights::load(manifest.config.init(0, device), weights, &manifest.sha256, name)?;
    Ok((model, manifest))
}
