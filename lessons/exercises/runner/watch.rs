//! `watch`: every save is checked, and a right answer leads to the next exercise.

use std::{sync::mpsc::Receiver, time::Duration};

use lstm_lessons::{
    say,
    shell::{cli::out, error::Result},
};

use crate::{
    cargo::{Build, build},
    check::{Found, check},
    exercise::{Exercise, blanks, poem},
    folder::Folder,
    keys::{Key, keys},
    list,
    one::{self, after},
    progress::{progress, uncompiled},
    verdict::{command, compile_errors, heading, hint, paragraph, verdict},
};

/// How often the files are looked at. Twelve small files are read whole: that sees every save,
/// however an editor makes it, and on network folders, in containers and in virtual machines, too,
/// where the system's notices of a change do not arrive.
const OFTEN: Duration = Duration::from_millis(300);

/// Watches, from `begin` or the first exercise that is not solved on, until all are solved or the
/// student stops it.
///
/// # Errors
/// As [`build`] and [`check`].
pub fn watch(folder: &Folder, begin: Option<&'static Exercise>) -> Result<()> {
    quiet_ctrl_c();
    let keys = keys();
    let mut current = match begin {
        Some(exercise) => exercise,
        None => first(folder)?,
    };
    loop {
        let texts = folder.texts();
        match look(folder, current, &|| folder.texts() != texts)? {
            Looked::Again => continue,
            Looked::Open => {}
            Looked::Solved(None) => return Ok(()),
            Looked::Solved(Some(next)) => {
                current = next;
                if !folder.is_blank(next) {
                    continue; // something stands there already
                }
            }
        }
        out(&format!("\n{}", usage(current)))?;
        match wait(folder, &keys, current, &texts)? {
            Some(exercise) => current = exercise,
            None => {
                let watch = command("watch");
                return out(&say!("Later, go on with: {watch}", "以后接着做，请用：{watch}"));
            }
        }
    }
}

/// On Unix the signal itself ends the program without a word.
fn quiet_ctrl_c() {
    #[cfg(not(unix))]
    let _ = ctrlc::set_handler(|| std::process::exit(0));
}

/// What can be done now; with the exercise, whose heading may be off the screen.
fn usage(current: &Exercise) -> String {
    let label = current.label();
    paragraph(&say!(
        "[{label}] Save a file, and it is checked. Or type a letter and Enter: h hint, n next \
         exercise, l list, q quit.",
        "[{label}] 保存文件就会检查；也可输入字母再按回车：h 提示，n 下一个，l 列表，q 退出。"
    ))
}

/// The first exercise that is not solved; with all solved, the poem.
fn first(folder: &Folder) -> Result<&'static Exercise> {
    let progress = match build(folder)? {
        Build::Checks(checks) => progress(folder, &checks)?,
        Build::Errors(errors) => uncompiled(folder, &errors),
    };
    Ok(progress.next(None).unwrap_or(poem()))
}

enum Looked {
    /// The text changed meanwhile.
    Again,
    /// Not right, or it does not compile.
    Open,
    /// Right, and what comes next.
    Solved(Option<&'static Exercise>),
}

/// Compiles, checks, and says what was found.
fn look(
    folder: &Folder,
    exercise: &'static Exercise,
    changed: &dyn Fn() -> bool,
) -> Result<Looked> {
    let checks = match build(folder)? {
        Build::Checks(checks) => checks,
        Build::Errors(errors) => {
            out(&format!("\n{}", compile_errors(&errors, Some(exercise))))?;
            return Ok(Looked::Open);
        }
    };
    let found = check(folder, &checks, exercise, changed)?;
    if found == Found::Stopped {
        return Ok(Looked::Again);
    }
    let head = heading(folder, exercise);
    out(&format!("\n{head}\n\n{}", verdict(folder, exercise, &found)))?;
    match found {
        Found::Right(_) => {
            let progress = progress(folder, &checks)?;
            out(&format!("\n{}", after(folder, &checks, exercise, &progress)?))?;
            Ok(Looked::Solved(progress.next(Some(exercise))))
        }
        Found::Wrong(_) => {
            if let Some(first) = one::first(folder, &checks, exercise)? {
                out(&format!("\n{}", paragraph(&first)))?;
            }
            Ok(Looked::Open)
        }
        _ => Ok(Looked::Open),
    }
}

/// Waits for a save after `texts`, or a key; the exercise to look at then, `None` at the end.
fn wait(
    folder: &Folder,
    keys: &Receiver<Key>,
    current: &'static Exercise,
    texts: &[Option<Vec<u8>>],
) -> Result<Option<&'static Exercise>> {
    let mut before = texts.to_vec();
    loop {
        match keys.recv_timeout(OFTEN) {
            Ok(Key::Quit) => return Ok(None),
            Ok(Key::Next) => return Ok(Some(following(current))),
            Ok(Key::Hint) => out(&hint(current))?,
            Ok(Key::List) => {
                list::list_alone(folder)?;
                out(&usage(current))?;
            }
            Ok(Key::Unknown) => out(&usage(current))?,
            Err(_) => {
                let now = folder.texts();
                // Twice the same: an editor has finished writing.
                if now == before && now != texts {
                    return Ok(Some(saved(current, texts, &now)));
                }
                before = now;
            }
        }
    }
}

/// The exercise with a blank that stands after this one in the list, and after the last the first.
fn following(current: &Exercise) -> &'static Exercise {
    let mut from_here = blanks().chain(blanks()).skip_while(|other| *other != current).skip(1);
    from_here.next().or(blanks().next()).expect("there are twelve")
}

/// The exercise whose file was saved; `current` if that is among several.
fn saved(
    current: &'static Exercise,
    before: &[Option<Vec<u8>>],
    now: &[Option<Vec<u8>>],
) -> &'static Exercise {
    let pairs = before.iter().zip(now);
    let saved = blanks().zip(pairs).filter(|(_, (before, now))| before != now);
    let saved: Vec<&Exercise> = saved.map(|(exercise, _)| exercise).collect();
    match saved[..] {
        [one] => one,
        _ => current,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::ALL;

    #[test]
    fn after_the_last_exercise_comes_the_first() {
        assert_eq!(following(&ALL[0]).name, "rnn");
        assert_eq!(following(&ALL[6]).name, "shift"); // the poem has no file
        assert_eq!(following(&ALL[12]).name, "sigma");
        assert_eq!(following(poem()).name, "sigma");
    }

    #[test]
    fn the_file_that_was_saved_is_looked_at() {
        let before = vec![Some(vec![1]); 12];
        let mut now = before.clone();
        now[8] = Some(vec![2]);
        assert_eq!(saved(&ALL[0], &before, &now).name, "pad");
        now[0] = None;
        assert_eq!(saved(&ALL[0], &before, &now).name, "sigma");
    }
}
