//! The walkthroughs say what the code says, in both languages.

use std::{fs, path::Path};

use crate::lesson_in;

/// Both walkthroughs of each lesson that has one here: folder, program, where it lies, and what makes its commands quick.
const LESSONS: [(&str, &str, &str, &[&str]); 5] = [
    ("1_rnn", "lesson_rnn", env!("CARGO_BIN_EXE_lesson_rnn"), &["--quick"]),
    ("2_gradients", "lesson_gradients", env!("CARGO_BIN_EXE_lesson_gradients"), &["--quick"]),
    ("3_lstm", "lesson_lstm", env!("CARGO_BIN_EXE_lesson_lstm"), &["--quick"]),
    ("4_mnist", "lesson_mnist", env!("CARGO_BIN_EXE_lesson_mnist"), &["--quick"]),
    ("5_poems", "lesson_poems", env!("CARGO_BIN_EXE_lesson_poems"), &[]),
];

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
    for (folder, ..) in LESSONS {
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
    for (folder, ..) in LESSONS {
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

/// Every command runs in its quick form; where the text block below it is marked `prints`, those very lines come out.
#[test]
fn every_command_of_a_walkthrough_runs_and_prints_what_it_says() {
    for (folder, name, binary, quick) in LESSONS {
        for (file, lang) in [("README.md", "en"), ("README.zh-CN.md", "zh")] {
            // One page is one sitting: a later command finds what an earlier one left.
            let place = tempfile::tempdir().unwrap();
            fs::create_dir(place.path().join("data")).unwrap();
            fs::write(place.path().join("data/poems.txt"), include_str!("../../data/poems.txt")).unwrap();
            let mut printed = String::new();
            for block in blocks(&read(&format!("lessons/{folder}/{file}"))) {
                if block.note == "prints" {
                    for line in block.lines.iter().filter(|line| !line.is_empty()) {
                        let there = printed.lines().any(|p| p.trim() == line);
                        assert!(there, "{folder}/{file}: no line \"{line}\" in\n{printed}");
                    }
                }
                for command in block.lines.iter().filter(|_| block.language == "sh") {
                    let Some(args) = command.strip_prefix(&format!("cargo run --bin {name}")) else { continue };
                    let args: Vec<&str> = args.split_whitespace().filter(|&arg| arg != "--").collect();
                    let ran = lesson_in(place.path(), binary, &[args.as_slice(), quick, &["--lang", lang]].concat());
                    let said = String::from_utf8(ran.stderr).unwrap();
                    assert!(ran.status.success(), "{command}: {said}");
                    printed = String::from_utf8(ran.stdout).unwrap() + &said;
                }
            }
        }
    }
}
