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
                "{folder} holds no poems (poet.tang.*.json, ci.song.*.json, other *.json or *.txt); \
                 name the folder of such files, or a text file",
                "{folder} 中没有诗（poet.tang.*.json、ci.song.*.json，或其他 *.json、*.txt）；\
                 请指定含有这些文件的文件夹，或一个文本文件",
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
    author: Option<String>,
    paragraphs: Vec<String>,
}

/// What is read of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Or the tune of a lyric.
    pub title: String,
    /// All lines.
    pub content: String,
    /// Whose it is; empty if the file does not say.
    pub poet: String,
}

/// Title (or tune), content and poet of every poem of one file; `name` is for the message.
///
/// ```
/// use lstm_lessons::poems::text::corpus::json::entries;
///
/// let json = r#"[{"rhythmic": "如梦令", "author": "李清照", "paragraphs": ["常记溪亭日暮。", "沉醉不知归路。"]}]"#;
/// let entry = &entries(json, "ci.song.0.json").unwrap()[0];
/// assert_eq!(entry.title, "如梦令");
/// assert_eq!(entry.content, "常记溪亭日暮。沉醉不知归路。");
/// assert_eq!(entry.poet, "李清照");
/// ```
///
/// # Errors
/// [`Kind::NotPoems`].
pub fn entries(json: &str, name: &str) -> Result<Vec<Named>> {
    let entries: Vec<Entry> = serde_json::from_str(json)
        .map_err(|e| Error::user(Kind::NotPoems { name: name.into(), why: e.to_string() }))?;
    let named = |Entry { title, rhythmic, author, paragraphs }: Entry| Named {
        title: title.or(rhythmic).unwrap_or_default(),
        content: paragraphs.concat(),
        poet: author.unwrap_or_default(),
    };
    Ok(entries.into_iter().map(named).collect())
}

/// The poem files of a folder, in the order of their numbers: `poet.tang.0.json`,
/// `poet.tang.1000.json`, …, `poet.song.0.json`, …, `ci.song.0.json`, … In a folder without such
/// files, all others that end in `.json` or `.txt`, by name (the collection's `huajianji`), but for
/// those about authors and the prefaces.
///
/// # Errors
/// [`Kind::Unreadable`] or [`Kind::Empty`].
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let listed = std::fs::read_dir(folder)
        .map_err(|e| Error::user(Kind::Unreadable { folder: folder.into(), why: e.to_string() }))?;
    let names: Vec<String> =
        listed.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    let mut numbered: Vec<_> =
        names.iter().filter_map(|name| Some((number(name)?, name))).collect();
    numbered.sort();
    let mut files: Vec<&String> = numbered.into_iter().map(|(_, name)| name).collect();
    if files.is_empty() {
        files = names.iter().filter(|name| may_hold_poems(name)).collect();
        files.sort();
    }
    match files.is_empty() {
        true => Err(Error::user(Kind::Empty { folder: folder.into() })),
        false => Ok(files.into_iter().map(|name| folder.join(name)).collect()),
    }
}

/// Lyrics after poems, Song after Tang, then the number in the name; `2019y`, the late additions,
/// is read as 2019. Nothing for another file.
fn number(name: &str) -> Option<(usize, usize)> {
    const KINDS: [&str; 3] = ["poet.tang.", "poet.song.", "ci.song."];
    let (kind, rest) =
        KINDS.iter().enumerate().find_map(|(k, kind)| Some((k, name.strip_prefix(kind)?)))?;
    let number = rest.strip_suffix(".json")?;
    Some((kind, number.trim_end_matches('y').parse().ok()?))
}

/// Whether a file beside the numbered ones is read.
fn may_hold_poems(name: &str) -> bool {
    let other = ["author", "preface", "readme", "license"];
    let lower = name.to_ascii_lowercase();
    (lower.ends_with(".json") || lower.ends_with(".txt"))
        && !other.iter().any(|word| lower.contains(word))
}
