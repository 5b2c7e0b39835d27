//! Lesson 1: a sentence read one step at a time, by a network with a memory and by the same network
//! without one.
//!
//! `cargo run --bin lesson_rnn` trains both before your eyes; `cargo run --bin lesson_rnn -- hand`
//! does back-propagation through time by hand; `quiz` asks what was understood,
//! `slides` draws its pictures into a folder.

mod args;
mod hand;
mod read;

use std::process::ExitCode;

use args::{Args, PARTS, Part};
use lstm_lessons::{
    questions::{Command, Lesson},
    say,
    shell::{cli, slides::Picture},
};

fn main() -> ExitCode {
    cli::main_of_parts(PARTS, |args: Args| {
        match &args.command {
            Some(Command::Quiz(quiz)) => return quiz.run(Lesson::Rnn),
            Some(Command::Slides(slides)) => {
                let title = say!("Lesson 1: a network with a memory", "第 1 课：有记忆的网络");
                let read = Picture::new("read", "read").or_quick("--quick");
                return slides.run("lesson_rnn", &title, vec![read], &args.common.device);
            }
            None => {}
        }
        let device = args.common.device()?;
        match args.part {
            Some(Part::Hand) => hand::hand(&args, &device),
            _ => read::read(&args, &device),
        }
    })
}
