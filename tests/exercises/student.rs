//! A student's folder, with a cargo that is none (`stand_in`), to try the runner in.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::exercise_list::blanks;

/// A repository with the exercises as they ship.
pub struct Student {
    folder: TempDir,
}

impl Student {
    pub fn new() -> Self {
        let student = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir_all(student.path("")).unwrap();
        fs::write(student.path("mod.rs"), "").unwrap();
        for (file, blank) in blanks().filter_map(|exercise| exercise.blank) {
            fs::write(student.path(file), blank).unwrap();
        }
        let src = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        std::os::unix::fs::symlink(src, student.folder.path().join("src")).unwrap();
        student.cargo_says(&[compiled(&stand_in("checks"))]);
        student
    }

    /// From now on this is what comes of compiling.
    pub fn cargo_says(&self, messages: &[Value]) {
        let lines: String = messages.iter().map(|message| format!("{message}\n")).collect();
        fs::write(self.folder.path().join("messages"), lines).unwrap();
    }

    /// A file of the exercises.
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join("lessons/exercises").join(file)
    }

    /// Puts a text into a file of the exercises.
    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).unwrap();
    }

    /// The runner with these words.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_exercises"));
        command.args(args).current_dir(&self.folder).env("LC_ALL", "en_US.UTF-8");
        command.env("CARGO_MANIFEST_DIR", self.folder.path()).env("CARGO", stand_in("cargo"));
        command.env("STAND_IN_MESSAGES", self.folder.path().join("messages"));
        command.env("STAND_IN_TESTS", std::env::current_exe().unwrap());
        command.stdin(Stdio::null());
        command
    }

    /// What it writes to standard output and then to standard error, and how it ends.
    pub fn says(&self, args: &[&str], code: i32) -> String {
        let Output { status, stdout, stderr } = self.command(args).output().unwrap();
        let said = String::from_utf8([stdout, stderr].concat()).unwrap();
        assert_eq!(status.code(), Some(code), "{args:?}: {said}");
        assert!(!said.contains('\u{1b}') && !said.contains("panicked"), "{args:?}: {said}");
        said
    }
}

/// cargo's message that the checks were compiled, to this program.
pub fn compiled(checks: &Path) -> Value {
    json!({ "target": { "name": "exercises", "kind": ["test"] }, "executable": checks })
}

fn stand_in(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/exercises/stand_in").join(name)
}
