//! Lesson 4: rows as steps, the classifier, what ships with it, and its command line.

mod augment;
mod command_line;
mod evaluate;
mod model;
mod orders;
mod prefixes;
mod rows;
mod saved;
mod units;
