//! Lesson 1: a sentence read one step at a time, with and without a memory.

pub mod by_hand;
mod model;
mod sentences;

pub use model::{Memory, NextCharacter, train};
pub use sentences::{COUNTRIES, SENTENCES, Sentences, lowest_loss};
