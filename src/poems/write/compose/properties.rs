//! What the rhyme book says about each character of the vocabulary, and what a place asks of it.

use crate::poems::verse::rhymes::{RhymeBook, Rhymes, Tone};

/// What the book says about a character of the vocabulary, by id.
#[derive(Clone, Copy, Default)]
pub struct Properties {
    /// The classes that it belongs to, see [`class`].
    pub classes: u8,
    /// The rhymes of the level tone that it may end a line in, by the book of 106 rhymes itself.
    feet: Rhymes,
    /// All its rhymes.
    pub rhymes: Rhymes,
}

impl Properties {
    /// The properties of a Han character; anything else has [`Properties::default`], which fits
    /// nowhere.
    pub fn new(c: char, book: &RhymeBook) -> Self {
        let (level, oblique) = (book.has(c, Tone::Level), book.has(c, Tone::Oblique));
        let sure = book.lists(c);
        let classes = [
            (true, class::HAN),
            (book.knows(c), class::KNOWN),
            (level, class::LEVEL),
            (oblique, class::OBLIQUE),
            (level && sure, class::SURELY_LEVEL),
            (oblique && sure, class::SURELY_OBLIQUE),
            (oblique && sure && !level, class::ONLY_OBLIQUE),
        ];
        let classes =
            classes.into_iter().filter(|(belongs, _)| *belongs).map(|(_, class)| class).sum();
        Self { classes, feet: book.feet(c), rhymes: book.rhymes(c) }
    }

    /// Whether a character with these properties may stand where this is wanted; `used`: it ends a
    /// line already.
    pub fn fits(&self, wanted: Wanted, used: bool) -> bool {
        let rhymes = if wanted.strictly { self.feet } else { self.rhymes };
        let used = wanted.strictly && used;
        self.classes & wanted.classes != 0 || !used && !(rhymes & wanted.rhymes).is_empty()
    }
}

/// Classes of characters, one bit each.
pub mod class {
    /// A Han character.
    pub const HAN: u8 = 1;
    /// The book knows it.
    pub const KNOWN: u8 = 2;
    /// It can be read in the level tone.
    pub const LEVEL: u8 = 4;
    /// It can be read in an oblique tone.
    pub const OBLIQUE: u8 = 8;
    /// Level by the book of 106 rhymes itself, not only by Guangyun.
    pub const SURELY_LEVEL: u8 = 16;
    /// Oblique by the book of 106 rhymes itself.
    pub const SURELY_OBLIQUE: u8 = 32;
    /// As the last, and in no reading level: at the end of an odd line nobody can take it for a
    /// rhyme.
    pub const ONLY_OBLIQUE: u8 = 64;
}

/// What may stand at a place: a character of one of these classes, or one with one of these rhymes.
#[derive(Clone, Copy, Default)]
pub struct Wanted {
    /// Any of them, see [`class`].
    pub classes: u8,
    /// Any of them.
    pub rhymes: Rhymes,
    /// By the book of 106 rhymes alone, and no end twice.
    pub strictly: bool,
}
