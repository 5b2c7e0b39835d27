//! The walkthroughs say what the code says, in both languages.

use std::{fs, path::Path};

use crate::lesson_in;

/// The folder of each lesson: a walkthrough in English and one in Chinese.
const LESSONS: [&str; 6] = ["1_rnn", "2_gradients", "3_lstm", "4_mnist", "5_poems", "6_speed"];

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A fenced block: the comment in the line above it (if there is one), its language, its lines.
struct Block {
    note: String,
    language: String,
    lines: Vec<String>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut found = vec![];
    let (mut above, mut open) = (String::new(), None::<Block>);
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                let note = above.strip_prefix("<!-- ").and_then(|n| n.strip_suffix(" -->")).unwrap_or_default();
                open = Some(Block { note: note.into(), language: language.into(), lines: vec![] });
            }
            (Some(_), Some("")) => found.extend(open.take()),
            (Some(block), _) => block.lines.push(line.trim().to_string()),
            (None, None) => above = line.to_string(),
        }
    }
    found
}

fn commands(text: &str) -> Vec<String> {
    let lines = blocks(text).into_iter().filter(|block| block.language == "sh").flat_map(|block| block.lines);
    lines.filter(|line| line.starts_with("cargo ")).collect()
}

#[test]
fn quoted_code_is_still_in_the_source() {
    let mut quotes = 0;
    for folder in LESSONS {
        for name in ["README.md", "README.zh-CN.md"] {
            for block in blocks(&read(&format!("lessons/{folder}/{name}"))).iter().filter(|b| b.language == "rust") {
                let source: Vec<String> = read(&block.note).lines().map(|line| line.trim().to_string()).collect();
                let found = source.windows(block.lines.len()).any(|window| window == block.lines);
                assert!(
                    found,
                    "{folder}/{name} quotes what {} no longer says:\n{}",
                    block.note,
                    block.lines.join("\n")
                );
                quotes += 1;
            }
        }
    }
    assert!(quotes >= 8, "only {quotes} quotes were looked at");
}

#[test]
fn both_languages_have_the_same_sections_commands_and_quotes() {
    for folder in LESSONS {
        let (en, zh) =
            (read(&format!("lessons/{folder}/README.md")), read(&format!("lessons/{folder}/README.zh-CN.md")));
        let sections = |text: &str| text.lines().filter(|line| line.starts_with("## ")).count();
        assert_eq!(sections(&en), sections(&zh), "{folder}: sections");
        assert_eq!(commands(&en), commands(&zh), "{folder}: commands");
        let quotes = |text: &str| -> Vec<Vec<String>> {
            blocks(text).into_iter().filter(|b| b.language == "rust").map(|b| b.lines).collect()
        };
        assert_eq!(quotes(&en), quotes(&zh), "{folder}: quotes");
    }
}

/// Variants of the glossary's words (in `src/lib.rs`) that a translator might slip in: one word an idea.
const AVOIDED: [&str; 8] = ["细胞", "忘记门", "遗忘闸", "大门", "隐藏状态", "词汇表", "x_data", "rnn_size"];

#[test]
fn the_pages_keep_to_the_words_of_the_glossary() {
    let walkthroughs = LESSONS.map(|folder| format!("lessons/{folder}/README.zh-CN.md"));
    let others = ["README.zh-CN.md", "lessons/exercises/README.zh-CN.md"].map(String::from);
    for page in walkthroughs.iter().chain(&others) {
        let text = read(page);
        for word in AVOIDED {
            assert!(!text.contains(word), "{page} says {word}; the glossary has another word for it");
        }
    }
}

/// Every command of both pages runs with `quick`; where the text block below it is marked `prints`, those very lines come out.
fn replay(folder: &str, (name, binary): (&str, &str), quick: &[&str]) {
    for (file, lang) in [("README.md", "en"), ("README.zh-CN.md", "zh")] {
        // One page is one sitting: a later command finds what an earlier one left.
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("data")).unwrap();
        fs::write(place.path().join("data/poems.txt"), include_str!("../../data/poems.txt")).unwrap();
        let (mut printed, mut ran) = (String::new(), 0);
        for block in blocks(&read(&format!("lessons/{folder}/{file}"))) {
            if block.note == "prints" {
                for line in block.lines.iter().filter(|line| !line.is_empty()) {
                    let there = printed.lines().any(|p| p.trim() == line);
                    assert!(there, "{folder}/{file}: no line \"{line}\" in\n{printed}");
                }
            }
            for command in block.lines.iter().filter(|_| block.language == "sh") {
                let run = command.replacen("cargo run --release", "cargo run", 1);
                let Some(args) = run.strip_prefix(&format!("cargo run --bin {name}")) else { continue };
                let args: Vec<&str> = args.split_whitespace().filter(|&arg| arg != "--").collect();
                let output = lesson_in(place.path(), binary, &[args.as_slice(), quick, &["--lang", lang]].concat());
                let said = String::from_utf8(output.stderr).unwrap();
                assert!(output.status.success(), "{command}: {said}");
                (printed, ran) = (String::from_utf8(output.stdout).unwrap() + &said, ran + 1);
            }
        }
        assert!(ran >= 3, "{folder}/{file}: only {ran} commands were run");
    }
}

#[test]
fn every_command_of_lesson_1_runs_and_prints_what_its_walkthrough_says() {
    replay("1_rnn", ("lesson_rnn", env!("CARGO_BIN_EXE_lesson_rnn")), &["--quick"]);
}

#[test]
fn every_command_of_lesson_2_runs_and_prints_what_its_walkthrough_says() {
    replay("2_gradients", ("lesson_gradients", env!("CARGO_BIN_EXE_lesson_gradients")), &["--quick"]);
}

#[test]
fn every_command_of_lesson_3_runs_and_prints_what_its_walkthrough_says() {
    replay("3_lstm", ("lesson_lstm", env!("CARGO_BIN_EXE_lesson_lstm")), &["--quick"]);
}

#[test]
fn every_command_of_lesson_4_runs_and_prints_what_its_walkthrough_says() {
    replay("4_mnist", ("lesson_mnist", env!("CARGO_BIN_EXE_lesson_mnist")), &["--quick"]);
}

#[test]
fn every_command_of_lesson_5_runs_and_prints_what_its_walkthrough_says() {
    replay("5_poems", ("lesson_poems", env!("CARGO_BIN_EXE_lesson_poems")), &[]);
}

/// In this build, whichever it is: what the page prints was measured elsewhere, and is not compared.
#[test]
fn every_command_of_lesson_6_runs() {
    replay("6_speed", ("lesson_speed", env!("CARGO_BIN_EXE_lesson_speed")), &["--quick"]);
}
