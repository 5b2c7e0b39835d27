//! What a text is written under and what it must rhyme on, as a user typed it, parsed once.

use std::fmt;

use super::beginning;
use crate::{
    poems::{
        bundle::Bundle,
        text::{
            genre::{Genre, Tune},
            normalize::normalized,
            theme::theme_of,
            tune::{is_near, is_tune, names},
        },
        verse::rhymes::{RhymeBook, Rhymes},
    },
    say,
    shell::{
        error::{Error, Result},
        program,
    },
};

/// How many known tunes are named beside an unknown one.
const TUNES: usize = 8;

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
        Some(c) => Err(Error::user(beginning::Kind::unknown(c, &bundle.vocab))),
        None if title.is_empty() => Err(Error::user(Kind::NoTheme)),
        None => Ok(title),
    }
}

/// The rhymes of the level tone that stand after `--rhyme`: 东 is the rhyme of that name, another
/// character stands for those that it has.
///
/// ```
/// use lstm_lessons::poems::{verse::rhymes::RhymeBook, write::title::parse_rhyme};
///
/// let book = RhymeBook::shipped();
/// let name = |typed| parse_rhyme(typed, book).map(|rhymes| book.name(rhymes.first().unwrap()).to_string());
/// assert_eq!(name("东").unwrap(), "上平声一东");
/// assert_eq!(name("七阳").unwrap(), "下平声七阳");
/// assert_eq!(name("霜").unwrap(), "下平声七阳");
/// assert!(name("月").is_err(), "of the entering tone");
/// ```
///
/// # Errors
/// No rhyme of the level tone has that name or that character.
pub fn parse_rhyme(typed: &str, book: &RhymeBook) -> Result<Rhymes> {
    let name = typed.trim();
    let named = Rhymes::EVERY_LEVEL.each().find(|&rhyme| {
        let full = book.name(rhyme);
        !name.is_empty() && full.ends_with(name)
    });
    let mut characters = name.chars();
    let rhymes = match (named, characters.next(), characters.next()) {
        (Some(rhyme), ..) => Rhymes::one(rhyme),
        (None, Some(c), None) => book.rhymes(c).level(),
        _ => Rhymes::NONE,
    };
    match rhymes.is_empty() {
        true => Err(Error::user(Kind::NoLevelRhyme(name.to_string()))),
        false => Ok(rhymes),
    }
}

/// What can be wrong with a title, a tune or a rhyme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
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
    /// No rhyme of the level tone.
    NoLevelRhyme(String),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
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
                let (near, poems) = (near.join(" "), program("lesson_poems"));
                say!(
                    "the model does not know the tune \"{name}\"; near ones are {near} \
                     (`{poems} tunes` lists all {count})",
                    "模型不认识词牌“{name}”；相近的有 {near}（`{poems} tunes` 列出全部 {count} 个）"
                )
            }
            Kind::UnknownTune { name, known, count, .. } => {
                let (known, poems) = (known.join(" "), program("lesson_poems"));
                say!(
                    "the model does not know the tune \"{name}\"; it knows {count}, e.g. {known} \
                     (`{poems} tunes` lists them)",
                    "模型不认识词牌“{name}”；它认识 {count} 个，例如 {known}（`{poems} tunes` \
                     列出全部）"
                )
            }
            Kind::NoLevelRhyme(name) => say!(
                "\"{name}\" is no rhyme of the level tone; give the name of one, e.g. --rhyme 东, or \
                 a character that has it",
                "“{name}”不是平声韵；请给韵目名，例如 --rhyme 东，或给一个平声字"
            ),
        })
    }
}

impl std::error::Error for Kind {}
