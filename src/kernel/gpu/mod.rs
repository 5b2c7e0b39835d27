//! The same maths once more, for GPUs: kernels in Rust that CubeCL compiles for the GPU at hand.
//!
//! What limits an LSTM on a GPU is not its arithmetic. The T steps wait for each other, and written
//! tensor by tensor each of them is some twenty launches: small programs that are sent to the GPU
//! one after the other, each of which costs microseconds before it computes anything. Here a whole
//! sequence is one launch, and its backward pass another.
//!
//! | file | what it is about |
//! |---|---|
//! | `tensor.rs` | the tensors of a GPU, as our kernels take and make them |
//! | `sums.rs` | sums over many cubes, and over the units of one |
//! | `plan.rs` | how many rows of the batch a cube takes, how many parts a sum is cut into, how much of the matrix a unit holds |
//! | `product.rs` | the product inside of the loop: vectors in shared memory, the matrix in registers, what they cannot hold streams by |
//! | `matmul.rs` | products, also those whose sums are long and whose results are small |
//! | `forward.rs` | all steps of a sequence in one launch |
//! | `backward.rs` | all steps back in one launch |
//! | `needed.rs` | which numbers a unit reads, and what it needs of a step in the backward pass, asked for early |
//! | [`sequence`] | what is launched in which order, and the products before and after the loop |
//! | `cross_entropy.rs` | loss and gradient of a row of logits |
//! | `sparse_bias.rs` | what is added to a few logits, and its gradient without units in each other's way |
//! | [`loss`] | the projection with its loss, some rows at a time |
//! | [`embedding`] | the gradient of an embedding |
//! | [`adam`] | the optimizer's step in one launch |
//!
//! The idea: **the rows of a batch never meet.** Row b of h_t needs row b of h_{t-1} and the
//! weights, nothing else. So a cube (CubeCL's word; CUDA's is block, Vulkan's workgroup) takes some
//! rows through all T steps. Within a cube units can wait for each other, which costs nanoseconds;
//! cubes cannot, short of another launch.
pub mod adam;
mod backward;
mod cross_entropy;
pub mod embedding;
mod forward;
pub mod loss;
mod matmul;
mod needed;
mod plan;
mod product;
pub mod sequence;
mod sparse_bias;
mod sums;
mod tensor;

use burn::{backend::DispatchDevice, prelude::*};

/// Whose equations a kernel computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Equations {
    /// Those of [`RnnCell`](crate::cell::RnnCell).
    Rnn,
    /// Those of [`GruCell`](crate::cell::GruCell).
    Gru,
    /// Those of [`LstmCell`](crate::cell::LstmCell).
    Lstm,
}

impl Equations {
    /// G: how many gates lie side by side in the weights.
    pub fn gates(self) -> usize {
        match self {
            Equations::Rnn => 1,
            Equations::Gru => 3,
            Equations::Lstm => 4,
        }
    }
}

/// Whether `device` is a GPU one of whose cubes has room for a layer of H units: its shared memory
/// must hold a row of the batch, its gates and the parts of its sums.
pub fn fits(device: &Device, equations: Equations, h: usize) -> bool {
    match device.clone().inner().as_dispatch() {
        DispatchDevice::Cube(device) => sequence::plans(device, equations, 1, h).is_some(),
        _ => false,
    }
}
