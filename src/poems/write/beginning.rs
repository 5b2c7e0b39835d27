//! What a user typed, parsed once: how a text begins, the heads of its lines.
//!
//! Whatever comes after takes a [`Beginning`] or an [`Acrostic`] and checks nothing again.

use std::fmt;

use crate::poems::text::{
    punctuation::PUNCTUATION,
    vocab::{Vocab, is_han, is_writable},
};
use crate::{
    say,
    shell::error::{Error, Result},
};

/// How many known characters are named beside an unknown one.
const NEAR: usize = 5;

/// The first characters of a text, all of them known to the model.
///
/// [`Default`] is the empty one: the model chooses the first character itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beginning {
    /// In characters that the model knows.
    pub text: String,
    /// The same as ids.
    pub ids: Vec<usize>,
    /// The same line by line; the last may be a part of a line.
    pub verses: Vec<Verse>,
}

/// A line of verse, or its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verse {
    /// Its characters, without punctuation.
    pub characters: Vec<char>,
    /// The punctuation that ends it; none in a line that is not over.
    pub punctuation: Option<char>,
}

impl Beginning {
    /// Reads what stands after `--begin` or was typed at the prompt. Blanks are dropped; 雲 is 云
    /// to a model that learned simplified characters, as [`Vocab::familiar`] has it.
    ///
    /// ```
    /// use lstm_lessons::poems::{write::beginning::{Beginning, Kind}, text::vocab::Vocab};
    ///
    /// let vocab = Vocab::count(["云想衣裳花想容，"], 1);
    /// let begin = Beginning::parse(" 雲想，花 ", &vocab).unwrap();
    /// assert_eq!(begin.text, "云想，花");
    /// assert_eq!(begin.ids, vocab.encode("云想，花"));
    /// assert_eq!(begin.verses[0].characters, ['云', '想']);
    /// assert_eq!(begin.verses[0].punctuation, Some('，'));
    /// assert_eq!(begin.verses[1].punctuation, None);
    ///
    /// let error = Beginning::parse("X", &vocab).unwrap_err();
    /// assert_eq!(error.kind(), Some(&Kind::NotChinese('X')));
    /// ```
    ///
    /// # Errors
    /// Nothing typed, a letter, or a character that the model does not know.
    pub fn parse(typed: &str, vocab: &Vocab) -> Result<Self> {
        let text = vocab.familiar(typed);
        if text.is_empty() {
            return Err(Error::user(Kind::Empty));
        }
        if let Some(c) = text.chars().find(|&c| !is_writable(c) || vocab.id(c).is_none()) {
            return Err(Error::user(if is_han(c) {
                Kind::unknown(c, vocab)
            } else {
                Kind::NotChinese(c)
            }));
        }
        let verses = text.split_inclusive(|c| PUNCTUATION.contains(c)).map(Verse::of).collect();
        Ok(Self { ids: vocab.encode(&text), verses, text })
    }
}

impl Verse {
    /// A line with the punctuation at its end, if it has some.
    fn of(line: &str) -> Self {
        let punctuation = line.chars().last().filter(|&c| PUNCTUATION.contains(c));
        let characters = line.chars().filter(|&c| Some(c) != punctuation).collect();
        Self { characters, punctuation }
    }
}

/// The first character of each line (藏头), all of them Han characters that the model knows.
///
/// [`Default`] is the empty one: no acrostic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acrostic {
    /// Line by line.
    pub heads: Vec<char>,
}

impl Acrostic {
    /// Reads what stands after `--acrostic`, as [`Beginning::parse`] does.
    ///
    /// # Errors
    /// Nothing typed, something else than a Han character, one that the model does not know.
    pub fn parse(typed: &str, vocab: &Vocab) -> Result<Self> {
        let heads: Vec<char> = vocab.familiar(typed).chars().collect();
        if heads.is_empty() {
            return Err(Error::user(Kind::EmptyAcrostic));
        }
        for &c in &heads {
            if !is_han(c) {
                return Err(Error::user(Kind::NotAHead(c)));
            }
            if vocab.id(c).is_none() {
                return Err(Error::user(Kind::unknown(c, vocab)));
            }
        }
        Ok(Self { heads })
    }
}

/// What can be wrong with what a user typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A beginning without a character.
    Empty,
    /// A beginning with something that is no Chinese character.
    NotChinese(char),
    /// A Han character that the model does not know.
    Unknown {
        /// The character.
        character: char,
        /// Known ones of a similar shape.
        near: Vec<char>,
    },
    /// An acrostic without a character.
    EmptyAcrostic,
    /// An acrostic with something that is no Han character.
    NotAHead(char),
}

impl Kind {
    pub(super) fn unknown(character: char, vocab: &Vocab) -> Self {
        Kind::Unknown { character, near: vocab.near(character, NEAR) }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::Empty => say!(
                "the beginning is empty; give at least one character, e.g. --begin 月",
                "开头为空；请至少给一个字，例如 --begin 月"
            ),
            Kind::NotChinese(c) => say!(
                "poems are written in Chinese characters, and \"{c}\" is none; begin with one, \
                 e.g. --begin 月",
                "诗用汉字写成，而“{c}”不是汉字；请以汉字开头，例如 --begin 月"
            ),
            Kind::Unknown { character: c, near } => {
                let near: String = near.iter().map(|c| format!(" {c}")).collect();
                say!(
                    "the model has never seen \"{c}\"; begin with another character, near ones \
                     are{near}",
                    "模型没有见过“{c}”；请换一个字开头，字形相近的有{near}"
                )
            }
            Kind::EmptyAcrostic => say!(
                "the acrostic is empty; give a character for each line, e.g. --acrostic 春夏秋冬",
                "藏头为空；请为每行给一个字，例如 --acrostic 春夏秋冬"
            ),
            Kind::NotAHead(c) => say!(
                "an acrostic is made of Han characters, \"{c}\" is none; give e.g. --acrostic \
                 春夏秋冬",
                "藏头须为汉字，“{c}”不是；例如 --acrostic 春夏秋冬"
            ),
        })
    }
}

impl std::error::Error for Kind {}
