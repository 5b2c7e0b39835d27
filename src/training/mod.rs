//! Training, as both lessons do it: the loop around burn-train, its checkpoints, and the model that
//! comes out.
//!
//! Read first [`mod@fit`] (training on one page), then [`epochs`] (the loop of the long trainings)
//! and [`mod@run`] (what is put around it).

pub mod average;
pub mod bundle;
pub mod checkpoints;
pub mod clip;
pub mod device;
pub mod epochs;
pub mod fit;
pub mod history;
pub mod interrupt;
pub mod losses;
pub mod measured;
pub mod micro_batches;
pub mod order;
pub mod outside;
pub mod partial;
pub mod report;
pub mod run;
pub mod schedule;
pub mod sealed;
pub mod weights;

pub use average::Averaged;
pub use checkpoints::{Sums, checkpoint_files};
pub use clip::{MAX_NORM, clip_global_norm, clipped};
pub use epochs::FinishedEpoch;
pub use fit::{fit, fit_within};
pub use measured::{Accuracy, Loss, Measured};
pub use micro_batches::{Divide, MicroBatches};
pub use outside::outside_autodiff;
pub use partial::Partial;
pub use run::{Ended, Plan, run};
pub use schedule::{check_lr, one_cycle, schedule};

#[cfg(test)]
mod tests;
