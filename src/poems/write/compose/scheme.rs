//! The form of a poem with its tone patterns and rhymes: from constraints to a scheme without a
//! dead end, or the reason why there is none.

use super::{
    constraints::Constraints,
    kind::Kind,
    properties::{Wanted, class},
};
use crate::{
    poems::{
        text::vocab::{Vocab, is_han},
        verse::{
            prosody::{Form, Pattern, Tones},
            rhymes::{RhymeBook, Rhymes, Tone},
        },
        write::beginning::Verse,
    },
    shell::error::{Error, Result},
};

/// Line and position in it, both from 0.
pub type Place = (usize, usize);

/// A tone pattern that can still be kept, and the rhymes that it may still have.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Which of the scheme's patterns.
    pattern: usize,
    /// Those in which all its ends so far rhyme.
    pub rhymes: Rhymes,
}

/// What every line must keep.
#[derive(Debug)]
pub struct Scheme {
    /// How many lines of how many characters.
    pub form: Form,
    /// What is given, line by line.
    pub given: Vec<Verse>,
    /// Patterns and rhymes that fit everything given; never empty.
    pub candidates: Vec<Candidate>,
    patterns: Vec<Pattern>,
    /// Whether there is a rhyme to keep.
    rhyme: bool,
    tones: bool,
}

impl Scheme {
    /// A scheme for `form` in which `constraints` can be kept to the end.
    ///
    /// # Errors
    /// An acrostic that contradicts the beginning, more lines than the form has, a beginning that
    /// fits no line or no pattern of tones or no rhyme, a vocabulary too poor.
    pub fn new(
        form: Form,
        constraints: &Constraints,
        vocab: &Vocab,
        book: &RhymeBook,
    ) -> Result<Self> {
        let &Constraints { rhyme, tones, .. } = constraints;
        let mut given = constraints.given()?;
        fits_form(&given, form)?;
        given.resize_with(form.lines(), Verse::default);
        let patterns = if tones {
            has_both_tones(vocab, book)?;
            fitting_patterns(form, &given, book)?
        } else {
            vec![free_pattern(form)]
        };
        let candidate = |(pattern, of): (usize, &Pattern)| {
            let open = |rhymes| open_rhymes(of, &given, rhymes, vocab, book);
            let rhymes = rhyme.map_or(Rhymes::NONE, open);
            (rhyme.is_none() || !rhymes.is_empty()).then_some(Candidate { pattern, rhymes })
        };
        let candidates: Vec<Candidate> =
            patterns.iter().enumerate().filter_map(candidate).collect();
        if candidates.is_empty() {
            return Err(Error::user(Kind::NoRhyme));
        }
        Ok(Self { form, given, candidates, patterns, rhyme: rhyme.is_some(), tones })
    }

    /// What may stand at this place so that one of `candidates` can still be kept.
    pub fn wanted(&self, candidates: &[Candidate], place: Place, strictly: bool) -> Wanted {
        let mut wanted = Wanted { strictly, ..Wanted::default() };
        let last = place.1 + 1 == self.form.characters();
        for candidate in candidates {
            if self.is_foot(candidate, place) {
                wanted.rhymes = wanted.rhymes | candidate.rhymes;
                continue;
            }
            wanted.classes |=
                match (self.patterns[candidate.pattern].lines[place.0][place.1], strictly) {
                    (None, _) if self.tones => class::KNOWN,
                    (None, _) => class::HAN,
                    (Some(Tone::Level), true) => class::SURELY_LEVEL,
                    (Some(Tone::Level), false) => class::LEVEL,
                    (Some(Tone::Oblique), true) if last => class::ONLY_OBLIQUE,
                    (Some(Tone::Oblique), true) => class::SURELY_OBLIQUE,
                    (Some(Tone::Oblique), false) => class::OBLIQUE,
                };
        }
        wanted
    }

    /// Whether the character at this place must rhyme.
    pub fn is_foot(&self, candidate: &Candidate, (line, at): Place) -> bool {
        self.rhyme
            && at + 1 == self.form.characters()
            && self.patterns[candidate.pattern].is_foot(line)
    }
}

fn fits_form(given: &[Verse], form: Form) -> Result<()> {
    if given.len() > form.lines() {
        return Err(Error::user(Kind::TooManyLines { form, given: given.len() }));
    }
    for (k, Verse { characters, punctuation }) in given.iter().enumerate() {
        let (has, needed) = (characters.len(), form.characters());
        if has > needed || punctuation.is_some() && has < needed {
            return Err(Error::user(Kind::LineLength { form, line: k + 1, has }));
        }
    }
    Ok(())
}

fn has_both_tones(vocab: &Vocab, book: &RhymeBook) -> Result<()> {
    match [Tone::Level, Tone::Oblique]
        .into_iter()
        .find(|&tone| !characters(vocab).any(|c| book.has(c, tone)))
    {
        Some(tone) => Err(Error::user(Kind::NoTone(tone))),
        None => Ok(()),
    }
}

/// Any tone anywhere.
fn free_pattern(form: Form) -> Pattern {
    Pattern {
        opening: Tone::Level,
        rhymed: false,
        lines: vec![vec![None; form.characters()]; form.lines()],
    }
}

/// The patterns that fit everything given.
///
/// An acrostic may put an oblique character where 平平仄仄平 begins, in all four patterns of a form
/// of five. Such a line becomes ⊙平平仄平, which is how poets rescue it (孤平拗救).
fn fitting_patterns(form: Form, given: &[Verse], book: &RhymeBook) -> Result<Vec<Pattern>> {
    let line_fits = |(line, tones): (&Verse, &Tones)| {
        line.characters.iter().zip(tones).all(|(&c, &tone)| fits(c, tone, book))
    };
    let mut patterns = Pattern::all(form);
    let fitting = |pattern: &Pattern| given.iter().zip(&pattern.lines).all(line_fits);
    if !patterns.iter().any(fitting) {
        patterns.iter_mut().for_each(|pattern| rescue(pattern, given, book));
    }
    patterns.retain(fitting);
    if patterns.is_empty() {
        let begin = given[0].characters.iter().collect();
        return Err(Error::user(Kind::NoPattern { form, begin }));
    }
    Ok(patterns)
}

/// Whether a character can have this tone; one that the book does not know can have any.
fn fits(c: char, tone: Option<Tone>, book: &RhymeBook) -> bool {
    tone.is_none_or(|tone| !book.knows(c) || book.has(c, tone))
}

/// Turns each 平平仄仄平 that is given an oblique head into ⊙平平仄平.
fn rescue(pattern: &mut Pattern, given: &[Verse], book: &RhymeBook) {
    use Tone::{Level as L, Oblique as O};
    for (line, tones) in given.iter().zip(&mut pattern.lines) {
        let alone = tones[..] == [Some(L), Some(L), Some(O), Some(O), Some(L)];
        if alone && line.characters.first().is_some_and(|&c| !fits(c, Some(L), book)) {
            *tones = vec![None, Some(L), Some(L), Some(O), Some(L)];
        }
    }
}

/// Those of the `wanted` rhymes that the given ends leave open and for which the model knows enough different
/// characters (or, in a vocabulary too poor for that, any at all).
fn open_rhymes(
    pattern: &Pattern,
    given: &[Verse],
    wanted: Rhymes,
    vocab: &Vocab,
    book: &RhymeBook,
) -> Rhymes {
    let feet = (0..pattern.lines.len()).filter(|&line| pattern.is_foot(line));
    let given_foot =
        |line: usize| given[line].characters.get(pattern.lines[line].len() - 1).copied();
    let (given, open): (Vec<_>, Vec<_>) = feet.map(given_foot).partition(Option::is_some);
    let left = given.into_iter().flatten().map(|c| book.rhymes(c)).fold(wanted, |a, b| a & b);
    let with = |needed: usize, rhymes: &dyn Fn(char) -> Rhymes| {
        let enough = |&place: &usize| {
            characters(vocab)
                .filter(|&c| !(rhymes(c) & Rhymes::one(place)).is_empty())
                .take(needed)
                .count()
                == needed
        };
        left.each().filter(enough).map(Rhymes::one).fold(Rhymes::NONE, |a, b| a | b)
    };
    // Two more than needed, so that a given end is not the only choice left.
    let rich = with(open.len() + 2, &|c| book.feet(c));
    if !rich.is_empty() { rich } else { with(open.len().min(1), &|c| book.rhymes(c)) }
}

/// The Han characters that the model knows.
fn characters(vocab: &Vocab) -> impl Iterator<Item = char> {
    (0..vocab.size()).filter_map(|id| vocab.char(id)).filter(|&c| is_han(c))
}
