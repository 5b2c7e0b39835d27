//! The folder of a run, in which nobody else writes.

use std::path::{Path, PathBuf};

use lstm_lessons::{
    shell::{error::Result, lock::Lock},
    training::bundle::{check_new, claim, first_free},
};

use crate::settings::Settings;

/// Where trainings go without `--run`.
const DEFAULT: &str = "runs/mnist";

/// A folder for a run.
pub struct Room {
    /// The folder.
    pub path: PathBuf,
    /// What goes on there, and how many of its epochs are done; `None` where a training begins.
    pub begun: Option<(Settings, usize)>,
    _lock: Lock,
}

impl Room {
    /// Of a training that goes on.
    ///
    /// # Errors
    /// [`Busy`](lstm_lessons::shell::lock::Busy), or a folder that cannot be written.
    pub fn again(folder: &Path, settings: Settings, done: usize) -> Result<Self> {
        let begun = Some((settings, done));
        Ok(Self { _lock: Lock::take(folder)?, path: folder.into(), begun })
    }
}

/// A folder for each of `names` below the folder that was `asked` for, or below the first of
/// `runs/mnist`, `runs/mnist-2`, … where all are free. What is there stays.
pub fn rooms<const N: usize>(asked: Option<&Path>, names: [&str; N]) -> Result<Vec<Room>> {
    match asked {
        Some(asked) => rooms_in(asked, &names),
        None => first_free(DEFAULT, |base| rooms_in(base, &names)),
    }
}

fn rooms_in(base: &Path, names: &[&str]) -> Result<Vec<Room>> {
    let folder = |name: &str| if name.is_empty() { base.into() } else { base.join(name) };
    let folders: Vec<PathBuf> = names.iter().map(|name| folder(name)).collect();
    // Before the first is made.
    folders.iter().try_for_each(|path| check_new(path, "lesson_mnist"))?;
    folders.into_iter().map(|path| Ok(Room { _lock: claim(&path)?, begun: None, path })).collect()
}
