//! Lesson 3: one LSTM unit, followed with a calculator, and gates that are held open or shut.

pub mod by_hand;
mod held;

pub use held::{Held, run};
