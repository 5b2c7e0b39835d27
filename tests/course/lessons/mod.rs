//! Lessons 1 to 3 as claims, their command lines, and their walkthroughs; the course, statement by
//! statement.

mod any_terminal;
mod command_line;
mod course;
mod gradients;
mod hints;
mod lstm;
mod questions;
mod quiz;
mod rnn;
mod slides;
mod walkthroughs;
mod words;

/// One of the lessons in English unless `args` say otherwise, in an empty folder.
fn lesson(binary: &str, args: &[&str]) -> std::process::Output {
    lesson_in(tempfile::tempdir().unwrap().path(), binary, args)
}

/// The same in `folder`.
fn lesson_in(folder: &std::path::Path, binary: &str, args: &[&str]) -> std::process::Output {
    std::process::Command::new(binary)
        .args(args)
        .current_dir(folder)
        .env("LC_ALL", "en_US.UTF-8")
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the lesson starts")
}
