//! A trained model on disk: `model.bpk` holds the weights, `model.json` says what they are, and the
//! SHA-256 in it ties the two together: at any time the folder holds the old model or the new one.
//!
//! Both lessons keep their models so. What the description says is theirs (`D`); it must be enough
//! to build a model of the same shape, into which the weights are then filled.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use burn::module::{Module, ModuleDisplay};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{sealed, weights};
use crate::{
    say,
    shell::{
        error::{Error, Result},
        files,
        lock::{Busy, Lock},
    },
};

/// The name of the weights in a folder.
pub const WEIGHTS: &str = "model.bpk";
/// The name of the description in a folder.
pub const DESCRIPTION: &str = "model.json";
/// The name of the settings of a training in its folder.
pub const SETTINGS: &str = "settings.json";

/// The name of new weights until their description has taken the place of the old one.
const NEXT: &str = "model.bpk.next";

/// The folder holds a model, which nobody has asked to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The folder.
    pub folder: PathBuf,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.display();
        f.write_str(&say!(
            "{folder} holds a model already; choose another folder, nothing was changed",
            "{folder} 中已有模型；请换一个文件夹，原有内容没有改动"
        ))
    }
}

impl std::error::Error for Taken {}

/// The folder holds a training, with which its program can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// The folder.
    pub folder: PathBuf,
    /// The program.
    pub program: &'static str,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (folder, program) = (self.folder.display(), self.program);
        f.write_str(&say!(
            "{folder} holds a training already; go on with `{program} resume {folder}`, or choose \
             another --run",
            "{folder} 中已有训练；可用 `{program} resume {folder}` 继续，或另选 --run"
        ))
    }
}

impl std::error::Error for Unfinished {}

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
    let weights = weights::to_bytes(model, half)?;
    let sha256 = weights::sha256(&weights);
    write_pair(folder, &weights, &to_json(description, sha256.clone())?)?;
    Ok(sha256)
}

/// Refuses a folder that holds a model.
///
/// # Errors
/// [`Taken`].
pub fn check_free(folder: &Path) -> Result<()> {
    match [WEIGHTS, DESCRIPTION, NEXT].iter().any(|name| folder.join(name).exists()) {
        true => Err(Error::user(Taken { folder: folder.to_path_buf() })),
        false => Ok(()),
    }
}

/// Refuses a folder in which `program` has trained, or that holds a model.
///
/// # Errors
/// [`Unfinished`], [`Taken`].
pub fn check_new(folder: &Path, program: &'static str) -> Result<()> {
    let begun = [SETTINGS, "checkpoint"].iter().any(|name| folder.join(name).exists());
    match begun && !is_finished(folder) {
        true => Err(Error::user(Unfinished { folder: folder.into(), program })),
        false => check_free(folder),
    }
}

/// What `take` makes of the first of `default`, `default-2`, `default-3`, … that nobody has trained
/// in: what is there stays.
///
/// # Errors
/// Those of `take`, but for [`Unfinished`], [`Taken`] and [`Busy`].
pub fn first_free<T>(default: &str, mut take: impl FnMut(&Path) -> Result<T>) -> Result<T> {
    let mut folder = PathBuf::from(default);
    for number in 2.. {
        match take(&folder) {
            Err(error)
                if error.kind::<Taken>().is_some()
                    || error.kind::<Unfinished>().is_some()
                    || error.kind::<Busy>().is_some() =>
            {
                folder = format!("{default}-{number}").into();
            }
            outcome => return outcome,
        }
    }
    unreachable!("one of so many folders is free")
}

/// The right to write the first model into `folder`.
///
/// # Errors
/// [`Taken`], [`Busy`], or a folder that cannot be written.
pub fn claim(folder: &Path) -> Result<Lock> {
    check_free(folder)?; // before anything is written there
    let lock = Lock::take(folder)?;
    check_free(folder)?; // another program may have been faster
    Ok(lock)
}

/// Writes weights and description, in which stands the SHA-256 of the weights. Until the description
/// takes its place, the old model is the one that is read; from then on the new one.
///
/// # Errors
/// A full disk or a folder that cannot be written.
pub fn write_pair(folder: &Path, weights: &[u8], description: &[u8]) -> Result<()> {
    // The weights of a program that was killed between its last two steps.
    if next_weights(folder, &std::fs::read(folder.join(DESCRIPTION)).unwrap_or_default()).is_some()
    {
        settle(folder)?;
    }
    files::write_whole(&folder.join(NEXT), weights)?;
    files::write_whole(&folder.join(DESCRIPTION), description)?;
    settle(folder)
}

fn settle(folder: &Path) -> Result<()> {
    let path = folder.join(WEIGHTS);
    files::rename(&folder.join(NEXT), &path)
}

/// The two files: description and weights.
///
/// # Errors
/// A missing file.
pub fn read_pair(folder: &Path) -> Result<(Vec<u8>, Vec<u8>)> {
    let description = files::read_whole(&folder.join(DESCRIPTION))?;
    let weights = match next_weights(folder, &description) {
        Some(weights) => weights,
        None => files::read_whole(&folder.join(WEIGHTS))?,
    };
    Ok((description, weights))
}

/// The weights that are described and not yet at their place.
fn next_weights(folder: &Path, description: &[u8]) -> Option<Vec<u8>> {
    let weights = std::fs::read(folder.join(NEXT)).ok()?;
    (weights::sha256(&weights) == sum_in(description)?).then_some(weights)
}

fn sum_in(description: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Sum {
        sha256: String,
    }
    serde_json::from_slice(description).ok().map(|Sum { sha256 }| sha256)
}

/// Writes the description alone, as a training begins: from its first finished epoch on, its folder
/// can be read.
///
/// # Errors
/// A full disk or a folder that cannot be written.
pub fn announce<D: Serialize>(folder: &Path, description: &D) -> Result<()> {
    files::write_whole(&folder.join(DESCRIPTION), &to_json(description, String::new())?)
}

fn to_json<D: Serialize>(description: &D, sha256: String) -> Result<Vec<u8>> {
    sealed::json(&Sealed { description, sha256 })
}

/// Reads what [`save`] wrote; `fresh` builds a model of the described shape, or refuses to: it gets
/// the size of the weights in bytes, too, because nobody should make room for more than they fill.
///
/// # Errors
/// A missing file, a [`BadDescription`], weights that are not the ones that were saved
/// ([`weights::Kind`]), or what `fresh` refuses.
pub fn load<M: Module + ModuleDisplay, D: DeserializeOwned>(
    folder: &Path,
    fresh: impl FnOnce(&D, usize) -> Result<M>,
) -> Result<(M, D)> {
    let (description, weights) = read_pair(folder)?;
    parse(&description, weights, &folder.display().to_string(), fresh)
}

/// [`load`] from the contents of the two files; `name` says in messages where they lie.
///
/// # Errors
/// As [`load`].
pub fn parse<M: Module + ModuleDisplay, D: DeserializeOwned>(
    description: &[u8],
    weights: Vec<u8>,
    name: &str,
    fresh: impl FnOnce(&D, usize) -> Result<M>,
) -> Result<(M, D)> {
    let Sealed { description, sha256 } = unseal(description, name)?;
    let model = weights::load(fresh(&description, weights.len())?, weights, &sha256, name)?;
    Ok((model, description))
}

/// The model that `folder` describes, with the weights in another file, which has this SHA-256:
/// those of one epoch.
///
/// # Errors
/// As [`load`].
pub fn load_with<M: Module + ModuleDisplay, D: DeserializeOwned>(
    folder: &Path,
    (weights, sum): (&Path, &str),
    fresh: impl FnOnce(&D, usize) -> Result<M>,
) -> Result<(M, D)> {
    let name = folder.display().to_string();
    let json = files::read_whole(&folder.join(DESCRIPTION))?;
    let Sealed { description, .. } = unseal(&json, &name)?;
    let (name, weights) = (weights.display().to_string(), files::read_whole(weights)?);
    let model = weights::load(fresh(&description, weights.len())?, weights, sum, &name)?;
    Ok((model, description))
}

fn unseal<D: DeserializeOwned>(json: &[u8], name: &str) -> Result<Sealed<D>> {
    if !sealed::is_whole(json) {
        let file = Path::new(name).join(DESCRIPTION);
        return Err(Error::user(sealed::Damaged { file }));
    }
    serde_json::from_slice(json)
        .map_err(|e| Error::user(BadDescription { name: name.into(), why: e.to_string() }))
}

/// Whether the model in `folder` is finished: a training in progress has a description, but the sum
/// in it is empty.
pub fn is_finished(folder: &Path) -> bool {
    sum_of(folder).is_some_and(|sum| !sum.is_empty())
}

/// The SHA-256 of the weights that `folder` describes, in hexadecimal.
pub fn sum_of(folder: &Path) -> Option<String> {
    sum_in(&std::fs::read(folder.join(DESCRIPTION)).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(of: u8) -> (Vec<u8>, Vec<u8>) {
        let sum = weights::sha256(&[of]);
        (format!("{{\"sha256\": \"{sum}\"}}").into_bytes(), vec![of])
    }

    /// A kill after each of the three steps, and another model saved after it.
    #[test]
    fn at_any_time_the_old_model_is_there_or_the_new_one() {
        let temp = tempfile::tempdir().expect("a folder");
        let folder = temp.path();
        let put = |name: &str, bytes: &[u8]| {
            files::write_whole(&folder.join(name), bytes).expect("it is written")
        };
        let there = || read_pair(folder).expect("a model");
        let ((old_json, old), (new_json, new)) = (pair(1), pair(2));
        write_pair(folder, &old, &old_json).expect("it is written");
        put(NEXT, &new);
        assert_eq!(there(), (old_json, old));
        put(DESCRIPTION, &new_json);
        assert_eq!(there(), (new_json.clone(), new.clone()));
        // The next save begins here: it settles this one first.
        write_pair(folder, &pair(4).1, &pair(4).0).expect("it is written");
        assert_eq!(there(), pair(4));
        assert!(!folder.join(NEXT).exists());
    }

    #[test]
    fn a_folder_with_a_model_is_not_given_to_another() {
        let temp = tempfile::tempdir().expect("a folder");
        let folder = temp.path().join("new");
        let lock = claim(&folder).expect("it is free");
        assert!(claim(&folder).is_err(), "one at a time");
        let (json, weights) = pair(1);
        write_pair(&folder, &weights, &json).expect("it is written");
        drop(lock);
        let error = claim(&folder).expect_err("it holds a model");
        assert_eq!(error.kind(), Some(&Taken { folder: folder.clone() }));
        assert_eq!(read_pair(&folder).expect("untouched"), (json, weights));
    }
}
