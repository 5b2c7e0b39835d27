//! How a model grew, from noise to poems: its epochs in figures, and what it wrote after each.

use std::path::{Path, PathBuf};

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    look::{Mark, chart::Axis, fit},
    poems::{
        bundle::claim,
        inspect::growth::{GROWTH, Growth, Stage},
        run::{
            folder::any_model_in,
            landmarks::{landmark_line, marks},
            settings::SETTINGS,
        },
    },
    say,
    shell::{self, cli::out, error::Result, files, write_svg},
    training::losses::growth_svg,
};
use serde_json::json;

use crate::compare::{head, in_columns, unit};

/// Poems measured for each epoch of a training.
const COUNT: usize = 50;

/// The flags of `growth`.
#[derive(Args)]
pub struct GrowthArgs {
    #[arg(long, help = say!(
        "the run folder, or the folder of a packed model; without it, the shipped model",
        "训练的文件夹，或精简模型的文件夹；不给则为自带的模型"))]
    run: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = say!(
        "draw the losses into this file",
        "把损失曲线画进此文件"
    ))]
    svg: Option<PathBuf>,
    #[arg(long, help = say!("one JSON object an epoch, nothing else", "每轮输出一个 JSON 对象"))]
    json: bool,
}

/// Shows the growth of a model, as a table, as JSON or as a slide.
pub fn run(args: &GrowthArgs, device: &Device) -> Result<()> {
    let growth = match &args.run {
        Some(folder) => Growth::of(folder, COUNT, device)?,
        None => Growth::shipped()?,
    };
    if let Some(path) = &args.svg {
        write_svg(path, &slide(&growth), args.json)?;
    }
    if args.json {
        return growth.stages.iter().try_for_each(|stage| out(&object(stage)));
    }
    out(&landmark_line(&growth.landmarks))?;
    out(&head())?;
    growth.stages.iter().try_for_each(|stage| out(&line(stage)))?;
    out(&say!(
        "What it wrote after each epoch, always from the same seed:",
        "每一轮之后写的诗，种子始终相同："
    ))?;
    growth
        .stages
        .iter()
        .try_for_each(|stage| out(&fit(&format!("{:>6}  {}", name(stage), stage.poem), 80)))
}

/// `2.7`: the seventh epoch of the second training.
fn name(Stage { training, epoch, .. }: &Stage) -> String {
    format!("{training}.{epoch}")
}

fn line(stage: &Stage) -> String {
    let percent =
        |share: Option<f64>| share.map_or("–".into(), |share| format!("{:.0} %", 100.0 * share));
    let Stage { train_loss, valid_loss, form, rhyme, copied, .. } = stage;
    let losses = [train_loss, valid_loss].map(|loss| format!("{loss:.3}"));
    let [train_loss, valid_loss] = losses;
    in_columns([
        name(stage),
        train_loss,
        valid_loss,
        percent(*form),
        percent(*rhyme),
        percent(copied.map(|copied| 1.0 - copied)),
    ])
}

fn object(
    Stage { training, epoch, train_loss, valid_loss, form, rhyme, copied, poem }: &Stage,
) -> String {
    json!({
        "training": training, "epoch": epoch, "train_loss": train_loss, "valid_loss": valid_loss,
        "form": form, "rhyme": rhyme, "copied": copied, "poem": poem,
    })
    .to_string()
}

/// The losses of all trainings in a row; the lowest of the last training is the model.
fn slide(growth: &Growth) -> String {
    let losses: Vec<_> =
        growth.stages.iter().zip(1..).map(|(s, k)| (k, s.train_loss, s.valid_loss)).collect();
    let last = growth.stages.last().map_or(0, |stage| stage.training);
    let of_last = growth.stages.iter().zip(1..).filter(|(stage, _)| stage.training == last);
    let best = of_last
        .min_by(|(a, _), (b, _)| a.valid_loss.total_cmp(&b.valid_loss))
        .map_or(0, |(_, k)| k);
    let numbered = growth.stages.iter().zip(1u32..);
    let begins: Vec<Mark> = numbered
        .filter(|(stage, _)| stage.epoch == 1 && last > 1)
        .map(|(Stage { training, .. }, k)| Mark {
            name: say!("training {training}", "第 {training} 次训练"),
            value: f64::from(k),
        })
        .collect();
    let x = match last > 1 {
        true => say!(
            "epoch; each training begins with the weights of the one before it",
            "轮；每次训练从前一次的权重开始"
        ),
        false => say!("epoch", "轮"),
    };
    let title = say!("How the model grew", "模型的成长");
    let ring = say!("this model", "本模型");
    let marks = marks(&growth.landmarks);
    growth_svg(&losses, (&title, &unit()), Axis::linear(x), (best, &ring), &marks, &begins)
}

/// Keeps the model of `run` alone in `to`, at half the size, with its growth beside it.
pub fn pack(run: &Path, to: &Path, device: &Device) -> Result<()> {
    let model = any_model_in(run, device)?;
    let _lock = claim(to)?;
    model.save(to, true)?;
    if !run.join(SETTINGS).exists() && !run.join(GROWTH).exists() {
        return Ok(()); // nothing is known of how it came to be
    }
    match Growth::of(run, COUNT, device) {
        Ok(growth) => files::write_whole(&to.join(GROWTH), growth.to_text().as_bytes()),
        Err(why) => {
            shell::note(say!(
                "packed, but without its growth: {why}",
                "已精简，但没有成长记录：{why}"
            ));
            Ok(())
        }
    }
}
