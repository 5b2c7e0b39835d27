//! The flags.

use std::path::PathBuf;

use clap::Parser;
use lstm_lessons::{
    kernel::vector::Width,
    questions, say,
    shell::cli::{Common, max_threads, up_to},
};

use crate::{implementation::Implementation, work::Work};

#[derive(Parser)]
#[command(
    name = "lesson_speed",
    version,
    about = say!(
        "Lesson 6: the same training step in seven stages, from a matmul per gate to two \
         operations. Measures, and draws the bars.",
        "第 6 课：同一个训练步的七个阶段，从每个门一次矩阵乘到两个算子。测量并画出条形图。"
    )
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<questions::Command>,
    #[arg(long, value_enum, value_name = "WORK", help = say!(
        "This work only: poems, mnist or sampling; may be given again [default: all three]",
        "只测这项工作：poems、mnist 或 sampling；可重复给出 [默认：三项全测]"
    ))]
    pub work: Vec<Work>,
    #[arg(long, value_enum, value_name = "NAME", help = say!(
        "This implementation only, e.g. fused; may be given again [default: all]",
        "只测这种实现，例如 fused；可重复给出 [默认：全部]"
    ))]
    pub implementation: Vec<Implementation>,
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = seconds, help = say!(
        "How long to repeat each stage",
        "每个阶段重复测量多长时间（秒）"
    ))]
    pub seconds: f64,
    #[arg(long, help = say!(
        "Two steps a stage, and short poems: to see it work, not to quote",
        "每个阶段只测两步，诗也短：只看流程，结果不作数"
    ))]
    pub quick: bool,
    #[arg(long, value_name = "N", value_parser = up_to(max_threads()), help = say!(
        "Threads to compute with [default: all cores]",
        "计算线程数 [默认：全部核心]"
    ))]
    pub threads: Option<usize>,
    #[arg(long, value_enum, value_name = "WIDTH", hide_possible_values = true, help = say!(
        "The widest vector registers that the fused operations may use: plain, avx2 or avx512 \
         [default: the CPU's widest]; Burn's own operations choose for themselves",
        "融合算子最多可用多宽的向量寄存器：plain、avx2 或 avx512 [默认：CPU 最宽的]；\
         Burn 自己的运算自行选择"
    ))]
    pub vectors: Option<Width>,
    #[arg(long, help = say!(
        "JSON objects on standard output, one a measurement, nothing else",
        "标准输出只有 JSON，每项测量一个对象"
    ))]
    pub json: bool,
    #[arg(long, value_name = "FILE", help = say!(
        "Write the bars as an SVG picture too",
        "把条形图另存为 SVG 图片"
    ))]
    pub svg: Option<PathBuf>,
    #[arg(long, conflicts_with_all = ["work", "implementation"], help = say!(
        "How time and memory of a poem step grow with the hidden size, the length of a text, the \
         vocabulary and the threads, instead of the stages",
        "不测各阶段，改测写诗模型一个训练步的时间和内存如何随隐藏层宽度、文本长度、词表大小与线程数增长"
    ))]
    pub scale: bool,
    /// The process that this program starts to learn how much memory a poem step takes: a few
    /// steps, one number.
    #[arg(long, hide = true)]
    pub peak_memory: bool,
    /// Its T.
    #[arg(long, hide = true)]
    pub length: Option<usize>,
    /// Its H.
    #[arg(long, hide = true)]
    pub hidden: Option<usize>,
    /// Its V.
    #[arg(long, hide = true)]
    pub vocab_size: Option<usize>,
    #[command(flatten)]
    pub common: Common,
}

/// A time above zero and at most an hour.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if seconds > 0.0 && seconds <= 3600.0 => Ok(seconds),
        _ => {
            Err(say!("seconds above 0 and up to 3600 are needed", "需要大于 0、不超过 3600 的秒数"))
        }
    }
}
