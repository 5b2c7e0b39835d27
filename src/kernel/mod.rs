//! The same maths as [`cell`](crate::cell), as single operations written for the CPU.
pub mod adam;
pub mod cross_entropy;
pub mod gru;
pub mod lstm;
pub mod matmul;
pub mod operations;
pub mod rnn;
pub mod scratch;
pub mod sequence;
pub mod vector;

use burn::{backend::DispatchDevice, prelude::*, tensor::DType};
use vector::Vectors;

/// Which of the two ways computes: one flag everywhere (`--kernel readable|fused`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kernel {
    /// The equations of [`cell`](crate::cell), tensor by tensor.
    Readable,
    /// The operations of this module, where they exist; else the readable way.
    #[default]
    Fused,
}

impl Kernel {
    /// Whether the fused operations are wanted and can take `tensor`: single precision, in this program's memory.
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
    /// Among how many threads the rows of a batch are parted.
    pub threads: usize,
}

impl Machine {
    /// Everything the CPU at hand has.
    pub fn whole() -> Self {
        Self { vectors: Vectors::widest(), threads: rayon::current_num_threads() }
    }

    /// The rows that one thread takes of `batch`.
    fn share(self, batch: usize) -> usize {
        batch.div_ceil(self.threads.max(1)).max(1)
    }
}
