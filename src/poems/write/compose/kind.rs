//! Why constraints cannot be met.

use std::fmt;

use crate::{
    poems::verse::{prosody::Form, rhymes::Tone},
    say,
};

/// Why no poem can keep what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Beginning and acrostic want different characters at the head of a line.
    Contradiction {
        /// Counted from 1.
        line: usize,
        /// What the beginning puts there.
        begin: char,
        /// What the acrostic wants there.
        acrostic: char,
    },
    /// More lines are given than the form has.
    TooManyLines {
        /// The form.
        form: Form,
        /// How many lines are given.
        given: usize,
    },
    /// A line of the beginning is longer than one of the form, or ends too early.
    LineLength {
        /// The form.
        form: Form,
        /// Counted from 1.
        line: usize,
        /// How many characters it has.
        has: usize,
    },
    /// The vocabulary has no character of this tone.
    NoTone(Tone),
    /// No pattern of tones fits the beginning.
    NoPattern {
        /// The form.
        form: Form,
        /// The first line, as far as it is given.
        begin: String,
    },
    /// The given lines end so that nothing in the vocabulary rhymes with them.
    NoRhyme,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::Contradiction { line, begin, acrostic } => say!(
                "--begin puts {begin} at the head of line {line}, --acrostic wants {acrostic}; \
                 leave one of them out",
                "--begin 使第 {line} 行以 {begin} 开头，而 --acrostic 要求 {acrostic}；\
                 请去掉其中之一"
            ),
            Kind::TooManyLines { form, given } => {
                let (name, lines) = (form.name(), form.lines());
                say!(
                    "{given} lines are given, {name} has {lines}; choose a longer form or shorten \
                     the beginning or the acrostic",
                    "所给有 {given} 行，{name} 只有 {lines} 行；请选更长的体裁，或缩短开头、藏头"
                )
            }
            Kind::LineLength { form, line, has } => {
                let (name, characters) = (form.name(), form.characters());
                say!(
                    "line {line} of the beginning has {has} characters, a line of {name} has \
                     {characters}; choose another --form or --begin",
                    "开头的第 {line} 行有 {has} 字，{name} 每行 {characters} 字；\
                     请另选 --form 或 --begin"
                )
            }
            Kind::NoTone(tone) => {
                let name = tone.name();
                say!(
                    "the model knows no character of the tone {name}; leave out --tones or train \
                     on more poems",
                    "模型不认识任何{name}声字；请去掉 --tones 或用更多的诗训练"
                )
            }
            Kind::NoPattern { form, begin } => {
                let name = form.name();
                say!(
                    "no tone pattern of {name} begins with {begin}; choose another beginning, or \
                     leave out --tones",
                    "{name} 没有以“{begin}”开头的平仄格式；请换一个开头，或去掉 --tones"
                )
            }
            Kind::NoRhyme => say!(
                "the ends of the given lines leave no rhyme that the model could go on with; \
                 shorten --begin or leave out --rhyme",
                "所给诗行的韵脚使模型无韵可押；请缩短 --begin 或去掉 --rhyme"
            ),
        })
    }
}

impl std::error::Error for Kind {}
