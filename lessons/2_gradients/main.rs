//! Lesson 2: how far back a loss is felt, why the RNN forgets, and what its memory costs.
//!
//! `cargo run --bin lesson_gradients` shows everything; the name of a part shows that part alone.

mod cost;
mod explode;
mod half_life;
mod remember;
mod thermometer;

use std::{path::PathBuf, process::ExitCode};

use burn::prelude::*;
use clap::{Parser, ValueEnum};
use lstm_lessons::{
    cell::{Cell, CellKind},
    cli::{self, Common},
    error::Error,
    say,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

#[derive(Parser)]
#[command(name = "lesson_gradients", version, about = say!(
    "Lesson 2: how far back a loss is felt, why the RNN forgets, and what its memory costs.",
    "第 2 课：损失能传回多远，RNN 为什么会忘，记忆要付出什么代价。"
))]
pub struct Args {
    #[arg(value_enum, help = say!(
        "One part alone [default: all of them]",
        "只看其中一部分 [默认：全部]"
    ))]
    part: Option<Part>,
    #[arg(long, value_name = "T", value_parser = steps, default_value = "200", help = say!(
        "Steps of the thermometer, 2 to 2000",
        "温度计的步数，2 到 2000"
    ))]
    seq_len: usize,
    #[arg(long, value_name = "N", value_parser = cli::width, default_value = "64", help = say!(
        "H, the width of each cell under the thermometer",
        "H，温度计下各单元的宽度"
    ))]
    hidden: usize,
    #[arg(long, value_name = "B", value_parser = forget_bias, allow_negative_numbers = true, help = say!(
        "Where the LSTM's forget bias starts [default: several, side by side]",
        "LSTM 遗忘门偏置的初值 [默认：几个并列]"
    ))]
    forget_bias: Option<f32>,
    #[arg(long, value_name = "N", default_value_t = 1, help = say!(
        "Same seed, same result",
        "种子相同，结果相同"
    ))]
    seed: u64,
    #[arg(long, help = say!("Everything smaller: a few seconds in all", "全部缩小：总共几秒钟"))]
    quick: bool,
    #[arg(long, value_name = "FILE", help = say!(
        "Draw the thermometer into an SVG file, too",
        "同时把温度计画成 SVG 文件"
    ))]
    svg: Option<PathBuf>,
    #[arg(long, help = say!(
        "Write nothing but JSON to standard output, one object a line",
        "标准输出只写 JSON，每行一个对象"
    ))]
    json: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Thermometer,
    HalfLife,
    Remember,
    Explode,
    Cost,
}

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

fn main() -> ExitCode {
    cli::main_of(|args: Args| {
        let device = args.common.device()?;
        if args.svg.is_some() && args.part.is_some_and(|part| part != Part::Thermometer) {
            return Err(Error::user(say!(
                "--svg draws the thermometer; leave the other part's name out, or --svg",
                "--svg 画的是温度计；请去掉其他部分的名字，或去掉 --svg"
            )));
        }
        let asked = |part: &Part| args.part.is_none_or(|asked| asked == *part);
        Part::value_variants().iter().filter(|part| asked(part)).try_for_each(|part| match part {
            Part::Thermometer => thermometer::show(&args, &device),
            Part::HalfLife => half_life::show(&args, &device),
            Part::Remember => remember::show(&args, &device),
            Part::Explode => explode::show(&args, &device),
            Part::Cost => cost::show(&args, &device),
        })
    })
}

/// Features of a random input step.
const D_INPUT: usize = 8;

/// One sequence of random inputs, `[1, T, 8]`, the same for every cell with the same seed.
fn random_inputs(seq_len: usize, seed: u64, device: &Device) -> Tensor<3> {
    let mut rng = StdRng::seed_from_u64(seed);
    let values: Vec<f32> = (0..seq_len * D_INPUT).map(|_| rng.random_range(-1.0..=1.0)).collect();
    Tensor::from_data(TensorData::new(values, [1, seq_len, D_INPUT]), device)
}

/// A fresh cell for such inputs.
fn fresh(kind: CellKind, d_hidden: usize, forget_bias: f32, seed: u64, device: &Device) -> Cell {
    Cell::new(kind, D_INPUT, d_hidden, forget_bias, &mut StdRng::seed_from_u64(seed), device)
}
