//! A training of a poem model, and the folder that it leaves.

pub mod folder;
pub mod history;
pub mod settings;
pub mod split;
pub mod train;
