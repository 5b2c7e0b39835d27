//! From logits to a poem: one character first, then a whole poem, then one under constraints.

pub mod added;
pub mod beginning;
pub mod choose;
pub mod compose;
mod rank;
pub mod reader;
pub mod sample;
pub mod sharpen;
pub mod title;
mod weights;
