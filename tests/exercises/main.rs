//! The exercises of `lessons/exercises`: one check each, for the student's answer and for the
//! crate's own code.
//!
//! `cargo test` runs the checks on the crate. `cargo test --test exercises -- --ignored sigma` runs
//! one on the student's file.

mod attempt;
#[path = "../../lessons/exercises/mod.rs"]
mod blanks;
mod cell_checks;
#[path = "../../lessons/exercises/runner/exercise.rs"]
#[allow(dead_code)] // the runner's, most of it
mod exercise_list;
#[path = "../../lessons/exercises/runner/hints.rs"]
mod hints;
mod learning_checks;
mod panics;
mod poem;
mod reference;
mod refused;
#[cfg(unix)] // its cargo is a script
mod runner;
#[cfg(unix)]
mod student;
mod wrong;

use std::io::Write;

use attempt::attempt;
use lstm_lessons::say;

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

/// For the CI of this repository: it fails where an exercise is solved, and where `reset` would
/// give another text than ships.
#[test]
#[ignore = "of the repository as it ships: .ci/run calls it"]
fn every_blank_is_blank_as_shipped() {
    assert_eq!(BLANKS.len(), 12);
    for (file, blank) in exercise_list::blanks().filter_map(|exercise| exercise.blank) {
        let shipped = std::fs::read_to_string(lessons().join(file)).expect("it ships");
        let again = "cargo test --test exercises -- --ignored the_blanks_are_copied";
        assert!(shipped == blank, "{file} is not its copy in runner/blanks; `{again}` mends that");
    }
    #[cfg(unix)]
    runner::the_real_checks_say_that_sigma_is_open();
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

/// Not a test but a tool for authors: an exercise has a new text, and `reset` is to give that.
#[test]
#[ignore = "writes into runner/blanks"]
fn the_blanks_are_copied_to_where_reset_finds_them() {
    for (file, _) in exercise_list::blanks().filter_map(|exercise| exercise.blank) {
        let text = std::fs::read_to_string(lessons().join(file)).expect("it ships");
        assert!(text.lines().any(|line| line.trim().starts_with("todo!()")), "{file} is solved");
        let copy = lessons().join("runner/blanks").join(file).with_extension("txt");
        std::fs::write(copy, text).expect("it is written");
    }
}

#[test]
fn the_runner_has_the_checks_in_the_order_of_its_list() {
    let names: Vec<&str> = exercise_list::blanks().map(|exercise| exercise.name).collect();
    assert_eq!(names, BLANKS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (k, exercise) in exercise_list::blanks().enumerate() {
        assert_eq!(exercise.number, Some(k + 1));
        let (file, blank) = exercise.blank.expect("it has one");
        assert_eq!(file, format!("{:02}_{}.rs", k + 1, exercise.name));
        assert!(blank.contains("todo!()") && blank.contains(&format!("fn {}(", exercise.name)));
    }
}

/// The folder of the exercises.
fn lessons() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons/exercises")
}

/// The page in English and in Chinese.
fn pages() -> [String; 2] {
    ["README.md", "README.zh-CN.md"].map(|name| {
        std::fs::read_to_string(lessons().join(name)).expect("it ships with the exercises")
    })
}

/// The commands of a page, in blocks and in tables.
fn commands(page: &str) -> Vec<String> {
    let code = page.lines().flat_map(|line| match line.starts_with("cargo ") {
        true => vec![line],
        false => line.split('`').skip(1).step_by(2).collect(),
    });
    code.filter(|code| code.starts_with("cargo ")).map(String::from).collect()
}

#[test]
fn both_tables_list_every_exercise_and_name_the_same_commands() {
    let [en, zh] = pages();
    for exercise in exercise_list::blanks() {
        let number = exercise.number.expect("it has one");
        let begin = format!("| {number} | `{}` |", exercise.name);
        for page in [&en, &zh] {
            let row = page.lines().find(|line| line.starts_with(&begin));
            let row = row.unwrap_or_else(|| panic!("no row {begin}"));
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            assert!(cells[4].starts_with(&format!("[{}](", exercise.lesson)), "{row}");
            assert_eq!(cells[5], exercise.minutes.to_string(), "{row}");
            let needs: Vec<String> = exercise.needs.iter().map(ToString::to_string).collect();
            assert_eq!(cells[6].replace('、', ", "), needs.join(", "), "{row}");
        }
    }
    assert_eq!(commands(&en), commands(&zh));
}
