//! Lesson 2: why the far past fades, how fast, and what that costs.

mod explode;
pub mod first_symbol;
mod half_life;
mod probe;

pub use explode::{Descent, descend, with_gain};
pub use half_life::{half_life, kept_per_step, sigmoid};
pub use probe::{GradientNorms, gradient_norms};
