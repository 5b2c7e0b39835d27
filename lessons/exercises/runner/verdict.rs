//! What a student reads after a check.

use lstm_lessons::{
    look::{folded, shown::columns},
    say,
    shell::program,
};

use crate::{
    cargo::CompileError,
    check::{Found, LIMIT},
    exercise::{ALL, Exercise},
    explain::explained,
    folder::Folder,
    hints,
};

/// A text in lines that fit the screen.
pub fn paragraph(text: &str) -> String {
    folded(text, columns()).join("\n")
}

/// A command of this program, as it is typed here.
pub fn command(words: &str) -> String {
    format!("{} {words}", program("exercises"))
}

/// How to begin.
pub fn hint(exercise: &Exercise) -> String {
    let hint = hints::hint(exercise.name);
    paragraph(&say!("Hint: {hint}", "提示：{hint}"))
}

/// The exercise, its file and its time.
pub fn heading(folder: &Folder, exercise: &Exercise) -> String {
    let (label, lesson, minutes) = (exercise.label(), exercise.lesson, exercise.minutes);
    let title = exercise.title();
    let head = say!(
        "{label}: {title} (lesson {lesson}, {minutes} minutes)",
        "{label}：{title}（第 {lesson} 课，{minutes} 分钟）"
    );
    match exercise.blank {
        Some((file, _)) => format!("{head}\n{}", folder.shown(file)),
        None => head,
    }
}

/// What the check of `exercise` found, in full.
pub fn verdict(folder: &Folder, exercise: &Exercise, found: &Found) -> String {
    let label = exercise.label();
    let shown = |name: &str| {
        let (file, _) = ALL.iter().find(|e| e.name == name)?.blank?;
        Some(folder.shown(file))
    };
    match found {
        Found::Right(printed) => {
            let built = exercise.built();
            let passed = paragraph(&say!("{label} is right. {built}", "{label} 通过。{built}"));
            match printed.as_str() {
                "" => passed,
                poem => format!("{poem}\n\n{passed}"),
            }
        }
        Found::Blank(name) if *name == exercise.name => {
            let file = shown(name).unwrap_or_default();
            paragraph(&say!(
                "{label} is still open: write your answer in {file} in the place of todo!(), and \
                 save.",
                "{label} 还没有做：在 {file} 里用你的答案替换 todo!()，然后保存。"
            ))
        }
        Found::Blank(name) => paragraph(&say!(
            "{label} cannot be checked yet: it calls your `{name}`, which is still open.",
            "{label} 还不能检查：它要调用你的 `{name}`，而那一个还没有做。"
        )),
        Found::Wrong(text) => {
            format!("{}\n\n{text}", say!("{label} is not right yet.", "{label} 还不对。"))
        }
        Found::Endless => {
            let seconds = LIMIT.as_secs();
            paragraph(&say!(
                "{label} did not end within {seconds} seconds: is there a loop that never stops?",
                "{label} 运行了 {seconds} 秒还没有结束：是不是有一个停不下来的循环？"
            ))
        }
        Found::Broke(said) => {
            let why = paragraph(&say!(
                "{label} ended the check itself: does a function call itself without end, or does \
                 a Vec grow without end? This is what was said last:",
                "{label} 让检查程序中断了：是不是有函数不停地调用自己，或有 Vec 不停地变长？最后的输出是："
            ));
            format!("{why}\n\n{said}")
        }
        Found::Stopped => String::new(),
    }
}

/// The first of the compiler's errors, those of `first`'s file before all others, with what its
/// kind means.
pub fn compile_errors(errors: &[CompileError], first: Option<&Exercise>) -> String {
    let own = errors.iter().find(|e| first.is_some_and(|first| e.exercise == Some(first.name)));
    let Some(error) = own.or(errors.iter().find(|e| e.exercise.is_some())).or(errors.first())
    else {
        return String::new();
    };
    let file = ALL.iter().find(|e| error.exercise == Some(e.name)).and_then(|e| e.blank);
    let mut parts = vec![match file {
        Some((file, _)) => say!("{file} does not compile:", "{file} 编译不过："),
        None => say!(
            "The course itself does not compile, outside the exercises:",
            "练习以外的代码编译不过："
        ),
    }];
    parts.push(error.rendered.clone());
    if let Some(explained) = explained(error) {
        let kind = error.code.clone().unwrap_or_else(|| say!("In other words", "也就是说"));
        parts.push(paragraph(&say!("{kind}: {explained}", "{kind}：{explained}")));
    }
    match errors.len() - 1 {
        0 => {}
        more => parts.push(paragraph(&say!(
            "(Errors besides this one: {more}. Mend the first, then check again: others often \
             follow from it.)",
            "（此外还有 {more} 个错误。先改好第一个再检查：其余的往往由它引起。）"
        ))),
    }
    parts.join("\n\n")
}
