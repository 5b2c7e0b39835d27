//! The runner as a student meets it, in a folder of its own: no student's file is read or written,
//! and no cargo runs inside a test.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::Stdio,
};

use lstm_lessons::look::visible_width;
use serde_json::json;

use crate::{
    exercise_list::{ALL, blanks},
    student::{Student, compiled},
};

const SIGMA: &str = "01_sigma.rs";

/// With this very program for the checks and the files of the repository, as they ship.
pub fn the_real_checks_say_that_sigma_is_open() {
    let student = Student::new();
    student.cargo_says(&[compiled(&std::env::current_exe().unwrap())]);
    let mut check = student.command(&["check", "sigma"]);
    let output = check.env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("1 sigma is still open"), "{said}");
}

#[test]
fn the_list_of_a_fresh_clone_is_open_and_begins_with_sigma() {
    let student = Student::new();
    let list = student.says(&[], 0);
    assert!(list.contains("solved: 0 of 12") && list.contains("Next: 1 sigma"), "{list}");
    let open = list.lines().filter(|line| line.contains(" open ")).count();
    assert_eq!(open, 12, "{list}");
    let marked: Vec<&str> = list.lines().filter(|line| line.starts_with('▶')).collect();
    assert!(marked.len() == 1 && marked[0].contains("sigma"), "{list}");
    for (lang, file) in [("en", SIGMA), ("zh", "lessons")] {
        let list = student.says(&["--lang", lang], 0);
        assert!(list.contains(file), "{list}");
        assert!(list.lines().all(|line| visible_width(line) <= 80), "{list}");
    }
}

#[test]
fn the_list_knows_what_is_right_what_is_wrong_and_what_waits() {
    let student = Student::new();
    student.write(SIGMA, "RIGHT");
    student.write("02_rnn.rs", "something else");
    student.write("05_sequence.rs", "RIGHT, but it calls 3 and 4");
    let list = student.says(&[], 0);
    let line = |name: &str| {
        let name = format!(" {name} ");
        list.lines().find(|line| line.contains(&name)).unwrap_or_else(|| panic!("{name}: {list}"))
    };
    assert!(list.contains("solved: 1 of 12") && list.contains("Next: 2 rnn"), "{list}");
    assert!(line("sigma").contains(" solved ") && line("rnn").contains(" not right "), "{list}");
    assert!(line("sequence").contains(" needs update "), "{list}");
}

#[test]
fn a_right_answer_is_told_what_it_built_and_what_comes_next() {
    let student = Student::new();
    let said = student.says(&["check", "sigma"], 2);
    assert!(said.contains("1 sigma is still open"), "{said}");
    student.write(SIGMA, "wrong");
    let said = student.says(&["check", "1"], 2);
    assert!(said.contains("not right yet.\n\ngot ≠1, want 2"), "{said}");
    assert!(said.trim_end().ends_with("hint sigma"), "{said}");
    student.write(SIGMA, "RIGHT");
    for (lang, built) in [("en", "The curve of every gate"), ("zh", "每个门的曲线")] {
        let said = student.says(&["check", SIGMA, "--lang", lang], 0);
        assert!(said.contains(built) && said.contains("02_rnn.rs"), "{said}");
        assert!(said.lines().all(|line| visible_width(line) <= 80), "{said}");
    }
}

#[test]
fn a_wrong_answer_that_calls_a_wrong_one_is_told_so() {
    let student = Student::new();
    student.write(SIGMA, "wrong");
    student.write("04_gates.rs", "wrong");
    let said = student.says(&["check", "gates"], 2);
    assert!(said.trim_end().ends_with("watch sigma"), "{said}");
}

/// It calls six functions, and one reason is enough.
#[test]
fn the_poem_waits_for_the_first_that_is_missing_and_says_why_once() {
    let student = Student::new();
    let (open, wrong) = ("还没有做", "还不对");
    for (sigma, first, why, not) in [
        (None, "1 sigma", open, wrong),
        (Some("wrong"), "1 sigma", wrong, open),
        (Some("RIGHT"), "3 update", open, wrong),
    ] {
        sigma.into_iter().for_each(|text| student.write(SIGMA, text));
        let said = student.says(&["check", "poem", "--lang", "zh"], 2);
        assert!(said.contains(&format!("在 {first} 里写的函数，而它{why}")), "{said}");
        assert!(!said.contains(not), "{said}");
    }
}

#[test]
fn after_the_last_exercise_the_poem_is_shown() {
    let student = Student::new();
    for (file, _) in blanks().filter_map(|exercise| exercise.blank) {
        student.write(file, "RIGHT");
    }
    for exercise in ["choose", "train", "poem"] {
        let said = student.says(&["check", exercise], 0);
        assert!(said.contains("月出") && said.contains("All twelve"), "{exercise}: {said}");
    }
    assert!(student.says(&[], 0).contains("solved: 12 of 12"));
    assert!(student.says(&["watch"], 0).contains("月出")); // nothing is left to watch
    student.write("02_rnn.rs", "wrong");
    let said = student.says(&["check", "choose"], 0);
    assert!(said.contains("月出") && said.contains("Next: 2 rnn"), "{said}");
}

#[test]
fn the_solution_is_refused_before_and_shown_after() {
    let student = Student::new();
    for text in ["wrong", "    todo!()"] {
        student.write("03_update.rs", text);
        let said = student.says(&["solution", "update"], 2);
        assert!(said.trim_end().ends_with("hint update") && !said.contains("fn update"), "{said}");
    }
    student.write("03_update.rs", "/// The text.\nfn mine() {} // RIGHT\n");
    let said = student.says(&["solution", "update"], 0);
    let (yours, crates) = said.split_once("src/cell/lstm.rs:").expect("both");
    assert!(yours.contains("fn mine") && !yours.contains("The text"), "{said}");
    assert!(crates.contains("let c = f * cell + i * g;"), "{said}");
    assert!(student.says(&["solution", "poem"], 2).contains("nothing to write"));
}

#[test]
fn reset_gives_the_shipped_bytes_and_keeps_what_was_written() {
    let student = Student::new();
    let (_, blank) = ALL[0].blank.unwrap();
    let now = |file: &str| fs::read(student.path(file)).unwrap();
    assert!(student.says(&["reset", "sigma"], 0).contains("nothing was changed"));
    for (k, text) in [(1, &b"my first"[..]), (2, b"my second, not UTF-8: \xff")] {
        fs::write(student.path(SIGMA), text).unwrap();
        let kept = format!("01_sigma.mine-{k}.txt");
        assert!(student.says(&["reset", "sigma"], 0).contains(&kept));
        assert_eq!(now(SIGMA), blank.as_bytes());
        assert_eq!(now(&kept), text);
    }
    fs::remove_file(student.path(SIGMA)).unwrap();
    student.says(&["reset", "sigma"], 0);
    assert_eq!((now(SIGMA), now("01_sigma.mine-1.txt")), (blank.into(), b"my first".to_vec()));
    student.says(&["reset", "poem"], 2);
}

#[test]
fn hints_speak_both_languages_and_a_name_that_is_none_is_refused() {
    let student = Student::new();
    assert!(student.says(&["hint", "sigma", "--lang", "en"], 0).contains("from the inside"));
    assert!(student.says(&["hint", "sigma", "--lang", "zh"], 0).contains("从里往外"));
    for command in ["watch", "check", "hint", "solution", "reset"] {
        let said = student.says(&[command, "sigmoid"], 2);
        assert!(said.lines().count() == 1 && said.contains("did you mean sigma?"), "{said}");
    }
    assert!(student.says(&["check", "lstm"], 2).contains("update"));
    assert!(student.says(&["check", "13"], 2).contains("poem"));
}

#[test]
fn an_error_of_the_compiler_is_shown_with_what_it_means() {
    let student = Student::new();
    student.write("05_sequence.rs", "broken");
    student.write("06_stack.rs", "something");
    let place = "tests/exercises/../../lessons/exercises/05_sequence.rs";
    let error = json!({
        "level": "error", "code": { "code": "E0308" }, "message": "mismatched types",
        "rendered": format!("error[E0308]: mismatched types\n --> {place}:41:5\n"),
        "spans": [{ "file_name": place, "is_primary": true }],
    });
    student.cargo_says(&[json!({ "message": error })]);
    for lang in ["en", "zh"] {
        let list = student.says(&["--lang", lang], 0);
        assert!(list.contains("\n --> lessons/exercises/05_sequence.rs:41:5\n"), "{list}");
        let meaning = list.lines().find(|line| line.starts_with("E0308")).expect("it is said");
        assert!(meaning.chars().count() > 20, "{list}");
        assert!(list.contains(if lang == "en" { " no Rust yet " } else { " 编译不过 " }), "{list}");
        let marked = list.lines().find(|line| line.starts_with('▶')).expect("one is next");
        assert!(marked.contains("sequence"), "{list}");
    }
    assert!(student.says(&["check", "sigma"], 2).contains("05_sequence.rs does not compile"));
    assert!(student.says(&["solution", "sigma"], 2).contains("hint sigma"));
    // Neither checks nor errors: cargo itself had something to say.
    student.cargo_says(&[]);
    assert!(student.says(&[], 2).contains("its own message"));
}

#[test]
fn every_command_of_the_page_is_one() {
    let student = Student::new();
    let mut ran = 0;
    for command in crate::pages().iter().flat_map(|page| crate::commands(page)) {
        let Some(words) = command.strip_prefix("cargo run --bin exercises") else { continue };
        // With all solved no command has anything to refuse.
        for (file, _) in blanks().filter_map(|exercise| exercise.blank) {
            student.write(file, "RIGHT");
        }
        let words: Vec<&str> = words.split_whitespace().filter(|word| *word != "--").collect();
        student.says(&words, 0);
        ran += 1;
    }
    assert_eq!(ran, 14);
}

#[test]
fn without_cargo_one_sentence_says_what_to_install() {
    let student = Student::new();
    let mut command = student.command(&["check", "sigma"]);
    let output = command.env("CARGO", "/nowhere/cargo").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.lines().count() == 1 && said.contains("install Rust"), "{said}");
    // What needs no cargo works without it.
    let mut command = student.command(&["hint", "sigma"]);
    assert!(command.env("CARGO", "/nowhere/cargo").status().unwrap().success());
}

#[test]
fn watch_checks_every_save_goes_on_after_a_right_answer_and_ends_at_a_key() {
    let student = Student::new();
    let mut watch =
        student.command(&["watch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut keys = watch.stdin.take().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines().map(Result::unwrap);
    // Reads on to the line that says so.
    let mut until = |words: &str| {
        let found = lines.find(|line| line.contains(words));
        found.unwrap_or_else(|| panic!("the end came before: {words}"))
    };
    until("1 sigma is still open");
    until("q quit");
    student.write(SIGMA, "wrong");
    until("1 sigma is not right yet");
    until("q quit");
    student.write(SIGMA, "RIGHT");
    until("1 sigma is right");
    until("Next: 2 rnn");
    until("q quit");
    keys.write_all(b"h\n").unwrap();
    until("two products");
    student.write("09_pad.rs", "wrong"); // another exercise than the one that is next
    until("9 pad is not right yet");
    until("q quit");
    keys.write_all(b"q\n").unwrap();
    until("go on with");
    assert!(watch.wait().unwrap().success());
}
