//! The questions on paper, and as data for a page.

use serde_json::{Value, json};

use super::bank::{Lesson, Question, Said};
use crate::{
    look::{folded, shown},
    say,
};

/// What a sheet of paper holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Sheet {
    /// The questions, and the answers after them.
    #[value(help = None::<&str>)] // --help lists the names alone
    All,
    /// The questions alone.
    #[value(help = None::<&str>)]
    Questions,
    /// The answers alone.
    #[value(help = None::<&str>)]
    Answers,
}

/// `text` in lines as wide as the terminal, the first after `head`, the others below its text.
pub(super) fn indented(head: &str, text: &str) -> String {
    let room = shown::columns().saturating_sub(head.len()).max(20);
    let space = " ".repeat(head.len());
    let lines = folded(text, room).into_iter().enumerate();
    let line = |(k, line)| format!("{}{line}", if k == 0 { head } else { &space });
    lines.map(line).collect::<Vec<_>>().join("\n")
}

/// A question after `head`, and its answers, numbered.
pub(super) fn asked(head: &str, question: &Question) -> String {
    let mut lines = vec![indented(head, question.question.text()), String::new()];
    let answers = question.answers.iter().zip(1..);
    lines.extend(answers.map(|(answer, n)| indented(&format!("  {n}  "), answer.text.text())));
    lines.join("\n")
}

/// The right answer of a question: its number and why.
pub(super) fn right(question: &Question) -> Option<(usize, &Said)> {
    let mut answers = question.answers.iter().zip(1..);
    answers.find(|(answer, _)| answer.right).map(|(answer, n)| (n, &answer.because))
}

/// Where a question is answered: the section, and the command that shows it.
pub(super) fn place(lesson: Lesson, question: &Question) -> String {
    let (n, section) = (lesson.number(), question.section.text());
    let place = say!("lesson {n}, \"{section}\"", "第 {n} 课“{section}”");
    match command(question) {
        Some(command) => say!("{place}; see it: {command}", "{place}；可运行：{command}"),
        None => place,
    }
}

/// The command that shows what a question is about.
pub fn command(question: &Question) -> Option<String> {
    let see = question.see.as_deref()?;
    Some(match see.split_once(' ') {
        Some((binary, args)) => format!("cargo run --bin {binary} -- {args}"),
        None => format!("cargo run --bin {see}"),
    })
}

/// The questions, numbered, and on a sheet after them the answers with every misconception.
pub fn sheet(questions: &[(Lesson, Question)], what: Sheet, seed: u64) -> String {
    let mut parts = vec![];
    if what != Sheet::Answers {
        let title = say!(
            "Questions (answers in the order of --seed {seed}; another number makes another order)",
            "题目（答案按 --seed {seed} 排列；换一个数，顺序就不同）"
        );
        parts.push(title);
        parts.extend(questions.iter().zip(1..).map(|((_, q), n)| asked(&format!("{n}. "), q)));
    }
    if what != Sheet::Questions {
        parts.push(say!("Answers (--seed {seed})", "答案（--seed {seed}）"));
        parts.extend(questions.iter().zip(1..).map(|((lesson, q), n)| answers(n, *lesson, q)));
    }
    parts.join("\n\n")
}

/// Why the right answer is right and what is behind each other one.
fn answers(n: usize, lesson: Lesson, question: &Question) -> String {
    let key = right(question).map_or(0, |(k, _)| k);
    let mut lines = vec![indented(&format!("{n}. "), &say!("{key} is right", "选 {key}"))];
    for (answer, k) in question.answers.iter().zip(1..) {
        let mark = if answer.right { '*' } else { ' ' };
        lines.push(indented(&format!(" {mark}{k}  "), answer.because.text()));
    }
    lines.push(indented("     ", &place(lesson, question)));
    lines.join("\n")
}

/// A question in both languages, as a JSON object.
pub fn object(lesson: Lesson, question: &Question) -> Value {
    let Question { id, section, bug, test, question: asked, answers, .. } = question;
    json!({
        "id": id, "lesson": lesson.number(), "section": section, "command": command(question),
        "bug": bug, "test": test, "question": asked, "answers": answers,
    })
}
