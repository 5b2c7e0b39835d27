//! The same maths as [`cell`](crate::cell), as single operations written for the CPU.
//!
//! The readable cells are the specification, and stay it: `tests/course/kernel` holds every output
//! and every gradient of this module against theirs, and against differences of the loss. Lesson 6
//! walks from one to the other and measures each stage.
//!
//! # Which file first
//!
//! | file | what it is about | why it is there |
//! |---|---|---|
//! | [`vector`] | one loop compiled for 128, 256 and 512 bits; exp, σ and tanh without a branch | a loop of calls fills no vector register, and one program must run on every CPU |
//! | [`matmul`] | a matrix in a slice, and the product of two | strides instead of copies; the `unsafe` product behind asserts |
//! | [`rnn`] | the whole sequence as one operation, in its smallest form | a tensor for every term of every step costs more than the arithmetic |
//! | [`lstm`] | the same with four gates and a memory | all gates in one product, one walk over them per step |
//! | [`gru`] | the same with three gates, one of which works after its product | what must not be added together is kept apart |
//! | [`sequence`] | what those three share | |
//! | [`cross_entropy`] | projection, softmax, loss and gradient, some rows at a time | the scores of all positions never lie in memory together |
//! | [`adam`] | the optimizer's step in one pass | every number is read once and written once |
//! | [`step`] | one step for one stream, without a tensor | a poem is written one character at a time |
//! | [`scratch`] | buffers that wait for the next step | fresh memory costs time when it is first touched |
//! | [`operations`] | all that as operations of Burn | the way back by hand, and no copy on the way in or out |
//!
//! Four ideas come back in all of them:
//!
//! * **Part the batch, not the product.** A thread takes some rows through all steps, with products
//!   of its own; threads meet once a layer and not twice a step ([`Machine`]).
//! * **Whatever does not wait for the past is done at once.** x_t W_x for all steps is one product
//!   before the loop, each weight's gradient one product after it.
//! * **Keep what the way back needs, in the place where it will be overwritten.** The gates of all
//!   steps lie in one buffer, and on the way back δa takes their place.
//! * **The order of a sum belongs to the result.** Tasks have fixed sizes where that costs nothing:
//!   the loss and the widths of vector registers are equal to the bit. Into how many parts the
//!   batch is cut changes the shapes of the products of a sequence, and with them its last bits; so
//!   one seed and one number of threads give the same bytes, and another number of threads nearly
//!   the same.
pub mod adam;
pub mod cross_entropy;
pub mod gru;
pub mod lstm;
pub mod matmul;
pub mod operations;
pub mod rnn;
pub mod scratch;
pub mod sequence;
pub mod step;
pub mod vector;

use burn::{backend::DispatchDevice, prelude::*, tensor::DType};
use vector::Vectors;

/// Which of the two ways computes: one flag everywhere (`--kernel readable|fused`).
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
    Readable,
    /// The operations of this module, where they exist; else the readable way.
    #[default]
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

    /// The rows that one thread takes of `batch`.
    fn share(self, batch: usize) -> usize {
        batch.div_ceil(self.threads.max(1)).max(1)
    }
}
