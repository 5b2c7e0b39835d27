//! Lessons 1 to 3 as claims, their command lines, and their walkthroughs; the course, statement by statement.

mod command_line;
mod course;
mod gradients;
mod lstm;
mod rnn;
mod walkthroughs;

use burn::prelude::*;

/// Every device this build has.
fn devices() -> Vec<Device> {
    let names: &[&str] = if cfg!(feature = "ndarray") { &["flex", "ndarray"] } else { &["flex"] };
    names.iter().map(|name| lstm_lessons::training::device::device(name).expect("built with it")).collect()
}

/// One of the lessons in English unless `args` say otherwise, in an empty folder.
fn lesson(binary: &str, args: &[&str]) -> std::process::Output {
    let folder = tempfile::tempdir().unwrap();
    std::process::Command::new(binary)
        .args(args)
        .current_dir(folder.path())
        .env("LC_ALL", "en_US.UTF-8")
        .output()
        .expect("the lesson starts")
}
