//! Whether a kernel runs, and on how much of the machine.

use burn::{backend::DispatchDevice, prelude::*, tensor::DType};

use super::vector::Vectors;
use crate::{
    say,
    shell::error::{Error, Result},
};

/// What computes the cells and the loss: one flag everywhere (`--kernel readable|fused`).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    clap::ValueEnum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Kernel {
    /// The equations of [`cell`](crate::cell), tensor by tensor.
    #[value(help = None::<&str>)] // the flag says it in both languages
    Readable,
    /// The operations of [`kernel`](super), where they exist; else the equations.
    #[default]
    #[value(help = None::<&str>)]
    Fused,
    /// The same with products of half-precision numbers ([`Precision::Bf16`]).
    #[value(skip)] // `--precision` says it
    #[serde(rename = "fused-bf16")]
    FusedBf16,
}

impl Kernel {
    /// What `--kernel` and `--precision` ask for together.
    ///
    /// # Errors
    /// Half precision of the equations: only the operations have it.
    pub fn at(self, precision: Precision) -> Result<Self> {
        match (self, precision) {
            (kernel, Precision::F32) => Ok(kernel),
            (Kernel::Fused | Kernel::FusedBf16, Precision::Bf16) => Ok(Kernel::FusedBf16),
            (Kernel::Readable, Precision::Bf16) => Err(Error::user(say!(
                "--precision bf16 needs --kernel fused: the equations tensor by tensor are f32",
                "--precision bf16 需要 --kernel fused：逐张量计算公式只用 f32"
            ))),
        }
    }

    /// What its matrices are multiplied from.
    pub fn precision(self) -> Precision {
        match self {
            Kernel::Readable | Kernel::Fused => Precision::F32,
            Kernel::FusedBf16 => Precision::Bf16,
        }
    }

    /// Whether the fused operations are wanted and can take `tensor`: single precision, in this
    /// program's memory.
    pub fn runs_on<const D: usize>(self, tensor: &Tensor<D>) -> bool {
        self != Kernel::Readable && in_memory(&tensor.device()) && tensor.dtype() == DType::F32
    }

    /// The same for the operations that a GPU has too: the sequence, the loss, the embedding, Adam. A layer must
    /// also [fit](super::gpu::fits).
    #[cfg(feature = "cubecl")]
    pub fn runs_on_gpu<const D: usize>(self, tensor: &Tensor<D>) -> bool {
        self != Kernel::Readable
            && matches!(tensor.device().inner().as_dispatch(), DispatchDevice::Cube(_))
            && tensor.dtype() == DType::F32
    }

    /// No GPU was compiled in.
    #[cfg(not(feature = "cubecl"))]
    pub fn runs_on_gpu<const D: usize>(self, _: &Tensor<D>) -> bool {
        false
    }

    /// Refuses a precision that the device does not have, where f32 would be computed without a word.
    ///
    /// # Errors
    /// Half precision on a GPU: only the operations of the CPU have it.
    pub fn check(self, device: &Device) -> Result<()> {
        match self.precision() {
            Precision::Bf16 if !in_memory(device) => Err(Error::user(say!(
                "--precision bf16 is for the CPU; use --device flex, or leave it out",
                "--precision bf16 只用于 CPU；请用 --device flex，或去掉它"
            ))),
            _ => Ok(()),
        }
    }
}

/// Whether a device's tensors are slices of this program's memory, as those of the CPU's devices are.
pub fn in_memory(device: &Device) -> bool {
    match device.clone().inner().as_dispatch() {
        DispatchDevice::Flex(_) => true,
        #[cfg(feature = "ndarray")]
        DispatchDevice::NdArray(_) => true,
        #[allow(unreachable_patterns)] // no other device is compiled in by default
        _ => false,
    }
}

/// The precision of the numbers that matrices are multiplied from (`--precision f32|bf16`); sums,
/// states, losses, weights and the optimizer are f32 in either.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    clap::ValueEnum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 24 bits of mantissa.
    #[default]
    #[value(help = None::<&str>)] // the flag says it in both languages
    F32,
    /// 8 bits of mantissa, the exponent of an f32; in the [`kernel`](super)s only.
    #[value(help = None::<&str>)]
    Bf16,
}

impl Precision {
    /// How many numbers share 32 bits.
    pub(super) fn numbers_a_word(self) -> usize {
        match self {
            Precision::F32 => 1,
            Precision::Bf16 => 2,
        }
    }

    /// How many times 32 bits `count` numbers take.
    pub(super) fn words(self, count: usize) -> usize {
        count.div_ceil(self.numbers_a_word())
    }
}

/// How the kernels use the machine.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    /// The vector registers to use.
    pub vectors: Vectors,
    /// Among how many threads the rows of a batch are split.
    pub threads: usize,
    /// What matrices are multiplied from.
    pub precision: Precision,
}

impl Machine {
    /// Everything the CPU at hand has.
    pub fn whole(precision: Precision) -> Self {
        Self { vectors: Vectors::widest(), threads: rayon::current_num_threads(), precision }
    }

    /// The rows that one thread takes of `batch`; the last may get fewer.
    pub(super) fn share(self, batch: usize) -> usize {
        batch.div_ceil(self.threads.max(1)).max(1)
    }

    /// The rows that each thread takes of `batch`.
    pub(super) fn shares(self, batch: usize) -> impl Iterator<Item = usize> {
        let share = self.share(batch);
        (0..batch).step_by(share).map(move |first| share.min(batch - first))
    }
}
