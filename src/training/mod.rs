//! The wiring of burn-train that both lessons share.
pub mod report;
