//! Lesson 4: a digit read row by row.
pub mod download;
pub mod drawn;
pub mod source;
