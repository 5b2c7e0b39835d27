//! Characters to numbers and back.

use serde::{Deserialize, Serialize};

use super::{
    normalize::{full_width, normalized},
    punctuation::PUNCTUATION,
    simplify::simplified,
};

/// Fills a batch to its width; never counted, never written.
pub const PAD: usize = 0;
/// Stands before the first character (the course's `G`).
pub const BOS: usize = 1;
/// Stands after the last character (the course's `E`): the model says when a poem is over.
pub const EOS: usize = 2;
/// Stands for every character that is not in the table.
pub const UNK: usize = 3;
/// The first id of a real character.
pub const FIRST: usize = 4;

/// The table of characters, the most frequent first, equals by code point: the same poems give the
/// same ids on every machine.
///
/// It travels with the weights. A table made anew from another corpus would give every weight
/// another meaning.
///
/// ```
/// use lstm_lessons::poems::text::vocab::{EOS, BOS, UNK, Vocab};
///
/// let vocab = Vocab::count(["月月山", "山月水"], 1);
/// assert_eq!(vocab.encode("月水花"), vec![4, 6, UNK]);
/// assert_eq!(vocab.decode(&[BOS, 4, 5, EOS]), "月山");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Vocab {
    chars: Vec<char>,
    /// The id of each code point up to the highest in the table; PAD, which no character has, where
    /// there is none.
    ids: Vec<u32>,
}

impl Vocab {
    /// Counts the characters of all poems and keeps those that occur at least `min_count` times.
    ///
    /// Rare characters teach the model what "unknown" looks like; with `min_count` 1 it would never
    /// see one.
    pub fn count<'a>(poems: impl IntoIterator<Item = &'a str>, min_count: usize) -> Self {
        Self::limited(&frequencies(poems), min_count, usize::MAX)
    }

    /// The characters of `frequencies` that occur at least `min_count` times, but at most `most` of
    /// them: the most frequent.
    pub fn limited(frequencies: &[(char, usize)], min_count: usize, most: usize) -> Self {
        let kept = frequencies.iter().take(most).take_while(|&&(_, n)| n >= min_count);
        kept.map(|&(c, _)| c).collect::<String>().into()
    }

    /// How many characters the table has; V is [`FIRST`] more.
    pub fn characters(&self) -> usize {
        self.chars.len()
    }

    /// The share of a text, counted by its characters' `frequencies`, that is in the table; the
    /// rest is UNK to the model.
    ///
    /// ```text
    /// coverage = Σ_{c in table} n_c / Σ_c n_c
    /// ```
    pub fn coverage(&self, frequencies: &[(char, usize)]) -> f64 {
        let all: usize = frequencies.iter().map(|&(_, n)| n).sum();
        let known: usize =
            frequencies.iter().filter(|&&(c, _)| self.id(c).is_some()).map(|&(_, n)| n).sum();
        known as f64 / all.max(1) as f64
    }

    /// V: all ids, PAD, BOS, EOS and UNK among them.
    pub fn size(&self) -> usize {
        FIRST + self.chars.len()
    }

    /// The id of a character, if it is in the table.
    pub fn id(&self, c: char) -> Option<usize> {
        self.ids.get(c as usize).map(|&id| id as usize).filter(|&id| id != PAD)
    }

    /// The character with this id; PAD, BOS, EOS and UNK have none.
    pub fn char(&self, id: usize) -> Option<char> {
        self.chars.get(id.checked_sub(FIRST)?).copied()
    }

    /// A text as ids, unknown characters as UNK.
    pub fn encode(&self, text: &str) -> Vec<usize> {
        self.ids_of(text).collect()
    }

    /// The ids of [`encode`](Self::encode), one after the other.
    pub fn ids_of<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        text.chars().map(|c| self.id(c).unwrap_or(UNK))
    }

    /// Ids as text; PAD, BOS, EOS and UNK leave no trace.
    pub fn decode(&self, ids: &[usize]) -> String {
        ids.iter().filter_map(|&id| self.char(id)).collect()
    }

    /// `text` without blanks, and each character that is not in the table in the form that is: the
    /// common one of a radical, full-width punctuation, the simplified one.
    ///
    /// ```
    /// use lstm_lessons::poems::text::vocab::Vocab;
    ///
    /// assert_eq!(Vocab::count(["云想衣裳"], 1).familiar("雲龍"), "云龍");
    /// assert_eq!(Vocab::count(["雲想衣裳"], 1).familiar("雲龍"), "雲龍");
    /// assert_eq!(Vocab::count(["月，"], 1).familiar(" ⽉\u{200b} ,"), "月，");
    /// ```
    pub fn familiar(&self, text: &str) -> String {
        let known = |c: &char| self.id(*c).is_some();
        let simple = |c: char| simplified(&c.to_string()).chars().next().filter(known);
        let form = |c: char| full_width(c).filter(known).or_else(|| simple(c)).unwrap_or(c);
        let mut familiar = String::new();
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            match known(&c) {
                true => familiar.push(c),
                false => familiar.extend(
                    normalized(c.encode_utf8(&mut [0; 4]))
                        .chars()
                        .map(|c| if known(&c) { c } else { form(c) }),
                ),
            }
        }
        familiar
    }

    /// Characters of the table near `c`: Unicode orders Han characters by radical, so neighbours by
    /// number often look alike.
    pub fn near(&self, c: char, count: usize) -> Vec<char> {
        let mut near: Vec<char> = self.chars.iter().copied().filter(|&k| is_han(k)).collect();
        near.sort_by_key(|&k| (k as u32).abs_diff(c as u32));
        near.truncate(count);
        near
    }
}

/// Every character of the poems with how often it occurs, the most frequent first, equals by code
/// point.
///
/// ```
/// use lstm_lessons::poems::text::vocab::{Vocab, frequencies};
///
/// let counted = frequencies(["月月山", "山月水花"]);
/// assert_eq!(counted, [('月', 3), ('山', 2), ('水', 1), ('花', 1)]);
/// assert_eq!(Vocab::limited(&counted, 1, 2).coverage(&counted), 5.0 / 7.0);
/// ```
pub fn frequencies<'a>(poems: impl IntoIterator<Item = &'a str>) -> Vec<(char, usize)> {
    let mut counts = vec![0; char::MAX as usize + 1]; // by code point: far faster than a hash map
    for c in poems.into_iter().flat_map(str::chars) {
        counts[c as usize] += 1;
    }
    let mut counts: Vec<(char, usize)> =
        ('\0'..=char::MAX).map(|c| (c, counts[c as usize])).filter(|&(_, n)| n > 0).collect();
    counts.sort_by_key(|&(c, n)| (std::cmp::Reverse(n), c));
    counts
}

impl From<String> for Vocab {
    fn from(chars: String) -> Self {
        let chars: Vec<char> = chars.chars().collect();
        let highest = chars.iter().max().map_or(0, |&c| c as usize + 1);
        let mut ids = vec![PAD as u32; highest];
        for (id, &c) in (FIRST as u32..).zip(&chars) {
            ids[c as usize] = id;
        }
        Self { chars, ids }
    }
}

impl From<Vocab> for String {
    fn from(vocab: Vocab) -> Self {
        vocab.chars.into_iter().collect()
    }
}

/// Whether `c` is a Han character (the blocks of unified ideographs, and 〇).
pub fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether `c` may be written: punctuation, or a Han character of the first block, which every
/// Chinese font has.
pub fn is_writable(c: char) -> bool {
    matches!(c, '〇' | '\u{4e00}'..='\u{9fff}') || PUNCTUATION.contains(c)
}
