//! Figures and pictures of a trained model. Nothing outside this folder needs it but the lessons.

pub mod explain;
pub mod figures;
pub mod gates;
pub mod growth;
pub mod loss;
pub mod measures;
pub mod neighbors;
pub mod neuron;
pub mod pipeline;
mod poets;
pub mod score;
pub mod seen;
pub mod titles;
pub mod xray;
