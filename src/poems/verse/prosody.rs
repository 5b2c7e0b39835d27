//! The rules of regulated verse (近体诗格律): form, rhyme and tone.
//!
//! Every line of five is one of four, by its second and its last tone; ⊙ may be either tone
//! (王力《诗词格律》, 中华书局, ch. 2):
//!
//! ```text
//! ⊙仄平平仄    平平仄仄平    ⊙平平仄仄    ⊙仄仄平平
//! ```
//!
//! A line of seven has two characters before these, the first free, the second of the tone opposite
//! to the fourth (⊙平, ⊙仄). Within a couplet the second characters are opposite (对); a couplet
//! begins with the second tone that the one before ended with (粘). Even lines end level and rhyme;
//! odd lines end oblique, save that the first may end level and then rhymes too. So a form has four
//! patterns: the first line's second tone (平起, 仄起) and whether it rhymes (首句入韵).
//!
//! The third character of a five (the fifth of a seven) is not free here, as the popular 一三五不论
//! has it: freeing it lets in 三平调 (three level tones at a line's end) and 孤平 (平平仄仄平 with
//! its first character oblique). No rescue (拗救) is counted, so that real poems, which use them,
//! break the rule more often than a machine that is held to it.

use clap::ValueEnum;

use super::rhymes::Tone;
use crate::poems::text::{punctuation::PUNCTUATION, vocab::is_han};

/// The regular forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub enum Form {
    /// 五绝: four lines of five.
    #[value(name = "五绝", alias = "五絕", alias = "wujue")]
    Jueju5,
    /// 七绝: four lines of seven.
    #[value(name = "七绝", alias = "七絕", alias = "qijue")]
    Jueju7,
    /// 五律: eight lines of five.
    #[value(name = "五律", alias = "wulü", alias = "wulv")]
    Lvshi5,
    /// 七律: eight lines of seven.
    #[value(name = "七律", alias = "qilü", alias = "qilv")]
    Lvshi7,
}

impl Form {
    /// All four.
    pub const ALL: [Form; 4] = [Form::Jueju5, Form::Jueju7, Form::Lvshi5, Form::Lvshi7];

    /// Lines of the whole poem.
    pub fn lines(self) -> usize {
        match self {
            Form::Jueju5 | Form::Jueju7 => 4,
            Form::Lvshi5 | Form::Lvshi7 => 8,
        }
    }

    /// Characters of a line.
    pub fn characters(self) -> usize {
        match self {
            Form::Jueju5 | Form::Lvshi5 => 5,
            Form::Jueju7 | Form::Lvshi7 => 7,
        }
    }

    /// 五绝, 七绝, 五律 or 七律.
    pub fn name(self) -> &'static str {
        match self {
            Form::Jueju5 => "五绝",
            Form::Jueju7 => "七绝",
            Form::Lvshi5 => "五律",
            Form::Lvshi7 => "七律",
        }
    }

    /// The form of a poem, if it is regular: four or eight lines of five or of seven Han
    /// characters, and nothing after the last mark.
    ///
    /// ```
    /// use lstm_lessons::poems::verse::prosody::Form;
    /// assert_eq!(Form::of("床前明月光，疑是地上霜。举头望明月，低头思故乡。"), Some(Form::Jueju5));
    /// assert_eq!(Form::of("大风起兮云飞扬。"), None);
    /// ```
    pub fn of(poem: &str) -> Option<Self> {
        let lines = verses(poem);
        let whole = poem.ends_with(|c| PUNCTUATION.contains(c));
        let fits = |form: &Form| {
            lines.len() == form.lines() && lines.iter().all(|line| line.len() == form.characters())
        };
        Form::ALL
            .into_iter()
            .find(fits)
            .filter(|_| whole && lines.iter().flatten().all(|&c| is_han(c)))
    }
}

/// The lines of a poem without their punctuation.
pub fn verses(poem: &str) -> Vec<Vec<char>> {
    poem.split(|c| PUNCTUATION.contains(c))
        .filter(|line| !line.is_empty())
        .map(|line| line.chars().collect())
        .collect()
}

/// The tones of one line, `None` where either may stand.
pub type Tones = Vec<Option<Tone>>;

/// The tones of a whole poem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The tone of the first line's second character: 平起 or 仄起.
    pub opening: Tone,
    /// Whether the first line rhymes (首句入韵).
    pub rhymed: bool,
    /// Line by line.
    pub lines: Vec<Tones>,
}

impl Pattern {
    /// The four patterns of a form.
    pub fn all(form: Form) -> Vec<Self> {
        let openings = [
            (Tone::Oblique, false),
            (Tone::Level, false),
            (Tone::Oblique, true),
            (Tone::Level, true),
        ];
        openings.into_iter().map(|(opening, rhymed)| Self::new(form, opening, rhymed)).collect()
    }

    fn new(form: Form, opening: Tone, rhymed: bool) -> Self {
        let mut second = opening;
        let line = |k: usize| {
            if k % 2 == 1 {
                second = second.opposite(); // 对 within the couplet; the next couplet keeps it: 粘
            }
            let level = k % 2 == 1 || k == 0 && rhymed;
            tones(second, if level { Tone::Level } else { Tone::Oblique }, form.characters())
        };
        Self { opening, rhymed, lines: (0..form.lines()).map(line).collect() }
    }

    /// Whether the character at the end of this line (from 0) must rhyme.
    pub fn is_foot(&self, line: usize) -> bool {
        line % 2 == 1 || line == 0 && self.rhymed
    }

    /// e.g. 仄起，首句不入韵.
    pub fn name(&self) -> String {
        let opening = self.opening.name();
        format!("{opening}起，首句{}入韵", if self.rhymed { "" } else { "不" })
    }
}

/// One line by the tones of its second and its last character.
///
/// ```
/// use lstm_lessons::poems::verse::{prosody::tones, rhymes::Tone::{Level, Oblique}};
///
/// let level_end = [Some(Level), Some(Level), Some(Oblique), Some(Oblique), Some(Level)]; // 平平仄仄平
/// assert_eq!(tones(Level, Level, 5), level_end);
/// assert_eq!(tones(Oblique, Level, 7)[2..], level_end); // ⊙仄平平仄仄平
/// ```
pub fn tones(second: Tone, last: Tone, characters: usize) -> Tones {
    use Tone::{Level as L, Oblique as O};
    if characters == 7 {
        let mut line = vec![None, Some(second)];
        line.extend(tones(second.opposite(), last, 5));
        return line;
    }
    match (second, last) {
        (O, O) => vec![None, Some(O), Some(L), Some(L), Some(O)],
        (L, L) => vec![Some(L), Some(L), Some(O), Some(O), Some(L)],
        (L, O) => vec![None, Some(L), Some(L), Some(O), Some(O)],
        (O, L) => vec![None, Some(O), Some(O), Some(L), Some(L)],
    }
}
