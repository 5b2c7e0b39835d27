//! Poems as the chinese-poetry collection keeps them: JSON files of a thousand poems each.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{
    error::{Error, Result},
    say,
};

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
/// use lstm_lessons::poems::corpus::json::entries;
///
/// let json = r#"[{"rhythmic": "如梦令", "author": "李清照", "paragraphs": ["常记溪亭日暮。", "沉醉不知归路。"]}]"#;
/// assert_eq!(entries(json, "ci.song.0.json").unwrap(), [("如梦令".to_string(), "常记溪亭日暮。沉醉不知归路。".to_string())]);
/// ```
///
/// # Errors
/// Anything else than a JSON array of such objects.
pub fn entries(json: &str, name: &str) -> Result<Vec<(String, String)>> {
    let entries: Vec<Entry> = serde_json::from_str(json).map_err(|e| {
        Error::user(say!(
            "{name} is not a JSON file of poems with title (or rhythmic) and paragraphs ({e}); \
             fetch it again or leave it out",
            "{name} 不是含有 title（或 rhythmic）与 paragraphs 的诗歌 JSON 文件（{e}）；\
             请重新获取，或去掉它"
        ))
    })?;
    let title = |entry: &Entry| entry.title.clone().or(entry.rhythmic.clone()).unwrap_or_default();
    Ok(entries.into_iter().map(|entry| (title(&entry), entry.paragraphs.concat())).collect())
}

/// The poem files of a folder, in the order of their numbers: `poet.tang.0.json`,
/// `poet.tang.1000.json`, …, `ci.song.0.json`, …
///
/// # Errors
/// A folder that cannot be read, or one without such a file.
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let place = folder.display();
    let listed = std::fs::read_dir(folder).map_err(|e| {
        Error::user(say!(
            "cannot read {place} ({e}); check the path",
            "无法读取 {place}（{e}）；请检查路径"
        ))
    })?;
    let mut files: Vec<_> = listed
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some((number(&name)?, name)))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(Error::user(say!(
            "{place} holds neither poet.tang.*.json nor ci.song.*.json; name the folder of those \
             files, or a text file",
            "{place} 中没有 poet.tang.*.json 或 ci.song.*.json；请指定含有这些文件的文件夹，\
             或一个文本文件"
        )));
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
