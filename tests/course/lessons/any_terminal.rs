//! All six programs on terminals, in locales and with command lines of every kind.

use std::{
    ffi::OsString,
    path::Path,
    process::{Command, Output, Stdio},
};

use lstm_lessons::look::visible_width;
use tempfile::tempdir;

const RNN: &str = env!("CARGO_BIN_EXE_lesson_rnn");
const GRADIENTS: &str = env!("CARGO_BIN_EXE_lesson_gradients");
const LSTM: &str = env!("CARGO_BIN_EXE_lesson_lstm");
const MNIST: &str = env!("CARGO_BIN_EXE_lesson_mnist");
const POEMS: &str = env!("CARGO_BIN_EXE_lesson_poems");
const SPEED: &str = env!("CARGO_BIN_EXE_lesson_speed");

/// A form of each program that takes seconds.
const QUICK: [(&str, &[&str]); 6] = [
    (RNN, &["--quick"]),
    (GRADIENTS, &["thermometer", "--quick"]),
    (LSTM, &["--quick"]),
    (MNIST, &["watch", "--digit", "3"]),
    (POEMS, &["--seed", "3"]),
    (SPEED, &["--quick", "--work", "sampling"]),
];

fn command(folder: &Path, binary: &str) -> Command {
    let mut command = Command::new(binary);
    command.current_dir(folder).env("LC_ALL", "en_US.UTF-8").stdin(Stdio::null());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Exit code 2, one sentence, nothing else, and nothing left in the folder.
fn refused<A: Into<OsString> + Clone>(binary: &str, args: &[A]) -> String {
    let folder = tempdir().unwrap();
    let words: Vec<OsString> = args.iter().cloned().map(Into::into).collect();
    let Output { status, stdout, stderr } =
        command(folder.path(), binary).args(&words).output().unwrap();
    let said = text(&stderr);
    assert_eq!(status.code(), Some(2), "{binary} {words:?}: {said}");
    assert!(stdout.is_empty() && said.lines().count() == 1, "{binary} {words:?}: {said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{binary} {words:?}");
    said
}

#[test]
fn every_program_runs_whatever_the_environment_says() {
    let environments: [&[(&str, &str)]; 5] = [
        &[("TERM", "dumb")],
        &[("NO_COLOR", "1"), ("TERM", "xterm-256color"), ("COLORTERM", "truecolor")],
        &[("LANG", "C")],
        &[("LANG", "zh_CN.UTF-8"), ("HOME", "/nowhere")],
        &[], // no HOME, no locale, no TERM
    ];
    let folder = tempdir().unwrap();
    for (binary, args) in QUICK {
        for variables in environments {
            let mut command = command(folder.path(), binary);
            command.args(args).env_clear().envs(variables.iter().copied());
            let ran = command.output().unwrap();
            let (shown, said) = (text(&ran.stdout), text(&ran.stderr));
            assert!(ran.status.success(), "{binary} {variables:?}: {said}");
            assert!(!shown.contains('\u{1b}') && !said.contains('\u{1b}'), "{binary}: {shown}");
            assert!(!shown.is_empty() && !said.contains("panicked"), "{binary}: {said}");
            if variables.contains(&("LANG", "zh_CN.UTF-8")) && binary != POEMS {
                assert!(shown.chars().any(|c| ('一'..='鿿').contains(&c)), "{binary}: {shown}");
            }
        }
    }
}

#[test]
fn ascii_draws_the_same_pictures_with_ascii() {
    let folder = tempdir().unwrap();
    let drawn = |c: char| matches!(c, '▀'..='▟' | '\u{2800}'..='\u{28ff}' | '│' | '┤' | '◂' | '·');
    for (binary, args) in QUICK {
        let shown = |more: &[&str]| {
            let ran = command(folder.path(), binary).args(args).args(more).output().unwrap();
            assert!(ran.status.success(), "{binary}: {}", text(&ran.stderr));
            text(&ran.stdout)
        };
        let ascii = shown(&["--ascii"]);
        assert_eq!(ascii.chars().find(|&c| drawn(c)), None, "{binary}:\n{ascii}");
        if binary != SPEED {
            let widths = |text: &str| text.lines().map(visible_width).collect::<Vec<_>>();
            assert_eq!(widths(&ascii), widths(&shown(&[])), "{binary}:\n{ascii}");
        }
    }
}

#[cfg(unix)]
#[test]
fn words_that_are_not_utf_8_are_refused_by_all_programs_before_any_work() {
    use std::os::unix::ffi::OsStringExt;
    for (binary, args) in QUICK {
        for flag in ["--svg", "--run", "--begin", "--no-such-flag"] {
            let mut words: Vec<OsString> = ["--lang", "zh", flag].map(OsString::from).to_vec();
            words.push(OsString::from_vec(b"\xd4\xc2".to_vec()));
            words.extend(args.iter().map(OsString::from));
            assert!(refused(binary, &words).contains(r"“\xd4\xc2”不是 UTF-8"));
        }
    }
    let corpus = OsString::from_vec(b"\xcc.txt".to_vec());
    assert!(refused(POEMS, &["corpus".into(), corpus]).contains("is not UTF-8"));
}

#[test]
fn a_flag_that_a_command_does_not_read_is_refused_with_where_it_belongs() {
    for (binary, words, advice) in [
        (POEMS, &["--run", "X", "evaluate"][..], "write it after: evaluate --run"),
        (POEMS, &["--run", "foo", "train"], "write it after: train --run"),
        (POEMS, &["--temperature", "0.5", "tunes"], "leave out one"),
        (POEMS, &["--seed", "3", "show", "batch"], "leave out one"),
        (MNIST, &["--hidden", "9", "cells"], "write it after: cells --hidden"),
        (MNIST, &["--epochs", "2", "watch"], "leave out one"),
        (MNIST, &["--bug", "list", "half"], "leave out one"),
        (MNIST, &["--mirror", "http://127.0.0.1:1/", "watch"], "add --download"),
    ] {
        let said = refused(binary, words);
        assert!(said.contains(words[0]) && said.contains(advice), "{words:?}: {said}");
    }
}

#[test]
fn numbers_too_large_to_be_meant_are_refused() {
    for (binary, words) in [
        (SPEED, &["--threads", "1000000"][..]),
        (MNIST, &["--epochs", "1000000000"]),
        (MNIST, &["orders", "--epochs", "1000000000"]),
        (POEMS, &["train", "--epochs", "1000000000"]),
        (POEMS, &["cells", "--epochs", "1000000000"]),
        (RNN, &["--steps", "1000000000000"]),
    ] {
        let said = refused(binary, words);
        assert!(said.contains("at most"), "{words:?}: {said}");
    }
}

#[test]
fn chinese_help_explains_every_choice_in_chinese_or_not_at_all() {
    let commands: [(&str, &[&str]); 6] = [
        (RNN, &[""]),
        (GRADIENTS, &[""]),
        (LSTM, &[""]),
        (MNIST, &["", "watch", "half", "units", "orders", "cells"]),
        (POEMS, &["", "train", "corpus", "evaluate", "cells", "show batch", "tunes"]),
        (SPEED, &[""]),
    ];
    let folder = tempdir().unwrap();
    for (binary, commands) in commands {
        for words in commands {
            let mut command = command(folder.path(), binary);
            command.args(words.split(' ').filter(|word| !word.is_empty()));
            let ran = command.args(["--help", "--lang", "zh"]).output().unwrap();
            let help = text(&ran.stdout);
            assert!(ran.status.success() && help.contains("--ascii"), "{binary} {words}: {help}");
            let choices = help.lines().filter_map(|line| line.trim().strip_prefix("- "));
            for choice in choices.filter(|choice| choice.contains(": ")) {
                let chinese = choice.chars().any(|c| ('一'..='鿿').contains(&c));
                assert!(chinese, "{binary} {words}: {choice}");
            }
        }
    }
}

#[test]
fn escapes_in_the_name_of_a_file_are_shown_and_not_sent() {
    for (binary, args) in [
        (POEMS, &["corpus", "\u{1b}]0;x\u{7}.txt"][..]),
        (POEMS, &["--run", "\u{1b}[2J", "--begin", "月"]),
        (POEMS, &["--tune", "\u{1b}]0;x\u{7}"]),
        (POEMS, &["--begin", "\u{9b}2J"]),
        (MNIST, &["watch", "--data", "\u{1b}[2J"]),
        (RNN, &["--begin", "\u{1b}[2J"]),
        (RNN, &["--\u{1b}[2J"]),
    ] {
        let said = refused(binary, args);
        assert_eq!(said.trim_end().chars().find(|c| c.is_control()), None, "{args:?}: {said:?}");
        assert!(said.contains("U+001B") || said.contains("U+009B"), "{args:?}: {said:?}");
    }
}

#[test]
fn escapes_in_a_corpus_reach_neither_the_terminal_nor_a_picture() {
    let folder = tempdir().unwrap();
    let poems = "\u{1b}]0;x\u{7}题:床前明月光，疑是地上霜。举头望明月，低头思故乡。\n".repeat(12);
    std::fs::write(folder.path().join("c.txt"), poems).unwrap();
    let svg = folder.path().join("p.svg");
    for words in ["corpus c.txt", "corpus c.txt --json", "show pipeline --corpus c.txt --svg p.svg"]
    {
        let mut command = command(folder.path(), POEMS);
        let ran = command.args(words.split(' ')).output().unwrap();
        assert!(ran.status.success(), "{words}: {}", text(&ran.stderr));
        for said in [text(&ran.stdout), text(&ran.stderr)] {
            let sent = said.chars().find(|&c| c.is_control() && c != '\n');
            assert_eq!(sent, None, "{words}: {said:?}");
        }
    }
    let svg = std::fs::read_to_string(svg).unwrap();
    assert_eq!(svg.chars().find(|&c| c.is_control() && c != '\n'), None);
}
