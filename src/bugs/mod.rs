//! The bug zoo: bugs that really happened, to switch on, observe and catch.
//!
//! No other code of the crate depends on them. Each bug is a wrong version of one small function,
//! and a lesson runs it in the place of the right one: `lesson_mnist --bug NAME` and
//! `lesson_poems --bug NAME` do a small experiment both ways and print the figures side by side;
//! `--bug list` lists them. `cargo test --test bugs` has one check a bug, which the right function
//! passes and the wrong one fails. Beside each wrong function stands its [`Card`]: the symptom, the
//! cause, and where it happened.
//!
//! | file | bugs of |
//! |---|---|
//! | [`axes`] | what is batch and what is time |
//! | [`batching`] | which poems are read, and what stands beside them in a batch |
//! | [`targets`] | the targets |
//! | [`learning`] | which weights learn, and how large the steps are |
//! | [`sampling`] | sampling |
//! | [`corpus`] | characters, ids and bytes |

pub mod axes;
pub mod batching;
mod card;
pub mod corpus;
pub mod learning;
mod report;
pub mod sampling;
pub mod small;
pub mod targets;

pub use card::{Card, Place};
pub use report::{Figure, Finding, list, report};

use std::fmt;

use clap::{ValueEnum, builder::PossibleValue};

use crate::{
    say,
    shell::{
        error::{Error, Result},
        program,
    },
};

/// One bug; its name on the command line is this one with hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Bug {
    /// [`axes::forward_swapped`]
    SwappedAxes,
    /// [`targets::count_padding`]
    CountedPadding,
    /// [`batching::last_column`]
    ReadAtPad,
    /// [`sampling::forward_without_memory`]
    LostState,
    /// [`learning::one_cell_for_all`]
    SharedCell,
    /// [`targets::keep_last`]
    SelfTarget,
    /// [`batching::buckets_unsorted`]
    ConstantKey,
    /// [`batching::whole_batches`]
    DroppedTail,
    /// [`corpus::recounted`]
    RebuiltVocab,
    /// [`sampling::upside_down`]
    UpsideDownTemperature,
    /// [`sampling::likeliest`]
    ArgmaxLoop,
    /// [`sampling::write_unchecked`]
    UnknownFirst,
    /// [`targets::mask_end`]
    NoEnd,
    /// [`learning::fit_unclipped`]
    BoldSteps,
    /// [`corpus::fits_in_bytes`]
    ByteLength,
}

/// The lesson whose `--bug` runs a bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lesson {
    /// Lesson 4.
    Mnist,
    /// Lesson 5.
    Poems,
}

impl Lesson {
    /// The name of its binary.
    pub fn binary(self) -> &'static str {
        match self {
            Lesson::Mnist => "lesson_mnist",
            Lesson::Poems => "lesson_poems",
        }
    }
}

impl Bug {
    /// The value of `--bug`.
    ///
    /// ```
    /// use lstm_lessons::bugs::Bug;
    ///
    /// assert_eq!(Bug::SwappedAxes.name(), "swapped-axes");
    /// assert_eq!(Bug::SwappedAxes.test(), "swapped_axes");
    /// ```
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default()
    }

    /// The test that catches it, in `tests/bugs`.
    pub fn test(self) -> String {
        self.name().replace('-', "_")
    }

    /// The file of `src/bugs` with the wrong function, without `.rs`.
    pub fn file(self) -> &'static str {
        match self {
            Bug::SwappedAxes => "axes",
            Bug::ReadAtPad | Bug::ConstantKey | Bug::DroppedTail => "batching",
            Bug::RebuiltVocab | Bug::ByteLength => "corpus",
            Bug::SharedCell | Bug::BoldSteps => "learning",
            Bug::LostState | Bug::UpsideDownTemperature | Bug::ArgmaxLoop | Bug::UnknownFirst => {
                "sampling"
            }
            Bug::CountedPadding | Bug::SelfTarget | Bug::NoEnd => "targets",
        }
    }

    /// The lesson that runs it.
    pub fn lesson(self) -> Lesson {
        match self {
            Bug::SwappedAxes => Lesson::Mnist,
            _ => Lesson::Poems,
        }
    }

    /// Symptom, cause and where it happened, in the language in force.
    pub fn card(self) -> Card {
        match self {
            Bug::SwappedAxes => axes::swapped_axes(),
            Bug::CountedPadding => targets::counted_padding(),
            Bug::ReadAtPad => batching::read_at_pad(),
            Bug::LostState => sampling::lost_state(),
            Bug::SharedCell => learning::shared_cell(),
            Bug::SelfTarget => targets::self_target(),
            Bug::ConstantKey => batching::constant_key(),
            Bug::DroppedTail => batching::dropped_tail(),
            Bug::RebuiltVocab => corpus::rebuilt_vocab(),
            Bug::UpsideDownTemperature => sampling::upside_down_temperature(),
            Bug::ArgmaxLoop => sampling::argmax_loop(),
            Bug::UnknownFirst => sampling::unknown_first(),
            Bug::NoEnd => targets::no_end(),
            Bug::BoldSteps => learning::bold_steps(),
            Bug::ByteLength => corpus::byte_length(),
        }
    }

    /// This bug, if `lesson` runs it.
    ///
    /// # Errors
    /// A bug of the other lesson; the sentence names that lesson.
    pub fn shown_by(self, lesson: Lesson) -> Result<Self> {
        if self.lesson() == lesson {
            return Ok(self);
        }
        Err(Error::user(Kind::OtherLesson(self)))
    }
}

/// Why a bug is not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It belongs to the other lesson.
    OtherLesson(Bug),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Kind::OtherLesson(bug) = self;
        let (name, other) = (bug.name(), program(bug.lesson().binary()));
        f.write_str(&say!(
            "{name} belongs to the other lesson; run: {other} --bug {name}",
            "{name} 属于另一课；请运行：{other} --bug {name}"
        ))
    }
}

impl std::error::Error for Kind {}

/// A value of `--bug`: a bug, or `list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// List all bugs.
    List,
    /// Run one bug.
    One(Bug),
}

impl ValueEnum for Asked {
    fn value_variants<'a>() -> &'a [Self] {
        static ALL: std::sync::LazyLock<Vec<Asked>> = std::sync::LazyLock::new(|| {
            std::iter::once(Asked::List)
                .chain(Bug::value_variants().iter().map(|&bug| Asked::One(bug)))
                .collect()
        });
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Asked::List => Some(PossibleValue::new("list")),
            Asked::One(bug) => bug.to_possible_value(),
        }
    }
}
