//! What a poem must keep: from the flags to a plan that can be fulfilled, or one sentence why none
//! can.

use crate::{
    error::{Error, Result},
    poems::{
        prosody::{Form, LINE_ENDS, Pattern, Tones},
        rhymes::{RhymeBook, Rhymes, Tone},
        sample::{PUNCTUATION, Sampler},
        vocab::{Vocab, is_han},
    },
    say,
};

/// What the user asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraints {
    /// The poem's first characters; empty leaves them to the model.
    pub begin: String,
    /// Line k begins with its k-th character (藏头); empty for none.
    pub acrostic: String,
    /// `None` for a free poem.
    pub form: Option<Form>,
    /// Even lines end in one rhyme of the level tone.
    pub rhyme: bool,
    /// The tones of regulated verse.
    pub tones: bool,
}

/// What stands in a line before anything is written: characters and, after a whole line of the
/// beginning, its own mark.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    pub characters: Vec<char>,
    pub mark: Option<char>,
}

/// A pattern that can still be fulfilled, and the rhymes that it may still have.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub pattern: usize,
    pub rhymes: Rhymes,
}

/// A constraints that can be fulfilled.
#[derive(Debug)]
pub(super) struct Plan {
    pub form: Form,
    pub rhyme: bool,
    pub tones: bool,
    pub patterns: Vec<Pattern>,
    pub candidates: Vec<Candidate>,
    /// What is given, line by line.
    pub given: Vec<Given>,
}

impl Constraints {
    /// Whether nothing is asked but a beginning: the model writes as it likes.
    pub fn is_free(&self) -> bool {
        self.form.is_none() && self.acrostic.is_empty() && !self.rhyme && !self.tones
    }

    /// The form, if one is asked for or needed: `--rhyme` and `--tones` alone choose, by the seed,
    /// among those with lines enough.
    pub(super) fn form(&self, seed: u64) -> Option<Form> {
        let wanted = self.acrostic.chars().count();
        let first = verses_of(&self.begin).first().map_or(0, |line| line.characters.len());
        let fits = |form: &Form| form.lines() >= wanted && form.characters() >= first;
        let fitting: Vec<Form> = Form::ALL.into_iter().filter(fits).collect();
        let any =
            || fitting.get(seed as usize % fitting.len().max(1)).copied().or(Some(Form::Lvshi7));
        self.form.or_else(|| if self.rhyme || self.tones { any() } else { None })
    }

    /// What is given, line by line, after checking that the model knows it and that beginning and
    /// acrostic agree.
    ///
    /// # Errors
    /// A character that the model does not know, an acrostic that is not of Han characters, a
    /// beginning that contradicts it.
    pub(super) fn given(&self, sampler: &Sampler) -> Result<Vec<Given>> {
        let mut given = verses_of(&self.begin);
        for text in [&self.begin, &self.acrostic] {
            if !text.is_empty() {
                sampler.check(text)?;
            }
        }
        if let Some(mark) = self.acrostic.chars().find(|&c| !is_han(c)) {
            return Err(Error::user(say!(
                "an acrostic is made of Han characters, \"{mark}\" is none; give e.g. --acrostic \
                 春夏秋冬",
                "藏头须为汉字，“{mark}”不是；例如 --acrostic 春夏秋冬"
            )));
        }
        for (k, head) in self.acrostic.chars().enumerate() {
            if given.len() <= k {
                given.push(Given::default());
            }
            match given[k].characters.first() {
                None => given[k].characters.push(head),
                Some(&c) if c == head => {}
                Some(c) => {
                    let line = k + 1;
                    return Err(Error::user(say!(
                        "--begin puts {c} at the head of line {line}, --acrostic wants {head}; \
                         leave one of them out",
                        "--begin 使第 {line} 行以 {c} 开头，而 --acrostic 要求 {head}；\
                         请去掉其中之一"
                    )));
                }
            }
        }
        Ok(given)
    }

    /// A plan for `form` that has no dead end.
    ///
    /// # Errors
    /// More lines than the form has, a beginning that fits no line or no pattern of tones or no
    /// rhyme, a vocabulary too poor.
    pub(super) fn plan(&self, form: Form, sampler: &Sampler, book: &RhymeBook) -> Result<Plan> {
        let mut given = self.given(sampler)?;
        fits_form(&given, form)?;
        given.resize_with(form.lines(), Given::default);
        let (rhyme, tones) = (self.rhyme, self.tones);
        if tones {
            has_both_tones(sampler.vocab(), book)?;
        }
        let patterns =
            if tones { fitting_patterns(form, &given, book)? } else { vec![free_pattern(form)] };
        let candidate = |(pattern, of): (usize, &Pattern)| {
            let rhymes =
                if rhyme { open_rhymes(of, &given, sampler.vocab(), book) } else { Rhymes::NONE };
            (!rhyme || !rhymes.is_empty()).then_some(Candidate { pattern, rhymes })
        };
        let candidates: Vec<Candidate> =
            patterns.iter().enumerate().filter_map(candidate).collect();
        if candidates.is_empty() {
            return Err(Error::user(say!(
                "the ends of the given lines leave no rhyme that the model could go on with; \
                 shorten --begin or leave out --rhyme",
                "所给诗行的韵脚使模型无韵可押；请缩短 --begin 或去掉 --rhyme"
            )));
        }
        Ok(Plan { form, rhyme, tones, patterns, candidates, given })
    }
}

/// The lines of a beginning, with their punctuation.
fn verses_of(begin: &str) -> Vec<Given> {
    let parts = begin.split_inclusive(|c| LINE_ENDS.contains(c));
    let line = |part: &str| {
        let mark = part.chars().last().filter(|&c| PUNCTUATION.contains(c));
        Given { characters: part.chars().filter(|&c| Some(c) != mark).collect(), mark }
    };
    parts.map(line).collect()
}

fn fits_form(given: &[Given], form: Form) -> Result<()> {
    let (name, lines, characters) = (form.name(), form.lines(), form.characters());
    let asked = given.len();
    if asked > lines {
        return Err(Error::user(say!(
            "{asked} lines are given, {name} has {lines}; choose a longer form or shorten the \
             beginning or the acrostic",
            "所给有 {asked} 行，{name} 只有 {lines} 行；请选更长的体裁，或缩短开头、藏头"
        )));
    }
    for (k, Given { characters: line, mark }) in given.iter().enumerate() {
        let (has, k) = (line.len(), k + 1);
        if has > characters || mark.is_some() && has < characters {
            return Err(Error::user(say!(
                "line {k} of the beginning has {has} characters, a line of {name} has \
                 {characters}; choose another --form or --begin",
                "开头的第 {k} 行有 {has} 字，{name} 每行 {characters} 字；请另选 --form 或 --begin"
            )));
        }
    }
    Ok(())
}

fn has_both_tones(vocab: &Vocab, book: &RhymeBook) -> Result<()> {
    for tone in [Tone::Level, Tone::Oblique] {
        if !characters(vocab).any(|c| book.has(c, tone)) {
            let name = tone.name();
            return Err(Error::user(say!(
                "the model knows no character of the tone {name}; leave out --tones or train on \
                 more poems",
                "模型不认识任何{name}声字；请去掉 --tones 或用更多的诗训练"
            )));
        }
    }
    Ok(())
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
/// of five. It survives: such a line becomes ⊙平平仄平, which is how poets rescue it (孤平拗救).
fn fitting_patterns(form: Form, given: &[Given], book: &RhymeBook) -> Result<Vec<Pattern>> {
    let fits =
        |c: char, tone: Option<Tone>| tone.is_none_or(|tone| !book.knows(c) || book.has(c, tone));
    let line_fits = |(line, tones): (&Given, &Tones)| {
        line.characters.iter().zip(tones).all(|(&c, &tone)| fits(c, tone))
    };
    let fitting = |patterns: Vec<Pattern>| -> Vec<Pattern> {
        patterns
            .into_iter()
            .filter(|pattern| given.iter().zip(&pattern.lines).all(line_fits))
            .collect()
    };
    let rescued = |mut pattern: Pattern| {
        use Tone::{Level as L, Oblique as O};
        for (line, tones) in given.iter().zip(&mut pattern.lines) {
            let alone = tones[..] == [Some(L), Some(L), Some(O), Some(O), Some(L)];
            if alone && line.characters.first().is_some_and(|&c| !fits(c, Some(L))) {
                *tones = vec![None, Some(L), Some(L), Some(O), Some(L)];
            }
        }
        pattern
    };
    let mut patterns = fitting(Pattern::all(form));
    if patterns.is_empty() {
        patterns = fitting(Pattern::all(form).into_iter().map(rescued).collect());
    }
    match patterns.is_empty() {
        false => Ok(patterns),
        true => {
            let (name, begin) = (form.name(), given[0].characters.iter().collect::<String>());
            Err(Error::user(say!(
                "no tone pattern of {name} begins with {begin}; choose another beginning, or leave \
                 out --tones",
                "{name} 没有以“{begin}”开头的平仄格式；请换一个开头，或去掉 --tones"
            )))
        }
    }
}

/// The rhymes that the given ends leave open and for which the model knows enough different
/// characters (or, in a vocabulary too poor for that, any at all).
fn open_rhymes(pattern: &Pattern, given: &[Given], vocab: &Vocab, book: &RhymeBook) -> Rhymes {
    let feet = (0..pattern.lines.len()).filter(|&line| pattern.is_foot(line));
    let given_foot =
        |line: usize| given[line].characters.get(pattern.lines[line].len() - 1).copied();
    let (given, open): (Vec<_>, Vec<_>) = feet.map(given_foot).partition(Option::is_some);
    let left =
        given.into_iter().flatten().map(|c| book.rhymes(c)).fold(Rhymes::EVERY_LEVEL, |a, b| a & b);
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
