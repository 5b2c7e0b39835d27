//! The flags.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Parser, ValueEnum};
use lstm_lessons::{
    demos::measure::Budget,
    kernel::Kernel,
    questions, say,
    shell::cli::{self, Common, above_zero, up_to},
};

#[derive(Parser)]
#[command(name = "lesson_scale", version, about = say!(
    "Lesson 7: what limits an LSTM on a fast device, and what more devices bring.",
    "第 7 课：是什么限制了快设备上的 LSTM，更多设备又能带来什么。"
))]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<questions::Command>,
    #[arg(value_enum, help = say!(
        "One part alone [default: all of them]",
        "只看其中一部分 [默认：全部]"
    ))]
    pub part: Option<Part>,
    #[arg(long, value_enum, value_name = "KERNEL", default_value = "fused", help = say!(
        "Of the training steps: the equations tensor by tensor (readable), or as one operation",
        "训练步：逐张量计算公式（readable），或合成一个运算（fused）"
    ))]
    pub kernel: Kernel,
    #[arg(long, value_name = "N", value_parser = up_to(1_000_000), default_value = "64", help = say!(
        "B, the rows of the batch that is dealt out",
        "B：分给各设备的批量大小"
    ))]
    pub batch_size: usize,
    #[arg(long, value_name = "GB/S", value_parser = positive, help = say!(
        "W, what passes from one device to the next [default: what this device copies in its own \
         memory]",
        "W：设备之间每秒传送多少 GB [默认：本设备在自己内存里复制的速度]"
    ))]
    pub link: Option<f64>,
    #[arg(long, value_name = "MICROSECONDS", value_parser = positive, help = say!(
        "l, until an empty message arrives [default: what the smallest operation takes here]",
        "l：空消息到达所需的微秒数 [默认：本机最小的一次运算所需的时间]"
    ))]
    pub latency: Option<f64>,
    #[arg(long, value_name = "TIMES", value_parser = positive, default_value = "1000", help = say!(
        "How many times as large the other model is",
        "另一个模型大多少倍"
    ))]
    pub times: f64,
    #[arg(long, value_name = "N", default_value_t = 1, help = say!(
        "Same seed, same weights and texts",
        "种子相同，权重与文本相同"
    ))]
    pub seed: u64,
    #[arg(long, help = say!("Everything smaller: a few seconds in all", "全部缩小：总共几秒钟"))]
    pub quick: bool,
    #[arg(long, value_name = "FILE", help = say!(
        "Draw the part into an SVG file, too; without a part, gpus",
        "同时把这一部分画成 SVG 文件；不指明部分时画 gpus"
    ))]
    svg: Option<PathBuf>,
    #[arg(long, help = say!(
        "Write nothing but JSON to standard output, one object a line",
        "标准输出只写 JSON，每行一个对象"
    ))]
    pub json: bool,
    /// The process that this program starts to learn how much memory a step in parts takes.
    #[arg(long, hide = true)]
    pub child: bool,
    /// Its parts.
    #[arg(long, hide = true, requires = "child", value_parser = above_zero, default_value = "1")]
    pub parts: usize,
    #[command(flatten)]
    pub common: Common,
}

impl Args {
    /// The file for the picture of `part`, if that is the one asked for.
    pub fn svg_of(&self, part: Part) -> Option<&Path> {
        self.svg.as_deref().filter(|_| self.part.unwrap_or(Part::Gpus) == part)
    }

    /// How long each figure is measured.
    pub fn budget(&self) -> Budget {
        match self.quick {
            true => Budget { warm_up: 1, at_least: 1, time: Duration::ZERO },
            false => Budget { warm_up: 2, at_least: 5, time: Duration::from_millis(300) },
        }
    }
}

/// One part of the lesson.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    Launches,
    Depth,
    Average,
    Accumulate,
    Gpus,
}

/// The flags of each part.
pub const PARTS: cli::Parts = &[
    ("launches", &["svg"]),
    ("depth", &["seed", "svg"]),
    ("average", &["kernel", "seed"]),
    ("accumulate", &["kernel", "seed"]),
    ("gpus", &["kernel", "batch_size", "link", "latency", "times", "seed", "svg"]),
];

fn positive(text: &str) -> std::result::Result<f64, String> {
    match text.parse() {
        Ok(number) if (1e-6..=1e6).contains(&number) => Ok(number),
        _ => Err(say!(
            "a number from 0.000001 to 1000000 is needed",
            "需要 0.000001 到 1000000 之间的数"
        )),
    }
}
