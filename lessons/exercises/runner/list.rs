//! The list: what is solved, and what comes next.

use lstm_lessons::{
    look::{
        Align::{Left, Right},
        Table,
    },
    say,
    shell::{cli::out, error::Result},
};

use crate::{
    cargo::{Build, build},
    check::Found,
    exercise::{ALL, Exercise},
    folder::Folder,
    progress::{Known, Progress, progress, uncompiled},
    verdict::{command, compile_errors, paragraph},
};

/// The list and what to do now.
pub fn list(folder: &Folder) -> Result<()> {
    let (text, progress) = listed(folder)?;
    out(&format!("\n{text}\n"))?;
    out(&match progress {
        Some(progress) => next(folder, &progress),
        None => paragraph(&say!(
            "Until it compiles, no exercise can be checked; what is solved shows afterwards.",
            "在编译通过之前，哪个练习都不能检查；解出了哪些，之后就会显示。"
        )),
    })
}

/// The list alone, for who is at work already.
pub fn list_alone(folder: &Folder) -> Result<()> {
    out(&format!("\n{}\n", listed(folder)?.0))
}

/// The list, and where all compiles how far the student is; else what does not compile under it.
fn listed(folder: &Folder) -> Result<(String, Option<Progress>)> {
    Ok(match build(folder)? {
        Build::Checks(checks) => {
            let progress = progress(folder, &checks)?;
            let solved = progress.solved();
            let head = say!("Exercises solved: {solved} of 12", "练习：已解出 {solved}/12");
            (table(&progress, &head), Some(progress))
        }
        Build::Errors(errors) => {
            let table = table(&uncompiled(folder, &errors), &say!("Exercises", "练习"));
            (format!("{table}\n\n{}", compile_errors(&errors, None)), None)
        }
    })
}

/// One line an exercise.
fn table(progress: &Progress, head: &str) -> String {
    let table =
        Table::new([Left(2), Left(11), Right(2), Left(1), Left(9), Left(36), Right(4), Left(13)]);
    let next = progress.next(None);
    let row = |(exercise, known): (&'static Exercise, &Known)| {
        let mark = if next == Some(exercise) { "▶" } else { "" };
        let number = exercise.number.map(|n| n.to_string()).unwrap_or_default();
        let (name, minutes) = (exercise.name.to_string(), exercise.minutes.to_string());
        let (state, needs) = (state(exercise, known), format!("  {}", needs(exercise)));
        [mark.into(), state, number, String::new(), name, exercise.title(), minutes, needs]
    };
    let heads = [
        String::new(),
        say!("state", "状态"),
        String::new(),
        String::new(),
        say!("name", "名字"),
        say!("what you write", "写什么"),
        say!("min", "分钟"),
        say!("  needs", "  先要解出"),
    ];
    let lines = table.lines(heads, ALL.iter().zip(&progress.0).map(row));
    format!("{head}\n\n{}", lines.join("\n"))
}

fn needs(exercise: &Exercise) -> String {
    match exercise.needs {
        [first, second, .., last] => {
            say!("{first}, {second} to {last}", "{first}、{second} 至 {last}")
        }
        needs => {
            let needs: Vec<_> = needs.iter().map(ToString::to_string).collect();
            needs.join(&say!(", ", "、"))
        }
    }
}

fn state(exercise: &Exercise, known: &Known) -> String {
    match known {
        Known::Checked(Found::Right(_)) => say!("solved", "已解出"),
        Known::Checked(Found::Blank(name)) if *name == exercise.name => say!("open", "未做"),
        Known::Checked(Found::Blank(name)) => say!("needs {name}", "先做 {name}"),
        Known::Checked(Found::Endless) => say!("never ends", "停不下来"),
        Known::Checked(Found::Broke(_)) => say!("breaks off", "中断"),
        Known::Checked(_) => say!("not right", "不对"),
        Known::NoRust => say!("no Rust yet", "编译不过"),
        Known::Unknown => say!("?", "？"),
    }
}

/// What to do now.
fn next(folder: &Folder, progress: &Progress) -> String {
    match progress.next(None) {
        Some(next) => {
            let (label, minutes) = (next.label(), next.minutes);
            let file = next.blank.map(|(file, _)| folder.shown(file)).unwrap_or_default();
            let text = say!(
                "Next: {label}, {minutes} minutes. Open {file}, and have every save checked:",
                "下一个：{label}，{minutes} 分钟。打开 {file}，让每次保存都立即得到检查："
            );
            format!("{}\n  {}", paragraph(&text), command("watch"))
        }
        None => {
            let text = say!(
                "All twelve are solved. Your own cell writes:",
                "十二个都解出了。让你自己的单元写诗："
            );
            format!("{text}\n  {}", command("check poem"))
        }
    }
}
