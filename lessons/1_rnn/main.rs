//! Lesson 1: a sentence read one step at a time, by a network with a memory and by the same network
//! without one.
//!
//! `cargo run --bin lesson_rnn` trains both before your eyes; `cargo run --bin lesson_rnn -- hand`
//! does back-propagation through time by hand; `quiz` asks what was understood.

mod args;
mod hand;
mod read;

use std::process::ExitCode;

use args::{Args, PARTS, Part};
use lstm_lessons::{
    questions::{Command, Lesson},
    shell::cli,
};

fn main() -> ExitCode {
    cli::main_of_parts(PARTS, |args: Args| {
        if let Some(Command::Quiz(quiz)) = &args.command {
            return quiz.run(Lesson::Rnn);
        }
        let device = args.common.device()?;
        match args.part {
            Some(Part::Hand) => hand::hand(&args, &device),
            _ => read::read(&args, &device),
        }
    })
}
