//! A trained classifier on disk: `model.bpk` holds the weights, `model.json` says what they are.

use std::{
    fmt,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use burn::prelude::*;
use serde::{Deserialize, Serialize};

pub use crate::training::bundle::{DESCRIPTION, WEIGHTS};

use super::{
    model::{RowClassifier, RowClassifierConfig},
    order::Order,
    rows::WIDTH,
};
use crate::{
    say,
    shell::{
        error::{Error, Result},
        files,
    },
    training::{bundle, weights},
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
    /// Passes over them.
    pub epochs: usize,
    /// The seed of its first weights and of its order.
    pub seed: u64,
    /// The command that made it.
    pub command: String,
}

/// Writes weights and description into `folder` and returns the SHA-256 of the weights, which is
/// also put into the manifest.
///
/// # Errors
/// A folder that cannot be written or a full disk.
pub fn save(model: RowClassifier, mut manifest: Manifest, folder: &Path) -> Result<String> {
    let weights = weights::to_bytes(model, true)?;
    manifest.sha256 = weights::sha256(&weights);
    let text = serde_json::to_string_pretty(&manifest).expect("a manifest is JSON") + "\n";
    bundle::write_pair(folder, &weights, text.as_bytes())?;
    Ok(manifest.sha256)
}

/// The classifier that [`save`] left in `folder`.
///
/// # Errors
/// A [`Kind`], or weights that are not the ones described.
pub fn open(folder: &Path, device: &Device) -> Result<(RowClassifier, Manifest)> {
    let (manifest, weights) = bundle::read_pair(folder).map_err(|error| match error.kind() {
        Some(files::Kind::CannotRead { cause, .. }) if cause.kind() == ErrorKind::NotFound => {
            Error::user(Kind::NotThere { folder: folder.to_path_buf() })
        }
        _ => error,
    })?;
    from_parts(&manifest, weights, &folder.join(WEIGHTS).display().to_string(), device)
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
/// As [`open`].
pub fn from_parts(
    manifest: &[u8],
    weights: Vec<u8>,
    name: &str,
    device: &Device,
) -> Result<(RowClassifier, Manifest)> {
    let manifest: Manifest = serde_json::from_slice(manifest)
        .map_err(|e| Error::user(Kind::Description { name: name.into(), why: e.to_string() }))?;
    let stack = &manifest.config.stack;
    let may_hold = weights::may_hold(weights.len(), stack.fewest_parameters());
    if !stack.is_possible() || stack.d_input != WIDTH || !may_hold {
        return Err(weights::impossible(name));
    }
    let model = weights::load(manifest.config.init(0, device), weights, &manifest.sha256, name)?;
    Ok((model, manifest))
}

/// Why there is no classifier to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The folder has no weights or no description.
    NotThere {
        /// The folder.
        folder: PathBuf,
    },
    /// The description is not one of a classifier.
    Description {
        /// The name of the weights beside it.
        name: String,
        /// What is wrong with it.
        why: String,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::NotThere { folder } => {
                let folder = folder.display();
                say!(
                    "there is no trained classifier in {folder} ({DESCRIPTION} and {WEIGHTS}); \
                     train one with --run {folder}, or leave --run out to use the one that ships",
                    "{folder} 中没有训练好的分类器（{DESCRIPTION} 与 {WEIGHTS}）；请用 --run \
                     {folder} 训练一个，或去掉 --run 使用自带的分类器"
                )
            }
            Kind::Description { name, why } => say!(
                "the description beside {name} cannot be read ({why}); use the run folder as it \
                 was saved, whole",
                "{name} 旁边的说明文件无法读取（{why}）；请使用保存时的完整运行文件夹"
            ),
        })
    }
}

impl std::error::Error for Kind {}
