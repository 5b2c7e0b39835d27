//! The exercises of `lessons/exercises`: one check each, for the student's answer and for the
//! crate's own code.
//!
//! `cargo test` runs the checks on the crate. `cargo test --test exercises -- --ignored sigma` runs
//! one on the student's file.

#[path = "../../lessons/exercises/mod.rs"]
mod blanks;
mod cell_checks;
mod hints;
mod learning_checks;
mod poem;
mod reference;
mod refused;
mod wrong;

use std::{fmt::Display, io::Write};

use lstm_lessons::{
    say,
    shell::say::{locale_lang, set_lang},
};

/// Runs a check and panics with what is wrong, in the student's language; with HINT=1 the hint
/// comes first.
fn attempt<T, E: Display>(exercise: &str, check: impl FnOnce() -> Result<T, E>) {
    set_lang(locale_lang());
    if std::env::var_os("HINT").is_some() {
        println!("\n{}\n", hints::hint(exercise));
    }
    if let Err(wrong) = check() {
        panic!("\n\n{wrong}\n");
    }
}

/// From one list: a test of the crate's own code, an ignored one of the student's, and the list of
/// blanks.
macro_rules! exercises {
    ($($name:ident: $check:path;)*) => {
        /// The crate's own code passes every check.
        mod reference_passes {
            use super::*;
            $(#[test] fn $name() { attempt(stringify!($name), || $check(reference::$name)) })*
        }
        /// The student's files.
        mod exercise {
            use super::*;
            $(#[test] #[ignore = "the student's: see lessons/exercises/README.md"]
            pub fn $name() { attempt(stringify!($name), || $check(blanks::$name::$name)) })*
        }
        /// Each check of a student's file, by name.
        const BLANKS: &[(&str, fn())] = &[$((stringify!($name), exercise::$name)),*];
    };
}

exercises! {
    sigma: cell_checks::sigma;
    rnn: cell_checks::rnn;
    update: cell_checks::update;
    gates: cell_checks::gates;
    sequence: cell_checks::sequence;
    stack: cell_checks::stack;
    choose: learning_checks::choose;
    shift: learning_checks::shift;
    pad: learning_checks::pad;
    loss: learning_checks::loss;
    clip: learning_checks::clip;
    train: learning_checks::train;
}

/// After the exercises: the student's own cell writes.
#[test]
#[ignore = "the student's: see lessons/exercises/README.md"]
fn poem() {
    attempt("poem", || {
        let poem = poem::poem(blanks::stack::stack, blanks::choose::choose)?;
        let title = say!("A poem, written by your own cell:", "你自己的单元写的诗：");
        // Not `println!`: the test harness captures that of a passing test.
        writeln!(std::io::stdout(), "\n{title}\n\n{poem}\n").map_err(|e| e.to_string())
    });
}

#[test]
fn the_crates_own_cell_writes_the_same_poem_through_the_same_code() {
    attempt("poem", || poem::poem(reference::stack, reference::choose));
}

/// For the CI of this repository: it fails where an exercise is solved.
#[test]
#[ignore = "of the repository as it ships: .ci/run calls it"]
fn every_blank_is_blank_as_shipped() {
    assert_eq!(BLANKS.len(), 12);
    for (name, check) in BLANKS.iter().chain(&[("poem", poem as fn())]) {
        let panic = std::panic::catch_unwind(check)
            .err()
            .unwrap_or_else(|| panic!("{name} passes: it is no blank"));
        let said = panic.downcast_ref::<&str>().copied().unwrap_or("something else");
        assert_eq!(said, "not yet implemented", "{name}");
    }
}

#[test]
fn every_exercise_has_a_hint() {
    for name in BLANKS.iter().map(|(name, _)| *name).chain(["poem"]) {
        assert!(hints::hint(name).chars().count() > 20, "{name}");
    }
}

#[test]
fn both_tables_list_every_exercise_and_name_the_same_commands() {
    let [en, zh] = ["README.md", "README.zh-CN.md"].map(|name| {
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons/exercises").join(name);
        std::fs::read_to_string(path).expect("it ships with the exercises")
    });
    for (k, (name, _)) in BLANKS.iter().enumerate() {
        let row = format!("| {} | `{name}` |", k + 1);
        assert!(en.contains(&row) && zh.contains(&row), "{row}");
    }
    let commands = |text: &str| {
        text.lines().filter(|l| l.contains("cargo test --")).map(String::from).collect::<Vec<_>>()
    };
    assert_eq!(commands(&en), commands(&zh));
}
