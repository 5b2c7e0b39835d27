//! What a tune (or the first line of a poem) asks of each line, learned by counting: its length, the
//! line it rhymes with, whether it repeats the line before.
//!
//! ```text
//! 如梦令    常记溪亭日暮。沉醉不知归路。 … 争渡。争渡。惊起一滩鸥鹭。
//! length         6            6             2    2        6
//! rhymes with               line 0          …
//! echoes                                         line 4
//! ```
//!
//! The scheme is part of the model: it travels with the weights.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::{
    prosody::verses,
    rhymes::{RhymeBook, Rhymes, parts::PartBook},
};
use crate::poems::text::{
    corpus::Poem,
    genre::{Genre, Tune},
};

/// Lines of a text that have rules.
pub const LINES: usize = 32;
/// A scheme is counted in at least so many texts.
const FEWEST: usize = 20;
/// Of the lines that a line rhymes with nearly as often as with any other, the last one counts.
const NEARLY: f64 = 0.9;

/// How often something happens, in four steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Often {
    /// In under 15 texts of a hundred: chance.
    #[default]
    Rarely,
    /// In under half of them.
    Sometimes,
    /// In most of them.
    Mostly,
    /// In 85 of a hundred or more.
    Always,
}

impl Often {
    fn of(count: usize, all: usize) -> Self {
        let share = count as f64 / all.max(1) as f64;
        let reached = Self::ALL.iter().rev().find(|often| share >= often.least());
        reached.copied().unwrap_or_default()
    }

    /// In what share of the texts, at the least.
    fn least(self) -> f64 {
        [0.0, 0.15, 0.5, 0.85][self as usize]
    }

    /// The odds of what happens so often, at the least.
    pub fn least_odds(self) -> f64 {
        self.least() / (1.0 - self.least())
    }

    const ALL: [Self; 4] = [Often::Rarely, Often::Sometimes, Often::Mostly, Often::Always];
}

/// What is asked of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<usize>", into = "Vec<usize>")]
pub struct LineRule {
    /// Its characters, in most texts; 0 where nothing was counted.
    pub length: usize,
    /// The line before it that it rhymes with.
    pub rhymes_with: usize,
    /// How often it does.
    pub rhymes: Often,
    /// How often it repeats the end of the line before.
    pub echoes: Often,
    /// How often it has that length; some tunes have several forms (又一体).
    pub lengths: Often,
}

impl From<Vec<usize>> for LineRule {
    /// A model of before lengths were counted has four numbers a line.
    fn from(numbers: Vec<usize>) -> Self {
        let number = |k: usize| numbers.get(k).copied().unwrap_or(0);
        let often = |k: usize| Often::ALL[number(k).min(3)];
        let (length, rhymes_with) = (number(0), number(1));
        Self { length, rhymes_with, rhymes: often(2), echoes: often(3), lengths: often(4) }
    }
}

impl From<LineRule> for Vec<usize> {
    fn from(rule: LineRule) -> Self {
        let LineRule { length, rhymes_with, rhymes, echoes, lengths } = rule;
        let mut numbers = vec![length, rhymes_with, rhymes as usize, echoes as usize];
        numbers.extend((lengths > Often::Rarely).then_some(lengths as usize));
        numbers
    }
}

/// The rules of each tune by its name, or of poems by the length of their first line.
///
/// ```
/// use lstm_lessons::poems::{
///     text::{corpus::Poem, genre::Genre},
///     verse::schemes::{Often, Schemes},
/// };
///
/// let poem = Poem { title: "登鹳雀楼".into(), content: "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。".into() };
/// let schemes = Schemes::count(Genre::Poem, &vec![poem; 20], &[]);
/// let last = schemes.of("5")[3];
/// assert_eq!((last.length, last.rhymes_with, last.rhymes), (5, 1, Often::Always));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Schemes(BTreeMap<String, Vec<LineRule>>);

impl Schemes {
    /// Counts the rules of `tunes` in lyrics, or those of poems.
    pub fn count(genre: Genre, poems: &[Poem], tunes: &[Tune]) -> Self {
        let sounds = Sounds::new(genre);
        let mut texts: HashMap<String, Vec<Vec<Vec<char>>>> = HashMap::new();
        for Poem { title, content } in poems {
            let lines = verses(content);
            let key = match genre {
                Genre::Lyric => title.clone(),
                _ => lines.first().map_or(0, Vec::len).to_string(),
            };
            texts.entry(key).or_default().push(lines);
        }
        let known = |key: &String| genre == Genre::Poem || tunes.iter().any(|t| t.name == *key);
        let counted = texts.into_iter().filter(|(key, all)| known(key) && all.len() >= FEWEST);
        Self(counted.map(|(key, all)| (key, rules(&all, &sounds))).collect())
    }

    /// The rules of a tune, or of poems whose first line has so many characters; none if too few
    /// were counted.
    pub fn of(&self, key: &str) -> &[LineRule] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// Every key with its rules.
    pub fn each(&self) -> impl Iterator<Item = (&String, &Vec<LineRule>)> {
        self.0.iter()
    }

    /// Nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What rhymes: poems by the 106 rhymes, lyrics by the 19 parts.
#[derive(Clone, Debug)]
pub struct Sounds(Option<PartBook<'static>>);

impl Sounds {
    /// Those of poems or of lyrics.
    pub fn new(genre: Genre) -> Self {
        Self((genre == Genre::Lyric).then(PartBook::shipped))
    }

    /// Every rhyme of the book that rhymes with one of these.
    pub fn widened(&self, rhymes: Rhymes) -> Rhymes {
        self.0.as_ref().map_or(rhymes, |parts| parts.widened(rhymes))
    }

    /// What a line rhymes on that ends with `last`, where it should rhyme with one that rhymes on
    /// `before`: what both have, or, if they have nothing in common, all that `last` has.
    pub fn joined(&self, before: Rhymes, last: Rhymes) -> Rhymes {
        let shared = before & last;
        if shared.is_empty() { self.widened(last) } else { before & self.widened(shared) }
    }
}

/// The rules of texts of one kind, line by line. A text counts as far as its lines are as long as
/// those of most others.
fn rules(texts: &[Vec<Vec<char>>], sounds: &Sounds) -> Vec<LineRule> {
    let mut following: Vec<&Vec<Vec<char>>> = texts.iter().collect();
    let mut rules = Vec::new();
    for line in 0..LINES {
        following.retain(|lines| lines.len() > line);
        if following.len() < FEWEST {
            break;
        }
        let length = most_frequent(following.iter().map(|lines| lines[line].len()));
        let all = following.len();
        following.retain(|lines| lines[line].len() == length);
        let lengths = Often::of(following.len(), all);
        let (rhymes_with, rhymes) = rhyme_of(&following, line, sounds);
        let echo = |lines: &&&Vec<Vec<char>>| line > 0 && lines[line - 1].ends_with(&lines[line]);
        let echoes = Often::of(following.iter().filter(echo).count(), following.len());
        rules.push(LineRule { length, rhymes_with, rhymes, echoes, lengths });
    }
    rules
}

fn most_frequent(lengths: impl Iterator<Item = usize>) -> usize {
    let mut counts = BTreeMap::<usize, usize>::new();
    lengths.for_each(|length| *counts.entry(length).or_default() += 1);
    counts.into_iter().max_by_key(|&(_, count)| count).map_or(0, |(length, _)| length)
}

/// The line that `line` rhymes with, and how often.
fn rhyme_of(texts: &[&Vec<Vec<char>>], line: usize, sounds: &Sounds) -> (usize, Often) {
    let book = RhymeBook::shipped();
    let end = |lines: &Vec<Vec<char>>, k: usize| {
        lines[k].last().map_or(Rhymes::NONE, |&c| book.rhymes(c))
    };
    let rhyming = |before: usize| {
        let rhyme = |lines: &&&Vec<Vec<char>>| {
            !(sounds.widened(end(lines, before)) & end(lines, line)).is_empty()
        };
        texts.iter().filter(rhyme).count()
    };
    let counts: Vec<usize> = (0..line).map(rhyming).collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    let last = counts.iter().rposition(|&count| count as f64 >= NEARLY * most as f64);
    last.map_or((0, Often::Rarely), |before| (before, Often::of(counts[before], texts.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lyric(content: &str) -> Poem {
        Poem { title: "如梦令".into(), content: content.into() }
    }

    #[test]
    fn a_tune_says_how_long_a_line_is_what_it_rhymes_with_and_what_it_repeats() {
        let text =
            "常记溪亭日暮。沉醉不知归路。兴尽晚回舟，误入藕花深处。争渡。争渡。惊起一滩鸥鹭。";
        let tunes = [Tune { name: "如梦令".into(), lyrics: FEWEST }];
        let schemes = Schemes::count(Genre::Lyric, &vec![lyric(text); FEWEST], &tunes);
        let rules = schemes.of("如梦令");
        assert_eq!(rules.iter().map(|rule| rule.length).collect::<Vec<_>>(), [6, 6, 5, 6, 2, 2, 6]);
        assert_eq!(rules[2].rhymes, Often::Rarely, "舟 rhymes with nothing here");
        assert_eq!((rules[3].rhymes_with, rules[3].rhymes), (1, Often::Always));
        let echoes: Vec<bool> = rules.iter().map(|rule| rule.echoes == Often::Always).collect();
        assert_eq!(echoes, [false, false, false, false, false, true, false]);
        assert!(Schemes::count(Genre::Lyric, &vec![lyric(text); FEWEST], &[]).is_empty());
        assert!(Schemes::count(Genre::Lyric, &[lyric(text)], &tunes).is_empty(), "too few");
    }

    #[test]
    fn a_tune_of_two_forms_has_no_sure_length_where_they_part() {
        let forms = [
            "明月几时有，把酒问青天。不知天上宫阙，今夕是何年。",
            "一二三四五，一二三四五。一二三四，一二三四五六七。",
        ];
        let texts: Vec<Poem> =
            (0..FEWEST).flat_map(|k| [forms[0], forms[k % 2]]).map(lyric).collect();
        let tunes = [Tune { name: "如梦令".into(), lyrics: texts.len() }];
        let schemes = Schemes::count(Genre::Lyric, &texts, &tunes);
        let rules = schemes.of("如梦令");
        let lengths: Vec<_> = rules.iter().map(|rule| (rule.length, rule.lengths)).collect();
        let (sure, part) = (Often::Always, Often::Mostly);
        assert_eq!(lengths, [(5, sure), (5, sure), (6, part), (5, sure)]);
    }

    #[test]
    fn schemes_survive_their_file() {
        let poem = lyric("白日依山尽，黄河入海流。欲穷千里目，更上一层楼。");
        let schemes = Schemes::count(Genre::Poem, &vec![poem; FEWEST], &[]);
        let json = serde_json::to_string(&schemes).expect("it can be written");
        assert_eq!(json, r#"{"5":[[5,0,0,0,3],[5,0,0,0,3],[5,1,0,0,3],[5,1,3,0,3]]}"#);
        assert_eq!(serde_json::from_str::<Schemes>(&json).expect("it can be read"), schemes);
    }
}
