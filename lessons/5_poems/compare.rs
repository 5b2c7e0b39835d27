//! The epochs of one training side by side: the last need not be the best (course section 3-8).

use std::path::PathBuf;

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    look::{Align::Right, Mark, Table, fit},
    poems::{
        inspect::{
            growth::written,
            measures::{Measures, lines_of},
        },
        run::{
            folder::{best_epoch, model_in, read_verse_run},
            landmarks::marks,
        },
    },
    say,
    shell::{
        cli::{above_zero, out},
        error::{Error, Result},
        write_svg,
    },
    training::{
        history::{self, Epoch},
        losses::losses_svg,
    },
};
use serde::Serialize;

/// The flags of `compare`.
#[derive(Args)]
pub struct Compare {
    #[arg(help = say!("the run folder", "训练的文件夹"))]
    run: PathBuf,
    #[arg(long, default_value_t = 50, value_parser = above_zero, help = say!(
        "how many poems of each epoch to measure",
        "每轮写多少首诗来衡量"
    ))]
    count: usize,
    #[arg(long, help = say!(
        "the same seed writes the same poems [default: the run's]",
        "相同的种子写出相同的诗 [默认：训练所用的种子]"
    ))]
    seed: Option<u64>,
    #[arg(long, value_name = "FILE", help = say!(
        "draw the losses into this file",
        "把损失曲线画进此文件"
    ))]
    svg: Option<PathBuf>,
    #[arg(long, help = say!("one JSON object an epoch, nothing else", "每轮输出一个 JSON 对象"))]
    json: bool,
}

/// One epoch: what it cost, how well it writes, and an example.
#[derive(Serialize)]
struct Row {
    epoch: usize,
    train_loss: f64,
    valid_loss: f64,
    #[serde(flatten)]
    measures: Measures,
    /// The share of lines that are not in the training set.
    novelty: f64,
    poem: String,
}

/// Measures what each epoch of a run writes, and shows it as it comes.
pub fn run(args: &Compare, device: &Device) -> Result<()> {
    let (settings, done) = read_verse_run(&args.run)?;
    let best = best_epoch(&args.run, done)?.epoch.number;
    let seed = args.seed.unwrap_or(settings.seed);
    let split = settings.split_in(&args.run)?;
    let known = lines_of(&split.train);
    if !args.json {
        out(&head())?;
    }
    let mut rows = Vec::new();
    for kept in history::kept(&args.run, done)? {
        let Epoch { number: epoch, train_loss, valid_loss, .. } = kept.epoch;
        let (measures, poem) = written(&args.run, epoch, (args.count, seed), &known, device)?;
        let novelty = 1.0 - measures.copied_lines;
        let row = Row { epoch, train_loss, valid_loss, measures, novelty, poem };
        match args.json {
            true => out(&serde_json::to_string(&row).map_err(|e| Error::ours(e.to_string()))?)?,
            false => out(&row.line(epoch == best))?,
        }
        rows.push(row);
    }
    if let Some(path) = &args.svg {
        let marks = marks(&split.landmarks(&model_in(&args.run, device)?.vocab));
        write_svg(path, &slide(&rows, best, &marks), args.json)?;
    }
    if args.json {
        return Ok(());
    }
    let count = args.count;
    out(&say!(
        "* lowest validation loss: epoch {best}. Of {count} poems an epoch:\n\
         form: lines and punctuation are those of a regular form\n\
         rhyme: the even lines rhyme        novelty: lines that the training set has not\n\
         One poem of the same seed:",
        "* 验证损失最低：第 {best} 轮。各项统计每轮所写的 {count} 首诗：\n\
         合体裁：句数、字数、标点合于某一体裁\n\
         押韵：偶数句相押    新句：训练集中没有的诗句\n\
         同一种子的一首："
    ))?;
    for Row { epoch, poem, .. } in &rows {
        out(&fit(&format!("{epoch:>5}  {poem}"), 80))?;
    }
    Ok(())
}

/// Six cells of a table, flush right.
pub fn in_columns(cells: [String; 6]) -> String {
    Table::new([6, 13, 13, 12, 12, 12].map(Right)).row(cells)
}

/// The heads of the table.
pub fn head() -> String {
    in_columns([
        say!("epoch", "轮"),
        say!("train loss", "训练损失"),
        say!("valid loss", "验证损失"),
        say!("form", "合体裁"),
        say!("rhyme", "押韵"),
        say!("novelty", "新句"),
    ])
}

impl Row {
    fn line(&self, best: bool) -> String {
        let percent = |share: f64| format!("{:.0} %", 100.0 * share);
        let Row { epoch, train_loss, valid_loss, measures, novelty, .. } = self;
        let mark = if best { "*" } else { "" };
        in_columns([
            format!("{mark}{epoch}"),
            format!("{train_loss:.3}"),
            format!("{valid_loss:.3}"),
            percent(measures.regular_form),
            percent(measures.rhyme),
            percent(*novelty),
        ])
    }
}

/// Both losses over the epochs, the best ringed.
fn slide(rows: &[Row], best: usize, marks: &[Mark]) -> String {
    let losses =
        rows.iter().map(|row| (row.epoch, row.train_loss, row.valid_loss)).collect::<Vec<_>>();
    let ring = say!("best: epoch {best}", "最好：第 {best} 轮");
    losses_svg(&losses, &unit(), (best, &ring), marks)
}

/// Of every loss of this lesson.
pub fn unit() -> String {
    say!("nats per token", "每词元的纳特数")
}
