//! Training a model of one's own, and going on where it stopped.

use std::path::{Path, PathBuf};

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    cell::CellKind,
    kernel::Kernel,
    poems::{
        bundle::is_finished,
        plain::{self, text::PlainText},
        run::{
            folder::read_run,
            settings::Settings,
            train::{self, Trained},
        },
        text::{corpus::Corpus, genre::Genre},
    },
    say,
    shell::{
        self,
        cli::{self, above_zero},
        error::{Error, Result},
        program,
    },
    training::{
        Partial,
        bundle::{check_new, first_free},
        device::{DeviceList, Devices},
        history,
    },
};

use crate::recipe::{Recipe, check, quick, whole};

/// Where trainings go without `--run`.
const RUN: &str = "runs/poems";

/// The flags of `train`.
#[derive(Args)]
pub struct Train {
    #[command(flatten)]
    recipe: Recipe,
    #[arg(long, help = say!(
        "begin with the weights of this run instead of fresh ones",
        "从这次训练的权重开始，而不是从零开始"
    ))]
    start: Option<PathBuf>,
    #[arg(long, help = say!(
        "the run folder [default: {RUN}, or {RUN}-2 and so on where that is taken]",
        "训练的文件夹 [默认：{RUN}；若已有训练，则用 {RUN}-2 等]"
    ))]
    run: Option<PathBuf>,
    #[arg(long, value_name = "N", value_parser = above_zero, help = say!(
        "keep the checkpoints of the last N epochs, and of the best [default: of all]",
        "只保留最后 N 轮和最好一轮的检查点 [默认：全部保留]"
    ))]
    keep: Option<usize>,
    #[arg(long, value_enum, default_value = "lstm", help = say!("which cell", "哪种单元"))]
    cell: CellKind,
    #[arg(long, help = say!("Burn's own dashboard", "Burn 自带的仪表盘"))]
    dashboard: bool,
    #[command(flatten)]
    pub devices: DeviceList,
    #[arg(long, conflicts_with = "preset", help = say!(
        "a small model and twelve epochs: seconds",
        "小模型，十二轮：只需数秒"
    ))]
    quick: bool,
}

/// A training from its first step.
pub fn run(args: &Train, kernel: Kernel, device: &Device) -> Result<()> {
    let new = |folder: &Path| check_new(folder, "lesson_poems").map(|()| folder.to_path_buf());
    let folder = &match &args.run {
        Some(folder) => new(folder)?,
        None => first_free(RUN, new)?,
    };
    let base = if args.quick { quick() } else { args.recipe.base() };
    let (mut settings, corpus) = match args.recipe.genre() {
        Genre::Text => {
            let (settings, text) = args.recipe.plain_settings(base, kernel)?;
            (settings, Read::Plain(Some(text)))
        }
        Genre::Poem | Genre::Lyric => {
            let (settings, corpus) = args.recipe.settings(base, kernel)?;
            (settings, Read::Poems(Some(corpus)))
        }
    };
    settings.shape.cell = args.cell;
    settings.start = args.start.clone();
    settings.keep = args.keep;
    learn(&settings, corpus, folder, None, args.dashboard, &args.devices.open(device.clone())?)
}

/// What is learned from, if it is read already.
enum Read {
    Poems(Option<Corpus>),
    Plain(Option<PlainText>),
}

/// Goes on where it was stopped; where it was killed, after its last whole epoch.
pub fn resume(folder: &Path, dashboard: bool, devices: &DeviceList, device: &Device) -> Result<()> {
    let (settings, done) = read_run(folder)?;
    check(&settings)?;
    if done == settings.epochs && is_finished(folder) {
        let (folder, poems) = (folder.display(), program("lesson_poems"));
        return Err(Error::user(say!(
            "{folder} has done all its {done} epochs; `{poems} train --start {folder}` with \
             the same flags and another --run goes on from its weights",
            "{folder} 的 {done} 轮已全部完成；用 `{poems} train --start {folder}`、同样的参数和\
             另一个 --run，即可从它的权重继续训练"
        )));
    }
    history::report_lost(folder, settings.epochs, done)?;
    let corpus = match settings.genre {
        Genre::Text => Read::Plain(None),
        Genre::Poem | Genre::Lyric => Read::Poems(None),
    };
    learn(&settings, corpus, folder, Some(done), dashboard, &devices.open(device.clone())?)
}

fn learn(
    settings: &Settings,
    corpus: Read,
    folder: &Path,
    from: Option<usize>,
    dashboard: bool,
    devices: &Devices,
) -> Result<()> {
    if settings.genre == Genre::Text && !devices.workers.is_empty() {
        return Err(whole("--devices"));
    }
    let shown = cli::shown(dashboard)?;
    let Trained { best_epoch, stopped } = match corpus {
        Read::Poems(corpus) => train::train(settings, corpus, folder, from, shown, devices),
        Read::Plain(text) => {
            plain::train::train(settings, text, folder, from, shown, &devices.home)
        }
    }?;
    let (folder, poems) = (folder.display(), program("lesson_poems"));
    if let Some(Partial { epoch, measured, .. }) = stopped {
        let steps = measured.len();
        return Err(Error::user(say!(
            "stopped in epoch {epoch} after {steps} steps, all kept; go on with: {poems} \
             resume {folder}",
            "已停在第 {epoch} 轮的第 {steps} 步，全部已保存；继续请用：{poems} resume {folder}"
        )));
    }
    let best = best_epoch.unwrap_or(settings.epochs);
    let begin = if settings.genre == Genre::Text { "" } else { " --begin 月" };
    let note = say!(
        "epoch {best} has the lowest validation loss and is saved; write with it: {poems} \
         --run {folder}{begin}",
        "第 {best} 轮的验证损失最低，已保存；用它写作：{poems} --run {folder}{begin}"
    );
    shell::note(&note);
    Ok(())
}
