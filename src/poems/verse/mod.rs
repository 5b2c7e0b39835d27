//! The rules of verse (form, tone, rhyme, tune), and the facts that a model is given of them.

pub mod asked;
pub mod breaches;
pub mod facts;
pub mod features;
pub mod output;
pub mod prosody;
pub mod rhymes;
mod scan;
pub mod schemes;
mod told;
pub mod tunes;
