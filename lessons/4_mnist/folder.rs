//! The folder of a run, and what may be cleared out of it.

use std::path::{Path, PathBuf};

use lstm_lessons::{
    say,
    shell::{
        error::{Error, Result},
        files,
        lock::{Busy, Lock},
    },
    training::bundle::{Taken, check_free, claim},
};

/// The name of the file that says: the folders beside me are from an earlier run and may go.
const MARK: &str = "lesson_mnist.run";
/// What a training makes in a run folder, or made there in older versions.
const MADE: [&str; 3] = ["train", "valid", "checkpoint"];

/// Where trainings go without `--run`.
const DEFAULT: &str = "runs/mnist";

/// A folder for a run, in which nobody else writes.
pub struct Room {
    /// The folder.
    pub path: PathBuf,
    _lock: Lock,
}

/// A folder for each of `names` below the folder that was `asked` for, or below the first of
/// `runs/mnist`, `runs/mnist-2`, … where all are free. A classifier that is there stays.
pub fn rooms<const N: usize>(asked: Option<&Path>, names: [&str; N]) -> Result<Vec<Room>> {
    let mut number = 1;
    loop {
        let base = match asked {
            Some(asked) => asked.to_path_buf(),
            None if number == 1 => DEFAULT.into(),
            None => format!("{DEFAULT}-{number}").into(),
        };
        match rooms_in(&base, &names) {
            Err(error)
                if asked.is_none()
                    && (error.kind::<Taken>().is_some() || error.kind::<Busy>().is_some()) =>
            {
                number += 1;
            }
            outcome => return outcome,
        }
    }
}

fn rooms_in(base: &Path, names: &[&str]) -> Result<Vec<Room>> {
    let folder = |name: &str| if name.is_empty() { base.into() } else { base.join(name) };
    let folders: Vec<PathBuf> = names.iter().map(|name| folder(name)).collect();
    folders.iter().try_for_each(|path| check_free(path))?; // before the first is made
    let room = |path: PathBuf| Ok(Room { _lock: make_room(&path)?, path });
    folders.into_iter().map(room).collect()
}

/// Clears what a run without a model left, and nothing else.
fn make_room(folder: &Path) -> Result<Lock> {
    let mark = folder.join(MARK);
    let left: Vec<_> =
        MADE.iter().map(|name| folder.join(name)).filter(|path| path.exists()).collect();
    if let (Some(first), false) = (left.first(), mark.is_file()) {
        let first = first.display();
        return Err(Error::user(say!(
            "{first} is not from a run of this lesson; choose another folder with --run DIR, \
             nothing was changed",
            "{first} 不是本课运行产生的；请用 --run DIR 换一个文件夹，原有内容没有改动"
        )));
    }
    let lock = claim(folder)?;
    for path in left {
        std::fs::remove_dir_all(&path).map_err(|e| {
            let path = path.display();
            Error::user(say!(
                "cannot remove the earlier run in {path} ({e}); choose another folder with --run \
                 DIR",
                "无法删除 {path} 中先前的运行（{e}）；请用 --run DIR 换一个文件夹"
            ))
        })?;
    }
    files::write_whole(&mark, b"a run folder of lesson_mnist\n")?;
    Ok(lock)
}
