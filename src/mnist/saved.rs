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

impl Manifest {
    /// A classifier of the described shape, unless that shape cannot be or takes more weights than
    /// the `size` bytes beside it hold.
    fn fresh(&self, name: &str, size: usize, device: &Device) -> Result<RowClassifier> {
        let stack = &self.config.stack;
        let may_hold = weights::may_hold(size, stack.fewest_parameters());
        match stack.is_possible() && stack.d_input == self.order.width() && may_hold {
            true => Ok(self.config.init(0, device)),
            false => Err(weights::impossible(name)),
        }
    }
}

/// Writes weights, in half precision, and description into `folder`; returns the SHA-256 of the
/// weights.
///
/// # Errors
/// A folder that cannot be written or a full disk.
pub fn save(model: RowClassifier, manifest: &Manifest, folder: &Path) -> Result<String> {
    bundle::save(folder, model, manifest, true)
}

/// The classifier that [`save`] left in `folder`.
///
/// # Errors
/// [`NotThere`], or as [`bundle::load`].
pub fn open(folder: &Path, device: &Device) -> Result<(RowClassifier, Manifest)> {
    let name = folder.display().to_string();
    let fresh = |manifest: &Manifest, size| manifest.fresh(&name, size, device);
    bundle::load(folder, fresh).map_err(|error| match error.kind() {
        Some(files::Kind::CannotRead { cause, .. }) if cause.kind() == ErrorKind::NotFound => {
            Error::user(NotThere { folder: folder.to_path_buf() })
        }
        _ => error,
    })
}

/// The classifier that ships with the crate, trained by this code on the real MNIST training set.
///
/// # Errors
/// None that a user could cause: the files are part of the program.
pub fn shipped(device: &Device) -> Result<(RowClassifier, Manifest)> {
    let weights = include_bytes!("../../data/pretrained/mnist.bpk").to_vec();
    let manifest = include_bytes!("../../data/pretrained/mnist.json");
    from_parts(manifest, weights, "data/pretrained/mnist.bpk", device)
}

/// A classifier from the two files' contents; `name` says in messages where they lie.
///
/// # Errors
/// As [`bundle::parse`].
pub fn from_parts(
    manifest: &[u8],
    weights: Vec<u8>,
    name: &str,
    device: &Device,
) -> Result<(RowClassifier, Manifest)> {
    let fresh = |manifest: &Manifest, size| manifest.fresh(name, size, device);
    bundle::parse(manifest, weights, name, fresh)
}

/// There is no classifier to open: the folder has no weights or no description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotThere {
    /// The folder.
    pub folder: PathBuf,
}

impl fmt::Display for NotThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.display();
        f.write_str(&say!(
            "there is no trained classifier in {folder} ({DESCRIPTION} and {WEIGHTS}); train one \
             with --run {folder}, or leave --run out to use the one that ships",
            "{folder} 中没有训练好的分类器（{DESCRIPTION} 与 {WEIGHTS}）；请用 --run {folder} \
             训练一个，或去掉 --run 使用自带的分类器"
        ))
    }
}

impl std::error::Error for NotThere {}
