//! Lesson 1: a sentence read one step at a time, by a network with a memory and by the same network
//! without one.
//!
//! `cargo run --bin lesson_rnn` trains both before your eyes; `cargo run --bin lesson_rnn -- hand`
//! does back-propagation through time by hand.

mod args;
mod hand;
mod read;

use std::process::ExitCode;

use args::{Args, Part};
use lstm_lessons::{
    say,
    shell::{cli, error::Error},
};

fn main() -> ExitCode {
    cli::main_of(|args: Args| {
        let device = args.common.device()?;
        match args.part {
            Some(Part::Hand) if args.svg.is_some() => Err(Error::user(say!(
                "--svg draws the probabilities of `read`; leave hand out, or --svg",
                "--svg 画的是 read 的概率；请去掉 hand，或去掉 --svg"
            ))),
            Some(Part::Hand) => hand::hand(&args, &device),
            _ => read::read(&args, &device),
        }
    })
}
