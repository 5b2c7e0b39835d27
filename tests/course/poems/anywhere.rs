//! A corpus from wherever it comes: a pipe, a folder, another path, or from inside the program.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::poems::{
    command_line::{lesson, refused, texts},
    corpus_commands::FOUR,
};

const TINY: [&str; 8] = ["--hidden", "8", "--embed", "8", "--layers", "1", "--epochs", "1"];

/// Runs the lesson in `folder`.
fn lesson_in(folder: &Path, args: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_lesson_poems"))
        .args(args)
        .args(["--lang", "en"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the lesson starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}");
    output
}

fn settings(run: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(run.join("settings.json")).unwrap()).unwrap()
}

/// The two settings that say what the model learned from, and its weights.
fn learned(run: &Path) -> (serde_json::Value, serde_json::Value, Vec<u8>) {
    let settings = settings(run);
    let weights = fs::read(run.join("model.bpk")).unwrap();
    (settings["corpus_sha256"].clone(), settings["copy_sha256"].clone(), weights)
}

#[test]
fn outside_the_repository_everything_works_and_a_run_finds_its_corpus_from_anywhere() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    lesson_in(here.path(), &["corpus", "--json"]);
    lesson_in(here.path(), &["evaluate", "--count", "0", "--json"]);
    lesson_in(here.path(), &["show", "batch", "--json"]);
    lesson_in(here.path(), &["show", "pipeline", "--json"]);
    lesson_in(here.path(), &[&["train", "--run", "run"], &TINY[..]].concat());

    let own = here.path().join("own.txt");
    fs::write(&own, FOUR).unwrap();
    lesson_in(
        here.path(),
        &[&["train", "--corpus", "own.txt", "--run", "of-own"], &TINY[..]].concat(),
    );
    fs::remove_file(&own).unwrap();
    for run in ["run", "of-own"] {
        let run = here.path().join(run);
        let run = run.to_str().unwrap();
        lesson_in(there.path(), &["compare", run, "--count", "1"]);
        lesson_in(there.path(), &["evaluate", "--run", run, "--count", "0"]);
        lesson_in(there.path(), &["growth", "--run", run]);
    }
    let run = here.path().join("of-own");
    fs::remove_file(run.join("model.json")).unwrap(); // as if it were killed at its very end
    lesson_in(there.path(), &["resume", run.to_str().unwrap()]);
    let again = refused(&["resume", run.to_str().unwrap(), "--lang", "en"]);
    assert!(again.contains("train --start"), "{again}");
}

#[test]
fn the_same_corpus_under_another_path_is_the_same_training() {
    let temp = tempfile::tempdir().unwrap();
    let poems = include_str!("../../../data/poems.txt").lines().take(30).collect::<Vec<_>>();
    for name in ["a.txt", "b.txt"] {
        fs::write(temp.path().join(name), poems.join("\n")).unwrap();
    }
    let cells = |corpus: &str, flags: &[&str]| {
        let args = ["cells", "--run", "cells", "--count", "1", "--json", "--corpus", corpus];
        lesson_in(temp.path(), &[&args[..], &TINY, flags].concat())
    };
    let first = cells("a.txt", &[]);
    let epochs = |output: &Output| String::from_utf8_lossy(&output.stderr).contains("epoch 1");
    let second = cells("b.txt", &[]);
    assert_eq!(first.stdout, second.stdout);
    assert!(!epochs(&second), "nothing is trained again");
    let run = temp.path().join("cells");
    let (run, corpus) = (run.to_str().unwrap(), temp.path().join("a.txt"));
    let other = ["cells", "--run", run, "--seed", "2", "--lang", "en", "--corpus"];
    let said = lesson(&[&other[..], &[corpus.to_str().unwrap()], &TINY].concat());
    assert!(String::from_utf8_lossy(&said.stderr).contains("other flags"));
}

#[cfg(unix)]
#[test]
fn a_corpus_from_a_pipe_trains_and_stays_with_its_run() {
    let temp = tempfile::tempdir().unwrap();
    fs::write(temp.path().join("poems.txt"), FOUR).unwrap();
    let program = env!("CARGO_BIN_EXE_lesson_poems");
    let shell = |run: &str, before: &str, corpus: &str| {
        let flags = TINY.join(" ");
        let line = format!("{before} {program} train --corpus {corpus} --run {run} {flags}");
        let output =
            Command::new("bash").args(["-c", &line]).current_dir(temp.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    shell("file", "", "poems.txt");
    shell("piped", "", "<(cat poems.txt)");
    shell("stdin", "cat poems.txt |", "/dev/stdin");
    let [file, piped, stdin] = ["file", "piped", "stdin"].map(|run| temp.path().join(run));
    assert!(learned(&piped) == learned(&file) && learned(&stdin) == learned(&file));
    lesson_in(temp.path(), &["compare", "piped", "--count", "1"]);
}

#[test]
fn train_reads_the_folders_that_corpus_reads_and_simplifies_as_it_does() {
    let temp = tempfile::tempdir().unwrap();
    fs::create_dir(temp.path().join("tang")).unwrap();
    let json = r#"[{"title": "春曉", "paragraphs": ["春眠不覺曉，處處聞啼鳥。"]},
        {"title": "柳", "paragraphs": ["夜來風雨聲，花落知多少。"]}]"#;
    fs::write(temp.path().join("tang/poet.tang.0.json"), json).unwrap();
    let folder = temp.path().join("tang");
    let [folder, run, cells] = [folder, temp.path().join("run"), temp.path().join("cells")]
        .map(|path| path.to_str().unwrap().to_string());
    let flags = ["--corpus", &folder, "--to-simplified"];
    lesson_in(
        temp.path(),
        &[&["train", "--run", &run, "--min-count", "1"], &flags[..], &TINY].concat(),
    );
    let copy = fs::read_to_string(temp.path().join("run/corpus.txt")).unwrap();
    assert_eq!(copy, "春晓:春眠不觉晓，处处闻啼鸟。\n柳:夜来风雨声，花落知多少。\n");
    assert_eq!(settings(Path::new(&run))["to_simplified"], true);
    lesson_in(temp.path(), &["compare", &run, "--count", "1"]);
    lesson_in(temp.path(), &["evaluate", "--run", &run, "--count", "0"]);
    lesson_in(
        temp.path(),
        &[&["cells", "--run", &cells, "--count", "1"], &flags[..], &TINY].concat(),
    );
    let shown = lesson_in(temp.path(), &["show", "pipeline", "--corpus", &folder, "--line", "2"]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("夜來風雨聲"));
    lesson_in(temp.path(), &["show", "batch", "--corpus", &folder]);
}

#[test]
fn a_corpus_that_a_genre_could_not_write_is_refused_before_anything_is_written() {
    let temp = tempfile::tempdir().unwrap();
    let (file, run) = (temp.path().join("sonnets.txt"), temp.path().join("run"));
    let line = |k| format!("Sonnet {k}:shall I compare thee to a summer's day {k}\n");
    fs::write(&file, (0..200).map(line).collect::<String>()).unwrap();
    let [file, place] = [&file, &run].map(|path| path.to_str().unwrap());
    for command in
        [&["train", "--run", place, "--corpus"][..], &["corpus"], &["evaluate", "--corpus"]]
    {
        let said = refused(&[command, &[file, "--lang", "en"]].concat());
        assert!(said.contains("only 0 %") && said.contains("choose Chinese texts"), "{said}");
        assert!(said.contains("200 with a letter"), "{said}");
    }
    assert!(!run.exists());
}

#[test]
fn a_tune_is_known_by_each_of_its_names_and_a_lost_one_is_none() {
    let tune_of = |typed: &str| {
        let output = lesson(&["--tune", typed, "--seed", "3", "--begin", "春", "--json"]);
        assert!(output.status.success(), "{typed}: {}", String::from_utf8_lossy(&output.stderr));
        let poem: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        poem["tune"].as_str().expect("a tune").to_string()
    };
    for (typed, name) in [
        ("忆江南", "望江南・忆江南"),
        ("望江南", "望江南・忆江南"),
        ("望江南·忆江南", "望江南・忆江南"),
        ("木兰花", "木兰花・玉楼春"),
        ("江神子", "江神子・江城子"),
        ("江城子", "江城子"),
        ("秦楼月", "秦楼月・忆秦娥"),
        ("金縷曲", "金缕曲・贺新郎"),
        ("渔父", "渔父词・渔父"),
    ] {
        assert_eq!(tune_of(typed), name);
    }
    assert!(refused(&["--tune", "浣溪纱", "--lang", "en"]).contains("near ones are 浣溪沙"));
    refused(&["--tune", "失调名"]);
    let tunes = lesson(&["tunes"]);
    assert!(!String::from_utf8_lossy(&tunes.stdout).contains("失调名"));
    let any = lesson(&["--genre", "lyric", "--json", "--count", "60", "--seed", "1"]);
    assert!(!String::from_utf8_lossy(&any.stdout).contains("失调名"));
}

#[test]
fn other_forms_of_a_character_begin_the_same_poem_and_what_is_unseen_is_named() {
    let poem = |begin: &str| texts(&lesson(&["--begin", begin, "--seed", "7", "--json"]));
    let moon = poem("月");
    for typed in ["⽉", "月\u{200b}", "\u{feff}月", "月\u{e0100}", " 月 "] {
        assert_eq!(poem(typed), moon, "{typed:?}");
    }
    assert_eq!(poem("明 月,"), poem("明月，"));
    let said = refused(&["--begin", "月\u{7}", "--lang", "en"]);
    assert!(said.contains("U+0007") && !said.contains('\u{7}'), "{said}");
}
