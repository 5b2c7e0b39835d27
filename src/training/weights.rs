//! Weights on disk: one file, its SHA-256 in the description beside it, loaded at once.
//!
//! Burn's format has no checksum (a flipped bit loads silently) and its own `load` reads lazily
//! from the path, so the bytes are read whole, checked against the sum that was written with them,
//! and only then handed over.

use std::path::Path;

use burn::{
    module::{Module, ModuleMapper, Param, ParamId},
    prelude::*,
    store::ModuleRecord,
    tensor::{Bytes, FloatDType},
};
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result},
    files, say,
};

/// The SHA-256 of `bytes` in hexadecimal.
///
/// ```
/// assert!(lstm_lessons::training::weights::sha256(b"").starts_with("e3b0c44298fc1c14"));
/// ```
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// The model with its parameters called 1, 2, 3 …, in the order in which it lists them.
///
/// Burn draws each parameter's id at random and writes it into the file, so the same training would
/// give another file each time. Number a model when it is made, whole, and the same seed gives the
/// same bytes, checkpoints of the model included.
pub fn numbered<M: Module>(model: M) -> M {
    struct Number(u64);
    impl ModuleMapper for Number {
        fn map_float<const D: usize>(&mut self, mut param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            self.0 += 1;
            param.id = ParamId::from(self.0);
            param
        }
    }
    model.map(&mut Number(0))
}

/// Writes the model's weights to `path`, in half precision if `half` (half the size, three digits),
/// and returns their SHA-256.
///
/// # Errors
/// A full disk or a folder that cannot be written; the old file then stays.
pub fn save<M: Module>(model: M, path: &Path, half: bool) -> Result<String> {
    struct Half;
    impl ModuleMapper for Half {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|t| t.cast(FloatDType::F16))
        }
    }
    let model = if half { model.map(&mut Half) } else { model };
    let bytes = model.into_record().into_bytes().map_err(|e| Error::ours(e.to_string()))?;
    let bytes: &[u8] = &bytes;
    files::write_whole(path, bytes)?;
    Ok(sha256(bytes))
}

/// The sentence for a description that asks for a model no memory would hold; `name` is that of the
/// weights beside it.
pub fn impossible(name: &str) -> Error {
    Error::user(say!(
        "the description beside {name} asks for a model that cannot be; use the run folder as it \
         was saved, whole",
        "{name} 旁边的说明文件要求的模型不可能存在；请使用保存时的完整运行文件夹"
    ))
}

/// Fills `model` with the weights in `bytes`, which must have the SHA-256 `sum`; `name` is for the
/// message.
///
/// # Errors
/// Changed or cut bytes, or weights of a model of another shape.
pub fn load<M: Module>(model: M, bytes: Vec<u8>, sum: &str, name: &str) -> Result<M> {
    if sha256(&bytes) != sum {
        return Err(Error::user(say!(
            "the weights in {name} are not the ones that were saved (their SHA-256 differs); fetch \
             or train them again",
            "{name} 中的权重与保存时不同（SHA-256 不符）；请重新获取或重新训练"
        )));
    }
    let foreign = |why: String| {
        let why = why.lines().next().unwrap_or_default().to_string();
        Error::user(say!(
            "the weights in {name} do not fit this model ({why}); use the run folder they were \
             saved in, whole",
            "{name} 中的权重与模型不符（{why}）；请使用保存它们的完整运行文件夹"
        ))
    };
    let record = ModuleRecord::from_bytes(Bytes::from_bytes_vec(bytes))
        .map_err(|e| foreign(e.to_string()))?;
    model.try_load_record(record.cast_to_module_dtype()).map_err(|e| foreign(e.to_string()))
}
