//! The lesson as its users meet it.

use std::process::{Command, Output, Stdio};

fn lesson(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lesson_poems"))
        .args(args)
        .env("LC_ALL", "en_US.UTF-8")
        .stdin(Stdio::null())
        .output()
        .expect("the lesson starts")
}

fn texts(output: &Output) -> Vec<String> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    stdout
        .lines()
        .map(|line| {
            let object: serde_json::Value = serde_json::from_str(line).expect("one JSON object a line, nothing else");
            object["text"].as_str().expect("a text").to_string()
        })
        .collect()
}

/// Exit code 2 and one sentence, nothing on standard output.
fn refused(args: &[&str]) -> String {
    let output = lesson(args);
    let said = String::from_utf8_lossy(&output.stderr).trim_end().to_string();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
    assert!(output.stdout.is_empty() && !said.contains('\n') && !said.contains("panicked"), "{args:?}: {said}");
    said
}

#[test]
fn poems_begin_as_asked_and_the_same_seed_writes_the_same() {
    let args = ["--begin", "月", "--count", "20", "--seed", "7", "--json"];
    let first = texts(&lesson(&args));
    assert_eq!(first.len(), 20);
    assert!(first.iter().all(|text| text.starts_with('月') && !text.contains(char::is_whitespace)));
    assert_eq!(first, texts(&lesson(&args)));
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
    refused(&["--temperature", "-1"]);
    refused(&["--run", "no/such/run", "--begin", "月"]);
    refused(&["evaluate", "--corpus", "no/such/file.txt"]);
    refused(&["resume", "no/such/run"]);
    refused(&["--device", "abacus", "--begin", "月"]);
    refused(&["train", "--batch-size", "0"]);
}

#[test]
fn a_corpus_in_another_encoding_is_named_as_such() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("gb.txt");
    std::fs::write(&file, [0xd4, 0xc2, b':', 0xd4, 0xc2, 0xb9, 0xe2, b'\n']).unwrap(); // 月:月光 in GB18030
    assert!(refused(&["evaluate", "--corpus", file.to_str().unwrap()]).contains("UTF-8"));
    std::fs::write(&file, "").unwrap();
    refused(&["evaluate", "--corpus", file.to_str().unwrap()]);
}

#[test]
fn chinese_is_spoken_where_it_is_asked_for() {
    assert!(refused(&["--lang", "zh", "--begin", "X"]).contains("模型没有见过"));
    let help = String::from_utf8(lesson(&["--lang", "zh", "--help"]).stdout).unwrap();
    assert!(help.contains("唐诗") && help.contains("开头"));
}

#[test]
fn evaluation_reports_its_five_figures() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("two.txt");
    std::fs::write(&file, "甲:春眠不觉晓，处处闻啼鸟。\n乙:白日依山尽，黄河入海流。\n").unwrap();
    let output = lesson(&["evaluate", "--json", "--corpus", file.to_str().unwrap()]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let score: serde_json::Value = serde_json::from_str(stdout.trim_end()).expect("one object");
    assert_eq!((score["tokens"].as_u64(), score["poems"].as_u64()), (Some(26), Some(2)));
    for key in ["nats_per_token", "perplexity", "nats_per_han_character"] {
        assert!(score[key].as_f64().is_some_and(|v| v > 0.0), "{key}");
    }
}

#[test]
fn a_form_with_rhyme_and_tones_explains_itself_without_a_breach() {
    let args =
        ["--form", "五绝", "--rhyme", "--tones", "--begin", "月", "--seed", "3", "--count", "3", "--json", "--explain"];
    let output = lesson(&args);
    assert!(output.status.success());
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect("one object a line");
        let explain = &object["explain"];
        assert_eq!((explain["form"].as_str(), explain["breaches"].as_array().map(Vec::len)), (Some("五绝"), Some(0)));
        assert_eq!(explain["characters"].as_array().map(Vec::len), Some(24));
    }
    assert_eq!(texts(&lesson(&["--form", "wujue", "--begin", "月", "--seed", "3", "--json"]))[0].chars().count(), 24);
}

#[test]
fn an_acrostic_begins_every_line_and_traditional_characters_are_understood() {
    for form in [&[][..], &["--form", "七绝", "--tones", "--rhyme"]] {
        let args = [&["--acrostic", "春風秋雲", "--seed", "1", "--count", "3", "--json"], form].concat();
        for text in texts(&lesson(&args)) {
            let heads: String = text.split(|c| "，。？！".contains(c)).filter_map(|line| line.chars().next()).collect();
            assert_eq!(heads, "春风秋云", "{text}");
        }
    }
}

#[test]
fn what_is_streamed_is_what_is_printed() {
    for args in [&["--begin", "月", "--seed", "5"][..], &["--acrostic", "春山", "--seed", "5"]] {
        let plain = lesson(args).stdout;
        assert_eq!(lesson(&[args, &["--stream"]].concat()).stdout, plain);
    }
}

#[test]
fn wishes_that_contradict_each_other_are_one_sentence() {
    refused(&["--form", "free", "--rhyme"]);
    refused(&["--form", "sonnet"]);
    refused(&["--acrostic", "", "--seed", "1"]);
    refused(&["--repeat-penalty", "0", "--begin", "月"]);
    refused(&["--stream", "--json", "--begin", "月"]);
    refused(&["--form", "五绝", "--acrostic", "春夏秋冬春夏"]);
    assert!(refused(&["--form", "五绝", "--tones", "--begin", "月光月"]).contains("月光月"));
}
