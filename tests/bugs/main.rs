//! The bug zoo: one check a bug. The right function passes it, the wrong one fails it, and the
//! lesson shows the bug when it is switched on.

mod axes;
mod batching;
mod corpus;
mod learning;
mod page;
mod sampling;
mod targets;
mod zoo;

use std::process::{Command, Output, Stdio};

use burn::prelude::Device;
use lstm_lessons::poems::{bundle::Bundle, model::PoemModel, shape::PoemShape, text::vocab::Vocab};

/// The outcome of a check: nothing wrong, or a description of what is.
type Verdict = Result<(), String>;

/// Passes if the condition holds; otherwise fails with this description.
fn hold(condition: bool, otherwise: impl Into<String>) -> Verdict {
    if condition { Ok(()) } else { Err(otherwise.into()) }
}

/// The two verdicts of a test: the right function passes the check, the wrong one fails it.
#[track_caller]
fn caught(healthy: Verdict, faulty: Verdict) {
    assert_eq!(healthy, Ok(()), "the check must let the right function pass");
    assert!(faulty.is_err(), "the check does not detect the bug");
}

/// The figures of a lesson with a bug switched on, each as `(healthy, faulty)`.
struct Shown(serde_json::Value);

impl Shown {
    fn by(binary: &str, bug: &str) -> Self {
        let ran = run(binary, &["--bug", bug, "--quick", "--json"]);
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        Self(serde_json::from_slice(&ran.stdout).expect("one JSON object"))
    }

    fn number(&self, key: &str) -> (f64, f64) {
        let of = |which: &str| {
            self.0["measured"][key][which].as_f64().unwrap_or_else(|| panic!("{key} in {}", self.0))
        };
        (of("healthy"), of("faulty"))
    }

    fn text(&self, key: &str) -> (String, String) {
        let of = |which: &str| {
            self.0["measured"][key][which].as_str().unwrap_or_else(|| panic!("{key}")).to_string()
        };
        (of("healthy"), of("faulty"))
    }
}

fn run(binary: &str, args: &[&str]) -> Output {
    Command::new(binary)
        .args(args)
        .env("LC_ALL", "en_US.UTF-8")
        .stdin(Stdio::null())
        .output()
        .expect("the lesson starts")
}

const MNIST: &str = env!("CARGO_BIN_EXE_lesson_mnist");
const POEMS: &str = env!("CARGO_BIN_EXE_lesson_poems");

/// A tiny model for ids below `vocab_size`.
fn tiny(vocab_size: usize, n_layers: usize, device: &Device) -> PoemModel {
    PoemModel::new(&shape(n_layers), vocab_size, 3, device)
}

fn shape(n_layers: usize) -> PoemShape {
    PoemShape { d_embed: 16, d_hidden: 16, n_layers, ..PoemShape::default() }
}

/// A tiny model with the vocabulary of `text`.
fn tiny_bundle(text: &str, device: &Device) -> Bundle {
    let vocab = Vocab::count([text], 1);
    Bundle {
        model: tiny(vocab.size(), 1, device),
        vocab,
        shape: shape(1),
        tunes: Vec::new(),
        schemes: Default::default(),
        story: String::new(),
    }
}
