//! Pictures of what happens between a line of text and a poem.

mod batch;
mod gates;
mod neuron;
mod pipeline;
mod temperature;
mod temperature_figures;
mod temperature_slide;

use std::path::PathBuf;

use burn::prelude::Device;
use clap::{Args, Subcommand};
use lstm_lessons::{
    kernel::Kernel,
    poems::bundle::Bundle,
    say,
    shell::error::{Error, Result},
};

use crate::write::bundle;

#[derive(Args)]
pub struct Show {
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    #[command(about = say!(
        "a batch: inputs over targets over mask, and what padding wastes",
        "一个批量：输入、目标、掩码，以及填充的浪费"
    ))]
    Batch(batch::BatchArgs),
    #[command(about = say!(
        "one poem through every stage, from the line of text to the loss",
        "一首诗的全过程：从一行文字到损失"
    ))]
    Pipeline(pipeline::PipelineArgs),
    #[command(about = say!(
        "the gates under a poem while it is written",
        "写诗时的门，画在诗句下面"
    ))]
    Gates(gates::GatesArgs),
    #[command(about = say!(
        "the unit that counts the position in the line, under poems",
        "数着句中位置的单元，画在诗句下面"
    ))]
    Neuron(neuron::NeuronArgs),
    #[command(about = say!(
        "one seed at several temperatures, side by side",
        "同一种子，不同温度，并排比较"
    ))]
    Temperature(temperature::TemperatureArgs),
}

/// Which model is shown.
#[derive(Args)]
struct Model {
    #[arg(long, help = say!(
        "the run folder of a model; without it, the shipped one",
        "模型所在的训练文件夹；不给则用自带的模型"
    ))]
    run: Option<PathBuf>,
}

impl Model {
    fn load(&self, kernel: Kernel, device: &Device) -> Result<Bundle> {
        let mut bundle = bundle(self.run.as_ref(), None, device)?;
        bundle.model = bundle.model.with_kernel(kernel);
        Ok(bundle)
    }
}

pub fn run(show: &Show, kernel: Kernel, device: &Device) -> Result<()> {
    let Some(part) = &show.part else {
        return Err(Error::user(say!(
            "say what to show: batch, pipeline, gates, neuron or temperature",
            "请说明看什么：batch、pipeline、gates、neuron 或 temperature"
        )));
    };
    match part {
        Part::Batch(args) => batch::run(args, device),
        Part::Pipeline(args) => pipeline::run(args, &args.model.load(kernel, device)?, device),
        Part::Gates(args) => gates::run(args, &args.model.load(kernel, device)?, device),
        Part::Neuron(args) => neuron::run(args, &args.model.load(kernel, device)?, device),
        Part::Temperature(args) => {
            temperature::run(args, &args.model.load(kernel, device)?, device)
        }
    }
}
