//! The course as claims: what each lesson says of itself is tested here, a module each.
//!
//! One binary, so that the crate is linked once. `cargo test --test course cells::` runs one module.

mod cells;
mod kernel;
mod kills;
mod lessons;
mod micro_batches;
mod mnist;
mod poems;
mod sources;
mod speed;
mod support;
