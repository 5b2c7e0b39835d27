//! The checks are compiled by cargo, with the student's files in them; what the compiler says comes
//! back as JSON.

use std::{
    ffi::OsString,
    io::{self, BufRead, BufReader, IsTerminal, Read, stderr},
    path::PathBuf,
    process::{Command, Output, Stdio},
    thread,
};

use lstm_lessons::{
    look::Color,
    say,
    shell::{
        error::{Error, Result},
        note,
    },
};
use serde_json::Value;

use crate::{
    exercise::{Exercise, blanks},
    folder::Folder,
};

/// What came of compiling.
pub enum Build {
    /// The program that checks.
    Checks(PathBuf),
    /// The errors of the compiler, at least one.
    Errors(Vec<CompileError>),
}

/// One error of the compiler.
#[derive(Debug, PartialEq)]
pub struct CompileError {
    /// The exercise in whose file it is; `None` elsewhere.
    pub exercise: Option<&'static str>,
    /// `E0308`, where it has such a number.
    pub code: Option<String>,
    /// Its first line.
    pub message: String,
    /// As the compiler shows it.
    pub rendered: String,
}

/// Compiles `tests/exercises`, where all checks are, exactly as `cargo test` does; cargo itself
/// says on standard error how far it is.
///
/// # Errors
/// There is no cargo, or it fails on something other than the code.
pub fn build(folder: &Folder) -> Result<Build> {
    let format = match Color::detect() {
        Color::None => "--message-format=json",
        _ => "--message-format=json-diagnostic-rendered-ansi",
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&cargo);
    command.args(["test", "--test", "exercises", "--no-run", format]).current_dir(folder.root());
    // `cargo run` describes the package to this program; a build that saw that would begin anew.
    for name in described() {
        command.env_remove(name);
    }
    if stderr().is_terminal() {
        command.args(["--color", "always"]); // it writes into a pipe
    }
    let output = with_its_words(command).map_err(|cause| {
        let cargo = cargo.display();
        Error::user(say!(
            "cannot start {cargo} ({cause}), which compiles the checks; install Rust \
             (https://www.rust-lang.org/tools/install)",
            "无法启动 {cargo}（{cause}），检查要靠它编译；请安装 Rust \
             （https://www.rust-lang.org/tools/install）"
        ))
    })?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let errors = errors(&messages);
    match (checks(&messages).filter(|_| output.status.success()), errors.is_empty()) {
        (Some(checks), _) => Ok(Build::Checks(checks)),
        (None, false) => Ok(Build::Errors(errors)),
        (None, true) => Err(Error::user(say!(
            "cargo could not compile the checks; its own message stands above",
            "cargo 没能编译检查程序；它自己的说明就在上面"
        ))),
    }
}

/// Runs cargo, and passes on what it says but for its last lines: `cargo run` has said the same just
/// before.
fn with_its_words(mut command: Command) -> io::Result<Output> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let words = child.stderr.take();
    let told = thread::spawn(move || words.into_iter().for_each(pass_on));
    let output = child.wait_with_output();
    let _ = told.join(); // it cannot panic
    output
}

fn pass_on(words: impl Read) {
    let lines = BufReader::new(words).split(b'\n').map_while(std::result::Result::ok);
    for line in lines.map(|line| String::from_utf8_lossy(&line).into_owned()) {
        if !is_said_twice(&line) {
            note(line.trim_end());
        }
    }
}

/// `Finished` and `Executable`, with or without colours.
fn is_said_twice(line: &str) -> bool {
    let line = console::strip_ansi_codes(line);
    ["Finished `", "Executable "].iter().any(|word| line.trim_start().starts_with(word))
}

fn described() -> impl Iterator<Item = OsString> {
    std::env::vars_os().map(|(name, _)| name).filter(|name| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    })
}

fn values(messages: &str) -> impl Iterator<Item = Value> {
    messages.lines().filter_map(|line| serde_json::from_str(line).ok())
}

/// The program of the checks among cargo's messages.
fn checks(messages: &str) -> Option<PathBuf> {
    let is_it = |message: &Value| {
        message["target"]["name"] == "exercises" && message["target"]["kind"][0] == "test"
    };
    let artifact = values(messages).filter(is_it).last()?;
    artifact["executable"].as_str().map(PathBuf::from)
}

/// The errors among cargo's messages, in the compiler's order.
fn errors(messages: &str) -> Vec<CompileError> {
    values(messages).map(|mut value| value["message"].take()).filter_map(error).collect()
}

fn error(message: Value) -> Option<CompileError> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let spans = message["spans"].as_array()?;
    if !text(&message["level"]).starts_with("error") || spans.is_empty() {
        return None; // a warning, or "aborting due to 2 previous errors"
    }
    let place = spans.iter().find(|span| span["is_primary"] == true).unwrap_or(&spans[0]);
    let place = text(&place["file_name"]);
    let its = |exercise: &&'static Exercise| {
        exercise
            .blank
            .is_some_and(|(file, _)| place.replace('\\', "/").ends_with(&format!("/{file}")))
    };
    let exercise = blanks().find(its);
    // The compiler comes to these files by way of tests/exercises/main.rs.
    let rendered = match exercise.and_then(|exercise| exercise.blank) {
        Some((file, _)) => {
            text(&message["rendered"]).replace(&place, &format!("lessons/exercises/{file}"))
        }
        None => text(&message["rendered"]),
    };
    Some(CompileError {
        exercise: exercise.map(|exercise| exercise.name),
        code: message["code"]["code"].as_str().map(String::from),
        message: text(&message["message"]),
        rendered: rendered.trim_end().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(level: &str, code: Option<&str>, file: &str) -> String {
        let rendered = format!("error: mismatched types\n --> {file}:33:5\n");
        let spans = json!([{ "file_name": file, "is_primary": true }]);
        let code = code.map(|code| json!({ "code": code }));
        json!({
            "reason": "compiler-message",
            "message": { "level": level, "code": code, "message": "mismatched types",
                         "rendered": rendered, "spans": spans },
        })
        .to_string()
    }

    #[test]
    fn an_error_belongs_to_the_exercise_in_whose_file_it_is() {
        let through = "tests/exercises/../../lessons/exercises/04_gates.rs";
        let windows = r"tests\exercises\../../lessons/exercises\04_gates.rs".replace("s\\0", "s/0");
        let lines = [
            "not JSON".into(),
            message("warning", None, through),
            message("error", Some("E0308"), through),
            message("error", None, &windows),
            message("error", None, "src/lib.rs"),
        ];
        let found = errors(&lines.join("\n"));
        let of: Vec<_> =
            found.iter().map(|error| (error.exercise, error.code.as_deref())).collect();
        assert_eq!(of, [(Some("gates"), Some("E0308")), (Some("gates"), None), (None, None)]);
        assert!(found[0].rendered.ends_with("--> lessons/exercises/04_gates.rs:33:5"));
    }

    #[test]
    fn the_last_lines_of_cargo_are_said_once() {
        assert!(is_said_twice("    Finished `test` profile [optimized] target(s) in 0.5s"));
        assert!(is_said_twice("\u{1b}[1m\u{1b}[92m  Executable\u{1b}[0m tests/exercises/main.rs"));
        assert!(!is_said_twice("   Compiling lstm-lessons v0.1.0"));
        assert!(!is_said_twice("error: could not find `Cargo.toml`"));
    }

    #[test]
    fn the_checks_are_the_test_and_not_the_program_of_the_same_name() {
        let artifact = |kind: &str, path: &str| {
            let target = json!({ "name": "exercises", "kind": [kind] });
            json!({ "reason": "compiler-artifact", "target": target, "executable": path })
                .to_string()
        };
        let lines = [artifact("bin", "a"), artifact("test", "b")];
        assert_eq!(checks(&lines.join("\n")), Some(PathBuf::from("b")));
        assert_eq!(checks(&lines[0]), None);
    }
}
