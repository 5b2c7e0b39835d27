//! A trained model on disk: `model.bpk` holds the weights, `model.json` says what they are, and the
//! SHA-256 in it ties the two together.
//!
//! Both lessons keep their models so. What the description says is theirs (`D`); it must be enough
//! to build a model of the same shape, into which the weights are then filled.

use std::{fmt, path::Path};

use burn::module::Module;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::weights;
use crate::{
    say,
    shell::{
        error::{Error, Result},
        files,
    },
};

/// The name of the weights in a folder.
pub const WEIGHTS: &str = "model.bpk";
/// The name of the description in a folder.
pub const DESCRIPTION: &str = "model.json";

/// A description that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadDescription {
    /// The folder, or the file of the weights beside it.
    pub name: String,
    /// What the reader of JSON says of it.
    pub why: String,
}

impl fmt::Display for BadDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, why } = self;
        f.write_str(&say!(
            "the description of the model in {name} cannot be read ({why}); use the run folder as \
             it was saved, whole",
            "{name} 中模型的说明文件无法读取（{why}）；请使用保存时的完整运行文件夹"
        ))
    }
}

impl std::error::Error for BadDescription {}

/// A description as it stands in its file.
#[derive(Serialize, Deserialize)]
struct Sealed<D> {
    #[serde(flatten)]
    description: D,
    /// Of the weights' bytes, in hexadecimal; empty as long as the training goes on.
    sha256: String,
}

/// Writes weights (in half precision if `half`) and description into `folder` and returns the
/// SHA-256 of the weights.
///
/// # Errors
/// A full disk or a folder that cannot be written.
pub fn save<M: Module, D: Serialize>(
    folder: &Path,
    model: M,
    description: &D,
    half: bool,
) -> Result<String> {
    let sha256 = weights::save(model, &folder.join(WEIGHTS), half)?;
    describe(folder, description, sha256.clone())?;
    Ok(sha256)
}

/// Writes the description alone, as a training begins: from its first finished epoch on, its folder
/// can be read.
///
/// # Errors
/// A full disk or a folder that cannot be written.
pub fn announce<D: Serialize>(folder: &Path, description: &D) -> Result<()> {
    describe(folder, description, String::new())
}

fn describe<D: Serialize>(folder: &Path, description: &D, sha256: String) -> Result<()> {
    let mut json = serde_json::to_vec_pretty(&Sealed { description, sha256 })
        .map_err(|e| Error::ours(e.to_string()))?;
    json.push(b'\n');
    files::write_whole(&folder.join(DESCRIPTION), &json)
}

/// Reads what [`save`] wrote; `fresh` builds a model of the described shape, or refuses to: it gets
/// the size of the weights in bytes, too, because nobody should make room for more than they fill.
///
/// # Errors
/// A missing file, a [`BadDescription`], weights that are not the ones that were saved
/// ([`weights::Kind`]), or what `fresh` refuses.
pub fn load<M: Module, D: DeserializeOwned>(
    folder: &Path,
    fresh: impl FnOnce(&D, usize) -> Result<M>,
) -> Result<(M, D)> {
    let description = files::read_whole(&folder.join(DESCRIPTION))?;
    let weights = files::read_whole(&folder.join(WEIGHTS))?;
    parse(&description, weights, &folder.display().to_string(), fresh)
}

/// [`load`] from the contents of the two files; `name` says in messages where they lie.
///
/// # Errors
/// As [`load`].
pub fn parse<M: Module, D: DeserializeOwned>(
    description: &[u8],
    weights: Vec<u8>,
    name: &str,
    fresh: impl FnOnce(&D, usize) -> Result<M>,
) -> Result<(M, D)> {
    let Sealed { description, sha256 } = unseal(description, name)?;
    let model = weights::load(fresh(&description, weights.len())?, weights, &sha256, name)?;
    Ok((model, description))
}

/// The model that `folder` describes, with the weights in another file, of which no sum is known:
/// those of one epoch.
///
/// # Errors
/// As [`load`]; but only the shape of the weights is checked.
pub fn load_with<M: Module, D: DeserializeOwned>(
    folder: &Path,
    weights: &Path,
    fresh: impl FnOnce(&D, usize) -> Result<M>,
) -> Result<(M, D)> {
    let name = folder.display().to_string();
    let json = files::read_whole(&folder.join(DESCRIPTION))?;
    let Sealed { description, .. } = unseal(&json, &name)?;
    let weights = files::read_whole(weights)?;
    let model = weights::fill(fresh(&description, weights.len())?, weights, &name)?;
    Ok((model, description))
}

fn unseal<D: DeserializeOwned>(json: &[u8], name: &str) -> Result<Sealed<D>> {
    serde_json::from_slice(json)
        .map_err(|e| Error::user(BadDescription { name: name.into(), why: e.to_string() }))
}

/// Whether the model in `folder` is finished: a training in progress has a description, but the sum
/// in it is empty.
pub fn is_finished(folder: &Path) -> bool {
    #[derive(Deserialize)]
    struct Sum {
        sha256: String,
    }
    let json = std::fs::read(folder.join(DESCRIPTION)).unwrap_or_default();
    serde_json::from_slice::<Sum>(&json).is_ok_and(|sum| !sum.sha256.is_empty())
}
