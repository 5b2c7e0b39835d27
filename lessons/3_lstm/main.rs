//! Lesson 3: one LSTM unit with a calculator, its gates held open and shut, and the gates of the
//! model that writes poems.
//!
//! `cargo run --bin lesson_lstm` shows all three; the name of a part shows that part alone;
//! `quiz` asks what was understood, `slides` draws all pictures into a folder.

mod args;
mod gates;
mod hand;
mod poem;

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
            Some(Command::Quiz(quiz)) => return quiz.run(Lesson::Lstm),
            Some(Command::Slides(slides)) => {
                let title =
                    say!("Lesson 3: three gates around a memory", "第 3 课：记忆元周围的三个门");
                let pictures = vec![
                    Picture::new("held-gates", "gates"),
                    Picture::new("gates-layer-1", "poem --layer 1"),
                    Picture::new("gates", "poem"),
                ];
                return slides.run("lesson_lstm", &title, pictures, &args.common.device);
            }
            None => {}
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
