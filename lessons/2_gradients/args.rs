//! The flags.

use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};
use lstm_lessons::{
    questions, say,
    shell::cli::{self, Common},
};

#[derive(Parser)]
#[command(name = "lesson_gradients", version, about = say!(
    "Lesson 2: how far back a gradient reaches, why the RNN forgets, and what its memory costs.",
    "第 2 课：梯度能传回多远，RNN 为什么会忘，记忆要付出什么代价。"
))]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<questions::Command>,
    #[arg(value_enum, help = say!(
        "One part alone [default: all of them]",
        "只看其中一部分 [默认：全部]"
    ))]
    pub part: Option<Part>,
    #[arg(long, value_name = "T", value_parser = steps, default_value = "200", help = say!(
        "Steps of the thermometer, 2 to 2000",
        "温度计的步数，2 到 2000"
    ))]
    pub seq_len: usize,
    #[arg(long, value_name = "N", value_parser = cli::width, default_value = "64", help = say!(
        "H, the width of each cell under the thermometer",
        "H，温度计下各单元的宽度"
    ))]
    pub hidden: usize,
    #[arg(long, value_name = "B", value_parser = forget_bias, allow_negative_numbers = true, help = say!(
        "Where the LSTM's forget bias starts [default: several, side by side]",
        "LSTM 遗忘门偏置的初值 [默认：几个并列]"
    ))]
    pub forget_bias: Option<f32>,
    #[arg(long, value_name = "N", default_value_t = 1, help = say!(
        "Same seed (and number of threads), same result",
        "种子（与线程数）相同，结果相同"
    ))]
    pub seed: u64,
    #[arg(long, help = say!("Everything smaller: a few seconds in all", "全部缩小：总共几秒钟"))]
    pub quick: bool,
    #[arg(long, value_name = "FILE", help = say!(
        "Draw the part into an SVG file, too; without a part, the thermometer",
        "同时把这一部分画成 SVG 文件；不指明部分时画温度计"
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
        self.svg.as_deref().filter(|_| self.part.unwrap_or(Part::Thermometer) == part)
    }
}

/// One part of the lesson.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    Thermometer,
    HalfLife,
    Remember,
    Explode,
    Cost,
}

/// The flags of each part.
pub const PARTS: cli::Parts = &[
    ("thermometer", &["seq_len", "hidden", "forget_bias", "seed", "svg"]),
    ("half-life", &["hidden", "forget_bias", "seed", "svg"]),
    ("remember", &["forget_bias", "seed", "svg"]),
    ("explode", &["hidden", "seed", "svg"]),
    ("cost", &["hidden", "seed", "svg"]),
];

fn steps(text: &str) -> std::result::Result<usize, String> {
    match text.parse() {
        Ok(steps @ 2..=2000) => Ok(steps),
        _ => Err(say!("a whole number from 2 to 2000 is needed", "需要 2 到 2000 之间的整数")),
    }
}

fn forget_bias(text: &str) -> std::result::Result<f32, String> {
    match text.parse() {
        Ok(b) if (-20.0..=20.0).contains(&b) => Ok(b),
        _ => Err(say!("a number from -20 to 20 is needed", "需要 -20 到 20 之间的数")),
    }
}
