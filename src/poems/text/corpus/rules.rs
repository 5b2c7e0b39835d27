//! The course's own rules: which lines are poems.

use crate::say;

/// The shortest content that is kept, in characters (not bytes: a Han character has three of
/// those).
pub const SHORTEST: usize = 5;
/// The longest content that is kept unless [`Reading`](super::Reading) says otherwise.
pub const LONGEST: usize = 79;
/// Marks of an editor's remark or a gap; G and E were the course's own marks for start and end.
const MARKS: [char; 7] = ['_', '(', '（', '《', '[', 'G', 'E'];

/// One poem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poem {
    /// Of a lyric the name of its tune.
    pub title: String,
    /// Without spaces, 5 to 79 characters.
    pub content: String,
}

/// Why a line was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Nothing in it.
    Blank,
    /// No `:` (a full-width `：` does not separate title and content).
    NoColon,
    /// More than one `:`, so nobody knows where the title ends.
    ManyColons,
    /// One of `_ ( （ 《 [ G E`.
    Marked(char),
    /// Under 5 characters.
    TooShort,
    /// Over so many characters.
    TooLong(usize),
    /// The same content as an earlier poem.
    Duplicate,
}

impl Reason {
    /// The reason in one word, for programs.
    pub fn key(self) -> String {
        match self {
            Reason::Blank => "blank".into(),
            Reason::NoColon => "no_colon".into(),
            Reason::ManyColons => "many_colons".into(),
            Reason::Marked(mark) => format!("contains_{mark}"),
            Reason::TooShort => "too_short".into(),
            Reason::TooLong(_) => "too_long".into(),
            Reason::Duplicate => "duplicate".into(),
        }
    }

    /// The reason in the user's language.
    pub fn text(self) -> String {
        match self {
            Reason::Blank => say!("blank line", "空行"),
            Reason::NoColon => say!("no \":\" between title and content", "标题与内容之间没有“:”"),
            Reason::ManyColons => say!("more than one \":\"", "“:”多于一个"),
            Reason::Marked(mark) => say!("contains {mark}", "含有 {mark}"),
            Reason::TooShort => say!("under {SHORTEST} characters", "不足 {SHORTEST} 字"),
            Reason::TooLong(longest) => say!("over {longest} characters", "超过 {longest} 字"),
            Reason::Duplicate => say!("same content as an earlier poem", "与前面的诗内容相同"),
        }
    }
}

/// The rules for one line, in the course's order.
///
/// # Errors
/// The first rule that the line breaks.
pub fn read_line(line: &str, longest: usize) -> Result<Poem, Reason> {
    let line = line.trim();
    if line.is_empty() {
        return Err(Reason::Blank);
    }
    let (title, content) = line.split_once(':').ok_or(Reason::NoColon)?;
    read_poem(title, content, longest)
}

/// The rules for one poem whose title and content are separated already.
///
/// # Errors
/// The first rule that the poem breaks.
pub fn read_poem(title: &str, content: &str, longest: usize) -> Result<Poem, Reason> {
    if content.contains(':') {
        return Err(Reason::ManyColons);
    }
    let content: String = content.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(mark) = content.chars().find(|c| MARKS.contains(c)) {
        return Err(Reason::Marked(mark));
    }
    match content.chars().count() {
        0..SHORTEST => Err(Reason::TooShort),
        length if length <= longest => Ok(Poem { title: title.trim().to_string(), content }),
        _ => Err(Reason::TooLong(longest)),
    }
}
