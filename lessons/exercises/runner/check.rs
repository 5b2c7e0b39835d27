//! One check of one exercise: the program of the checks is started for it alone, so that an answer
//! that never ends or breaks the program takes no other with it.

use std::{
    io::Read,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use lstm_lessons::{
    say,
    shell::{
        error::{Error, Result},
        say::lang,
    },
};

use crate::{
    exercise::{Exercise, blanks},
    folder::Folder,
};

/// A check takes less than a second; what has not ended by now never will.
pub const LIMIT: Duration = Duration::from_secs(20);

/// How often a running check is looked at.
const OFTEN: Duration = Duration::from_millis(10);

/// What a check found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Right; of the poem, the poem.
    Right(String),
    /// There is still a `todo!()`: of this exercise, or of one that it calls. Its name.
    Blank(&'static str),
    /// Wrong, and what the check says.
    Wrong(String),
    /// It did not end.
    Endless,
    /// It ended the program; what that said.
    Broke(String),
    /// The caller wanted to know no more.
    Stopped,
}

/// Checks `exercise` with the program `checks`, until `stop` says that it is no longer of interest.
///
/// # Errors
/// The program cannot be started.
pub fn check(
    folder: &Folder,
    checks: &Path,
    exercise: &Exercise,
    stop: &dyn Fn() -> bool,
) -> Result<Found> {
    let name = match exercise.blank {
        Some(_) => format!("exercise::{}", exercise.name),
        None => exercise.name.to_string(),
    };
    let mut command = Command::new(checks);
    command.args(["--ignored", "--exact", &name]).current_dir(folder.root());
    command.env("LSTM_LANG", lang().name());
    command.env_remove("HINT").env("RUST_BACKTRACE", "0");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().map_err(|cause| {
        let checks = checks.display();
        Error::user(say!(
            "cannot start the checks, {checks} ({cause}); run the command once more",
            "无法启动检查程序 {checks}（{cause}）；请再运行一次这条命令"
        ))
    })?;
    Ok(match ended(child, stop) {
        Ok((status, said)) => found(&name, status, &said),
        Err(given_up) => given_up,
    })
}

/// How the child ended and what it said, or why it was not waited for.
fn ended(
    mut child: Child,
    stop: &dyn Fn() -> bool,
) -> std::result::Result<(ExitStatus, String), Found> {
    // Two threads, because a full pipe would stop the child.
    let out = child.stdout.take().map(collected);
    let err = child.stderr.take().map(collected);
    let begun = Instant::now();
    let status = loop {
        let given_up = match () {
            _ if stop() => Some(Found::Stopped),
            _ if begun.elapsed() > LIMIT => Some(Found::Endless),
            _ => None,
        };
        if let Some(found) = given_up {
            let _ = child.kill(); // it may have ended just now
            let _ = child.wait();
            return Err(found);
        }
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => thread::sleep(OFTEN),
            Err(cause) => return Err(Found::Broke(cause.to_string())),
        }
    };
    let said = [out, err].into_iter().flatten().filter_map(|all| all.join().ok());
    Ok((status, said.collect()))
}

fn collected(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut all = vec![];
        let _ = pipe.read_to_end(&mut all); // what came before an error is worth showing
        String::from_utf8_lossy(&all).into_owned()
    })
}

/// Reads what Rust's test harness printed about the one test `name`.
fn found(name: &str, status: ExitStatus, said: &str) -> Found {
    let section = said.split_once(&format!("---- {name} stdout ----\n")).map(|(_, after)| {
        let end = after.rfind("\n\nfailures:\n").unwrap_or(after.len());
        after[..end].trim_matches('\n')
    });
    match section {
        Some(text) => match blank(text) {
            Some(name) => Found::Blank(name),
            None => Found::Wrong(text.to_string()),
        },
        None if status.success() && said.contains("1 passed") => Found::Right(printed(said)),
        None => Found::Broke(said.trim().to_string()),
    }
}

/// The exercise whose `todo!()` ended the check.
fn blank(text: &str) -> Option<&'static str> {
    let (place, _) = text.split_once("not yet implemented")?;
    let is_there = |exercise: &&Exercise| {
        exercise.blank.is_some_and(|(file, _)| place.contains(&format!("{file}:")))
    };
    blanks().find(is_there).map(|exercise| exercise.name)
}

/// What a test that passed wrote itself, between the lines of the harness.
fn printed(said: &str) -> String {
    let of_the_harness = |line: &&str| {
        let begins = ["running ", "test ", "test result:"];
        *line == "ok" || begins.iter().any(|begin| line.starts_with(begin))
    };
    let lines: Vec<&str> = said.lines().filter(|line| !of_the_harness(line)).collect();
    lines.join("\n").trim_matches('\n').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two ways in which a program ends; only whether it succeeded is asked.
    fn status(success: bool) -> ExitStatus {
        let this = std::env::current_exe().expect("this test");
        let flag = if success { "--list" } else { "--no-such-flag" };
        let mut command = Command::new(this);
        command.arg(flag).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().expect("it starts")
    }

    #[test]
    fn the_words_of_the_harness_are_understood() {
        let (good, bad) = (status(true), status(false));
        assert!(good.success() && !bad.success());
        let failed = |text: &str| {
            format!(
                "\nrunning 1 test\ntest exercise::rnn ... FAILED\n\nfailures:\n\n\
                 ---- exercise::rnn stdout ----\n{text}\n\n\nfailures:\n    exercise::rnn\n\n\
                 test result: FAILED. 0 passed; 1 failed; 0 ignored\n\n"
            )
        };
        let of = |status, said: &str| found("exercise::rnn", status, said);
        let blank = "thread 'exercise::rnn' (7) panicked at 02_rnn.rs:33:5:\nnot yet implemented";
        assert_eq!(of(bad, &failed(blank)), Found::Blank("rnn"));
        assert_eq!(
            of(bad, &failed("got\n  1\n\nHint: x")),
            Found::Wrong("got\n  1\n\nHint: x".into())
        );
        let passed = "\nrunning 1 test\ntest exercise::rnn ... ok\n\n\
                      test result: ok. 1 passed; 0 failed; 0 ignored\n\n";
        assert_eq!(of(good, passed), Found::Right(String::new()));
        // No such test: the harness is content, we are not.
        let none = "\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed\n\n";
        assert!(matches!(of(good, none), Found::Broke(_)));
        let overflow = "\nrunning 1 test\n\nthread 'exercise::rnn' has overflowed its stack\n";
        assert!(matches!(of(bad, overflow), Found::Broke(text) if text.contains("overflowed")));
        let poem = "\nrunning 1 test\n\nA poem:\n\n月出\n\ntest poem ... ok\n\n\
                    test result: ok. 1 passed; 0 failed\n";
        assert_eq!(found("poem", good, poem), Found::Right("A poem:\n\n月出".into()));
    }
}
