//! The gates under a poem: the picture of lesson 3, for any model and any poem.

use std::path::PathBuf;

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    look::Color,
    poems::{
        bundle::Bundle,
        inspect::gates::Signals,
        write::{
            reader::Reader,
            sample::{Sampler, SamplingConfig},
        },
    },
    say,
    shell::{
        cli::{above_zero, out},
        error::{Error, Result},
        write_svg,
    },
};

#[derive(Args)]
pub struct GatesArgs {
    #[command(flatten)]
    pub model: super::Model,
    #[arg(long, default_value = "月", help = say!(
        "the character (or characters) to begin with",
        "以这个字（或几个字）开头"
    ))]
    begin: String,
    #[arg(long, conflicts_with_all = ["begin", "seed"], help = say!(
        "read this poem instead of writing one",
        "不写诗，而是读这首诗"
    ))]
    text: Option<String>,
    #[arg(long, value_name = "N", value_parser = above_zero, help = say!(
        "which layer, counted from 1 [default: the last]",
        "第几层，从 1 数起 [默认：最后一层]"
    ))]
    layer: Option<usize>,
    #[arg(long, default_value_t = 5, help = say!(
        "the same seed writes the same poem",
        "相同的种子写出相同的诗"
    ))]
    seed: u64,
    #[arg(long, value_name = "FILE", help = say!(
        "draw the gates into this file",
        "把门画进此文件"
    ))]
    svg: Option<PathBuf>,
    #[arg(long, help = say!("one JSON object, nothing else", "只输出一个 JSON 对象"))]
    json: bool,
}

pub fn run(args: &GatesArgs, bundle: &Bundle, device: &Device) -> Result<()> {
    let poem = match args.text.as_deref().map(str::trim) {
        Some("") => {
            return Err(Error::user(say!(
                "the text is empty; give a poem, e.g. --text 床前明月光，疑是地上霜。",
                "文字为空；请给一首诗，例如 --text 床前明月光，疑是地上霜。"
            )));
        }
        Some(text) => bundle.vocab.familiar(text),
        None => Sampler::new(&Reader::new(bundle, device), SamplingConfig::of(bundle.genre()))
            .compose(&args.begin, args.seed)?,
    };
    let gates = Signals::read(bundle, poem, args.layer, device)?;
    if let Some(file) = &args.svg {
        write_svg(file, &gates.svg(), args.json)?;
    }
    match args.json {
        true => out(&gates.json().to_string()),
        false => out(&gates.text(Color::detect())),
    }
}
