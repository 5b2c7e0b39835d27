//! A poem before the rules of regulated verse: what it keeps, and where it breaks them.

use super::{
    prosody::{Form, Pattern, verses},
    rhymes::{RhymeBook, Rhymes, Tone},
};
use crate::say;

/// What is wrong at one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This tone belongs here.
    Tone(Tone),
    /// It does not rhyme with the other ends.
    Rhyme,
}

/// A breach of the rules; line and position count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Which line.
    pub line: usize,
    /// Which character of it.
    pub position: usize,
    /// The character that stands there.
    pub character: char,
    /// What is wrong with it.
    pub fault: Fault,
}

impl Breach {
    /// One sentence.
    pub fn text(&self) -> String {
        let Breach { line, position, character, fault } = self;
        match fault {
            Fault::Tone(tone) => {
                let tone = tone.name();
                say!(
                    "line {line}, character {position}: {character} stands where {tone} belongs",
                    "第 {line} 行第 {position} 字：{character} 处应为{tone}"
                )
            }
            Fault::Rhyme => {
                say!(
                    "line {line}, character {position}: {character} does not rhyme",
                    "第 {line} 行第 {position} 字：{character} 不押韵"
                )
            }
        }
    }
}

/// The rhymes that the ends of all even lines share, in any tone; none with fewer than two even
/// lines.
pub fn shared_rhymes(lines: &[Vec<char>], book: &RhymeBook) -> Rhymes {
    let ends = || lines.iter().skip(1).step_by(2).filter_map(|line| line.last());
    match ends().count() {
        0 | 1 => Rhymes::NONE,
        _ => ends().map(|&c| book.rhymes(c)).reduce(|a, b| a & b).unwrap_or_default(),
    }
}

/// Where `lines` leave `pattern`; a character with both tones, and one that the book does not know,
/// fits anywhere.
pub fn tone_breaches(lines: &[Vec<char>], pattern: &Pattern, book: &RhymeBook) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (k, (line, wanted)) in lines.iter().zip(&pattern.lines).enumerate() {
        for (at, (&character, tone)) in line.iter().zip(wanted).enumerate() {
            if let Some(tone) =
                tone.filter(|&tone| book.knows(character) && !book.has(character, tone))
            {
                breaches.push(Breach {
                    line: k + 1,
                    position: at + 1,
                    character,
                    fault: Fault::Tone(tone),
                });
            }
        }
    }
    breaches
}

/// Which lines do not rhyme in the level tone: even lines, and the first where `first` says so.
pub fn rhyme_breaches(lines: &[Vec<char>], first: bool, book: &RhymeBook) -> Vec<Breach> {
    let is_foot = |k: usize| k % 2 == 1 || k == 0 && first;
    let feet = || {
        lines
            .iter()
            .enumerate()
            .filter(|(k, _)| is_foot(*k))
            .filter_map(|(k, line)| Some((k, *line.last()?)))
    };
    let count = |place: usize| {
        feet().filter(|&(_, c)| !(book.rhymes(c) & Rhymes::one(place)).is_empty()).count()
    };
    let most =
        Rhymes::EVERY_LEVEL.each().max_by_key(|&place| (count(place), std::cmp::Reverse(place)));
    let wanted = most.map_or(Rhymes::NONE, Rhymes::one);
    let breach = |(k, character): (usize, char)| Breach {
        line: k + 1,
        position: lines[k].len(),
        character,
        fault: Fault::Rhyme,
    };
    feet().filter(|&(_, c)| (book.rhymes(c) & wanted).is_empty()).map(breach).collect()
}

/// What the rules say about a poem.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// `None` for a poem without regular form: nothing further is judged but its rhyme.
    pub form: Option<Form>,
    /// The pattern that the poem comes nearest to.
    pub pattern: Option<Pattern>,
    /// The rhymes that the even lines share, in any tone.
    pub rhymes: Rhymes,
    /// Against the strict rule, tones first.
    pub breaches: Vec<Breach>,
}

/// Judges a poem by the strict rule; of the four patterns the one with the fewest breaches counts.
///
/// ```
/// use lstm_lessons::poems::verse::{breaches::judge, rhymes::RhymeBook};
///
/// let poem = "白日依山尽，黄河入海流。欲穷千里目，更上一层楼。";
/// let judgement = judge(poem, RhymeBook::shipped());
/// assert_eq!(judgement.pattern.unwrap().name(), "仄起，首句不入韵");
/// assert!(judgement.breaches.is_empty());
/// ```
pub fn judge(poem: &str, book: &RhymeBook) -> Judgement {
    let lines = verses(poem);
    let rhymes = shared_rhymes(&lines, book);
    let Some(form) = Form::of(poem) else {
        return Judgement { form: None, pattern: None, rhymes, breaches: Vec::new() };
    };
    let judged = |pattern: Pattern| {
        let mut breaches = tone_breaches(&lines, &pattern, book);
        breaches.extend(rhyme_breaches(&lines, pattern.rhymed, book));
        (pattern, breaches)
    };
    let best =
        Pattern::all(form).into_iter().map(judged).min_by_key(|(_, breaches)| breaches.len());
    let (pattern, breaches) =
        best.map_or((None, Vec::new()), |(pattern, breaches)| (Some(pattern), breaches));
    Judgement { form: Some(form), pattern, rhymes, breaches }
}

/// Whether a poem of regular form follows one of the four patterns in every tone (its rhyme aside).
pub fn strict_tone(poem: &str, book: &RhymeBook) -> bool {
    let lines = verses(poem);
    Form::of(poem).is_some_and(|form| {
        Pattern::all(form).iter().any(|pattern| tone_breaches(&lines, pattern, book).is_empty())
    })
}
