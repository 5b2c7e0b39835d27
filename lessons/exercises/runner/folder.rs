//! Where the exercises lie, and the student's texts in them.

use std::path::{Path, PathBuf};

use lstm_lessons::{
    say,
    shell::error::{Error, Result},
};

use crate::exercise::{Exercise, blanks};

/// From the folder of the repository.
const EXERCISES: &str = "lessons/exercises";

/// The folder of the repository.
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The one that cargo names, or else the one in which this program was compiled.
    ///
    /// # Errors
    /// Neither has the exercises: the folder was moved or renamed.
    pub fn find() -> Result<Self> {
        let named = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        Self::among(named, PathBuf::from(env!("CARGO_MANIFEST_DIR")))
    }

    fn among(named: Option<PathBuf>, compiled: PathBuf) -> Result<Self> {
        let has_them = |root: &PathBuf| root.join(EXERCISES).join("mod.rs").is_file();
        let root = named.into_iter().chain([compiled.clone()]).find(has_them);
        root.map(|root| Self { root }).ok_or_else(|| {
            let compiled = compiled.display();
            Error::user(say!(
                "no lessons/exercises in {compiled}, where this program was compiled; run `cargo \
                 run --bin exercises` in the folder of the repository",
                "编译本程序的文件夹 {compiled} 里没有 lessons/exercises；请在仓库的文件夹里运行 \
                 `cargo run --bin exercises`"
            ))
        })
    }

    /// The folder of the repository, where cargo is to work.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A file of `lessons/exercises`.
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(EXERCISES).join(file)
    }

    /// How that file is called where the program was started: from the folder of the repository, or
    /// in full.
    pub fn shown(&self, file: &str) -> String {
        let is_root = |here: PathBuf| {
            here == self.root || self.root.canonicalize().is_ok_and(|root| root == here)
        };
        match std::env::current_dir().is_ok_and(is_root) {
            true => format!("{EXERCISES}/{file}"),
            false => self.path(file).display().to_string(),
        }
    }

    /// What stands in the file of an exercise; `None` where it cannot be read.
    pub fn text(&self, exercise: &Exercise) -> Option<Vec<u8>> {
        let (file, _) = exercise.blank?;
        std::fs::read(self.path(file)).ok()
    }

    /// The same of all exercises.
    pub fn texts(&self) -> Vec<Option<Vec<u8>>> {
        blanks().map(|exercise| self.text(exercise)).collect()
    }

    /// Whether nothing has been written into an exercise yet.
    pub fn is_blank(&self, exercise: &Exercise) -> bool {
        exercise.blank.is_some_and(|(_, blank)| {
            self.text(exercise).is_some_and(|text| text == blank.as_bytes())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_was_moved_is_refused_with_what_to_do() {
        let folders = tempfile::tempdir().unwrap();
        let [with, without] = ["with", "without"].map(|name| folders.path().join(name));
        std::fs::create_dir_all(with.join(EXERCISES)).unwrap();
        std::fs::write(with.join(EXERCISES).join("mod.rs"), "").unwrap();
        let root = |named: &PathBuf, compiled: &PathBuf| {
            Folder::among(Some(named.clone()), compiled.clone()).map(|folder| folder.root)
        };
        assert_eq!(root(&with, &without).unwrap(), with);
        assert_eq!(root(&without, &with).unwrap(), with); // cargo named another package
        let error = root(&without, &without).unwrap_err();
        assert!(error.exit_code() == 2 && error.message().contains("cargo run --bin exercises"));
    }
}
