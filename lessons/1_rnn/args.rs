//! The flags.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use lstm_lessons::{
    questions, say,
    shell::cli::{self, Common},
};

#[derive(Parser)]
#[command(name = "lesson_rnn", version, about = say!(
    "Lesson 1: what a network with a memory knows that one without cannot.",
    "第 1 课：有记忆的网络知道什么，没有记忆的网络不可能知道什么。"
))]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<questions::Command>,
    #[arg(value_enum, help = say!(
        "read: train and compare [default]; hand: back-propagation through time by hand",
        "read：训练并比较 [默认]；hand：手算通过时间反向传播"
    ))]
    pub part: Option<Part>,
    #[arg(long, value_name = "TEXT", help = say!(
        "What comes after this beginning? [default: two that differ in one character]",
        "这个开头之后是什么？[默认：只差一个字的两个开头]"
    ))]
    pub begin: Option<String>,
    #[arg(long, value_name = "N", value_parser = cli::width, default_value = "16", help = say!(
        "H, the width of the memory",
        "H，记忆的宽度"
    ))]
    pub hidden: usize,
    #[arg(long, value_name = "N", value_parser = cli::up_to(1_000_000), help = say!(
        "Training steps [default: 300, with --quick 150]",
        "训练步数 [默认：300，--quick 时 150]"
    ))]
    pub steps: Option<usize>,
    #[arg(long, value_name = "RATE", default_value_t = 0.02, help = say!(
        "Learning rate",
        "学习率"
    ))]
    pub lr: f64,
    #[arg(long, value_name = "N", default_value_t = 1, help = say!(
        "Same seed (and number of threads), same result",
        "种子（与线程数）相同，结果相同"
    ))]
    pub seed: u64,
    #[arg(long, help = say!("A shorter training of a few seconds", "只训练几秒钟"))]
    pub quick: bool,
    #[arg(long, value_name = "FILE", help = say!(
        "Draw the probabilities of both networks into an SVG file, too",
        "同时把两个网络的概率画成 SVG 文件"
    ))]
    pub svg: Option<PathBuf>,
    #[arg(long, help = say!(
        "Write nothing but JSON to standard output, one object a line",
        "标准输出只写 JSON，每行一个对象"
    ))]
    pub json: bool,
    #[command(flatten)]
    pub common: Common,
}

/// One part of the lesson.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    Read,
    Hand,
}

/// The flags of each part.
pub const PARTS: cli::Parts =
    &[("read", &["begin", "hidden", "steps", "lr", "seed", "svg"]), ("hand", &[])];
