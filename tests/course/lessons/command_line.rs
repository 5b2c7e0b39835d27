//! The first three lessons as their users meet them.

use serde_json::Value;

use crate::lessons::lesson;

const RNN: &str = env!("CARGO_BIN_EXE_lesson_rnn");
const LSTM: &str = env!("CARGO_BIN_EXE_lesson_lstm");
const GRADIENTS: &str = env!("CARGO_BIN_EXE_lesson_gradients");
/// No system makes a folder where a file stands.
const NO_FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml/x.svg");

fn shown(binary: &str, args: &[&str]) -> String {
    let output = lesson(binary, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains('\u{1b}'), "escape codes in a pipe");
    text
}

fn objects(binary: &str, args: &[&str]) -> Vec<Value> {
    shown(binary, args)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON and nothing else"))
        .collect()
}

#[test]
fn a_picture_in_a_file_is_told_of_beside_the_results_and_not_under_json() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gates.svg").display().to_string();
    let plain = shown(LSTM, &["gates"]);
    let run = |more: &[&str]| lesson(LSTM, &[&["gates", "--svg", &file], more].concat());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    for lang in ["en", "zh"] {
        let told = text(run(&["--lang", lang]).stderr);
        assert!(told.lines().count() == 1 && told.contains(&file), "{told}");
    }
    assert_eq!(text(run(&["--lang", "en"]).stdout), plain);
    assert_eq!(text(run(&["--json"]).stderr), "");
}

#[test]
fn the_help_is_in_chinese_where_that_is_asked_for_to_its_usage() {
    let help = shown(RNN, &["--help", "--lang", "zh"]);
    let usage = help.lines().find(|line| line.starts_with("用法")).expect("it says how");
    assert!(usage.contains("lesson_rnn [选项]") && !help.contains("OPTIONS"), "{help}");
    assert!(shown(RNN, &["--help", "--lang", "en"]).contains("\nUsage: lesson_rnn [OPTIONS]"));
}

#[test]
fn no_line_is_wider_than_a_terminal_in_either_language() {
    for lang in ["en", "zh"] {
        for (binary, part) in [
            (RNN, "read"),
            (RNN, "hand"),
            (GRADIENTS, "thermometer"),
            (GRADIENTS, "half-life"),
            (GRADIENTS, "remember"),
            (GRADIENTS, "explode"),
            (GRADIENTS, "cost"),
            (LSTM, "hand"),
            (LSTM, "gates"),
            (LSTM, "poem"),
        ] {
            let text = shown(binary, &[part, "--quick", "--lang", lang]);
            let widest = text.lines().map(lstm_lessons::look::visible_width).max().unwrap();
            assert!(widest <= 80, "{part} in {lang}: {widest} cells\n{text}");
        }
    }
}

#[test]
fn the_same_seed_shows_the_same_and_json_says_it_to_programs() {
    let first = objects(RNN, &["--quick", "--json", "--seed", "3"]);
    assert_eq!(first, objects(RNN, &["--quick", "--json", "--seed", "3"]));
    assert_eq!(first[0]["without_memory"], first[1]["without_memory"]);
    assert!(first[0]["with_memory"]["汉"].as_f64().unwrap() > 0.5, "{}", first[0]);
    let hand = &objects(RNN, &["hand", "--json"])[0];
    assert!(hand["largest_difference"].as_f64().unwrap() < 1e-5);
}

#[test]
fn every_part_of_lesson_2_reports_itself() {
    let all = objects(GRADIENTS, &["--quick", "--json"]);
    for part in ["thermometer", "half_life", "remember", "explode", "clip", "cost"] {
        assert!(all.iter().any(|object| object["part"] == part), "{part}");
    }
    let rnn = all.iter().find(|object| object["cell"] == "RNN").unwrap();
    assert_eq!(rnn["left"].as_array().unwrap().len(), 200);
}

#[test]
fn the_thermometer_can_be_kept_as_a_slide() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thermometer.svg");
    shown(GRADIENTS, &["thermometer", "--svg", file.to_str().unwrap()]);
    let svg = std::fs::read_to_string(&file).unwrap();
    assert!(svg.starts_with("<svg") && svg.matches("<polyline").count() == 3);
}

#[test]
fn the_probabilities_of_both_networks_can_be_kept_as_a_slide() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("read.svg");
    let objects = objects(RNN, &["--quick", "--json", "--svg", file.to_str().unwrap()]);
    let svg = std::fs::read_to_string(&file).unwrap();
    // Two beginnings, each without and with a memory, four characters each.
    assert_eq!(svg.matches("<rect").count(), 1 + 2 * 2 * 4);
    let share = objects[0]["with_memory"]["汉"].as_f64().unwrap();
    assert!(svg.contains(&format!("{:.1} %", 100.0 * share)), "{share} is not in\n{svg}");
}

#[test]
fn bad_input_is_one_sentence_and_exit_code_2() {
    for (binary, args) in [
        (RNN, &["--begin", "X"][..]),
        (RNN, &["--begin", ""]),
        (RNN, &["--hidden", "0"]),
        (RNN, &["--hidden", "100000000"]),
        (RNN, &["--lr", "NaN"]),
        (RNN, &["--steps", "0"]),
        (RNN, &["raed"]),
        (RNN, &["hand", "--svg", "x.svg"]),
        (GRADIENTS, &["--seq-len", "1"]),
        (GRADIENTS, &["--hidden", "many"]),
        (GRADIENTS, &["thermometer", "--svg", NO_FOLDER]),
        (GRADIENTS, &["--device", "abacus"]),
        (LSTM, &["poem", "--begin", "X"]),
        (LSTM, &["poem", "--layer", "3"]),
        (LSTM, &["poem", "--run", "nowhere"]),
        (LSTM, &["hand", "--svg", "x.svg"]),
        (RNN, &["--begin", "她", "hand"]),
        (RNN, &["hand", "--lr", "0.02"]),
        (GRADIENTS, &["cost", "--seq-len", "9"]),
        (GRADIENTS, &["--forget-bias", "1", "explode"]),
        (LSTM, &["hand", "--seed", "2"]),
        (LSTM, &["--run", "nowhere", "gates"]),
    ] {
        let output = lesson(binary, args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(output.stdout.is_empty() && said.lines().count() == 1, "{args:?}: {said}");
    }
    let chinese = lesson(RNN, &["--lang", "zh", "--begin", "X"]);
    assert!(String::from_utf8_lossy(&chinese.stderr).contains("不在这八个句子中"));
}

#[test]
fn every_gate_has_a_number_for_every_character_of_the_poem() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gates.svg");
    for layer in ["1", "2"] {
        let poem =
            &objects(LSTM, &["poem", "--json", "--layer", layer, "--svg", file.to_str().unwrap()])
                [0];
        let characters = poem["text"].as_str().unwrap().chars().count();
        let rows = poem["rows"].as_object().unwrap();
        assert!(rows.len() == 9 && rows.contains_key("forget"), "{rows:?}");
        for values in rows.values() {
            let values: Vec<f64> =
                values.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
            assert!(values.len() == characters && values.iter().all(|v| (0.0..=1.0).contains(v)));
        }
        let svg = std::fs::read_to_string(&file).unwrap();
        // The paper, the scale, and each number on the light end of it.
        assert_eq!(svg.matches("<rect").count(), 1 + 2 * 5 + 2 * 9 * characters);
    }
}

/// clap speaks English alone; what it puts around our help must not.
#[test]
fn chinese_help_is_chinese_throughout() {
    let english = ["Usage", "Options", "Commands", "Arguments", "default", "possible", "Print"];
    for (binary, command) in [
        (env!("CARGO_BIN_EXE_lesson_rnn"), &[][..]),
        (env!("CARGO_BIN_EXE_lesson_mnist"), &[]),
        (env!("CARGO_BIN_EXE_lesson_mnist"), &["watch"]),
        (env!("CARGO_BIN_EXE_lesson_poems"), &[]),
        (env!("CARGO_BIN_EXE_lesson_poems"), &["train"]),
        (env!("CARGO_BIN_EXE_lesson_poems"), &["show", "gates"]),
        (env!("CARGO_BIN_EXE_lesson_speed"), &[]),
        (env!("CARGO_BIN_EXE_lesson_scale"), &[]),
    ] {
        let output = super::lesson(binary, &[command, &["--help", "--lang", "zh"]].concat());
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && help.contains("用法：") && help.contains("选项："));
        let said = english.iter().find(|word| help.contains(*word));
        assert_eq!(said, None, "{command:?}: {help}");
    }
}
