//! `quiz` as its users meet it: with answers in a pipe.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use lstm_lessons::{
    look::visible_width,
    questions::{Lesson, Said, of_lesson},
};
use serde_json::Value;

use crate::lessons::course::BINARIES;

/// `quiz` of a lesson, with what is typed into it.
fn quiz(lesson: Lesson, args: &[&str], typed: &str) -> Output {
    let (_, binary) = BINARIES[lesson.number() - 1];
    let mut child = Command::new(binary)
        .arg("quiz")
        .args(args)
        .env("LC_ALL", "en_US.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its flags reads nothing.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The objects of `--json`.
fn objects(lesson: Lesson, args: &[&str]) -> Vec<Value> {
    let text = said(&quiz(lesson, &[args, &["--json"]].concat(), ""));
    text.lines().map(|line| serde_json::from_str(line).expect("JSON and nothing else")).collect()
}

/// What to type for the answers that `wanted` says of each right place.
fn typed(questions: &[Value], wanted: impl Fn(usize) -> usize) -> String {
    let right = |question: &Value| {
        let answers = question["answers"].as_array().unwrap();
        answers.iter().position(|answer| answer["right"] == true).unwrap()
    };
    questions.iter().map(|question| format!("{}\n", wanted(right(question)) + 1)).collect()
}

/// Without the ends of its lines: text is folded.
fn flat(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn every_lesson_asks_its_questions_and_counts_what_is_right() {
    for lesson in Lesson::ALL {
        let questions = objects(lesson, &["--seed", "3"]);
        let n = questions.len();
        assert_eq!(n, of_lesson(lesson).len());
        let shown = said(&quiz(lesson, &["--seed", "3"], &typed(&questions, |right| right)));
        assert!(shown.contains(&format!("{n} of {n} right")), "{shown}");
        assert!(!shown.contains("To read again"), "{shown}");
        let wrong = typed(&questions, |right| (right + 1) % 4);
        let shown = said(&quiz(lesson, &["--seed", "3"], &wrong));
        assert!(
            shown.contains(&format!("0 of {n} right")) && shown.contains("--seed 3"),
            "{shown}"
        );
        for question in &questions {
            let answers = question["answers"].as_array().unwrap();
            let right = answers.iter().position(|answer| answer["right"] == true).unwrap();
            for because in [&answers[right], &answers[(right + 1) % 4]] {
                let because = because["because"]["en"].as_str().unwrap();
                assert!(flat(&shown).contains(&flat(because)), "not said: {because}");
            }
            assert!(shown.contains(question["section"]["en"].as_str().unwrap()));
        }
    }
}

#[test]
fn an_empty_line_says_what_is_right_and_another_word_is_asked_again() {
    let shown = quiz(Lesson::Rnn, &["--quick", "--lang", "zh"], "５\nwhy\n\n\n\n\n\n");
    let (out, asked) = (said(&shown), String::from_utf8(shown.stderr.clone()).unwrap());
    assert!(out.contains("5 题答对 0 题") && out.matches("应选").count() == 5, "{out}");
    assert_eq!(asked.matches("请输入 1、2、3 或 4").count(), 2, "{asked}");
    let full_width = typed(&objects(Lesson::Rnn, &["--quick"]), |right| right)
        .replace('1', "１")
        .replace('2', "２")
        .replace('3', "３")
        .replace('4', "４");
    assert!(said(&quiz(Lesson::Rnn, &["--quick"], &full_width)).contains("5 of 5 right"));
}

#[test]
fn without_answers_it_ends_in_one_sentence_and_exit_code_2() {
    for lesson in Lesson::ALL {
        let nothing = quiz(lesson, &[], "");
        let sentence = String::from_utf8(nothing.stderr).unwrap();
        assert_eq!(nothing.status.code(), Some(2), "{sentence}");
        assert!(nothing.stdout.is_empty() && sentence.lines().count() == 1, "{sentence}");
        assert!(sentence.contains("--print"), "{sentence}");
    }
    let cut = quiz(Lesson::Lstm, &[], "1\n2\n");
    let sentence = String::from_utf8(cut.stderr).unwrap();
    assert_eq!(cut.status.code(), Some(2), "{sentence}");
    assert!(sentence.contains("ended at question 3"), "{sentence}");
    for args in [&["--seed", "many"][..], &["--print", "--json"], &["--test", "during"]] {
        assert_eq!(quiz(Lesson::Mnist, args, "").status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn q_ends_it_with_the_score_of_what_was_answered() {
    let questions = objects(Lesson::Rnn, &[]);
    let answers = typed(&questions[..2], |right| right) + "q\n";
    let stopped = quiz(Lesson::Rnn, &[], &answers);
    let asked = String::from_utf8(stopped.stderr.clone()).unwrap();
    assert!(asked.contains("q: stop"), "{asked}");
    let shown = said(&stopped);
    assert!(shown.contains("2 of 2 right") && !shown.contains("Question 4"), "{shown}");
}

#[test]
fn a_test_says_nothing_until_its_end() {
    let questions = objects(Lesson::Gradients, &["--test", "before"]);
    let half = typed(&questions[..5], |right| right) + &typed(&questions[5..], |right| right ^ 1);
    let shown = said(&quiz(Lesson::Gradients, &["--test", "before"], &half));
    assert!(shown.contains("5 of 10 right") && shown.contains("To read again"), "{shown}");
    assert!(!shown.contains("Right.") && !shown.contains("is right."), "{shown}");
    assert!(shown.contains("lessons/3_lstm/README.md: "), "{shown}");
}

#[test]
fn the_seed_orders_the_answers() {
    let order = |seed: &str| objects(Lesson::Speed, &["--seed", seed]);
    assert_eq!(order("1"), order("1"));
    assert_ne!(order("1"), order("2"));
}

#[test]
fn questions_and_answers_are_printed_for_paper_in_eighty_columns() {
    for lesson in Lesson::ALL {
        for lang in ["en", "zh"] {
            let print = |what: &str| said(&quiz(lesson, &[what, "--lang", lang], ""));
            let (all, questions, answers) =
                (print("--print"), print("--print=questions"), print("--print=answers"));
            let widest = all.lines().map(visible_width).max().unwrap();
            assert!(widest <= 80, "{lesson:?} in {lang}: {widest}");
            assert_eq!(all.trim_end(), format!("{questions}\n{answers}").trim_end());
            for question in of_lesson(lesson) {
                let of = |said: &Said| flat(if lang == "en" { &said.en } else { &said.zh });
                assert!(flat(&questions).contains(&of(&question.question)), "{}", question.id);
                for answer in &question.answers {
                    assert!(flat(&questions).contains(&of(&answer.text)), "{}", question.id);
                    assert!(!flat(&questions).contains(&of(&answer.because)), "{}", question.id);
                    assert!(flat(&answers).contains(&of(&answer.because)), "{}", question.id);
                }
            }
        }
    }
}

/// At a keyboard; `\u{4}` is Ctrl-D, the end of the input.
#[cfg(unix)]
#[test]
fn in_a_terminal_it_asks_the_same_and_ctrl_d_ends_it_with_a_sentence() {
    for (typed, code, found) in
        [("\n\n\n\n\n", 0, "0 of 5 right"), ("2\n\u{4}", 2, "ended at question 2 of 5")]
    {
        let terminal = nix::pty::openpty(None, None).expect("a pseudo-terminal");
        let (_, binary) = BINARIES[Lesson::Rnn.number() - 1];
        let child = Command::new(binary)
            .args(["quiz", "--quick", "--lang", "en"])
            .stdin(terminal.slave)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::fs::File::from(terminal.master).write_all(typed.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(found), "{said}");
    }
}
