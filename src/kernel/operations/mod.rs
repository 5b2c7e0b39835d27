//! The kernels as differentiable operations of Burn.
//!
//! Burn asks for a trait of operations: its macro `backend_extension` turns that into a call for any
//! device, and we implement it for every backend whose tensors are slices (`host.rs`), for GPUs,
//! and once more for `Autodiff`, where the backward pass is given by hand. What the functions hand to
//! the kernels of the CPU are the tensors' own slices: nothing is copied on the way in or out.
//!
//! | file | what it is about |
//! |---|---|
//! | `host.rs` | backends whose tensors are slices of this program's memory |
//! | `sequence.rs` | a sequence of any cell: the operation, what it keeps, its backward pass |
//! | `sequence_host.rs`, `sequence_gpu.rs` | the same where tensors are slices, and on a GPU |
//! | `rnn.rs`, `gru.rs`, `lstm.rs` | what goes into each cell's kernel, and the function that everybody calls |
//! | `cross_entropy.rs` | the projection with its loss |
//! | `embedding.rs` | an embedding on a GPU, for the sake of its backward pass |
//! | `adam.rs` | the optimizer's step on a GPU; on a CPU it needs no operation |

#[cfg(feature = "cubecl")]
mod adam;
mod cross_entropy;
#[cfg(feature = "cubecl")]
mod embedding;
mod gru;
mod host;
mod lstm;
mod rnn;
mod sequence;
#[cfg(feature = "cubecl")]
mod sequence_gpu;
mod sequence_host;

#[cfg(feature = "cubecl")]
pub use adam::adam_on_gpu;
pub use cross_entropy::{LossOptions, linear_cross_entropy};
#[cfg(feature = "cubecl")]
pub use embedding::embedding_on_gpu;
pub use gru::gru_sequence;
pub use lstm::lstm_sequence;
pub use rnn::rnn_sequence;
