//! Trainings under bad conditions: no room for a file, a terminal of one column.

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
    process::{Command, Stdio},
    thread::{sleep, spawn},
    time::{Duration, Instant},
};

use lstm_lessons::poems::bundle::WEIGHTS;
use nix::pty::{Winsize, openpty};

const LESSON: &str = env!("CARGO_BIN_EXE_lesson_poems");

/// A tiny model on the shipped corpus; its checkpoints are larger than the corpus.
fn train(run: &str) -> Vec<&str> {
    let shape = ["--hidden", "16", "--embed", "16", "--layers", "1"];
    [&["train", "--epochs", "2", "--run", run], &shape[..]].concat()
}

/// No file may have more than 50 or 100 kB (shells count in other blocks), as on a disk that is
/// full.
#[test]
fn a_training_without_room_ends_in_one_sentence_and_resume_loses_nothing() {
    let temp = tempfile::tempdir().expect("a folder");
    let [whole, run] = ["whole", "run"].map(|name| temp.path().join(name).display().to_string());
    let limited = "trap '' XFSZ; ulimit -f 100; exec \"$0\" \"$@\"";
    let ended = Command::new("sh")
        .args(["-c", limited, LESSON])
        .args(train(&run))
        .args(["--lang", "en"])
        .output()
        .expect("a shell");
    let said = String::from_utf8_lossy(&ended.stderr).to_string();
    let last = said.lines().last().unwrap_or_default();
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(last.starts_with("cannot write") && last.contains("free some space"), "{said}");
    assert!(last.contains("checkpoint") && !said.contains("unfinished"), "{said}");
    assert!(!said.contains("panicked"), "{said}");

    for args in [train(&whole), vec!["resume", &run]] {
        let ended = Command::new(LESSON).args(&args).output().expect("it starts");
        assert!(ended.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }
    let weights = |run: &str| fs::read(Path::new(run).join(WEIGHTS)).expect("it is there");
    assert!(weights(&whole) == weights(&run));
}

#[test]
fn a_terminal_of_one_column_does_not_end_a_training() {
    let temp = tempfile::tempdir().expect("a folder");
    let run = temp.path().join("run").display().to_string();
    let size = Winsize { ws_row: 24, ws_col: 1, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = openpty(Some(&size), None).expect("a pseudo-terminal");
    let mut child = Command::new(LESSON)
        .args(train(&run))
        .args(["--lang", "zh"]) // characters of two cells in a line of one
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(terminal.slave)
        .spawn()
        .expect("the lesson starts");
    let mut screen = File::from(terminal.master);
    let shown = spawn(move || {
        let mut shown = Vec::new();
        let _ = screen.read_to_end(&mut shown); // on Linux it ends in an error
        String::from_utf8_lossy(&shown).to_string()
    });
    let began = Instant::now();
    let ended = loop {
        match child.try_wait().expect("its state") {
            Some(status) => break Some(status),
            None if began.elapsed() > Duration::from_secs(300) => {
                child.kill().expect("it is there");
                break None;
            }
            None => sleep(Duration::from_millis(50)),
        }
    };
    let shown = shown.join().expect("it reads");
    assert!(ended.is_some_and(|status| status.success()), "{ended:?}: {shown}");
    assert!(shown.contains('轮') && !shown.contains("panicked"), "{shown}");
}
