//! Lesson 4: an LSTM reads a handwritten digit as 28 rows, one row a step, and names it after the
//! last.
//!
//! `cargo run --bin lesson_mnist` trains and tests one; `watch`, `half` and `units` look into a
//! trained one; `orders` and `cells` train three side by side; `spread` compares seeds; `slides` draws all pictures into a folder.

mod args;
mod bugs;
mod compare;
mod confusion;
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
use lstm_lessons::{
    questions::Lesson,
    say,
    shell::{cli, slides::Picture},
    training::history::HISTORY,
};

fn main() -> ExitCode {
    cli::main_of(|args: Args| {
        let mut args = args.with_home();
        args.kernel = args.kernel.at(args.training().precision)?;
        match &args.command {
            Some(Command::Watch(asked)) => watch::watch(&args, asked),
            Some(Command::Half) => half::half(&args),
            Some(Command::Units(asked)) => units::units(&args, asked),
            Some(Command::Orders(training)) => compare::orders(&args, training),
            Some(Command::Cells(training)) => compare::cells(&args, training),
            Some(Command::Spread(asked)) => spread::spread(&args, &asked.folders),
            Some(Command::Resume(asked)) => train::resume(&args, asked),
            Some(Command::Confusion) => confusion::confusion(&args),
            Some(Command::Losses(asked)) => asked.show(&say!("nats per digit", "每个数字的纳特数")),
            Some(Command::Slides(slides)) => {
                let title =
                    say!("Lesson 4: handwritten digits, row by row", "第 4 课：逐行读手写数字");
                slides.run("lesson_mnist", &title, pictures(&args), &args.common.device)
            }
            Some(Command::Quiz(quiz)) => quiz.run(Lesson::Mnist),
            None if let Some(asked) = args.bug => bugs::run(asked, args),
            None => train::train(&args, &args.training),
        }
    })
}

/// What a trained classifier can be asked, and how it was trained where that is known.
fn pictures(args: &Args) -> Vec<Picture> {
    let run = args.run.as_deref();
    let mut pictures: Vec<Picture> = [
        ("reading", "watch --digit 4"),
        ("half", "half"),
        ("confusion", "confusion"),
        ("units", "units"),
        ("units-after-14-rows", "units --row 14"),
    ]
    .map(|(name, words)| Picture::new(name, words).or_quick("--quick"))
    .map(|picture| picture.with("--run", run).with("--data", args.data.as_deref()))
    .to_vec();
    if let Some(run) = run.filter(|run| run.join(HISTORY).is_file()) {
        pictures.push(Picture::new("losses", "losses").and(run));
    }
    pictures
}
