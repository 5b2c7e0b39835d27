//! What stands between the course and its user: language, errors, files, downloads, flags.
//!
//! [`cli`] alone knows the cells and the devices, because it refuses what they cannot do; the
//! others know nothing of the course.

pub mod cli;
pub mod download;
pub mod error;
#[cfg(test)]
pub(crate) mod faults;
pub mod files;
pub mod lock;
mod note;
mod picture;
mod program;
pub(crate) mod progress;
pub mod say;
mod shown;
pub mod slides;
mod typed;
mod watch;

pub use note::{ask, note};
pub use picture::write_svg;
pub use program::{program, quoted, this_program, with_feature};
pub use progress::progress_bar;
pub use shown::Shown;
pub use typed::typed;
pub use watch::{Standing, Watch};
