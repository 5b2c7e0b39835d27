//! `lessons/COURSE.md`: every statement of the course is there, and what is said to prove it
//! exists.

use std::collections::HashMap;

use crate::lessons::{lesson, walkthroughs::read};

/// Every lesson that can be named as a proof.
pub(super) const BINARIES: [(&str, &str); 7] = [
    ("lesson_rnn", env!("CARGO_BIN_EXE_lesson_rnn")),
    ("lesson_gradients", env!("CARGO_BIN_EXE_lesson_gradients")),
    ("lesson_lstm", env!("CARGO_BIN_EXE_lesson_lstm")),
    ("lesson_mnist", env!("CARGO_BIN_EXE_lesson_mnist")),
    ("lesson_poems", env!("CARGO_BIN_EXE_lesson_poems")),
    ("lesson_speed", env!("CARGO_BIN_EXE_lesson_speed")),
    ("lesson_scale", env!("CARGO_BIN_EXE_lesson_scale")),
];

/// A statement with what is said to prove it.
struct Row {
    number: String,
    statement: String,
    proofs: Vec<String>,
}

fn rows() -> Vec<Row> {
    let text = read("lessons/COURSE.md");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, number, _, statement, proofs, _] = cells[..] else {
            panic!("a row has four cells: {line}")
        };
        let proofs =
            proofs.split("<br>").map(|proof| proof.trim_matches('`').to_string()).collect();
        Row { number: number.into(), statement: statement.into(), proofs }
    };
    text.lines().filter(|line| line.starts_with("| M")).map(row).collect()
}

#[test]
fn all_49_statements_stand_there_in_both_languages() {
    let rows = rows();
    let numbers: Vec<&str> = rows.iter().map(|row| &*row.number).collect();
    assert_eq!(numbers, (1..=49).map(|n| format!("M{n}")).collect::<Vec<_>>());
    for Row { number, statement, proofs } in &rows {
        let (en, zh) =
            statement.split_once("<br>").unwrap_or_else(|| panic!("{number} in one language only"));
        let han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
        let of = |text: &str| {
            (
                text.chars().filter(char::is_ascii_alphabetic).count(),
                text.chars().filter(han).count(),
            )
        };
        assert!(of(en).0 > 15 && of(en).0 > of(en).1 && of(zh).1 > 3, "{number}: {statement}");
        assert!(!proofs.is_empty(), "{number} without a proof");
    }
}

#[test]
fn every_test_that_is_named_exists_and_runs() {
    let mut named = 0;
    for Row { number, proofs, .. } in rows() {
        for (file, name) in proofs.iter().filter_map(|proof| proof.split_once("::")) {
            let path = match file.split_once('/') {
                Some(("src", _)) => file.to_string(),
                Some(("bugs", _)) => format!("tests/{file}"),
                _ => format!("tests/course/{file}"),
            };
            let source: Vec<String> =
                read(&path).lines().map(|line| line.trim().to_string()).collect();
            let at = source.iter().position(|line| line.starts_with(&format!("fn {name}(")));
            let above = at.and_then(|at| at.checked_sub(1)).map(|at| &*source[at]);
            assert_eq!(
                above,
                Some("#[test]"),
                "{number}: {file}::{name} is no test that `cargo test` runs"
            );
            named += 1;
        }
    }
    assert!(named >= 49, "only {named} tests were looked up");
}

/// The helps that were asked for, by program and command.
pub(super) type Helps = HashMap<Vec<String>, String>;

/// That a command such as `lesson_rnn hand` exists: its lesson, its command or part, its options.
/// Values are the reader's, but for the name of a fault. `place` names it.
pub(super) fn check_command(helps: &mut Helps, place: &str, named: &str) {
    let mut help = |binary: &str, command: &[&str]| {
        let args = [command, &["--help", "--lang", "en"]].concat();
        let key = std::iter::once(binary).chain(args.iter().copied()).map(String::from).collect();
        let shown = |_: &Vec<String>| {
            let output = lesson(binary, &args);
            assert!(
                output.status.success(),
                "{args:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            String::from_utf8(output.stdout).unwrap()
        };
        helps.entry(key).or_insert_with_key(shown).clone()
    };
    let words: Vec<&str> = named.split_whitespace().collect();
    let (_, binary) =
        BINARIES.iter().find(|(name, _)| *name == words[0]).unwrap_or_else(|| panic!("{named}"));
    let has = |help: &str, word: &str| {
        help.split([' ', ',', '[', ']', '\n', '=']).any(|other| other == word)
    };
    let mut shown = help(binary, &[]);
    let mut path = Vec::new();
    for &word in words[1..].iter().take_while(|word| !word.starts_with("--")) {
        let branches = shown.contains("Commands:");
        if !branches && !path.is_empty() {
            break; // the value of an argument
        }
        assert!(has(&shown, word), "{place}: {} has no {word}", words[0]);
        path.push(word);
        // A command has a help of its own, the part of a lesson (a value) has not.
        if branches {
            shown = help(binary, &path);
        }
    }
    for flag in words.iter().filter(|word| word.starts_with("--")) {
        assert!(has(&shown, flag), "{place}: `{named}`, but there is no {flag}");
    }
    if let [_, "--bug", name] = words[..] {
        let zoo = String::from_utf8(lesson(binary, &["--bug", "list"]).stdout).unwrap();
        assert!(has(&zoo, name), "{place}: no {name} in the zoo of {}", words[0]);
    }
}

#[test]
fn every_command_that_is_named_exists() {
    let (mut helps, mut named) = (Helps::new(), 0);
    for Row { number, proofs, .. } in rows() {
        for proof in proofs.iter().filter(|proof| !proof.contains("::")) {
            check_command(&mut helps, &number, proof);
            named += 1;
        }
    }
    assert!(named >= 30, "only {named} commands were looked up");
}
