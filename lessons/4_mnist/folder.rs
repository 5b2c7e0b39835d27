//! The folder of a run, and what may be cleared out of it.

use std::path::Path;

use lstm_lessons::{
    say,
    shell::{
        error::{Error, Result},
        files,
    },
};

/// The name of the file that says: the folders beside me are from an earlier run and may go.
const MARK: &str = "lesson_mnist.run";
/// What burn-train makes in a run folder.
const MADE: [&str; 3] = ["train", "valid", "checkpoint"];

/// Clears what an earlier run left (old logs would be mixed with new ones), and nothing else.
pub fn make_room(folder: &Path) -> Result<()> {
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
    files::write_whole(&mark, b"a run folder of lesson_mnist\n")
}
