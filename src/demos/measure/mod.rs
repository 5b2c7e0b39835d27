//! What lessons 6 and 7 measure with: a stopwatch, and the memory of this process.

mod memory;
mod stopwatch;

pub use memory::peak_mb;
pub use stopwatch::{Budget, Stopwatch};
