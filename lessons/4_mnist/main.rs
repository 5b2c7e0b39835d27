//! Lesson 4: an LSTM reads a handwritten digit as 28 rows, one row a step, and names it after the last.
//!
//! `cargo run --bin lesson_mnist` trains and tests one; `cargo run --bin lesson_mnist -- watch` shows a trained one reading.

mod args;
mod bugs;
mod data;
mod show;
mod train;
mod watch;

use std::process::ExitCode;

use args::{Args, Command};
use lstm_lessons::cli;

fn main() -> ExitCode {
    cli::main_of(|args: Args| match &args.command {
        Some(Command::Watch(asked)) => watch::watch(&args, asked),
        None if let Some(asked) = args.bug => bugs::run(asked, args),
        None => train::train(&args),
    })
}
