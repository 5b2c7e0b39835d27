//! The page that a run with `--bug` prints.

use serde_json::{Value, json};

use super::{Bug, Lesson, Place};
use crate::{
    look::{
        Align::{Left, Right},
        Table, WIDTH, fit, folded, pad, visible_width,
    },
    say,
};

/// A result of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    /// Between 0 and 1, shown as per cent.
    Share(f64),
    /// A loss, a mean.
    Number(f64),
    /// How many.
    Count(usize),
    /// A poem, a sentence.
    Text(String),
}

impl Figure {
    fn text(&self) -> String {
        match self {
            Figure::Share(share) => format!("{:.1} %", 100.0 * share),
            Figure::Number(number) => format!("{number:.2}"),
            Figure::Count(count) => count.to_string(),
            Figure::Text(text) => text.clone(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Figure::Share(number) | Figure::Number(number) => json!(number),
            Figure::Count(count) => json!(count),
            Figure::Text(text) => json!(text),
        }
    }
}

/// The same quantity without and with the bug.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Its name in JSON.
    pub key: &'static str,
    /// Its name for people.
    pub what: String,
    /// With the right function.
    pub healthy: Figure,
    /// With the wrong one.
    pub faulty: Figure,
}

impl Finding {
    /// A quantity and its two results.
    pub fn new(key: &'static str, what: String, healthy: Figure, faulty: Figure) -> Self {
        Self { key, what, healthy, faulty }
    }

    fn is_text(&self) -> bool {
        matches!(self.healthy, Figure::Text(_)) || matches!(self.faulty, Figure::Text(_))
    }
}

/// The whole page: the figures side by side, the cause, where it happened, which test catches it;
/// or one JSON object.
pub fn report(bug: Bug, findings: &[Finding], as_json: bool) -> String {
    match as_json {
        true => object(bug, findings).to_string(),
        false => page(bug, findings),
    }
}

fn page(bug: Bug, findings: &[Finding]) -> String {
    let (card, name, test) = (bug.card(), bug.name(), bug.test());
    let mut lines = vec![format!("{name}: {}", card.symptom)];
    let (figures, texts): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| !finding.is_text());
    let (healthy, faulty) = (say!("healthy", "正常"), say!("with the bug", "有错"));
    let widths = figures.iter().map(|finding| visible_width(&finding.what));
    let width = widths.max().unwrap_or(0).min(WIDTH - 30);
    // A name and two figures; the figures end under each other.
    let columns = Table::new([Left(2), Left(width), Right(14), Right(14)]);
    if !figures.is_empty() {
        lines.extend([String::new(), columns.row(["", "", &healthy, &faulty])]);
    }
    for Finding { what, healthy, faulty, .. } in figures {
        lines.push(columns.row(["", &fit(what, width), &healthy.text(), &faulty.text()]));
    }
    for Finding { what, healthy: right, faulty: wrong, .. } in texts {
        lines.extend([String::new(), what.clone()]);
        for (label, figure) in [(&healthy, right), (&faulty, wrong)] {
            lines.push(format!("  {label}"));
            lines.extend(
                figure
                    .text()
                    .lines()
                    .flat_map(|line| folded(line, WIDTH - 4))
                    .map(|line| format!("    {line}")),
            );
        }
    }
    lines.extend([String::new(), say!("Why", "原因")]);
    lines.extend(folded(&card.cause, WIDTH - 2).into_iter().map(|line| format!("  {line}")));
    lines.extend([String::new(), say!("Where it happened", "真实出处")]);
    lines.extend(card.happened.iter().flat_map(|place| place_lines(*place)));
    let file = format!("src/bugs/{}.rs", bug.file());
    lines.extend([
        String::new(),
        say!("The wrong function: {file}", "错误的函数：{file}"),
        say!(
            "The test that catches it: cargo test --test bugs {test}",
            "抓住它的测试：cargo test --test bugs {test}"
        ),
    ]);
    lines.join("\n")
}

/// A place in two lines.
fn place_lines(place: Place) -> Vec<String> {
    match place {
        Place::Course(section, line) => {
            vec![
                say!("  the course, section {section}:", "  课程 {section} 节："),
                format!("    {line}"),
            ]
        }
        Place::Thread(address, title) => {
            vec![format!("  {}", fit(title, WIDTH - 2)), format!("    {address}")]
        }
    }
}

fn object(bug: Bug, findings: &[Finding]) -> Value {
    let measured: serde_json::Map<String, Value> = findings
        .iter()
        .map(|finding| {
            let both = json!({"healthy": finding.healthy.json(), "faulty": finding.faulty.json()});
            (finding.key.to_string(), both)
        })
        .collect();
    let happened: Vec<&str> = bug
        .card()
        .happened
        .iter()
        .map(|place| match place {
            Place::Course(_, line) => *line,
            Place::Thread(address, _) => *address,
        })
        .collect();
    json!({"bug": bug.name(), "measured": measured, "happened": happened, "test": bug.test()})
}

/// All bugs, one line each, those of `lesson` first.
pub fn list(lesson: Lesson, as_json: bool) -> String {
    let all = <Bug as clap::ValueEnum>::value_variants();
    let (here, there): (Vec<Bug>, Vec<Bug>) =
        all.iter().copied().partition(|bug| bug.lesson() == lesson);
    if as_json {
        let object = |bug: Bug| {
            let (name, lesson, symptom) = (bug.name(), bug.lesson().binary(), bug.card().symptom);
            json!({"bug": name, "lesson": lesson, "symptom": symptom})
        };
        return here
            .into_iter()
            .chain(there)
            .map(|bug| object(bug).to_string())
            .collect::<Vec<_>>()
            .join("\n");
    }
    let width = all.iter().map(|bug| bug.name().len()).max().unwrap_or(0) + 2;
    let line = |bug: &Bug| format!("  {}{}", pad(&bug.name(), width), bug.card().symptom);
    let mut lines = Vec::new();
    for bugs in [here, there] {
        if let Some(first) = bugs.first() {
            lines.push(format!("{} --bug", first.lesson().binary()));
            lines.extend(bugs.iter().map(line));
        }
    }
    lines.join("\n")
}
