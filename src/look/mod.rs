//! Pictures: of what a model sees, believes and remembers.
pub mod terminal;
