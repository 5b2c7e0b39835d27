//! Lesson 4: an LSTM reads a handwritten digit as 28 rows, one row a step, and names it after the
//! last.
//!
//! `cargo run --bin lesson_mnist` trains and tests one; `watch`, `half` and `units` look into a
//! trained one; `orders` and `cells` train three side by side; `spread` compares seeds.

mod args;
mod bugs;
mod compare;
mod data;
mod folder;
mod half;
mod settings;
mod show;
mod spread;
mod train;
mod training;
mod units;
mod watch;

use std::process::ExitCode;

use args::{Args, Command};
use lstm_lessons::{questions::Lesson, shell::cli};

fn main() -> ExitCode {
    cli::main_of(|mut args: Args| {
        args.kernel = args.kernel.at(args.training().precision)?;
        match &args.command {
            Some(Command::Watch(asked)) => watch::watch(&args, asked),
            Some(Command::Half) => half::half(&args),
            Some(Command::Units(asked)) => units::units(&args, asked),
            Some(Command::Orders(training)) => compare::orders(&args, training),
            Some(Command::Cells(training)) => compare::cells(&args, training),
            Some(Command::Spread(asked)) => spread::spread(&args, &asked.folders),
            Some(Command::Resume(asked)) => train::resume(&args, asked),
            Some(Command::Quiz(quiz)) => quiz.run(Lesson::Mnist),
            None if let Some(asked) = args.bug => bugs::run(asked, args),
            None => train::train(&args, &args.training),
        }
    })
}
