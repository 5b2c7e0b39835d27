//! The rhyme book: which characters rhyme and which tone they have (平水韵, the 106 rhymes).
//!
//! Tang poets rhymed and counted tones by the sounds of their time; today's pronunciation would
//! judge them wrongly (斜, 入). The book sorts characters into 106 rhymes: 30 of the level tone
//! (平声), 76 of the three oblique ones (仄声: rising 上, departing 去, entering 入). A character
//! that stands in several has several readings.
//!
//! The table ships as `data/rhymes.txt`; [`derive`](derive::derive) made it from the two sources
//! that `data/SOURCES.md` names.

pub mod derive;
pub mod parts;

use std::{collections::HashMap, sync::OnceLock};

/// One of the two classes of tones that verse knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// 平: the level tone.
    Level,
    /// 仄: the rising, departing and entering tones.
    Oblique,
}

impl Tone {
    /// The other one.
    pub fn opposite(self) -> Self {
        match self {
            Tone::Level => Tone::Oblique,
            Tone::Oblique => Tone::Level,
        }
    }

    /// 平 or 仄.
    pub fn name(self) -> char {
        match self {
            Tone::Level => '平',
            Tone::Oblique => '仄',
        }
    }
}

/// A set of rhymes, one bit each.
///
/// ```
/// use lstm_lessons::poems::verse::rhymes::RhymeBook;
///
/// let book = RhymeBook::shipped();
/// let both = book.rhymes('光').level() & book.rhymes('霜').level();
/// assert_eq!(book.name(both.first().unwrap()), "下平声七阳");
/// assert!((both & book.rhymes('天')).is_empty());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rhymes(u128);

/// The rhymes of the level tone come first, so that they are the lowest bits.
const LEVEL: Rhymes = Rhymes((1 << 30) - 1);

impl Rhymes {
    /// None at all.
    pub const NONE: Rhymes = Rhymes(0);
    /// Every rhyme of the level tone.
    pub const EVERY_LEVEL: Rhymes = LEVEL;

    /// Those of the level tone.
    pub fn level(self) -> Self {
        self & LEVEL
    }

    /// Whether it has no rhyme.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The first in the order of the book.
    pub fn first(self) -> Option<usize> {
        self.each().next()
    }

    /// Their places in the book.
    pub fn each(self) -> impl Iterator<Item = usize> {
        (0..128).filter(move |place| self.0 >> place & 1 == 1)
    }

    /// Only the rhyme at this place of the book.
    pub fn one(place: usize) -> Self {
        Self(1 << place)
    }
}

impl std::ops::BitAnd for Rhymes {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl std::ops::BitOr for Rhymes {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What the book says about one character.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    rhymes: Rhymes,
    /// Listed by the book of 106 rhymes itself, in its simplified form.
    listed: bool,
}

/// The table of 106 rhymes.
#[derive(Clone, Debug, Default)]
pub struct RhymeBook {
    names: Vec<String>,
    entries: HashMap<char, Entry>,
}

impl RhymeBook {
    /// The book that ships with the crate.
    pub fn shipped() -> &'static Self {
        static BOOK: OnceLock<RhymeBook> = OnceLock::new();
        BOOK.get_or_init(|| Self::parse(include_str!("../../../../data/rhymes.txt")))
    }

    /// Reads a table: a line is a rhyme, the characters of the book, and further ones (traditional
    /// forms, and what only Guangyun has), with tabs between; lines that start with `#` are
    /// remarks. The rhymes of the level tone (their name has 平声) come first.
    pub fn parse(table: &str) -> Self {
        let mut book = Self::default();
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(name), Some(listed)) = (columns.next(), columns.next()) else { continue };
            let rhyme = Rhymes::one(book.names.len() % 128);
            book.names.push(name.to_string());
            let further = columns.next().unwrap_or_default();
            for (characters, listed) in [(listed, true), (further, false)] {
                for c in characters.chars() {
                    let entry = book.entries.entry(c).or_default();
                    *entry = Entry { rhymes: entry.rhymes | rhyme, listed: entry.listed || listed };
                }
            }
        }
        book
    }

    /// Every rhyme that `c` has; none if the book does not know it.
    pub fn rhymes(&self, c: char) -> Rhymes {
        self.entries.get(&c).map_or(Rhymes::NONE, |entry| entry.rhymes)
    }

    /// Whether the book of 106 rhymes itself lists `c` (in its simplified form); the others are
    /// known by Guangyun.
    pub fn lists(&self, c: char) -> bool {
        self.entries.get(&c).is_some_and(|entry| entry.listed)
    }

    /// The rhymes of the level tone for which `c` may stand at the end of a line, by the book of
    /// 106 rhymes itself.
    pub fn feet(&self, c: char) -> Rhymes {
        self.entries
            .get(&c)
            .filter(|entry| entry.listed)
            .map_or(Rhymes::NONE, |entry| entry.rhymes.level())
    }

    /// Whether `c` can be read in this tone; a character with both tones counts as either, one that
    /// the book does not know as none.
    pub fn has(&self, c: char, tone: Tone) -> bool {
        let rhymes = self.rhymes(c);
        match tone {
            Tone::Level => !rhymes.level().is_empty(),
            Tone::Oblique => rhymes != rhymes.level(),
        }
    }

    /// Whether the book knows `c` at all.
    pub fn knows(&self, c: char) -> bool {
        !self.rhymes(c).is_empty()
    }

    /// The name of the rhyme at this place, e.g. 下平声七阳.
    pub fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }
}
