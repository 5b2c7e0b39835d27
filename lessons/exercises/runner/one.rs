//! `check`: one exercise, and what comes after it.

use std::path::Path;

use lstm_lessons::{
    say,
    shell::{
        cli::out,
        error::{Error, Result},
    },
};

use crate::{
    cargo::{Build, build},
    check::{Found, check},
    exercise::{Exercise, poem},
    folder::Folder,
    progress::{Progress, missing, progress},
    verdict::{command, compile_errors, heading, paragraph, verdict},
};

pub fn one(folder: &Folder, exercise: &'static Exercise) -> Result<()> {
    let checks = match build(folder)? {
        Build::Checks(checks) => checks,
        Build::Errors(errors) => {
            out(&format!("\n{}\n", compile_errors(&errors, Some(exercise))))?;
            return Err(Error::user(say!(
                "nothing can be checked until it compiles",
                "编译通过之前，什么都不能检查"
            )));
        }
    };
    let found = check(folder, &checks, exercise, &|| false)?;
    let waits = matches!(&found, Found::Blank(name) if *name != exercise.name);
    if !waits {
        out(&format!("\n{}\n", verdict(folder, exercise, &found)))?;
    }
    match found {
        Found::Right(_) => out(&after(folder, &checks, exercise, &progress(folder, &checks)?)?),
        // Of what it waits for the advice names the first, with why.
        _ => Err(Error::user(advice(folder, &checks, exercise)?)),
    }
}

/// Where `exercise` is not right because it calls one that is not: which to solve first.
///
/// # Errors
/// As [`check`].
pub fn first(folder: &Folder, checks: &Path, exercise: &Exercise) -> Result<Option<String>> {
    let label = exercise.label();
    Ok(missing(folder, checks, exercise)?.map(|(missing, found)| {
        let why = match found {
            Found::Blank(_) => say!("is still open", "还没有做"),
            _ => say!("is not right yet", "还不对"),
        };
        let (missing, watch) = (missing.label(), command(&format!("watch {}", missing.name)));
        say!(
            "{label} calls what you write in {missing}, which {why}; solve that first: {watch}",
            "{label} 要用到你在 {missing} 里写的函数，而它{why}；请先解出它：{watch}"
        )
    }))
}

/// What to do about an exercise that is not right.
fn advice(folder: &Folder, checks: &Path, exercise: &Exercise) -> Result<String> {
    let (label, hint) = (exercise.label(), command(&format!("hint {}", exercise.name)));
    Ok(first(folder, checks, exercise)?.unwrap_or_else(|| {
        say!(
            "{label} is not solved yet; for a hint: {hint}",
            "{label} 还没有解出；要提示请用：{hint}"
        )
    }))
}

/// What comes after `exercise` is solved: the poem, if nothing is missing for it since now, and the
/// next exercise.
///
/// # Errors
/// As [`check`].
pub fn after(
    folder: &Folder,
    checks: &Path,
    exercise: &Exercise,
    progress: &Progress,
) -> Result<String> {
    let mut parts = vec![];
    if exercise.blank.is_some() {
        let solution = command(&format!("solution {}", exercise.name));
        let text = say!("Compare it with the crate's own code:", "与课程自己的代码对照：");
        parts.push(format!("{text}\n  {solution}"));
    }
    let next = progress.next(Some(exercise));
    if (poem().calls(exercise) && progress.is_right(poem()))
        || (next.is_none() && exercise != poem())
    {
        parts.push(verdict(folder, poem(), &check(folder, checks, poem(), &|| false)?));
    }
    parts.push(match next.map(|next| heading(folder, next)) {
        Some(next) => say!("Next: {next}", "下一个：{next}"),
        None => paragraph(&say!(
            "All twelve are solved: from σ to a step of training, all of it is yours.",
            "十二个都解出了：从 σ 到训练的一步，全都出自你手。"
        )),
    });
    Ok(parts.join("\n\n"))
}
