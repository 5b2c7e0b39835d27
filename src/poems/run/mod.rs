//! A training of a poem model, and the folder that it leaves.

mod describe;
pub mod folder;
pub mod landmarks;
pub mod poets;
pub mod pretraining;
pub mod samples;
pub mod settings;
pub mod split;
pub mod train;
pub mod unchanged;

#[cfg(test)]
mod tests;
