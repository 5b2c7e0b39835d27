//! Lesson 2: how far back a gradient reaches, why the RNN forgets, and what its memory costs.
//!
//! `cargo run --bin lesson_gradients` shows everything; the name of a part shows that part alone.

mod args;
mod cost;
mod explode;
mod half_life;
mod measured;
mod remember;
mod thermometer;

use std::process::ExitCode;

use args::{Args, Part};
use clap::ValueEnum;
use lstm_lessons::{
    say,
    shell::{cli, error::Error},
};

fn main() -> ExitCode {
    cli::main_of(|args: Args| {
        let device = args.common.device()?;
        if args.svg.is_some() && args.part.is_some_and(|part| part != Part::Thermometer) {
            return Err(Error::user(say!(
                "--svg draws the thermometer; leave the other part's name out, or --svg",
                "--svg 画的是温度计；请去掉其他部分的名字，或去掉 --svg"
            )));
        }
        let asked = |part: &Part| args.part.is_none_or(|asked| asked == *part);
        Part::value_variants().iter().filter(|part| asked(part)).try_for_each(|part| match part {
            Part::Thermometer => thermometer::show(&args, &device),
            Part::HalfLife => half_life::show(&args, &device),
            Part::Remember => remember::show(&args, &device),
            Part::Explode => explode::show(&args, &device),
            Part::Cost => cost::show(&args, &device),
        })
    })
}
