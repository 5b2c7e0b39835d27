//! `reset`: the blank again, and the student's text beside it.

use std::{io::ErrorKind, path::PathBuf};

use lstm_lessons::{
    say,
    shell::{
        cli::out,
        error::{Error, Result},
        files::{self, write_whole},
    },
};

use crate::{exercise::Exercise, folder::Folder};

pub fn reset(folder: &Folder, exercise: &Exercise) -> Result<()> {
    let Some((file, blank)) = exercise.blank else {
        return Err(Error::user(say!(
            "poem has no file of its own: it is made of exercises 1 and 3 to 7; reset one of those",
            "poem 没有自己的文件，它由练习 1 和 3 至 7 而来；请重置其中一个"
        )));
    };
    let (path, shown) = (folder.path(file), folder.shown(file));
    let text = match std::fs::read(&path) {
        Ok(text) => Some(text),
        Err(cause) if cause.kind() == ErrorKind::NotFound => None,
        Err(cause) => return Err(Error::user(files::Kind::CannotRead { path, cause })),
    };
    if text.as_deref() == Some(blank.as_bytes()) {
        return out(&say!(
            "{shown} is blank; nothing was changed.",
            "{shown} 本来就是空白，没有改动。"
        ));
    }
    // First the copy, then the blank: whatever happens in between, the text is there.
    if let Some(text) = text {
        let kept = free_name(folder, file);
        write_whole(&folder.path(&kept), &text)?;
        let kept = folder.shown(&kept);
        out(&say!("What you wrote is kept in {kept}.", "你写的内容保存在 {kept}。"))?;
    }
    write_whole(&path, blank.as_bytes())?;
    out(&say!("{shown} is blank again.", "{shown} 已恢复成空白。"))
}

/// `01_sigma.mine-1.txt`, or the next number that no file has. No `.rs`, so that neither cargo nor
/// an editor takes it for code of the course.
fn free_name(folder: &Folder, file: &str) -> String {
    let stem = PathBuf::from(file).with_extension("");
    let name = |k: usize| format!("{}.mine-{k}.txt", stem.display());
    let is_free = |name: &String| folder.path(name).symlink_metadata().is_err();
    (1..).map(name).find(is_free).expect("there are more numbers than files")
}
