//! What a user typed, parsed once: how a text begins, the heads of its lines, the tune of a lyric.
//!
//! Whatever comes after takes a [`Beginning`], an [`Acrostic`] or a [`Tune`] and checks nothing
//! again.

use std::fmt;

use crate::poems::{
    bundle::Bundle,
    text::{
        genre::{Genre, Tune},
        normalize::normalized,
        punctuation::PUNCTUATION,
        theme::theme_of,
        tune::{is_near, is_tune, names},
        vocab::{Vocab, is_han, is_writable},
    },
};
use crate::{
    say,
    shell::error::{Error, Result},
};

/// How many known characters are named beside an unknown one.
const NEAR: usize = 5;
/// How many known tunes are named beside an unknown one.
const TUNES: usize = 8;

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

/// The tune that stands after `--tune`, among those that the model knows by name: 忆江南 and
/// 望江南·忆江南 are 望江南・忆江南.
///
/// # Errors
/// A model that writes poems, or a tune that it does not know.
pub fn parse_tune<'a>(typed: &str, bundle: &'a Bundle) -> Result<&'a Tune> {
    let name = bundle.vocab.familiar(typed);
    let tunes = || bundle.tunes.iter().filter(|tune| is_tune(&tune.name));
    let whole = tunes().find(|tune| names(&tune.name).eq(names(&name)));
    let part = || tunes().find(|tune| names(&tune.name).any(|one| one == name));
    whole.or_else(part).ok_or_else(|| {
        Error::user(match tunes().count() {
            0 => Kind::NoTunes,
            count => {
                let known = |tune: &Tune| tune.name.clone();
                let is_near = |tune: &&Tune| names(&tune.name).any(|one| is_near(one, &name));
                let near = tunes().filter(is_near).map(known).collect();
                let known = tunes().take(TUNES).map(known).collect();
                Kind::UnknownTune { name, near, known, count }
            }
        })
    })
}

/// The title that stands after `--title`, as the model reads it: its [theme](theme_of), in
/// characters that the model knows.
///
/// # Errors
/// A model that reads no titles of poems, a title that says nothing, or an unknown character.
pub fn parse_title(typed: &str, bundle: &Bundle) -> Result<String> {
    if bundle.genre() == Genre::Lyric || !bundle.shape.titles {
        return Err(Error::user(Kind::NoTitles));
    }
    let title = bundle.vocab.familiar(&theme_of(&normalized(typed)));
    match title.chars().find(|&c| bundle.vocab.id(c).is_none()) {
        Some(c) => Err(Error::user(Kind::unknown(c, &bundle.vocab))),
        None if title.is_empty() => Err(Error::user(Kind::NoTheme)),
        None => Ok(title),
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
    /// A title for a model that reads none.
    NoTitles,
    /// A title without a Han character, or one such as 无题.
    NoTheme,
    /// A tune for a model that writes poems.
    NoTunes,
    /// A tune that the model does not know.
    UnknownTune {
        /// As it was typed.
        name: String,
        /// Those whose name differs in one character.
        near: Vec<String>,
        /// Some that it knows.
        known: Vec<String>,
        /// How many it knows.
        count: usize,
    },
}

impl Kind {
    fn unknown(character: char, vocab: &Vocab) -> Self {
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
            Kind::NoTitles => say!(
                "this model reads no titles of poems; leave out --title, or choose a model that was \
                 trained with `--titles`",
                "这个模型不读诗题；请去掉 --title，或选用以 --titles 训练的模型"
            ),
            Kind::NoTheme => say!(
                "--title wants Chinese characters that say what the poem is about, e.g. --title 秋夜",
                "--title 须是能说明题旨的汉字，例如 --title 秋夜"
            ),
            Kind::NoTunes => say!(
                "this model writes poems and knows no tune; leave out --tune or choose a model \
                 trained with --genre lyric",
                "这个模型写诗，不识词牌；请去掉 --tune，或选用以 --genre lyric 训练的模型"
            ),
            Kind::UnknownTune { name, near, count, .. } if !near.is_empty() => {
                let near = near.join(" ");
                say!(
                    "the model does not know the tune \"{name}\"; near ones are {near} \
                     (`lesson_poems tunes` lists all {count})",
                    "模型不认识词牌“{name}”；相近的有 {near}（`lesson_poems tunes` 列出全部 {count} 个）"
                )
            }
            Kind::UnknownTune { name, known, count, .. } => {
                let known = known.join(" ");
                say!(
                    "the model does not know the tune \"{name}\"; it knows {count}, e.g. {known} \
                     (`lesson_poems tunes` lists them)",
                    "模型不认识词牌“{name}”；它认识 {count} 个，例如 {known}（`lesson_poems tunes` \
                     列出全部）"
                )
            }
        })
    }
}

impl std::error::Error for Kind {}
