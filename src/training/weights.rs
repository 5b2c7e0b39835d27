//! Weights as bytes: written in full or half precision, read at once, checked by their SHA-256.
//!
//! Burn's format has no checksum (a flipped bit loads silently) and its own `load` reads lazily
//! from the path, so the bytes are read whole, checked against the sum that was written with them,
//! and only then handed over.

use std::fmt;

use burn::{
    module::{Module, ModuleMapper, Param, ParamId},
    prelude::*,
    store::ModuleRecord,
    tensor::{Bytes, FloatDType},
};
use sha2::{Digest, Sha256};

use crate::{
    say,
    shell::error::{Error, Result},
};

/// What can be wrong with weights; each names their file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Their SHA-256 is not the one that was written with them.
    Changed {
        /// Where they lie.
        name: String,
    },
    /// They belong to a model of another shape, or are no weights at all.
    Foreign {
        /// Where they lie.
        name: String,
        /// What burn says of them.
        why: String,
    },
    /// The description beside them asks for a model that no memory would hold.
    Impossible {
        /// Where they lie.
        name: String,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::Changed { name } => say!(
                "the weights in {name} are not the ones that were saved (their SHA-256 differs); \
                 fetch or train them again",
                "{name} 中的权重与保存时不同（SHA-256 不符）；请重新获取或重新训练"
            ),
            Kind::Foreign { name, why } => say!(
                "the weights in {name} do not fit this model ({why}); use the run folder they were \
                 saved in, whole",
                "{name} 中的权重与模型不符（{why}）；请使用保存它们的完整运行文件夹"
            ),
            Kind::Impossible { name } => say!(
                "the description beside {name} asks for a model that cannot be; use the run folder \
                 as it was saved, whole",
                "{name} 旁边的说明文件要求的模型不可能存在；请使用保存时的完整运行文件夹"
            ),
        })
    }
}

impl std::error::Error for Kind {}

/// [`Kind::Impossible`] of the weights in `name`.
pub fn impossible(name: &str) -> Error {
    Error::user(Kind::Impossible { name: name.into() })
}

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

/// The model's weights as the bytes of their file, in half precision if `half` (half the size, three
/// digits).
///
/// # Errors
/// None that a user can cause.
pub fn to_bytes<M: Module>(model: M, half: bool) -> Result<Bytes> {
    struct Half;
    impl ModuleMapper for Half {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|t| t.cast(FloatDType::F16))
        }
    }
    let model = if half { model.map(&mut Half) } else { model };
    model.into_record().into_bytes().map_err(|e| Error::ours(e.to_string()))
}

/// Fills `model` with the weights in `bytes`, which must have the SHA-256 `sum`; `name` is for the
/// message.
///
/// # Errors
/// [`Kind::Changed`], or as [`fill`].
pub fn load<M: Module>(model: M, bytes: Vec<u8>, sum: &str, name: &str) -> Result<M> {
    if sha256(&bytes) != sum {
        return Err(Error::user(Kind::Changed { name: name.into() }));
    }
    fill(model, bytes, name)
}

/// Fills `model` with the weights in `bytes`, of which no sum is known: those of a checkpoint, with
/// which burn-train writes none.
///
/// # Errors
/// [`Kind::Foreign`].
pub fn fill<M: Module>(model: M, bytes: Vec<u8>, name: &str) -> Result<M> {
    let foreign = |why: String| {
        let why = why.lines().next().unwrap_or_default().to_string();
        Error::user(Kind::Foreign { name: name.into(), why })
    };
    let record = ModuleRecord::from_bytes(Bytes::from_bytes_vec(bytes))
        .map_err(|e| foreign(e.to_string()))?;
    model.try_load_record(record.cast_to_module_dtype()).map_err(|e| foreign(e.to_string()))
}
