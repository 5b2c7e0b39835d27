//! The three cells side by side: the same poems, the same order, the same number of epochs.

use std::path::{Path, PathBuf};

use burn::{module::Module, prelude::Device};
use clap::{Args, ValueEnum};
use lstm_lessons::{
    cell::CellKind,
    kernel::Kernel,
    look::{
        Align::{Left, Right},
        Table, fit, pad,
        shown::columns,
        thousands,
    },
    poems::{
        bundle::is_finished,
        inspect::{growth::written, measures::lines_of},
        run::{
            folder::{best_epoch, model_in, read_verse_run},
            settings::{SETTINGS, Settings},
            train,
        },
        text::corpus::Corpus,
    },
    say,
    shell::{
        self, Shown,
        cli::{above_zero, out},
        error::{Error, Result},
    },
    training::{history, report::clock},
};
use serde::Serialize;

use crate::recipe::{Recipe, quick};

/// The flags of `cells`.
#[derive(Args)]
pub struct Cells {
    #[command(flatten)]
    recipe: Recipe,
    #[arg(long, conflicts_with = "preset", help = say!(
        "small models and twelve epochs: seconds",
        "小模型，十二轮：只需数秒"
    ))]
    quick: bool,
    #[arg(long, default_value = "runs/cells", help = say!(
        "the folder for the three runs; what is finished there is not trained again",
        "存放三次训练的文件夹；其中已完成的不再训练"))]
    run: PathBuf,
    #[arg(long, default_value_t = 50, value_parser = above_zero, help = say!(
        "how many poems of each to measure",
        "每种写多少首诗来衡量"
    ))]
    count: usize,
    #[arg(long, help = say!("one JSON object a cell, nothing else", "每种单元输出一个 JSON 对象"))]
    json: bool,
}

/// What one cell came to, in the epoch with the lowest validation loss.
#[derive(Serialize)]
struct Row {
    cell: String,
    parameters: usize,
    epoch: usize,
    /// Nats per token of the validation set.
    valid_loss: f64,
    /// All epochs, validation included.
    seconds: f64,
    form: f64,
    rhyme: f64,
    poem: String,
}

/// Trains the three, or as many of them as are not finished, and compares them.
pub fn run(args: &Cells, kernel: Kernel, device: &Device) -> Result<()> {
    let base = if args.quick { quick() } else { args.recipe.base() };
    let (mut settings, corpus) = args.recipe.settings(base, kernel)?;
    let mut corpus = Some(corpus); // for whichever is trained first
    let mut rows = Vec::new();
    for kind in [CellKind::Rnn, CellKind::Gru, CellKind::Lstm] {
        let cell = name(kind);
        let folder = args.run.join(&cell);
        shell::note(format!("{cell}:"));
        settings.shape.cell = kind;
        learn(&settings, &mut corpus, &folder, device)?;
        let row = row(cell, &folder, args.count, device)?;
        if args.json {
            out(&serde_json::to_string(&row).map_err(|e| Error::ours(e.to_string()))?)?;
        }
        rows.push(row);
    }
    if args.json { Ok(()) } else { table(&rows) }
}

fn name(cell: CellKind) -> String {
    cell.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default()
}

/// Trains, or goes on, or has nothing to do.
fn learn(
    settings: &Settings,
    corpus: &mut Option<Corpus>,
    folder: &Path,
    device: &Device,
) -> Result<()> {
    let mut done = None;
    if folder.join(SETTINGS).exists() {
        let (before, epochs) = read_verse_run(folder)?;
        if !before.trains_as(settings) {
            let folder = folder.display();
            return Err(Error::user(say!(
                "{folder} holds a training with other flags; choose another --run, or give the \
                 flags it was begun with",
                "{folder} 中是用其他参数进行的训练；请另选 --run，或使用当初的参数"
            )));
        }
        if epochs == settings.epochs && is_finished(folder) {
            return Ok(());
        }
        done = Some(epochs);
    }
    match train::train(
        settings,
        corpus.take(),
        folder,
        done,
        Shown::Report,
        &device.clone().into(),
    )?
    .stopped
    {
        None => Ok(()),
        Some(_) => Err(Error::user(say!(
            "stopped; what was done is kept, the same command goes on",
            "已停止；已完成的部分已保存，再用同一命令即可继续"
        ))),
    }
}

fn row(cell: String, folder: &Path, count: usize, device: &Device) -> Result<Row> {
    let (settings, done) = read_verse_run(folder)?;
    let (epochs, best) = (history::read(folder, done)?, best_epoch(folder, done)?.epoch);
    let known = lines_of(&settings.split_in(folder)?.train);
    let (measures, poem) = written(folder, best.number, (count, settings.seed), &known, device)?;
    Ok(Row {
        cell,
        parameters: model_in(folder, device)?.model.num_params(),
        epoch: best.number,
        valid_loss: best.valid_loss,
        seconds: epochs.iter().map(|row| row.epoch.seconds).sum(),
        form: measures.regular_form,
        rhyme: measures.rhyme,
        poem,
    })
}

fn table(rows: &[Row]) -> Result<()> {
    let layout =
        Table::new([Left(6), Right(11), Right(11), Right(11), Right(7), Right(7), Right(7)]);
    out(&layout.row([
        say!("cell", "单元"),
        say!("parameters", "参数"),
        say!("valid loss", "验证损失"),
        say!("best epoch", "最好一轮"),
        say!("time", "用时"),
        say!("form", "合体裁"),
        say!("rhyme", "押韵"),
    ]))?;
    for Row { cell, parameters, epoch, valid_loss, seconds, form, rhyme, .. } in rows {
        let percent = |share: &f64| format!("{:.0} %", 100.0 * share);
        let (parameters, loss) = (thousands(*parameters as u64), format!("{valid_loss:.3}"));
        let cells = [
            cell.clone(),
            parameters,
            loss,
            epoch.to_string(),
            clock(*seconds),
            percent(form),
            percent(rhyme),
        ];
        out(&layout.row(cells))?;
    }
    out(&say!(
        "valid loss: nats per token of the validation set; what each wrote:",
        "验证损失：验证集上每词元纳特数；各自写的诗："
    ))?;
    rows.iter().try_for_each(|Row { cell, poem, .. }| {
        out(&fit(&format!("{}  {poem}", pad(cell, 6)), columns()))
    })
}
