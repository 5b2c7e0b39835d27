//! What a poet knows at each place besides the last character: how far the line is, which line it
//! is, what it must rhyme with, what it must match.
//!
//! All of it follows from what is already written, so the model is told nothing that it may not
//! know. An LSTM of 256 units does learn to count to five by itself (see
//! `lesson_poems show neuron`), but to remember a rhyme over 24 characters costs it more training
//! than a laptop has. So each fact gets a vector of its own, which is added to the character's:
//!
//! ```text
//! x_t = E[c_t] + P[place_t] + P[left_t] + P[line_t] + P[tones_t] + P[rhyme_t] + P[tune_t] + P[above_t]
//! ```
//!
//! (Input features of a sequence model: Sennrich and Haddow 2016, "Linguistic Input Features
//! Improve Neural Machine Translation"; there the vectors stand side by side, here they are
//! summed.)

use std::{collections::HashMap, sync::Arc};

use burn::{module::Param, prelude::*};

use super::{
    genre::Tune,
    punctuation::{PUNCTUATION, SENTENCE_ENDS},
    rhymes::{RhymeBook, Rhymes, Tone},
    vocab::{BOS, EOS, PAD, Vocab, is_han},
};

/// Facts at each place; the last of them in models that are told of couplets.
const FACTS: usize = 7;
/// Characters of a line that are told apart, with 0.
const PLACES: usize = 16;
/// Lines of a poem that are told apart, with 0.
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

/// What the features know about one id.
#[derive(Clone, Copy, Debug, Default)]
struct Fact {
    /// Ends a line.
    ends_line: bool,
    /// Ends a sentence, and with it, mostly, a couplet.
    ends_sentence: bool,
    /// 1 if it can only be level, 2 if only oblique, else 0.
    tone: usize,
    rhymes: Rhymes,
}

/// What the vocabulary's characters mean to the features.
#[derive(Clone, Debug)]
struct Meanings {
    facts: Vec<Fact>,
    /// Where the rows of the characters above begin, if they are told.
    above: Option<usize>,
    /// The titles that name a known tune, as ids.
    tunes: HashMap<Vec<usize>, usize>,
}

/// How far a poem is: the features' own state, which goes from step to step beside the cells'
/// states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The ids of the title, before BOS.
    title: Vec<usize>,
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

/// The vectors of all facts, and how to read the facts from the characters.
#[derive(Module, Debug)]
pub struct Features {
    /// P, a row for each value of each fact, `[F, E]`.
    pub table: Param<Tensor<2>>,
    #[module(skip)]
    meanings: Arc<Meanings>,
}

impl Features {
    /// A table of zeros, so that an untrained feature says nothing.
    ///
    /// With `couplets`, the second line of a couplet is told which character of the first stands
    /// above the one that is asked for: the two lines of a regulated couplet match word by word
    /// (对仗), and a rhyme of meaning is as hard to remember as one of sound.
    pub fn new(
        vocab: &Vocab,
        tunes: &[Tune],
        couplets: bool,
        d_embed: usize,
        device: &Device,
    ) -> Self {
        let known = TUNE + 1 + tunes.len() * LINES;
        let rows = known + if couplets { vocab.size() } else { 0 };
        let table = Param::from_data(TensorData::zeros::<f32, _>([rows, d_embed]), device);
        Self { table, meanings: Arc::new(Meanings::new(vocab, tunes, couplets.then_some(known))) }
    }

    /// The same vectors in a table as long as that of `wider`, whose meanings it takes over; what
    /// is new says nothing yet.
    pub fn widened(self, wider: &Self) -> Self {
        let ([rows, d_embed], device) = (wider.table.val().dims(), self.table.val().device());
        let mut numbers: Vec<f32> = self.table.val().to_data().iter().collect();
        numbers.resize(rows * d_embed, 0.0);
        let table = Param::from_data(TensorData::new(numbers, [rows, d_embed]), &device);
        Self { table, meanings: wider.meanings.clone() }
    }

    /// How many facts are told at each place.
    fn facts(&self) -> usize {
        FACTS - usize::from(self.meanings.above.is_none())
    }

    /// The sum of the facts' vectors after each step: `[B, T]` gives `([B, T, E], one scan a row)`.
    pub fn forward(
        &self,
        inputs: &Tensor<2, Int>,
        scans: Option<Vec<Scan>>,
    ) -> (Tensor<3>, Vec<Scan>) {
        let ([batch, seq_len], facts) = (inputs.dims(), self.facts());
        let mut scans = scans.unwrap_or_else(|| vec![Scan::default(); batch]);
        let ids: Vec<usize> = inputs.to_data().iter::<i64>().map(|id| id as usize).collect();
        let mut rows = Vec::with_capacity(ids.len() * facts);
        for (scan, ids) in scans.iter_mut().zip(ids.chunks(seq_len.max(1))) {
            for &id in ids {
                rows.extend(self.step(scan, id).map(|row| row as i32));
            }
        }
        let rows = Tensor::<1, Int>::from_data(
            TensorData::new(rows, [batch * seq_len * facts]),
            &inputs.device(),
        );
        let vectors = self.table.val().select(0, rows); // [B·T·facts, E]
        let [_, d_embed] = vectors.dims();
        let sum = vectors.reshape([batch, seq_len, facts, d_embed]).sum_dim(2).squeeze_dim(2); // [B, T, E]
        (sum, scans)
    }

    /// One step of [`forward`](Self::forward) for one poem: the rows whose vectors are to be added.
    pub fn step(&self, scan: &mut Scan, id: usize) -> impl Iterator<Item = usize> + use<> {
        self.meanings.read(scan, id);
        scan.rows(self.meanings.above).into_iter().take(self.facts())
    }
}

impl Meanings {
    fn new(vocab: &Vocab, tunes: &[Tune], above: Option<usize>) -> Self {
        let book = RhymeBook::shipped();
        let fact = |id: usize| {
            let Some(c) = vocab.char(id) else { return Fact::default() };
            let tone = match (book.has(c, Tone::Level), book.has(c, Tone::Oblique)) {
                (true, false) => 1,
                (false, true) => 2,
                _ => 0,
            };
            let rhymes = if is_han(c) { book.rhymes(c) } else { Rhymes::NONE };
            let (ends_line, ends_sentence) = (PUNCTUATION.contains(c), SENTENCE_ENDS.contains(c));
            Fact { ends_line, ends_sentence, tone, rhymes }
        };
        let tunes =
            tunes.iter().enumerate().map(|(k, tune)| (vocab.encode(&tune.name), k + 1)).collect();
        Self { facts: (0..vocab.size()).map(fact).collect(), above, tunes }
    }

    /// Takes one id into the scan.
    fn read(&self, scan: &mut Scan, id: usize) {
        match id {
            PAD | EOS => {}
            BOS => {
                let tune = self.tunes.get(&scan.title).copied().unwrap_or(0);
                *scan = Scan { begun: true, tune, ..Scan::default() };
            }
            _ if !scan.begun => scan.title.push(id),
            _ => self.read_character(scan, id, self.facts.get(id).copied().unwrap_or_default()),
        }
    }

    fn read_character(&self, scan: &mut Scan, id: usize, fact: Fact) {
        if !fact.ends_line {
            scan.place += 1;
            scan.lines[0].push(id);
            if scan.place == 2 {
                scan.second[0] = fact.tone;
            }
            scan.last = fact.rhymes;
            return;
        }
        if scan.line == 0 {
            scan.first = scan.place;
        }
        // The first line may rhyme (首句入韵); after it, a rhyme stands where a sentence ends.
        if scan.line == 0 || fact.ends_sentence {
            let shared = scan.rhyme & scan.last;
            scan.rhyme = if shared.is_empty() { scan.last } else { shared };
        }
        scan.second = [0, scan.second[0]];
        scan.lines = [Vec::new(), std::mem::take(&mut scan.lines[0])];
        (scan.place, scan.line) = (0, scan.line + 1);
    }
}

impl Scan {
    /// The character of a couplet's first line that stands above the next one of its second.
    fn above(&self) -> usize {
        if self.line.is_multiple_of(2) {
            PAD
        } else {
            self.lines[1].get(self.place).copied().unwrap_or(PAD)
        }
    }

    /// The row of each fact, where those of the characters above begin at `above`.
    fn rows(&self, above: Option<usize>) -> [usize; FACTS] {
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
            above.unwrap_or(0) + self.above(),
        ]
    }
}
