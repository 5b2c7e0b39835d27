//! Trains, tests on the whole test set, and keeps what came of it.

use std::{
    io::IsTerminal,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use lstm_lessons::{
    files,
    mnist::{
        judge::{Judged, judge},
        model::RowClassifierConfig,
        rows::RowLoader,
        saved::{self, MAX_HIDDEN, MAX_LAYERS, Manifest},
    },
    say,
    training::{
        Accuracy, Loss, Plan,
        device::device,
        report::{EpochSummary, Report, ReportOptions},
        run, schedule,
    },
    trouble::{Result, Trouble},
};
use serde_json::json;

use crate::{
    args::{Args, Source},
    data::{self, Sets},
    show,
};

/// The one command that is not `watch`.
pub fn train(args: &Args) -> Result<()> {
    check(args)?;
    let plain = device(&args.device)?;
    let (sets, about) = data::sets(args)?;
    let config = RowClassifierConfig::new(args.cell, args.hidden, args.layers);
    let epochs = args.epochs.unwrap_or(match sets.trained_on {
        _ if args.quick => 3,
        Source::Real => 5,
        Source::Drawn => 4,
    });
    let tracked = plain.clone().autodiff();
    let loader = RowLoader::shuffled(Arc::new(sets.train.clone()), args.batch_size, args.seed, 0, &tracked);
    let valid = RowLoader::in_order(Arc::new(sets.valid.clone()), 250, &tracked);
    let steps = epochs * loader.batches();
    let schedule = schedule(args.lr, (steps / 20).clamp(1, 200), steps)?;
    let folder = args.run_folder();
    make_room(folder)?; // when nothing else can be wrong
    eprintln!("{about}");
    let began = Instant::now();
    let ended = run(
        &Plan {
            folder: folder.to_path_buf(),
            epochs,
            resume_from: None,
            dashboard: args.dashboard,
            keep: 2,
            accuracy: true,
        },
        config.init(args.seed, &tracked).with_kernel(args.kernel),
        schedule,
        Arc::new(loader.clone()),
        Arc::new(valid),
        report(args, sets.train.len()),
    )?;
    let seconds = began.elapsed();
    if ended.interrupted {
        eprintln!(
            "{}",
            say!("Stopped early; testing what was learned so far.", "提前停止；测试到目前为止学到的内容。")
        );
    }
    let judged = judge(&ended.model, &sets.test, &plain);
    let manifest = Manifest {
        config,
        sha256: String::new(),
        test_accuracy: judged.accuracy(),
        test_images: judged.count(),
        data: sets.tested_on.name().into(),
        trained_on: sets.trained_on.name().into(),
        train_images: sets.train.len(),
        epochs: loader.epochs_begun().saturating_sub(usize::from(ended.interrupted)),
        seed: args.seed,
        command: command(),
    };
    saved::save(ended.model.clone(), manifest, folder)?;
    match args.json {
        true => show::line(&last_object(&sets, &judged, seconds)),
        false => {
            show::results(&ended.model, &sets, &judged, &plain);
            let folder = folder.display();
            show::line(&say!(
                "The classifier is kept in {folder}; watch it read with: lesson_mnist watch --run {folder}",
                "分类器保存在 {folder}；看它阅读：lesson_mnist watch --run {folder}"
            ));
        }
    }
    Ok(())
}

/// What no type can rule out.
fn check(args: &Args) -> Result<()> {
    if args.hidden > MAX_HIDDEN || args.layers > MAX_LAYERS {
        return Err(Trouble::user(say!(
            "that network is too large; choose --hidden up to {MAX_HIDDEN} and --layers up to {MAX_LAYERS}",
            "网络太大；--hidden 请不超过 {MAX_HIDDEN}，--layers 请不超过 {MAX_LAYERS}"
        )));
    }
    if !(args.lr > 0.0 && args.lr <= 1.0) {
        let lr = args.lr;
        return Err(Trouble::user(say!(
            "--lr cannot be {lr}; choose a learning rate above 0 and at most 1, such as 0.004",
            "--lr 不能是 {lr}；请选择大于 0、不超过 1 的学习率，例如 0.004"
        )));
    }
    let in_view = std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
    if args.dashboard && !in_view {
        return Err(Trouble::user(say!(
            "--dashboard needs a terminal; leave it out when the output goes elsewhere",
            "--dashboard 需要终端；输出到别处时请去掉它"
        )));
    }
    Ok(())
}

/// The compact display, and with `--json` an object for every epoch.
fn report(args: &Args, images: usize) -> Report {
    let options = ReportOptions {
        unit: say!("images", "张图"),
        units_per_epoch: Some(images),
        loss_name: Loss::NAME.into(),
        labels: vec![(Loss::NAME.into(), say!("loss", "损失")), (Accuracy::NAME.into(), say!("accuracy", "准确率"))],
        quiet: false,
    };
    let json = args.json;
    Report::new(options).on_epoch_end(move |epoch| {
        if json {
            show::line(&epoch_object(epoch));
        }
        None
    })
}

fn epoch_object(epoch: &EpochSummary) -> String {
    let share = |percent: Option<f64>| percent.map(|p| p / 100.0);
    json!({
        "epoch": epoch.epoch,
        "epochs": epoch.epochs,
        "train_loss": epoch.train(Loss::NAME),
        "train_accuracy": share(epoch.train(Accuracy::NAME)),
        "valid_loss": epoch.valid(Loss::NAME),
        "valid_accuracy": share(epoch.valid(Accuracy::NAME)),
        "seconds": epoch.seconds,
    })
    .to_string()
}

fn last_object(sets: &Sets, judged: &Judged, seconds: Duration) -> String {
    json!({
        "test_accuracy": judged.accuracy(),
        "test_images": judged.count(),
        "data": sets.tested_on.name(),
        "trained_on": sets.trained_on.name(),
        "train_images": sets.train.len(),
        "confusion": judged.confusion,
        "seconds": seconds.as_secs_f64(),
    })
    .to_string()
}

/// The flags of this run, for the manifest; folders are left out, they mean nothing elsewhere.
fn command() -> String {
    let mut words = vec!["lesson_mnist".to_string()];
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--data" => {
                args.next();
                words.extend([arg, "DIR".into()]);
            }
            "--run" => drop(args.next()),
            _ if arg.starts_with("--run=") => {}
            _ if arg.starts_with("--data=") => words.push("--data=DIR".into()),
            _ => words.push(arg),
        }
    }
    words.join(" ")
}

/// The name of the file that says: the folders beside me are from an earlier run and may go.
const MARK: &str = "lesson_mnist.run";
/// What burn-train makes in a run folder.
const MADE: [&str; 3] = ["train", "valid", "checkpoint"];

/// Clears what an earlier run left (old logs would be mixed with new ones), and nothing else.
fn make_room(folder: &Path) -> Result<()> {
    let mark = folder.join(MARK);
    let left: Vec<_> = MADE.iter().map(|name| folder.join(name)).filter(|path| path.exists()).collect();
    if let (Some(first), false) = (left.first(), mark.is_file()) {
        let first = first.display();
        return Err(Trouble::user(say!(
            "{first} is not from a run of this lesson; choose another folder with --run DIR, nothing was changed",
            "{first} 不是本课运行产生的；请用 --run DIR 换一个文件夹，原有内容没有改动"
        )));
    }
    for path in left {
        std::fs::remove_dir_all(&path).map_err(|e| {
            let path = path.display();
            Trouble::user(say!(
                "cannot remove the earlier run in {path} ({e}); choose another folder with --run DIR",
                "无法删除 {path} 中先前的运行（{e}）；请用 --run DIR 换一个文件夹"
            ))
        })?;
    }
    files::write_whole(&mark, b"a run folder of lesson_mnist\n")
}
