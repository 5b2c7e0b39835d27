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

use std::{collections::HashMap, ops::Range};

use burn::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    rhymes::{RhymeBook, Rhymes, Tone},
    scan::Character,
    schemes::{LINES, LineRule, Schemes, Sounds},
    told::Telling,
};
pub use super::{scan::Scan, told::Told};
use crate::poems::text::{
    genre::{Genre, Tune},
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
    /// Those of `Places` at the input, and at the output, of each candidate for the next character,
    /// what it would repeat, rhyme with and stand below (see [`output`](super::output)).
    Output,
}

#[derive(Serialize, Deserialize)]
struct Switches {
    #[serde(default)]
    features: bool,
    #[serde(default)]
    couplets: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    output: bool,
}

impl From<Switches> for VerseFacts {
    fn from(Switches { features, couplets, output }: Switches) -> Self {
        match (features, output, couplets) {
            (false, ..) => VerseFacts::None,
            (true, true, _) => VerseFacts::Output,
            (true, false, true) => VerseFacts::Couplets,
            (true, false, false) => VerseFacts::Places,
        }
    }
}

impl From<VerseFacts> for Switches {
    fn from(facts: VerseFacts) -> Self {
        Self {
            features: facts >= VerseFacts::Places,
            couplets: facts == VerseFacts::Couplets,
            output: facts == VerseFacts::Output,
        }
    }
}

/// Places in a line that have rows of their own, with 0.
const PLACES: usize = 16;
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

/// The ids that have each rhyme.
fn rhyming(characters: &[Character]) -> Vec<Vec<u32>> {
    let mut rhyming = vec![Vec::new(); RHYMES - 1];
    for (id, character) in (0..).zip(characters) {
        character.rhymes.each().for_each(|rhyme| rhyming[rhyme].push(id));
    }
    rhyming
}

/// The facts of verse of B texts of length T.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Rows of the table of vectors, for the input, `[B, T, F]`.
    pub input: Tensor<3, Int>,
    /// What is told at the output, of each of the B·T steps.
    pub output: Option<Told>,
}

impl Facts {
    /// Those of some of the texts.
    pub fn of_texts(&self, texts: Range<usize>) -> Self {
        let [_, seq_len, _] = self.input.dims();
        let steps = texts.start * seq_len..texts.end * seq_len;
        Self {
            input: self.input.clone().slice([texts]), // [B_k, T, F]
            output: self.output.as_ref().map(|told| told.of_steps(steps)),
        }
    }
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
    /// Which facts.
    facts: VerseFacts,
    /// The rules of poems by the length of their first line.
    schemes: HashMap<usize, Vec<LineRule>>,
    /// The rules of each known tune.
    tune_schemes: Vec<Vec<LineRule>>,
    /// What rhymes with what.
    sounds: Sounds,
    /// The characters that have each rhyme.
    pub(super) rhyming: Vec<Vec<u32>>,
}

impl FactReader {
    /// A reader for the ids of `vocab` and, in a model of lyrics, for `tunes`, by the rules of
    /// `schemes`; `None` for [`VerseFacts::None`].
    pub fn new(
        facts: VerseFacts,
        vocab: &Vocab,
        tunes: &[Tune],
        schemes: &Schemes,
    ) -> Option<Self> {
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
        let characters: Vec<Character> = (0..vocab.size()).map(character).collect();
        let poems =
            schemes.each().filter_map(|(key, rules)| Some((key.parse().ok()?, rules.clone())));
        let genre = if tunes.is_empty() { Genre::Poem } else { Genre::Lyric };
        Some(Self {
            tunes: numbered.map(|(tune, k)| (vocab.encode(&tune.name), k)).collect(),
            above: TUNE + 1 + tunes.len() * LINES,
            facts,
            schemes: poems.collect(),
            tune_schemes: tunes.iter().map(|tune| schemes.of(&tune.name).to_vec()).collect(),
            sounds: Sounds::new(genre),
            rhyming: rhyming(&characters),
            characters,
        })
    }

    /// How many different facts there are: the rows of their table.
    pub fn rows(&self) -> usize {
        self.above + if self.facts == VerseFacts::Couplets { self.characters.len() } else { 0 }
    }

    /// Whether facts about the candidates are told at the output.
    pub fn tells_at_output(&self) -> bool {
        self.facts == VerseFacts::Output
    }

    /// F, how many facts hold at each step.
    pub fn count(&self) -> usize {
        if self.facts == VerseFacts::Couplets { 7 } else { 6 }
    }

    /// Takes one id in, and returns the row of each fact that holds after it.
    pub fn step(&self, scan: &mut Scan, id: usize) -> impl Iterator<Item = usize> + use<> {
        self.take(scan, id);
        self.rows_after(scan).into_iter().take(self.count())
    }

    /// The facts after each of the next `ids` of one text.
    pub fn read(&self, scan: &mut Scan, ids: &[usize], device: &Device) -> Facts {
        let mut told = self.tells_at_output().then(Telling::default);
        let rows = self.after_each(scan, ids, told.as_mut());
        self.facts([1, ids.len()], rows, told, device)
    }

    /// The facts after each id of B texts of equal length T.
    pub fn read_all(&self, texts: &[Vec<usize>], device: &Device) -> Facts {
        let mut told = self.tells_at_output().then(Telling::default);
        let read = |ids: &Vec<usize>| self.after_each(&mut Scan::default(), ids, told.as_mut());
        let rows: Vec<i32> = texts.iter().flat_map(read).collect();
        let shape = [texts.len(), texts.first().map_or(0, Vec::len)];
        self.facts(shape, rows, told, device)
    }

    fn facts(
        &self,
        [batch, seq_len]: [usize; 2],
        rows: Vec<i32>,
        told: Option<Telling>,
        device: &Device,
    ) -> Facts {
        let rows = TensorData::new(rows, [batch, seq_len, self.count()]);
        Facts { input: Tensor::from_data(rows, device), output: told.map(Told::from) }
    }

    /// The rows of the facts at the input after each of the next `ids`; what is told at the output
    /// goes into `told`.
    fn after_each(
        &self,
        scan: &mut Scan,
        ids: &[usize],
        mut told: Option<&mut Telling>,
    ) -> Vec<i32> {
        let mut rows = Vec::with_capacity(ids.len() * self.count());
        for &id in ids {
            rows.extend(self.step(scan, id).map(|row| row as i32));
            if let Some(told) = told.as_deref_mut() {
                self.tell(scan, told);
            }
        }
        rows
    }

    fn take(&self, scan: &mut Scan, id: usize) {
        match id {
            PAD | EOS => {}
            BOS => {
                let tune = self.tunes.get(&scan.title).copied().unwrap_or(0);
                *scan = Scan { begun: true, tune, ..Scan::default() };
            }
            _ if !scan.begun => scan.title.push(id),
            _ => {
                let character = self.characters.get(id).copied().unwrap_or_default();
                let rule = self.rule(scan).copied();
                let rhymes_with = rule.map_or(0, |rule| rule.rhymes_with);
                let strays = |rule: LineRule| character.ends_line && rule.length != scan.place;
                scan.strayed |= rule.is_some_and(strays);
                scan.take(id, character, rhymes_with, &self.sounds);
            }
        }
    }

    /// The scheme's rule for the present line.
    pub(super) fn rule(&self, scan: &Scan) -> Option<&LineRule> {
        let rules = match scan.tune {
            0 => self.schemes.get(&scan.first)?,
            tune => self.tune_schemes.get(tune - 1)?,
        };
        rules.get(scan.line)
    }

    /// The row of each fact at the input.
    fn rows_after(&self, scan: &Scan) -> [usize; 7] {
        let left = (scan.first + 1).saturating_sub(scan.place); // with the mark; 0 when the line is longer than the first
        let left = if scan.first == 0 { 0 } else { left.min(PLACES - 1) };
        let line = scan.line.min(LINES - 1);
        [
            scan.place.min(PLACES - 1),
            LEFT + left,
            LINE + line,
            TONE + scan.second[0] * 3 + scan.second[1],
            RHYME + scan.rhyme.first().map_or(0, |rhyme| 1 + rhyme),
            TUNE + if scan.tune == 0 { 0 } else { 1 + (scan.tune - 1) * LINES + line },
            self.above + scan.above(),
        ]
    }
}
