//! The flags.

use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};
use lstm_lessons::{
    questions, say,
    shell::cli::{self, Common},
};

#[derive(Parser)]
#[command(name = "lesson_lstm", version, about = say!(
    "Lesson 3: three gates around a memory: what is written, kept and shown.",
    "第 3 课：记忆元周围的三个门：写入、保留、显露多少。"
))]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<questions::Command>,
    #[arg(value_enum, help = say!(
        "One part alone [default: all of them]",
        "只看其中一部分 [默认：全部]"
    ))]
    pub part: Option<Part>,
    #[arg(long, value_name = "TEXT", default_value = "月", help = say!(
        "The character (or characters) that the poem begins with",
        "诗以这个字（或几个字）开头"
    ))]
    pub begin: String,
    #[arg(long, value_name = "N", value_parser = cli::above_zero, help = say!(
        "The layer whose gates are shown, counted from 1 [default: the last]",
        "显示第几层的门，从 1 数起 [默认：最后一层]"
    ))]
    pub layer: Option<usize>,
    #[arg(long, value_name = "DIR", help = say!(
        "The run folder of a poem model [default: the one that ships]",
        "写诗模型所在的训练文件夹 [默认：自带的模型]"
    ))]
    pub run: Option<PathBuf>,
    #[arg(long, value_name = "N", default_value_t = 5, help = say!(
        "Same seed, same poem",
        "种子相同，诗相同"
    ))]
    pub seed: u64,
    #[arg(long, help = say!(
        "For the walkthrough's tests; this lesson is quick anyway",
        "供讲义的测试使用；本课本来就很快"
    ))]
    pub quick: bool,
    #[arg(long, value_name = "FILE", help = say!(
        "Draw the gates into an SVG file, too: those under the poem, or of `gates` those held",
        "同时把门画成 SVG 文件：诗下面的门；与 gates 同用时，画固定住的门"
    ))]
    svg: Option<PathBuf>,
    #[arg(long, help = say!(
        "Write nothing but JSON to standard output, one object a line",
        "标准输出只写 JSON，每行一个对象"
    ))]
    pub json: bool,
    #[command(flatten)]
    pub common: Common,
}

impl Args {
    /// The file for the picture of `part`, if that is the one asked for.
    pub fn svg_of(&self, part: Part) -> Option<&Path> {
        self.svg.as_deref().filter(|_| self.part.unwrap_or(Part::Poem) == part)
    }
}

/// One part of the lesson.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    Hand,
    Gates,
    Poem,
}

/// The flags of each part.
pub const PARTS: cli::Parts =
    &[("hand", &[]), ("gates", &["svg"]), ("poem", &["begin", "layer", "run", "seed", "svg"])];
