//! The most memory that a process ever held; a process of its own for each implementation, so that
//! they do not mix.

use std::{process::Command, time::Duration};

use burn::prelude::*;
use clap::ValueEnum;
use lstm_lessons::{
    demos::measure::{Budget, peak_mb},
    shell::{
        cli::out,
        error::{Error, Result},
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    args::Args,
    implementation::Implementation,
    measure::time,
    training::Timed,
    work::{D_HIDDEN, POEM_STEPS, Size, Task, VOCAB_SIZE, Work},
};

/// What a child prints, as JSON.
#[derive(Serialize, Deserialize)]
pub struct Child {
    pub timed: Timed,
    /// In units of 10^6 bytes; nothing where the system does not report it.
    pub peak_memory_mb: Option<f64>,
}

/// Starts this program once more for some steps of this size, two at least: in the second, Adam's two
/// moments lie beside the gradients. It asks how long they took and what they held; nothing where the
/// child fails.
pub fn of_a_child(
    size: Size,
    implementation: Implementation,
    threads: Option<usize>,
    seconds: f64,
    args: &Args,
) -> Option<Child> {
    let mut child = Command::new(std::env::current_exe().ok()?);
    child.args(["--peak-memory", "--work", Work::Poems.name()]);
    child.args(["--implementation", implementation.name(), "--device", &args.common.device]);
    let numbers = [
        ("--length", Some(size.seq_len)),
        ("--hidden", Some(size.d_hidden)),
        ("--vocab-size", Some(size.vocab_size)),
        ("--threads", threads),
    ];
    for (flag, number) in numbers {
        child.args(number.map(|number| format!("{flag}={number}")));
    }
    child.arg(format!("--seconds={seconds}"));
    if let Some(vectors) = args.vectors.and_then(|vectors| vectors.to_possible_value()) {
        child.args(["--vectors", vectors.get_name()]);
    }
    let output = child.output().ok()?;
    serde_json::from_slice(&output.stdout).ok()
}

/// What that child does.
pub fn run_as_child(args: &Args, device: &Device) -> Result<()> {
    let size = Size {
        seq_len: args.length.unwrap_or(POEM_STEPS),
        d_hidden: args.hidden.unwrap_or(D_HIDDEN),
        vocab_size: args.vocab_size.unwrap_or(VOCAB_SIZE),
    };
    let time_limit = Duration::from_secs_f64(args.seconds);
    let budget = Budget { warm_up: 1, at_least: 1, time: time_limit };
    for &implementation in &args.implementation {
        let timed = time(Task { work: Work::Poems, size }, implementation, budget, device);
        let child = Child { timed, peak_memory_mb: peak_mb() };
        out(&serde_json::to_string(&child).map_err(|e| Error::ours(e.to_string()))?)?;
    }
    Ok(())
}
