//! What a program says should be typed can be typed as it stands.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

const POEMS: &str = env!("CARGO_BIN_EXE_lesson_poems");
const MNIST: &str = env!("CARGO_BIN_EXE_lesson_mnist");

fn run(folder: &Path, program: &str, args: &[&str], lang: &str) -> Output {
    let mut command = Command::new(program);
    command.args(args).args(["--lang", lang]).current_dir(folder).stdin(Stdio::null());
    command.output().expect("the lesson starts")
}

/// The commands in what a program has said: from its path to a backtick or the end of the line.
fn hints(output: &Output) -> Vec<String> {
    let said = [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).join("\n");
    let begin = |line: &str| [POEMS, MNIST].iter().filter_map(|path| line.find(path)).min();
    let mut found = Vec::new();
    for mut line in said.lines() {
        while let Some(at) = begin(line) {
            let (hint, rest) = line[at..].split_at(line[at..].find('`').unwrap_or(line.len() - at));
            found.push(hint.trim().to_string());
            line = rest;
        }
    }
    found
}

#[test]
#[cfg(unix)]
fn every_command_in_a_message_runs_as_it_stands() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let tiny = ["--hidden", "8", "--embed", "8", "--layers", "1", "--epochs", "1", "--run"];
    let train = |run| [&["train"], &tiny[..], &[run]].concat();
    let poems = [
        (train("a"), 1),
        (vec!["--tune", "浣溪纱沙"], 1),
        (vec!["neighbors", "月亮"], 1),
        (vec!["--run", "a", "--begin", "月", "--count", "1", "--seed", "1"], 0),
    ];
    let mnist = [(vec!["--quick", "--hidden", "8", "--run", "m"], 1)];
    for lang in ["en", "zh"] {
        for (program, cases) in [(POEMS, &poems[..]), (MNIST, &mnist[..])] {
            for (args, count) in cases {
                let output = run(folder, program, args, lang);
                let hints = hints(&output);
                assert_eq!(hints.len(), *count, "{args:?}: {hints:?}");
                for hint in hints {
                    let mut shell = Command::new("sh");
                    shell.args(["-c", &hint]).current_dir(folder).stdin(Stdio::null());
                    let typed = shell.output().expect("a shell");
                    let said = String::from_utf8_lossy(&typed.stderr).to_string();
                    assert!(typed.status.success(), "{hint}: {said}");
                }
            }
        }
        std::fs::remove_dir_all(folder.join("a")).unwrap();
        std::fs::remove_dir_all(folder.join("m")).unwrap();
    }
}
