//! What lessons 1 to 3 show in front of the class; the cells themselves are in [`cell`](crate::cell).

pub mod gradients;
pub mod lstm;
pub mod rnn;
