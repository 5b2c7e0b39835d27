//! The facts of verse: what follows, at each place of a poem, from what is already written.
//!
//! A [`Scan`] is how far a poem is; [`FactReader`] takes ids into it and says which facts hold.
//! Each is a number: a row in the model's table of vectors.
//!
//! ```text
//! place   characters since the last mark          left    how many the line still wants, once the first line is known
//! line    lines done                              tones   of the second characters of this line and of the one before
//! rhyme   what the couplets so far rhyme with     tune    of a lyric, each of its lines apart
//! above   in the second line of a couplet, the character of the first that stands above the next one
//! ```

use std::collections::HashMap;

use burn::prelude::*;
use serde::{Deserialize, Serialize};

use super::rhymes::{RhymeBook, Rhymes, Tone};
use crate::poems::text::{
    genre::Tune,
    punctuation::{PUNCTUATION, SENTENCE_ENDS},
    vocab::{BOS, EOS, PAD, Vocab, is_han},
};

/// Which facts of verse a model knows.
///
/// ```
/// use lstm_lessons::poems::verse::facts::VerseFacts;
///
/// // In files they are two switches, as in those of before there were three choices.
/// assert_eq!(serde_json::to_string(&VerseFacts::Places).unwrap(), r#"{"features":true,"couplets":false}"#);
/// assert_eq!(serde_json::from_str::<VerseFacts>(r#"{"features":true}"#).unwrap(), VerseFacts::Places);
/// assert_eq!(serde_json::from_str::<VerseFacts>("{}").unwrap(), VerseFacts::None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "Switches", into = "Switches")]
pub enum VerseFacts {
    /// None: the model reads characters alone.
    #[default]
    None,
    /// Place, left, line, tones, rhyme, tune.
    Places,
    /// And above: the two lines of a regulated couplet match word by word (对仗), and a rhyme of
    /// meaning is as hard to remember as one of sound.
    Couplets,
}

#[derive(Serialize, Deserialize)]
struct Switches {
    #[serde(default)]
    features: bool,
    #[serde(default)]
    couplets: bool,
}

impl From<Switches> for VerseFacts {
    fn from(Switches { features, couplets }: Switches) -> Self {
        match (features, couplets) {
            (false, _) => VerseFacts::None,
            (true, false) => VerseFacts::Places,
            (true, true) => VerseFacts::Couplets,
        }
    }
}

impl From<VerseFacts> for Switches {
    fn from(facts: VerseFacts) -> Self {
        Self { features: facts >= VerseFacts::Places, couplets: facts == VerseFacts::Couplets }
    }
}

/// Places in a line that have rows of their own, with 0.
const PLACES: usize = 16;
/// Lines of a poem that have rows of their own, with 0.
const LINES: usize = 32;
/// Rhymes of the book, and none.
const RHYMES: usize = 107;
/// The second characters of this line and of the line before: unknown or both tones, level,
/// oblique.
const TONES: usize = 9;
/// Where the rows of each fact begin.
const LEFT: usize = PLACES;
const LINE: usize = LEFT + PLACES;
const TONE: usize = LINE + LINES;
const RHYME: usize = TONE + TONES;
const TUNE: usize = RHYME + RHYMES;

/// What the vocabulary knows of one id.
#[derive(Clone, Copy, Debug, Default)]
struct Character {
    ends_line: bool,
    /// And mostly a couplet with it.
    ends_sentence: bool,
    /// 1 if it can only be level, 2 if only oblique, else 0.
    tone: usize,
    rhymes: Rhymes,
}

/// Reads the facts of verse off a text, id by id.
#[derive(Clone, Debug)]
pub struct FactReader {
    /// Of each id.
    characters: Vec<Character>,
    /// The tunes that are known by name, counted from 1.
    tunes: HashMap<Vec<usize>, usize>,
    /// Where the rows of the characters above begin.
    above: usize,
    /// Whether the character above is among the facts.
    couplets: bool,
}

impl FactReader {
    /// A reader for the ids of `vocab` and, in a model of lyrics, for `tunes`; `None` for
    /// [`VerseFacts::None`].
    pub fn new(facts: VerseFacts, vocab: &Vocab, tunes: &[Tune]) -> Option<Self> {
        if facts == VerseFacts::None {
            return None;
        }
        let book = RhymeBook::shipped();
        let character = |id: usize| {
            let Some(c) = vocab.char(id) else { return Character::default() };
            let tone = match (book.has(c, Tone::Level), book.has(c, Tone::Oblique)) {
                (true, false) => 1,
                (false, true) => 2,
                _ => 0,
            };
            let rhymes = if is_han(c) { book.rhymes(c) } else { Rhymes::NONE };
            let (ends_line, ends_sentence) = (PUNCTUATION.contains(c), SENTENCE_ENDS.contains(c));
            Character { ends_line, ends_sentence, tone, rhymes }
        };
        let numbered = tunes.iter().zip(1..);
        Some(Self {
            characters: (0..vocab.size()).map(character).collect(),
            tunes: numbered.map(|(tune, k)| (vocab.encode(&tune.name), k)).collect(),
            above: TUNE + 1 + tunes.len() * LINES,
            couplets: facts == VerseFacts::Couplets,
        })
    }

    /// How many different facts there are: the rows of their table.
    pub fn rows(&self) -> usize {
        self.above + if self.couplets { self.characters.len() } else { 0 }
    }

    /// F, how many facts hold at each step.
    pub fn count(&self) -> usize {
        if self.couplets { 7 } else { 6 }
    }

    /// Takes one id in, and returns the row of each fact that holds after it.
    pub fn step(&self, scan: &mut Scan, id: usize) -> impl Iterator<Item = usize> + use<> {
        self.take(scan, id);
        scan.rows(self.above).into_iter().take(self.count())
    }

    /// The facts after each of the next `ids` of one text, `[1, T, F]`.
    pub fn read(&self, scan: &mut Scan, ids: &[usize], device: &Device) -> Tensor<3, Int> {
        let shape = [1, ids.len(), self.count()];
        Tensor::from_data(TensorData::new(self.after_each(scan, ids), shape), device)
    }

    /// The facts after each id of B texts of equal length, `[B, T, F]`.
    pub fn read_all(&self, texts: &[Vec<usize>], device: &Device) -> Tensor<3, Int> {
        let rows: Vec<i32> =
            texts.iter().flat_map(|ids| self.after_each(&mut Scan::default(), ids)).collect();
        let shape = [texts.len(), texts.first().map_or(0, Vec::len), self.count()];
        Tensor::from_data(TensorData::new(rows, shape), device)
    }

    fn after_each(&self, scan: &mut Scan, ids: &[usize]) -> Vec<i32> {
        ids.iter().flat_map(|&id| self.step(scan, id)).map(|row| row as i32).collect()
    }

    fn take(&self, scan: &mut Scan, id: usize) {
        match id {
            PAD | EOS => {}
            BOS => {
                let tune = self.tunes.get(&scan.title).copied().unwrap_or(0);
                *scan = Scan { begun: true, tune, ..Scan::default() };
            }
            _ if !scan.begun => scan.title.push(id),
            _ => scan.take(id, self.characters.get(id).copied().unwrap_or_default()),
        }
    }
}

/// How far a poem is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The ids before BOS.
    title: Vec<usize>,
    /// BOS has been read.
    begun: bool,
    /// The known tune that the title names, from 1; 0 for none.
    tune: usize,
    /// Characters since the last mark.
    place: usize,
    /// Lines done.
    line: usize,
    /// Characters of the first line; 0 while it is not done.
    first: usize,
    /// The characters of this line and of the one before.
    lines: [Vec<usize>; 2],
    /// The tone of the second character of this line and of the one before.
    second: [usize; 2],
    /// What the last character rhymes with.
    last: Rhymes,
    /// What the ends of the couplets so far all rhyme with (or the last of them, if they do not).
    rhyme: Rhymes,
}

impl Scan {
    /// Takes one character of the poem in.
    fn take(&mut self, id: usize, character: Character) {
        if !character.ends_line {
            self.place += 1;
            self.lines[0].push(id);
            if self.place == 2 {
                self.second[0] = character.tone;
            }
            self.last = character.rhymes;
            return;
        }
        if self.line == 0 {
            self.first = self.place;
        }
        // The first line may rhyme (首句入韵); after it, a rhyme stands where a sentence ends.
        if self.line == 0 || character.ends_sentence {
            let shared = self.rhyme & self.last;
            self.rhyme = if shared.is_empty() { self.last } else { shared };
        }
        self.second = [0, self.second[0]];
        self.lines = [Vec::new(), std::mem::take(&mut self.lines[0])];
        (self.place, self.line) = (0, self.line + 1);
    }

    /// The character of a couplet's first line that stands above the next one of its second.
    fn above(&self) -> usize {
        if self.line.is_multiple_of(2) {
            PAD
        } else {
            self.lines[1].get(self.place).copied().unwrap_or(PAD)
        }
    }

    /// The row of each fact, where those of the characters above begin at `above`.
    fn rows(&self, above: usize) -> [usize; 7] {
        let left = (self.first + 1).saturating_sub(self.place); // with the mark; 0 when the line is longer than the first
        let left = if self.first == 0 { 0 } else { left.min(PLACES - 1) };
        let line = self.line.min(LINES - 1);
        [
            self.place.min(PLACES - 1),
            LEFT + left,
            LINE + line,
            TONE + self.second[0] * 3 + self.second[1],
            RHYME + self.rhyme.first().map_or(0, |rhyme| 1 + rhyme),
            TUNE + if self.tune == 0 { 0 } else { 1 + (self.tune - 1) * LINES + line },
            above + self.above(),
        ]
    }
}
