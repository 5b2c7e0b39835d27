//! Lesson 4: a digit read row by row.
//!
//! Begin with [`rows`], where an image becomes a sequence, and [`model`], the classifier that reads
//! it. The rest, along the way of the data:
//!
//! [`digits`] as bytes, real ones from a folder ([`source`], [`download`]) or [`drawn`] →
//! [`augment`] while training → the [`order`] of reading → [`rows`] → [`model`] → [`evaluate`],
//! [`by_row`], [`signals`] and [`units`] look into what it learned, [`watch`] draws it reading,
//! [`saved`] keeps it.

pub mod augment;
pub mod by_row;
pub mod digits;
pub mod download;
pub mod drawn;
pub mod evaluate;
pub mod idx;
pub mod model;
pub mod order;
pub mod originals;
pub mod rows;
pub mod saved;
pub mod signals;
pub mod source;
pub mod units;
pub mod watch;

pub use digits::Digits;
