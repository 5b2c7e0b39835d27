//! The wiring of burn-train that both lessons share.

pub mod clip;
pub mod device;
pub mod epochs;
pub mod fit;
pub mod interrupt;
pub mod measured;
pub mod partial;
pub mod report;
pub mod run;
pub mod weights;

pub use clip::{MAX_NORM, clip_global_norm};
pub use fit::{fit, fit_within};
pub use measured::{Accuracy, Loss, Measured};
pub use partial::{Partial, checkpoint_files};
pub use run::{Ended, Plan, check_lr, run, schedule};

#[cfg(test)]
mod tests;
