//! A hands-on course on recurrent networks.
#![deny(unsafe_code)]

pub mod cell;
pub mod cli;
pub mod files;
pub mod look;
pub mod mnist;
pub mod poems;
pub mod say;
pub mod training;
pub mod trouble;
