//! Whether a kernel runs, and on how much of the machine.

use burn::{backend::DispatchDevice, prelude::*, tensor::DType};

use super::vector::Vectors;

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
}

impl Kernel {
    /// Whether the fused operations are wanted and can take `tensor`: single precision, in this
    /// program's memory.
    pub fn runs_on<const D: usize>(self, tensor: &Tensor<D>) -> bool {
        let here = match tensor.device().inner().as_dispatch() {
            DispatchDevice::Flex(_) => true,
            #[cfg(feature = "ndarray")]
            DispatchDevice::NdArray(_) => true,
            #[allow(unreachable_patterns)] // no other device is compiled in by default
            _ => false,
        };
        self == Kernel::Fused && here && tensor.dtype() == DType::F32
    }
}

/// How the kernels use the machine.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    /// The vector registers to use.
    pub vectors: Vectors,
    /// Among how many threads the rows of a batch are split.
    pub threads: usize,
}

impl Machine {
    /// Everything the CPU at hand has.
    pub fn whole() -> Self {
        Self { vectors: Vectors::widest(), threads: rayon::current_num_threads() }
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
