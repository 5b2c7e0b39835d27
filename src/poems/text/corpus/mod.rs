//! From files to clean poems (course section 3-3).

pub mod encoding;
pub mod json;
pub mod rules;

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
    path::{Path, PathBuf},
};

pub use self::rules::{LONGEST, Poem, Reason, SHORTEST};
use self::rules::{read_line, read_poem};
use super::simplify::simplified;
use crate::{
    say,
    shell::{
        error::{Error, Result},
        files,
    },
    training::weights::sha256,
};

/// A corpus without a single poem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoPoem {
    /// The files that were read.
    pub paths: Vec<PathBuf>,
    /// The longest content that would have been kept.
    pub longest: usize,
}

impl fmt::Display for NoPoem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.paths.iter().map(|path| path.display().to_string()).collect();
        let (names, longest) = (names.join(", "), self.longest);
        f.write_str(&say!(
            "{names} holds no poem that passes the rules; each line must be title:content with \
             {SHORTEST} to {longest} characters",
            "{names} 中没有符合规则的诗；每行应为“标题:内容”，内容 {SHORTEST} 到 {longest} 字"
        ))
    }
}

impl std::error::Error for NoPoem {}

/// How a corpus is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Traditional characters become simplified ones.
    pub to_simplified: bool,
    /// The longest content that is kept, in characters; a third of the Song lyrics are longer than
    /// the course's 79.
    pub longest: usize,
}

impl Default for Reading {
    /// As the course reads: nothing converted, at most 79 characters.
    fn default() -> Self {
        Self { to_simplified: false, longest: LONGEST }
    }
}

/// One file of a corpus, and how it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path.
    pub name: String,
    /// `UTF-8`, `GB18030`, `Big5`, `UTF-16LE` or `UTF-16BE`.
    pub encoding: &'static str,
    /// Of its bytes, in hexadecimal.
    pub sha256: String,
    /// Lines or JSON entries, kept or not.
    pub entries: usize,
}

/// The poems of one or more files, and a count of what was rejected and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corpus {
    /// What was kept, in the order of the files.
    pub poems: Vec<Poem>,
    /// How many lines were rejected for each reason.
    pub rejected: BTreeMap<Reason, usize>,
    /// The first line that was rejected for each reason.
    pub examples: BTreeMap<Reason, String>,
    /// The files, in the order of reading.
    pub sources: Vec<Source>,
    /// The contents that were kept.
    contents: HashSet<String>,
}

impl Corpus {
    /// Reads `title:content`, one poem a line; a byte-order mark and Windows line ends are taken
    /// off.
    ///
    /// ```
    /// use lstm_lessons::poems::text::corpus::{Corpus, Reason};
    ///
    /// let corpus = Corpus::parse("静夜思:床前明月光，疑是地上霜。\n没有冒号的一行\n");
    /// assert_eq!(corpus.poems[0].title, "静夜思");
    /// assert_eq!(corpus.rejected[&Reason::NoColon], 1);
    /// ```
    pub fn parse(text: &str) -> Self {
        let mut corpus = Corpus::default();
        for line in text.trim_start_matches('\u{feff}').lines() {
            corpus.take(read_line(line, LONGEST), line);
        }
        corpus
    }

    /// Reads a corpus: a text file of `title:content` lines (UTF-8, GB18030 or Big5), a JSON file
    /// of the chinese-poetry collection, or a folder of those.
    ///
    /// # Errors
    /// A missing file, one that is neither text ([`encoding::Foreign`]) nor such JSON ([`json::Kind`]),
    /// or [`NoPoem`].
    pub fn read(path: &Path) -> Result<Self> {
        Self::read_all(&[path.to_path_buf()], Reading::default())
    }

    /// Reads several of what [`read`](Self::read) reads as one corpus.
    ///
    /// # Errors
    /// As [`read`](Self::read); nothing is left out silently.
    pub fn read_all(paths: &[PathBuf], reading: Reading) -> Result<Self> {
        let mut corpus = Corpus::default();
        for path in paths {
            let files = if path.is_dir() { json::files_in(path)? } else { vec![path.clone()] };
            files.iter().try_for_each(|file| corpus.add(file, reading))?;
        }
        if corpus.poems.is_empty() {
            let (paths, longest) = (paths.to_vec(), reading.longest);
            return Err(Error::user(NoPoem { paths, longest }));
        }
        Ok(corpus)
    }

    /// Adds the poems of one file.
    fn add(&mut self, path: &Path, reading: Reading) -> Result<()> {
        let (bytes, name) = (files::read_whole(path)?, path.display().to_string());
        let (text, encoding) = encoding::decode(&bytes, &name)?;
        let wanted = |text: String| if reading.to_simplified { simplified(&text) } else { text };
        let before = self.entries();
        if path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("json")) {
            for (title, content) in json::entries(&text, &name)? {
                let (title, content) = (wanted(title), wanted(content));
                let poem = read_poem(&title, &content, reading.longest);
                self.take(poem, &format!("{title}:{content}"));
            }
        } else {
            wanted(text).lines().for_each(|line| self.take(read_line(line, reading.longest), line));
        }
        let (sha256, entries) = (sha256(&bytes), self.entries() - before);
        self.sources.push(Source { name, encoding, sha256, entries });
        Ok(())
    }

    /// Keeps a poem that passed the rules, unless its content is there already; counts the others.
    fn take(&mut self, read: std::result::Result<Poem, Reason>, line: &str) {
        let reason = match read {
            Ok(poem) if self.contents.insert(poem.content.clone()) => return self.poems.push(poem),
            Ok(_) => Reason::Duplicate,
            Err(reason) => reason,
        };
        *self.rejected.entry(reason).or_default() += 1;
        self.examples.entry(reason).or_insert_with(|| line.to_string());
    }

    /// All that was read, kept or not.
    pub fn entries(&self) -> usize {
        self.poems.len() + self.rejected.values().sum::<usize>()
    }

    /// Whether it was read from one file, whose bytes have this SHA-256.
    pub fn is_file(&self, sha256: &str) -> bool {
        matches!(&self.sources[..], [source] if source.sha256 == sha256)
    }

    /// What was kept and what was rejected, a line each.
    pub fn report(&self) -> String {
        let kept = self.poems.len();
        let mut lines = vec![say!("{kept} poems kept", "保留 {kept} 首诗")];
        for (reason, count) in &self.rejected {
            let reason = reason.text();
            lines.push(say!("  {count} rejected: {reason}", "  剔除 {count} 首：{reason}"));
        }
        lines.join("\n")
    }

    /// The kept poems as `title:content` lines, which [`parse`](Self::parse) reads back.
    pub fn to_text(&self) -> String {
        let line = |poem: &Poem| format!("{}:{}\n", poem.title.replace(':', "："), poem.content);
        self.poems.iter().map(line).collect()
    }
}
