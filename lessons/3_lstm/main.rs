//! Lesson 3: one LSTM unit with a calculator, its gates held open and shut, and the gates of the
//! model that writes poems.
//!
//! `cargo run --bin lesson_lstm` shows all three; the name of a part shows that part alone;
//! `quiz` asks what was understood.

mod args;
mod gates;
mod hand;
mod poem;

use std::process::ExitCode;

use args::{Args, PARTS, Part};
use clap::ValueEnum;
use lstm_lessons::{
    questions::{Command, Lesson},
    shell::cli,
};

fn main() -> ExitCode {
    cli::main_of_parts(PARTS, |args: Args| {
        if let Some(Command::Quiz(quiz)) = &args.command {
            return quiz.run(Lesson::Lstm);
        }
        let device = args.common.device()?;
        let asked = |part: &Part| args.part.is_none_or(|asked| asked == *part);
        Part::value_variants().iter().filter(|part| asked(part)).try_for_each(|part| match part {
            Part::Hand => hand::show(&args, &device),
            Part::Gates => gates::show(&args, &device),
            Part::Poem => poem::show(&args, &device),
        })
    })
}
