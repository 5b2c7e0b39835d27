//! From files to one text.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{
    poems::{
        run::settings::{CORPUS, CorpusChanged, Settings},
        text::corpus::{encoding::Foreign, source::bytes_of},
    },
    say,
    shell::{
        error::{Error, Result},
        files,
    },
    training::weights::sha256,
};

/// A text of fewer characters teaches nothing.
const SHORTEST: usize = 200;

/// What can be wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is not UTF-8.
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The first byte that is wrong, counted from 0.
        at: usize,
    },
    /// It begins like no text.
    NoText {
        /// The file.
        path: PathBuf,
    },
    /// It is a folder.
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// It is too short to learn from.
    Short {
        /// Its characters.
        characters: usize,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::NotUtf8 { path, at } => say!(
                "{path} is not UTF-8 (first at byte {at}); convert it first, e.g. with \
                 `iconv -f ISO-8859-1 -t UTF-8`",
                "{path} 不是 UTF-8（最早在第 {at} 字节）；请先转换，例如 `iconv -f GB18030 -t UTF-8`",
                path = path.display()
            ),
            Kind::NoText { path } => say!(
                "{path} is no text; choose a file of UTF-8 text",
                "{path} 不是文本；请选择 UTF-8 文本文件",
                path = path.display()
            ),
            Kind::Folder { path } => say!(
                "{path} is a folder; name the files of the text, e.g. --corpus {path}/*.txt",
                "{path} 是文件夹；请给出其中的文件，例如 --corpus {path}/*.txt",
                path = path.display()
            ),
            Kind::Short { characters } => say!(
                "the text has {characters} characters, too few to learn from; give one of at least \
                 {SHORTEST}",
                "文本只有 {characters} 个字符，太短，无法学习；请给出至少 {SHORTEST} 个字符的文本"
            ),
        })
    }
}

impl std::error::Error for Kind {}

/// A text as it is learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainText {
    /// All files, one after the other.
    pub text: String,
    /// SHA-256 of the files: of one that of its bytes, of several that of their sums, a line each.
    pub sha256: String,
}

impl PlainText {
    /// Reads UTF-8 files as one text, each [cleaned](clean).
    ///
    /// # Errors
    /// A file that cannot be read, or [`Kind`].
    pub fn read(paths: &[PathBuf]) -> Result<Self> {
        let (mut text, mut sums) = (String::new(), Vec::new());
        for path in paths {
            if path.is_dir() {
                return Err(Error::user(Kind::Folder { path: path.clone() }));
            }
            let no_text = |error: Error| match error.kind::<Foreign>() {
                Some(_) => Error::user(Kind::NoText { path: path.clone() }),
                None => error,
            };
            let bytes = bytes_of(path).map_err(no_text)?;
            let not_utf8 = |error: std::str::Utf8Error| {
                Error::user(Kind::NotUtf8 { path: path.clone(), at: error.valid_up_to() })
            };
            text += &clean(std::str::from_utf8(&bytes).map_err(not_utf8)?);
            sums.push(sha256(&bytes));
        }
        let sha256 = match &sums[..] {
            [sum] => sum.clone(),
            sums => sha256((sums.join("\n") + "\n").as_bytes()),
        };
        match text.chars().count() {
            characters if characters < SHORTEST => Err(Error::user(Kind::Short { characters })),
            _ => Ok(Self { text, sha256 }),
        }
    }

    /// The text of the run in `folder`: its copy there, or else the files themselves.
    ///
    /// # Errors
    /// As [`read`](Self::read), or [`CorpusChanged`].
    pub fn of_run(settings: &Settings, folder: &Path) -> Result<Self> {
        if let (Some(sum), Ok(bytes)) = (&settings.copy_sha256, std::fs::read(folder.join(CORPUS)))
            && sha256(&bytes) == *sum
            && let Ok(text) = String::from_utf8(bytes)
        {
            return Ok(Self { text, sha256: settings.corpus_sha256.clone() });
        }
        let read = Self::read(&settings.corpora())?;
        match read.sha256 == settings.corpus_sha256 {
            true => Ok(read),
            false => Err(Error::user(CorpusChanged { corpus: settings.corpus.clone() })),
        }
    }

    /// Keeps a copy in the run folder, unless it is there.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn keep_copy(&self, folder: &Path) -> Result<()> {
        let path = folder.join(CORPUS);
        match path.exists() {
            true => Ok(()),
            false => files::write_whole(&path, self.text.as_bytes()),
        }
    }

    /// What is learned from, and what is measured on: the last `valid_share` of the text, at least
    /// a character. Not drawn at random: between two pieces of a text that were learned, the one in
    /// the middle is half known.
    pub fn split(&self, valid_share: f64) -> (&str, &str) {
        let characters = self.text.chars().count();
        let held_back =
            ((characters as f64 * valid_share).round() as usize).clamp(1, characters / 2);
        let cut = self.text.char_indices().nth(characters - held_back).map_or(0, |(at, _)| at);
        self.text.split_at(cut)
    }
}

/// The text without a byte-order mark, with `\n` as its only line end, and without control
/// characters (a terminal would obey them) but tabs; its last line is ended.
///
/// ```
/// use lstm_lessons::poems::plain::text::clean;
///
/// assert_eq!(clean("\u{feff}To be,\r\nor not\u{7} to be"), "To be,\nor not to be\n");
/// ```
pub fn clean(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let mut text: String = text.chars().filter(kept).collect();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("it is written");
        path
    }

    #[test]
    fn files_become_one_text_and_what_is_no_text_is_refused() {
        let temp = tempfile::tempdir().expect("a folder");
        let one = file(temp.path(), "a", "ä b\r\n".repeat(40).as_bytes());
        let two = file(temp.path(), "b", "月".repeat(200).as_bytes());
        let both = PlainText::read(&[one.clone(), two.clone()]).expect("two texts");
        assert_eq!(both.text, "ä b\n".repeat(40) + &"月".repeat(200) + "\n");
        assert_ne!(both.sha256, PlainText::read(&[two]).expect("a text").sha256);
        let kind = |path: PathBuf| {
            PlainText::read(&[path]).expect_err("refused").kind::<Kind>().cloned().expect("of here")
        };
        let latin = file(temp.path(), "latin", b"na\xefve ".repeat(100).as_slice());
        assert_eq!(kind(latin.clone()), Kind::NotUtf8 { path: latin, at: 2 });
        let bytes = file(temp.path(), "bytes", &[0; 300]);
        assert_eq!(kind(bytes.clone()), Kind::NoText { path: bytes });
        assert_eq!(kind(one), Kind::Short { characters: 160 });
        assert_eq!(kind(temp.path().into()), Kind::Folder { path: temp.path().into() });
    }

    #[test]
    fn the_end_of_the_text_is_held_back() {
        let text = PlainText { text: "月".repeat(90) + &"山".repeat(10), sha256: String::new() };
        assert_eq!(text.split(0.1).1, "山".repeat(10));
        assert_eq!(text.split(0.0).1, "山");
        let (train, valid) = text.split(0.3);
        assert_eq!(train.to_string() + valid, text.text);
    }
}
