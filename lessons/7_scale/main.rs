//! Lesson 7: what limits an LSTM on a fast device, and what more devices bring.
//!
//! `cargo run --bin lesson_scale` shows everything; the name of a part shows that part
//! alone; `quiz` asks what was understood, `slides` draws all pictures into a folder.

mod accumulate;
mod args;
mod average;
mod depth;
mod gpus;
mod launches;
mod step;

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
            Some(Command::Quiz(quiz)) => return quiz.run(Lesson::Scale),
            Some(Command::Slides(slides)) => {
                let title = say!("Lesson 7: past one processor", "第 7 课：不止一个处理器");
                return slides.run("lesson_scale", &title, pictures(), &args.common.device);
            }
            None => {}
        }
        let device = args.common.device()?;
        if args.child {
            return accumulate::run_as_child(&args, &device);
        }
        let asked = |part: &Part| args.part.is_none_or(|asked| asked == *part);
        Part::value_variants().iter().filter(|part| asked(part)).try_for_each(|part| match part {
            Part::Launches => launches::show(&args, &device),
            Part::Depth => depth::show(&args, &device),
            Part::Average => average::show(&args, &device),
            Part::Accumulate => accumulate::show(&args),
            Part::Gpus => gpus::show(&args, &device),
        })
    })
}

/// A picture of each part that has one.
fn pictures() -> Vec<Picture> {
    ["launches", "depth", "gpus"].map(|part| Picture::new(part, part).or_quick("--quick")).to_vec()
}
