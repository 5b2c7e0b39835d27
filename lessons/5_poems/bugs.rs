//! `--bug NAME`: one bug switched on, and measured beside the right function.

mod data;
mod learning;
mod targets;
mod writing;

use burn::prelude::Device;
use lstm_lessons::{
    bugs::{Asked, Bug, Finding, Lesson, list, report},
    say,
    shell::{cli::out, error::Result},
};

/// The flags of the zoo.
#[derive(clap::Args)]
pub struct Bugs {
    #[arg(long, value_enum, hide_possible_values = true, value_name = "NAME", help = say!(
        "switch on a bug that really happened and see what it does; list names them all",
        "打开一个真实发生过的错误，看它造成什么后果；list 列出全部"))]
    pub bug: Option<Asked>,
    #[arg(long, requires = "bug", help = say!("a shorter experiment", "更短的实验"))]
    pub quick: bool,
}

/// The longest poems of most small trainings, in characters: 五绝 and 七绝, so that a poem ends
/// soon.
const SHORT: usize = 32;
/// Steps of a small training; the ends of poems are learned by then.
const STEPS: usize = 120;

/// How an experiment is done.
pub struct Setting<'a> {
    pub quick: bool,
    /// What the poems begin with.
    pub begin: &'a str,
    pub seed: u64,
    pub device: &'a Device,
}

impl Setting<'_> {
    /// Steps of a small training.
    fn steps(&self) -> usize {
        if self.quick { STEPS / 3 } else { STEPS }
    }
}

pub fn run(asked: Asked, setting: &Setting, as_json: bool) -> Result<()> {
    let bug = match asked {
        Asked::List => return out(&list(Lesson::Poems, as_json)),
        Asked::One(bug) => bug.shown_by(Lesson::Poems)?,
    };
    out(&report(bug, &measured(bug, setting)?, as_json))
}

/// The experiment of each bug.
fn measured(bug: Bug, setting: &Setting) -> Result<Vec<Finding>> {
    Ok(match bug {
        Bug::SwappedAxes => unreachable!("`shown_by` refuses a bug of lesson 4"),
        Bug::ConstantKey => data::constant_key(),
        Bug::DroppedTail => data::dropped_tail(),
        Bug::ByteLength => data::byte_length(),
        Bug::CountedPadding => targets::counted_padding(setting),
        Bug::SelfTarget => targets::self_target(setting)?,
        Bug::NoEnd => targets::no_end(setting)?,
        Bug::SharedCell => learning::shared_cell(setting),
        Bug::BoldSteps => learning::bold_steps(setting),
        Bug::ReadAtPad => writing::read_at_pad(setting)?,
        Bug::LostState => writing::lost_state(setting)?,
        Bug::RebuiltVocab => writing::rebuilt_vocab(setting)?,
        Bug::UpsideDownTemperature => writing::upside_down_temperature(setting)?,
        Bug::ArgmaxLoop => writing::argmax_loop(setting)?,
        Bug::UnknownFirst => writing::unknown_first(setting)?,
    })
}
