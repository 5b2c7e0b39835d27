//! From files to clean poems (course section 3-3): the one reader of corpora, for every command.

pub mod encoding;
pub mod json;
mod refusal;
pub mod rules;
pub mod source;

use std::{
    collections::{BTreeMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use self::{
    encoding::Damage,
    json::Named,
    rules::{half_width, read_poem, split_line},
};
pub use self::{
    refusal::{NoPoem, Why},
    rules::{LONGEST, Poem, Reason, SHORTEST},
    source::STARTER,
};
use super::{simplify::simplified, tune::tune_of, vocab::is_han};
use crate::{
    look::thousands,
    say,
    shell::error::{Error, Result},
    training::weights::sha256,
};

/// How a corpus is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Traditional characters become simplified ones.
    pub to_simplified: bool,
    /// The longest content that is kept, in characters; a third of the Song lyrics are longer than
    /// the course's 79.
    pub longest: usize,
    /// The titles are those of lyrics: of each only the name of the tune is kept.
    pub lyrics: bool,
}

impl Default for Reading {
    /// As the course reads: nothing converted, at most 79 characters.
    fn default() -> Self {
        Self { to_simplified: false, longest: LONGEST, lyrics: false }
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
    /// The first byte that its encoding does not allow.
    pub damage: Option<Damage>,
}

/// The poems of one or more files, and a count of what was rejected and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corpus {
    /// What was kept, in the order of the files.
    pub poems: Vec<Poem>,
    /// Whose each of them is; empty where the files do not say. (Text files do not; the JSON files
    /// of the collection do.)
    pub poets: Vec<String>,
    /// How many lines were rejected for each reason.
    pub rejected: BTreeMap<Reason, usize>,
    /// The first line that was rejected for each reason.
    pub examples: BTreeMap<Reason, String>,
    /// The files, in the order of reading.
    pub sources: Vec<Source>,
    /// Half-width punctuation that became full-width, in the poems that were kept.
    pub widened: usize,
    /// Characters that were read, kept or not, without blanks.
    characters: usize,
    /// Han characters and punctuation among them.
    han: usize,
    /// A number for each content that was kept.
    contents: HashSet<u128>,
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
            corpus.take((split_line(line), ""), line, Reading::default());
        }
        corpus
    }

    /// Reads a corpus: a text file of `title:content` lines (UTF-8, GB18030 or Big5), a JSON file
    /// of the chinese-poetry collection, a folder of those, or a pipe.
    ///
    /// # Errors
    /// A missing file, one that is neither text ([`encoding::Foreign`]) nor such JSON
    /// ([`json::Kind`]), one without end ([`source::TooLarge`]), or [`NoPoem`].
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
            for file in source::files_of(path)? {
                let before = corpus.entries();
                let source = each_entry(&file, reading.to_simplified, &mut |entry, line| {
                    corpus.take(entry, line, reading);
                })?;
                let entries = corpus.entries() - before;
                corpus.sources.push(Source { entries, ..source });
            }
        }
        let (kept, rejected) = (corpus.poems.len(), &corpus.rejected);
        if NoPoem::applies(kept, rejected) {
            let share = corpus.han as f64 / corpus.characters.max(1) as f64;
            let why = Why::of(rejected, &corpus.examples, share);
            let (paths, longest, rejected) = (paths.to_vec(), reading.longest, rejected.clone());
            return Err(Error::user(NoPoem { paths, longest, why, kept, rejected }));
        }
        Ok(corpus)
    }

    /// Keeps a poem that passes the rules, unless its content is there already; counts the others.
    fn take(&mut self, (split, poet): Entry<'_>, line: &str, reading: Reading) {
        let content = split.map_or(line, |(_, content)| content);
        let written = content.chars().filter(|c| !c.is_whitespace());
        self.characters += written.clone().count();
        self.han += written.filter(|&c| is_han(c) || !c.is_alphanumeric() && !c.is_ascii()).count();
        let read = split.and_then(|(title, content)| read_poem(title, content, reading.longest));
        let reason = match read {
            Ok(mut poem) if self.contents.insert(number_of(&poem.content)) => {
                if reading.lyrics {
                    poem.title = tune_of(&poem.title).to_string();
                }
                self.widened += half_width(content);
                self.poets.push(poet.to_string());
                return self.poems.push(poem);
            }
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

    /// SHA-256 of what was read: of a file that of its bytes, of several files that of their sums,
    /// a line each. The path plays no part.
    pub fn sha256(&self) -> String {
        match &self.sources[..] {
            [source] => source.sha256.clone(),
            sources => {
                let sums: String = sources.iter().map(|s| format!("{}\n", s.sha256)).collect();
                sha256(sums.as_bytes())
            }
        }
    }

    /// What was kept, what was converted and what was rejected, a line each.
    pub fn report(&self) -> String {
        let kept = thousands(self.poems.len() as u64);
        let mut lines = vec![say!("{kept} poems kept", "保留 {kept} 首诗")];
        for (reason, count) in &self.rejected {
            let (count, reason) = (thousands(*count as u64), reason.text());
            lines.push(say!("  {count} rejected: {reason}", "  剔除 {count} 首：{reason}"));
        }
        lines.extend(self.notes());
        lines.join("\n")
    }

    /// What a reader should know beside the counts: converted punctuation, damaged bytes.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.widened > 0 {
            let widened = thousands(self.widened as u64);
            notes.push(say!(
                "  {widened} half-width punctuation marks became full-width",
                "  {widened} 个半角标点已转为全角"
            ));
        }
        for Source { name, encoding, damage, .. } in &self.sources {
            if let Some(damage) = damage {
                notes.push(say!(
                    "  {name} is not all {encoding}: first at {damage}",
                    "  {name} 有不合 {encoding} 的字节：最早在{damage}"
                ));
            }
        }
        notes
    }

    /// The kept poems as `title:content` lines, which [`parse`](Self::parse) reads back.
    pub fn to_text(&self) -> String {
        text_of(&self.poems)
    }
}

/// Poems as `title:content` lines.
pub fn text_of<'a, P>(poems: P) -> String
where
    P: IntoIterator<Item = &'a Poem, IntoIter: Clone>,
{
    let poems = poems.into_iter();
    let bytes = poems.clone().map(|poem| poem.title.len() + poem.content.len() + 2).sum();
    let mut text = String::with_capacity(bytes);
    for Poem { title, content } in poems {
        text.extend([&title.replace(':', "："), ":", content, "\n"]);
    }
    text
}

/// Title and content of a line or JSON entry, or why it has none; and whose it is, if that is known.
type Entry<'a> = (std::result::Result<(&'a str, &'a str), Reason>, &'a str);

/// Hands on each line or JSON entry of a file, and how it stands there; returns what is known of
/// the file, but for the number of entries.
fn each_entry(
    path: &Path,
    to_simplified: bool,
    take: &mut dyn FnMut(Entry<'_>, &str),
) -> Result<Source> {
    let (bytes, name) = (source::bytes_of(path)?, path.display().to_string());
    let encoding::Decoded { text, encoding, damage } = encoding::decode(&bytes, &name)?;
    let text = if to_simplified { simplified(&text).into() } else { text };
    if path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("json")) {
        for Named { title, content, poet } in json::entries(&text, &name)? {
            take((Ok((&title, &content)), &poet), &format!("{title}:{content}"));
        }
    } else {
        text.lines().for_each(|line| take((split_line(line), ""), line));
    }
    Ok(Source { name, encoding, sha256: sha256(&bytes), entries: 0, damage })
}

/// Each line of a corpus as it stands there, whether the rules keep it or not; of JSON
/// `title:content`.
///
/// # Errors
/// As [`Corpus::read`], but for [`NoPoem`].
pub fn lines_of(path: &Path) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for file in source::files_of(path)? {
        each_entry(&file, false, &mut |_, line| lines.push(line.to_string()))?;
    }
    Ok(lines)
}

/// A number that two contents practically never share.
fn number_of(content: &str) -> u128 {
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        (seed, content).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}
