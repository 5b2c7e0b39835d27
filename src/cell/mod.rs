//! The shared cells.
