//! Lesson 7: what limits an LSTM on a fast device, and what more devices bring.

pub mod halves;
pub mod paper;

pub use halves::{Halves, averaged};
pub use paper::Terms;
