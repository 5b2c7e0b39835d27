//! The lesson as its users meet it.

use std::{
    fs,
    io::Read,
    process::{Command, Output, Stdio},
};

/// Runs the lesson with nothing to read.
pub fn lesson(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lesson_poems"))
        .args(args)
        .env("LC_ALL", "en_US.UTF-8")
        .stdin(Stdio::null())
        .output()
        .expect("the lesson starts")
}

/// The poems that the lesson wrote with `--json`.
pub fn texts(output: &Output) -> Vec<String> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    stdout
        .lines()
        .map(|line| {
            let object: serde_json::Value =
                serde_json::from_str(line).expect("one JSON object a line, nothing else");
            object["text"].as_str().expect("a text").to_string()
        })
        .collect()
}

/// Exit code 2 and one sentence, nothing on standard output.
pub fn refused(args: &[&str]) -> String {
    let output = lesson(args);
    let said = String::from_utf8_lossy(&output.stderr).trim_end().to_string();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
    assert!(
        output.stdout.is_empty() && !said.contains('\n') && !said.contains("panicked"),
        "{args:?}: {said}"
    );
    said
}

#[test]
fn without_arguments_in_a_pipe_it_picks_a_character() {
    let output = lesson(&["--seed", "3"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains('。'));
}

#[test]
fn bad_input_is_one_sentence_and_exit_code_2() {
    assert!(refused(&["--begin", "X"]).contains('X'));
    refused(&["--begin", ""]);
    refused(&["--no-such-flag"]);
    refused(&["--temperature", "warm"]);
    assert!(refused(&["--lang", "en", "--temperature", "-1"]).contains("must be 0 or more"));
    refused(&["--count", "0"]);
    refused(&["--run", "no/such/run", "--begin", "月"]);
    refused(&["evaluate", "--corpus", "no/such/file.txt"]);
    refused(&["resume", "no/such/run"]);
    refused(&["--device", "abacus", "--begin", "月"]);
    refused(&["train", "--batch-size", "0"]);
    refused(&["train", "--hidden", "100000000"]);
    refused(&["train", "--lr", "NaN"]);
    refused(&["train", "--dashboard"]);
}

#[test]
fn chinese_is_spoken_where_it_is_asked_for() {
    assert!(refused(&["--lang", "zh", "--begin", "X"]).contains("不是汉字"));
    assert!(refused(&["--lang", "zh", "--begin", "𠀀"]).contains("模型没有见过"));
    let help = String::from_utf8(lesson(&["--lang", "zh", "--help"]).stdout).unwrap();
    assert!(help.contains("唐诗") && help.contains("开头"));
}

#[test]
fn neighbours_are_shown_in_both_languages_and_for_programs() {
    let said = |args: &[&str]| {
        let output = lesson(&[&["neighbors"], args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let english = said(&["月", "--lang", "en"]);
    assert!(english.contains("月 by embedding") && english.contains("by number"), "{english}");
    assert!(english.lines().all(|line| lstm_lessons::look::visible_width(line) <= 80), "{english}");
    assert!(said(&["月", "--lang", "zh", "--count", "3"]).contains("月：按嵌入"));
    let json: serde_json::Value =
        serde_json::from_str(&said(&["雲", "--count", "4", "--json"])).expect("one object");
    assert_eq!(json["character"], "云", "traditional is understood");
    for key in ["by_embedding", "by_projection", "by_number"] {
        assert_eq!(json[key].as_array().unwrap().len(), 4);
    }
    assert!(refused(&["neighbors", "X"]).contains('X'));
    assert!(refused(&["neighbors", "春风", "--lang", "zh"]).contains("一个字"));
    refused(&["neighbors", ""]);
    refused(&["neighbors"]);
    refused(&["neighbors", "月", "--count", "0"]);
    refused(&["neighbors", "月", "--run", "no/such/run"]);
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lesson_poems"))
        .args(["--begin", "月", "--seed", "7", "--count", "100000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the lesson starts");
    child.stdout.take().expect("piped").read_exact(&mut [0; 3]).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(
        (ended.status.code(), ended.stderr.len()),
        (Some(0), 0),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

/// On Linux a write to this file fails as on a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_one_sentence() {
    for args in [&["--begin", "月", "--seed", "7"][..], &["--begin", "月", "--json"], &["--help"]]
    {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_lesson_poems"))
            .args(args)
            .args(["--lang", "en"])
            .stdout(full)
            .output();
        let output = output.expect("the lesson starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains("free some space") && said.lines().count() <= 2, "{args:?}: {said}");
    }
}

/// No file may grow beyond a few kilobytes: for the writer that is a disk that fills up in the
/// middle of the weights.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_while_saving_leaves_the_old_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("model.bpk");
    fs::write(&old, "the model of yesterday").unwrap();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/data/pretrained/poems");
    let output = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 8; exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_lesson_poems"),
        ])
        .args(["--lang", "en", "pack", shipped, "--to"])
        .arg(folder.path())
        .output()
        .expect("sh starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("nothing was changed") && said.lines().count() == 1, "{said}");
    assert_eq!(fs::read_to_string(&old).unwrap(), "the model of yesterday");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something was left behind");
}
