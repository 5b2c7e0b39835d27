//! The kernels as differentiable operations of Burn, for the devices whose numbers lie in the
//! memory of this program.
//!
//! Burn asks for one function per backend and one for `Autodiff`, where the way back is given by
//! hand. What the functions hand to the kernels are the tensors' own slices: nothing is copied on
//! the way in or out. One file an operation, all built alike: the trait that Burn's macro turns
//! into a call for any device, the forward for tensors without autodiff, what is kept for the way
//! back and the way back itself, the forward with autodiff, and at the end the function that
//! everybody calls. [`rnn_sequence`] is the shortest.

mod cross_entropy;
mod gru;
mod host;
mod lstm;
mod rnn;

pub use cross_entropy::linear_cross_entropy;
pub use gru::gru_sequence;
pub use lstm::lstm_sequence;
pub use rnn::rnn_sequence;
