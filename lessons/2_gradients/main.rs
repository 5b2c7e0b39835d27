//! Lesson 2: how far back a gradient reaches, why the RNN forgets, and what its memory costs.
//!
//! `cargo run --bin lesson_gradients` shows everything; the name of a part shows that part alone;
//! `quiz` asks what was understood, `slides` draws all pictures into a folder.

mod args;
mod cost;
mod explode;
mod half_life;
mod measured;
mod remember;
mod thermometer;

use std::process::ExitCode;

use args::{Args, PARTS, Part};
use clap::ValueEnum;
use lstm_lessons::{
    questions::{Command, Lesson},
    say,
    shell::{cli, slides::Picture},
};

fn main() -> ExitCode {
    cli::main_of_parts(PARTS, |args: Args| {
        match &args.command {
            Some(Command::Quiz(quiz)) => return quiz.run(Lesson::Gradients),
            Some(Command::Slides(slides)) => {
                let title = say!("Lesson 2: gradients that fade", "第 2 课：渐渐消失的梯度");
                return slides.run("lesson_gradients", &title, pictures(), &args.common.device);
            }
            None => {}
        }
        let device = args.common.device()?;
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

/// A picture of each part.
fn pictures() -> Vec<Picture> {
    let parts = ["thermometer", "half-life", "remember", "explode", "cost"];
    parts.map(|part| Picture::new(part, part).or_quick("--quick")).to_vec()
}
