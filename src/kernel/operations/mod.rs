//! The kernels as differentiable operations of Burn, for the devices whose numbers lie in the
//! memory of this program.
//!
//! Burn asks for a trait of operations: its macro `backend_extension` turns that into a call for any
//! device, and we implement it for every backend whose tensors are slices (`host.rs`),
//! and once more for `Autodiff`, where the backward pass is given by hand. What the functions hand to
//! the kernels are the tensors' own slices: nothing is copied on the way in or out.
//!
//! | file | what it is about |
//! |---|---|
//! | `host.rs` | backends whose tensors are slices of this program's memory |
//! | `sequence.rs` | a sequence of any cell: the operation, what it keeps, its backward pass |
//! | `rnn.rs`, `gru.rs`, `lstm.rs` | what goes into each cell's kernel, and the function that everybody calls |
//! | `cross_entropy.rs` | the projection with its loss |

mod cross_entropy;
mod gru;
mod host;
mod lstm;
mod rnn;
mod sequence;

pub use cross_entropy::{LossOptions, linear_cross_entropy};
pub use gru::gru_sequence;
pub use lstm::lstm_sequence;
pub use rnn::rnn_sequence;
