//! From lines of text to clean poems, by the course's own rules (section 3-3).

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use crate::{
    files, say,
    trouble::{Result, Trouble},
};

/// The shortest and longest content that is kept, in characters (not bytes: a Han character has three of those).
pub const SHORTEST: usize = 5;
/// See [`SHORTEST`].
pub const LONGEST: usize = 79;
/// Signs of an editor's remark or a gap; G and E were the course's own marks for start and end.
const MARKS: [char; 7] = ['_', '(', '（', '《', '[', 'G', 'E'];

/// One poem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poem {
    pub title: String,
    /// Without spaces, 5 to 79 characters.
    pub content: String,
}

/// Why a line was thrown out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Nothing in it.
    Blank,
    /// No `:` (a full-width `：` does not part title and content).
    NoColon,
    /// More than one `:`, so nobody knows where the title ends.
    ManyColons,
    /// One of `_ ( （ 《 [ G E`.
    Marked(char),
    /// Under 5 characters.
    TooShort,
    /// Over 79 characters.
    TooLong,
    /// The same content as an earlier poem.
    Duplicate,
}

impl Reason {
    /// The reason in the user's language.
    pub fn text(self) -> String {
        match self {
            Reason::Blank => say!("blank line", "空行"),
            Reason::NoColon => say!("no \":\" between title and content", "标题与内容之间没有“:”"),
            Reason::ManyColons => say!("more than one \":\"", "“:”多于一个"),
            Reason::Marked(sign) => say!("contains {sign}", "含有 {sign}"),
            Reason::TooShort => say!("under {SHORTEST} characters", "不足 {SHORTEST} 字"),
            Reason::TooLong => say!("over {LONGEST} characters", "超过 {LONGEST} 字"),
            Reason::Duplicate => say!("same content as an earlier poem", "与前面的诗内容相同"),
        }
    }
}

/// The poems of a file, and a count of what was thrown out and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corpus {
    pub poems: Vec<Poem>,
    pub rejected: BTreeMap<Reason, usize>,
}

impl Corpus {
    /// Reads `title:content`, one poem a line; a byte-order mark and Windows line ends are taken off.
    ///
    /// ```
    /// use lstm_lessons::poems::corpus::{Corpus, Reason};
    ///
    /// let corpus = Corpus::parse("静夜思:床前明月光，疑是地上霜。\n没有冒号的一行\n");
    /// assert_eq!(corpus.poems[0].title, "静夜思");
    /// assert_eq!(corpus.rejected[&Reason::NoColon], 1);
    /// ```
    pub fn parse(text: &str) -> Self {
        let mut corpus = Corpus::default();
        let mut seen = HashSet::new();
        for line in text.trim_start_matches('\u{feff}').lines() {
            match read_line(line) {
                Ok(poem) if seen.insert(poem.content.clone()) => corpus.poems.push(poem),
                Ok(_) => *corpus.rejected.entry(Reason::Duplicate).or_default() += 1,
                Err(reason) => *corpus.rejected.entry(reason).or_default() += 1,
            }
        }
        corpus
    }

    /// Reads a corpus file.
    ///
    /// # Errors
    /// A missing file, one that is not UTF-8, one without a single poem.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.display();
        let text = String::from_utf8(files::read_whole(path)?).map_err(|_| {
            Trouble::user(say!(
                "{name} is not UTF-8 (perhaps GB18030 or Big5); convert it first, e.g. iconv -f GB18030 -t UTF-8",
                "{name} 不是 UTF-8 编码（可能是 GB18030 或 Big5）；请先转换，例如 iconv -f GB18030 -t UTF-8"
            ))
        })?;
        let corpus = Self::parse(&text);
        if corpus.poems.is_empty() {
            return Err(Trouble::user(say!(
                "{name} holds no poem that passes the rules; each line must be title:content with 5 to 79 characters",
                "{name} 中没有符合规则的诗；每行应为“标题:内容”，内容 5 到 79 字"
            )));
        }
        Ok(corpus)
    }

    /// What was kept and what was thrown out, a line each.
    pub fn report(&self) -> String {
        let kept = self.poems.len();
        let mut lines = vec![say!("{kept} poems kept", "保留 {kept} 首诗")];
        for (reason, count) in &self.rejected {
            let reason = reason.text();
            lines.push(say!("  {count} thrown out: {reason}", "  剔除 {count} 首：{reason}"));
        }
        lines.join("\n")
    }
}

/// The rules for one line, in the course's order.
fn read_line(line: &str) -> std::result::Result<Poem, Reason> {
    let line = line.trim();
    if line.is_empty() {
        return Err(Reason::Blank);
    }
    let (title, content) = line.split_once(':').ok_or(Reason::NoColon)?;
    if content.contains(':') {
        return Err(Reason::ManyColons);
    }
    let content: String = content.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(mark) = content.chars().find(|c| MARKS.contains(c)) {
        return Err(Reason::Marked(mark));
    }
    match content.chars().count() {
        0..SHORTEST => Err(Reason::TooShort),
        SHORTEST..=LONGEST => Ok(Poem { title: title.trim().to_string(), content }),
        _ => Err(Reason::TooLong),
    }
}
