//! The bug zoo: faults that really happened, kept where they can be switched on, watched and
//! caught.
//!
//! The healthy code knows nothing of them. Each fault is a wrong version of one small function, and
//! a lesson puts it in the place of the right one: `lesson_mnist --bug NAME` and
//! `lesson_poems --bug NAME` run a small experiment both ways and print the figures side by side;
//! `--bug list` lists them. `cargo test --test bugs` holds one check a fault, which the right
//! function passes and the wrong one fails. Beside each wrong function stands its [`Card`]: what
//! one sees, why, and where it happened.
//!
//! | file | faults of |
//! |---|---|
//! | [`axes`] | what is batch and what is time |
//! | [`batching`] | which poems are read, and what stands beside them |
//! | [`targets`] | what is taught |
//! | [`learning`] | what learns, and how boldly |
//! | [`sampling`] | writing |
//! | [`corpus`] | characters and bytes |

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

use clap::{ValueEnum, builder::PossibleValue};

use crate::{
    error::{Error, Result},
    say,
};

/// One fault; its name on the command line is this one with hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Bug {
    SwappedAxes,
    CountedPadding,
    ReadAtPad,
    LostState,
    SharedCell,
    SelfTarget,
    ConstantKey,
    DroppedTail,
    RebuiltVocab,
    UpsideDownTemperature,
    ArgmaxLoop,
    UnknownFirst,
    NoEnd,
    BoldSteps,
    ByteLength,
}

/// The binary whose `--bug` shows a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lesson {
    Mnist,
    Poems,
}

impl Lesson {
    /// Its name.
    pub fn binary(self) -> &'static str {
        match self {
            Lesson::Mnist => "lesson_mnist",
            Lesson::Poems => "lesson_poems",
        }
    }
}

impl Bug {
    /// What to give to `--bug`.
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

    /// The file of `src/bugs` with the wrong function.
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

    /// Where it is shown.
    pub fn lesson(self) -> Lesson {
        match self {
            Bug::SwappedAxes => Lesson::Mnist,
            _ => Lesson::Poems,
        }
    }

    /// What the learner reads of it.
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

    /// This fault, if `lesson` shows it.
    ///
    /// # Errors
    /// A fault of the other lesson; the sentence names it.
    pub fn shown_by(self, lesson: Lesson) -> Result<Self> {
        if self.lesson() == lesson {
            return Ok(self);
        }
        let (name, other) = (self.name(), self.lesson().binary());
        Err(Error::user(say!(
            "{name} is shown by the other lesson; run: {other} --bug {name}",
            "{name} 由另一课展示；请运行：{other} --bug {name}"
        )))
    }
}

/// What `--bug` may be given: a fault, or `list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    List,
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
