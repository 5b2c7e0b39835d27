//! A folder in which one program at a time writes.

use std::{
    fmt,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use super::files;
use crate::{
    say,
    shell::error::{Error, Result},
};

/// The name of the file that is locked; it is empty, and it stays.
pub const LOCK: &str = ".lock";

/// Another program, or another training of this one, writes in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busy {
    /// The folder.
    pub folder: PathBuf,
}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.display();
        f.write_str(&say!(
            "another training is writing in {folder}; wait until it has ended, or choose another \
             folder",
            "另一个训练正在写入 {folder}；请等它结束，或换一个文件夹"
        ))
    }
}

impl std::error::Error for Busy {}

/// The right to write in a folder. The system takes it back when the program ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _held: Option<File>,
}

impl Lock {
    /// Makes the folder where there is none, locks it, and removes the half-written files of a
    /// program that was killed in it.
    ///
    /// # Errors
    /// [`Busy`], or a folder that cannot be written.
    pub fn take(folder: &Path) -> Result<Self> {
        let path = folder.join(LOCK);
        let opened = files::step(&path)
            .and_then(|()| std::fs::create_dir_all(folder))
            .and_then(|()| File::options().create(true).write(true).truncate(false).open(&path));
        let file = opened.map_err(|cause| {
            Error::user(files::Kind::CannotWrite { path: folder.to_path_buf(), cause })
        })?;
        let _held = match file.try_lock() {
            Ok(()) => Some(file),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::user(Busy { folder: folder.to_path_buf() }));
            }
            // A file system without locks, as some of networks are: no worse than before.
            Err(TryLockError::Error(_)) => None,
        };
        files::remove_unfinished(folder);
        Ok(Self { _held })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_what_was_left_half_written_goes() {
        let temp = tempfile::tempdir().expect("a folder");
        let folder = temp.path().join("run");
        std::fs::create_dir_all(folder.join("checkpoint")).expect("a folder");
        let left = ["", "checkpoint"].map(|below| {
            let path = folder.join(below).join(format!("{}abc", files::UNFINISHED));
            std::fs::write(&path, "half").expect("it is written");
            path
        });
        std::fs::write(folder.join("mine.txt"), "whole").expect("it is written");
        let held = Lock::take(&folder).expect("it is free");
        assert!(left.iter().all(|path| !path.exists()) && folder.join("mine.txt").exists());
        let error = Lock::take(&folder).expect_err("it is taken");
        assert_eq!((error.exit_code(), error.kind()), (2, Some(&Busy { folder: folder.clone() })));
        drop(held);
        Lock::take(&folder).expect("it is free again");
    }
}
