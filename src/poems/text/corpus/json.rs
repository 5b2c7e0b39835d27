//! Poems as the chinese-poetry collection keeps them: JSON files of a thousand poems each.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    say,
    shell::error::{Error, Result},
};

/// What can be wrong with such a file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not an array of objects with a title (or the name of a tune) and paragraphs.
    NotPoems {
        /// The file.
        name: String,
        /// What the reader of JSON says of it.
        why: String,
    },
    /// A folder that cannot be listed.
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// What the system says of it.
        why: String,
    },
    /// A folder without a file of the collection.
    Empty {
        /// The folder.
        folder: PathBuf,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::NotPoems { name, why } => say!(
                "{name} is not a JSON file of poems with title (or rhythmic) and paragraphs \
                 ({why}); fetch it again or leave it out",
                "{name} 不是含有 title（或 rhythmic）与 paragraphs 的诗歌 JSON 文件（{why}）；\
                 请重新获取，或去掉它"
            ),
            Kind::Unreadable { folder, why } => say!(
                "cannot read {folder} ({why}); check the path",
                "无法读取 {folder}（{why}）；请检查路径",
                folder = folder.display()
            ),
            Kind::Empty { folder } => say!(
                "{folder} holds neither poet.tang.*.json nor ci.song.*.json; name the folder of \
                 those files, or a text file",
                "{folder} 中没有 poet.tang.*.json 或 ci.song.*.json；请指定含有这些文件的文件夹，\
                 或一个文本文件",
                folder = folder.display()
            ),
        })
    }
}

impl std::error::Error for Kind {}

/// A poem of `poet.tang.*.json` (`title`) or a lyric of `ci.song.*.json` (`rhythmic`, the tune's
/// name).
#[derive(Deserialize)]
struct Entry {
    title: Option<String>,
    rhythmic: Option<String>,
    paragraphs: Vec<String>,
}

/// Title (or tune) and content of every poem of one file; `name` is for the message.
///
/// ```
/// use lstm_lessons::poems::text::corpus::json::entries;
///
/// let json = r#"[{"rhythmic": "如梦令", "author": "李清照", "paragraphs": ["常记溪亭日暮。", "沉醉不知归路。"]}]"#;
/// assert_eq!(entries(json, "ci.song.0.json").unwrap(), [("如梦令".to_string(), "常记溪亭日暮。沉醉不知归路。".to_string())]);
/// ```
///
/// # Errors
/// [`Kind::NotPoems`].
pub fn entries(json: &str, name: &str) -> Result<Vec<(String, String)>> {
    let entries: Vec<Entry> = serde_json::from_str(json)
        .map_err(|e| Error::user(Kind::NotPoems { name: name.into(), why: e.to_string() }))?;
    let title = |entry: &Entry| entry.title.clone().or(entry.rhythmic.clone()).unwrap_or_default();
    Ok(entries.into_iter().map(|entry| (title(&entry), entry.paragraphs.concat())).collect())
}

/// The poem files of a folder, in the order of their numbers: `poet.tang.0.json`,
/// `poet.tang.1000.json`, …, `ci.song.0.json`, …
///
/// # Errors
/// [`Kind::Unreadable`] or [`Kind::Empty`].
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let listed = std::fs::read_dir(folder)
        .map_err(|e| Error::user(Kind::Unreadable { folder: folder.into(), why: e.to_string() }))?;
    let mut files: Vec<_> = listed
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some((number(&name)?, name)))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(Error::user(Kind::Empty { folder: folder.into() }));
    }
    Ok(files.into_iter().map(|(_, name)| folder.join(name)).collect())
}

/// Lyrics after poems, then the number in the name; `2019y`, the late additions, is read as 2019.
/// Nothing for another file.
fn number(name: &str) -> Option<(bool, usize)> {
    let (lyrics, rest) = match name.strip_prefix("poet.tang.") {
        Some(rest) => (false, rest),
        None => (true, name.strip_prefix("ci.song.")?),
    };
    let number = rest.strip_suffix(".json")?;
    Some((lyrics, number.trim_end_matches('y').parse().ok()?))
}
