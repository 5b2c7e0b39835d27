//! Weights as bytes: written in full or half precision, read at once, checked by their SHA-256.
//!
//! Burn's format has no checksum (a flipped bit loads silently) and its own `load` reads lazily
//! from the path, so the bytes are read whole, checked against the sum that was written with them,
//! and only then handed over.

use std::fmt;

use burn::{
    module::{Module, ModuleDisplay, ModuleMapper, Param, ParamId},
    prelude::*,
    store::ModuleRecord,
    tensor::{Bytes, FloatDType},
};
use sha2::{Digest, Sha256};

use super::average::Averaged;
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
        /// What burn says of them, in the words of Rust: for debugging, not for the message.
        why: String,
    },
    /// One of them is NaN or infinite, from which no number ever comes again.
    NotFinite {
        /// Where they lie.
        name: String,
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
            Kind::Foreign { name, .. } => say!(
                "the weights in {name} are not those of this model; use the run folder they were \
                 saved in, whole",
                "{name} 中的权重不属于这个模型；请使用保存它们的完整运行文件夹"
            ),
            Kind::NotFinite { name } => say!(
                "the weights in {name} are not all numbers (NaN or infinite); take those of an \
                 earlier epoch, or train again with a smaller --lr",
                "{name} 中的权重含有 NaN 或无穷大；请使用更早一轮的权重，或用更小的 --lr 重新训练"
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

/// Whether weights of `size` bytes may be so many parameters: in half precision each takes two.
///
/// A description that asks for more was not written with them, and the memory for its model need
/// not be taken to find that out.
pub fn may_hold(size: usize, parameters: usize) -> bool {
    parameters <= size / 2
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
pub fn load<M: Module + ModuleDisplay>(
    model: M,
    bytes: Vec<u8>,
    sum: &str,
    name: &str,
) -> Result<M> {
    if sha256(&bytes) != sum {
        return Err(Error::user(Kind::Changed { name: name.into() }));
    }
    fill(model, bytes, name)
}

/// Fills `model` with the weights in `bytes`, of which no sum is known: those of a checkpoint, with
/// which burn-train writes none. A checkpoint of a training that averages ([`Averaged`]) holds the
/// model twice; the average is the one that it was for. One of a training that carries its state
/// from step to step holds the model and the state; the model alone is read.
///
/// # Errors
/// [`Kind::Foreign`], [`Kind::NotFinite`].
pub fn fill<M: Module + ModuleDisplay>(model: M, bytes: Vec<u8>, name: &str) -> Result<M> {
    let foreign = |why: String| {
        let why = why.lines().next().unwrap_or_default().to_string();
        Error::user(Kind::Foreign { name: name.into(), why })
    };
    let record = ModuleRecord::from_bytes(Bytes::from_bytes_vec(bytes))
        .map_err(|e| foreign(e.to_string()))?
        .cast_to_module_dtype();
    let model = match model.clone().try_load_record(record.clone()) {
        Ok(model) => model,
        Err(error) => inside(model, &record).ok_or_else(|| foreign(error.to_string()))?,
    };
    match is_finite(model.clone()) {
        true => Ok(model),
        false => Err(Error::user(Kind::NotFinite { name: name.into() })),
    }
}

/// `model` filled from the record of a module around it: its average, with or without a state beside
/// it, or the model beside a state.
fn inside<M: Module + ModuleDisplay>(model: M, record: &ModuleRecord) -> Option<M> {
    let inner = Inner { model: model.clone() };
    let with_more = || record.clone().allow_unused(true);
    let averaged = Averaged::new(model, 0.0).try_load_record(record.clone());
    averaged
        .map(|both| both.average)
        .or_else(|_| {
            let both = Averaged::new(inner.clone(), 0.0).try_load_record(with_more());
            both.map(|both| both.average.model)
        })
        .or_else(|_| inner.try_load_record(with_more()).map(|inner| inner.model))
        .ok()
}

/// A model inside another module, which has more parameters: a state that is carried.
#[derive(Module, Debug)]
struct Inner<M: Module> {
    model: M,
}

/// Whether every parameter is a number.
fn is_finite<M: Module>(model: M) -> bool {
    struct Finite(bool);
    impl ModuleMapper for Finite {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let values: Vec<f32> = param.val().try_to_vec_as().expect("parameters are floats");
            self.0 &= values.iter().all(|value| value.is_finite());
            param
        }
    }
    let mut finite = Finite(true);
    model.map(&mut finite);
    finite.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::nn::{Linear, LinearConfig};

    fn linear(width: usize) -> Linear {
        LinearConfig::new(width, 3).init(&Device::flex())
    }

    fn refused(saved: Linear, name: &str) -> Kind {
        let bytes = saved.into_record().into_bytes().unwrap().to_vec();
        let error = fill(linear(2), bytes, name).expect_err("it is refused");
        assert_eq!((error.exit_code(), error.message().lines().count()), (2, 1));
        error.kind::<Kind>().expect("of this module").clone()
    }

    #[test]
    fn weights_that_are_no_numbers_are_refused() {
        for bad in [f32::NAN, f32::INFINITY] {
            let mut spoilt = linear(2);
            spoilt.weight = spoilt.weight.map(|w| w * bad);
            assert_eq!(refused(spoilt, "m.bpk"), Kind::NotFinite { name: "m.bpk".into() });
        }
    }

    #[test]
    fn a_foreign_model_is_one_short_sentence_without_the_words_of_rust() {
        let kind = refused(linear(7), "m.bpk");
        assert!(matches!(kind, Kind::Foreign { .. }), "{kind:?}");
        let said = kind.to_string();
        assert!(said.len() < 160 && !said.contains(['[', ':', '"']), "{said}");
    }
}
