//! What lessons 1 to 3 and 7 show in front of the class, and what 6 and 7 measure with; the cells themselves are in [`cell`](crate::cell).

pub mod gradients;
pub mod lstm;
pub mod measure;
pub mod rnn;
pub mod scale;
