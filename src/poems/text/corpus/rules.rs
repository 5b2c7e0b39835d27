//! The course's own rules: which lines are poems.

use crate::{
    poems::text::{
        normalize::{full_width, normalized},
        vocab::is_han,
    },
    say,
};

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
    /// A byte that its encoding does not allow, read as U+FFFD, or a code point for private use.
    Damaged,
    /// A lost character: `□`, `○`, `●`, or a wide space between two characters.
    Gap,
    /// A character described by its parts, `{釒基}` or `⿰釒基`.
    Composed,
    /// A letter that is no Han character: Latin, kana, Cyrillic.
    Letter,
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
            Reason::Damaged => "damaged".into(),
            Reason::Gap => "gap".into(),
            Reason::Composed => "composed".into(),
            Reason::Letter => "letter".into(),
        }
    }

    /// The reason in the user's language, as it stands after a number: 50 with a gap.
    pub fn text(self) -> String {
        match self {
            Reason::Blank => say!("blank", "空行"),
            Reason::NoColon => {
                say!("without \":\" between title and content", "标题与内容之间没有“:”")
            }
            Reason::ManyColons => say!("with more than one \":\"", "“:”多于一个"),
            Reason::Marked(mark @ ('G' | 'E')) => say!(
                "with {mark}, which was the course's mark of a start or an end",
                "含有 {mark}，即课程的起止记号"
            ),
            Reason::Marked(mark) => say!("with {mark}", "含有 {mark}"),
            Reason::TooShort => say!("under {SHORTEST} characters", "不足 {SHORTEST} 字"),
            Reason::TooLong(longest) => say!("over {longest} characters", "超过 {longest} 字"),
            Reason::Duplicate => {
                say!("with the same content as an earlier poem", "与前面的诗内容相同")
            }
            Reason::Damaged => say!("with a damaged character", "有损坏的字"),
            Reason::Gap => {
                say!("with a gap (□, ○, ● or a wide space)", "有缺字（□、○、● 或全角空格）")
            }
            Reason::Composed => {
                say!(
                    "with a character described by its parts ({{}} or ⿰)",
                    "有以 {{}} 或 ⿰ 拼写的字"
                )
            }
            Reason::Letter => {
                say!("with a letter that is no Han character", "含有汉字以外的文字")
            }
        }
    }
}

/// The title and the content of a line.
///
/// # Errors
/// [`Reason::Blank`] or [`Reason::NoColon`].
pub fn split_line(line: &str) -> Result<(&str, &str), Reason> {
    let line = line.trim();
    if line.is_empty() {
        return Err(Reason::Blank);
    }
    line.split_once(':').ok_or(Reason::NoColon)
}

/// The rules for one poem, in the course's order, and then those for what a model could not write.
/// Half-width punctuation becomes full-width, other forms of a character the common one.
///
/// # Errors
/// The first rule that the poem breaks.
pub fn read_poem(title: &str, content: &str, longest: usize) -> Result<Poem, Reason> {
    if content.contains(':') {
        return Err(Reason::ManyColons);
    }
    let (title, written) = (normalized(title), normalized(content));
    let wide = |c: char| full_width(c).unwrap_or(c);
    let mut content = String::with_capacity(written.len());
    content.extend(written.chars().filter(|c| !c.is_whitespace()).map(wide));
    content.shrink_to_fit();
    if let Some(mark) = content.chars().find(|c| MARKS.contains(c)) {
        return Err(Reason::Marked(mark));
    }
    match content.chars().count() {
        0..SHORTEST => Err(Reason::TooShort),
        length if length > longest => Err(Reason::TooLong(longest)),
        _ => check_written(&written).map(|()| Poem { title: title.trim().to_string(), content }),
    }
}

/// How much half-width punctuation stands in a text.
pub fn half_width(content: &str) -> usize {
    content.chars().filter(|&c| full_width(c).is_some()).count()
}

/// Refuses what a model of Chinese verse could not write.
fn check_written(content: &str) -> Result<(), Reason> {
    let has = |is: fn(char) -> bool| content.contains(is);
    match () {
        () if has(|c| matches!(c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}')) => Err(Reason::Damaged),
        () if has(|c| matches!(c, '□' | '○' | '●')) || has_wide_gap(content) => {
            Err(Reason::Gap)
        }
        () if has(|c| matches!(c, '{' | '}' | '\u{2ff0}'..='\u{2fff}')) => Err(Reason::Composed),
        () if has(|c| !is_han(c) && c.is_alphabetic() && c != '々') => Err(Reason::Letter),
        () => Ok(()),
    }
}

/// Whether a wide space stands for a lost character: between two characters, in a text that is not
/// spaced out throughout.
fn has_wide_gap(content: &str) -> bool {
    const WIDE_SPACE: char = '\u{3000}';
    if !content.contains(WIDE_SPACE) {
        return false;
    }
    let (mut last, mut blank, mut wide) = ('\n', false, false);
    let (mut gaps, mut close) = (0, 0);
    for c in content.trim().chars() {
        if c.is_whitespace() {
            (blank, wide) = (true, wide || c == WIDE_SPACE);
            continue;
        }
        if is_han(last) && is_han(c) {
            close += usize::from(!blank);
            gaps += usize::from(wide);
        }
        (last, blank, wide) = (c, false, false);
    }
    gaps > 0 && close > 0
}
