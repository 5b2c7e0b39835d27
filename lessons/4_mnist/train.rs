//! Trains, tests on the whole test set, and keeps what came of it.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use lstm_lessons::{
    cli::{self, out},
    error::Result,
    files,
    look::confusion_svg,
    mnist::{
        Digits,
        judge::{Judged, judge},
        model::{RowClassifier, RowClassifierConfig},
        order::Order,
        rows::RowLoader,
        saved::{self, Manifest},
    },
    say,
    training::{
        Accuracy, Loss, Plan, check_lr,
        report::{EpochSummary, Report, ReportOptions, thousands},
        run, schedule,
    },
};
use serde_json::json;

use crate::{
    args::{Args, Source, Training},
    data::{self, Sets},
    folder::make_room,
    show,
};

/// Without a command: one classifier, trained and tested.
pub fn train(args: &Args, training: &Training) -> Result<()> {
    let config = RowClassifierConfig::new(training.cell, training.hidden, training.layers);
    check(args, training, &config)?;
    let (sets, about) = data::sets(args, training)?;
    let folder = args.run_folder();
    make_room(folder)?; // when nothing else can be wrong
    eprintln!("{about}");
    let learned = learn(args, training, &config, training.order, &sets, folder)?;
    let judged = &learned.judged;
    match args.json {
        true => out(&last_object(&sets, judged, learned.spent)),
        false => {
            show::results(&learned.model, training.order, &sets, judged, &args.common.device()?)?;
            let folder = folder.display();
            out(&say!(
                "The classifier is kept in {folder}; watch it read with:\nlesson_mnist watch --run \
                 {folder}",
                "分类器保存在 {folder}；看它阅读：\nlesson_mnist watch --run {folder}"
            ))
        }
    }?;
    // Last, so that a slide that cannot be written costs no result.
    if let Some(file) = &args.svg {
        let (share, count) = (100.0 * judged.accuracy(), thousands(judged.count() as u64));
        let title = say!(
            "{share:.2} % of {count} digits read rightly",
            "{count} 个数字，读对 {share:.2} %"
        );
        let picture = confusion_svg(
            &judged.confusion,
            &title,
            &say!("truth", "真值"),
            &say!("read as", "读作"),
        );
        files::write_whole(file, picture.as_bytes())?;
    }
    Ok(())
}

/// What came of a training.
pub struct Learned {
    /// Without autodiff.
    pub model: RowClassifier,
    /// Its reading of the test set.
    pub judged: Judged,
    /// The time that the training took.
    pub spent: Duration,
    /// Ctrl-C stopped it before its last epoch.
    pub interrupted: bool,
}

/// Trains one classifier of this shape that reads in this order, tests it, and keeps it in
/// `folder`.
pub fn learn(
    args: &Args,
    training: &Training,
    config: &RowClassifierConfig,
    order: Order,
    sets: &Sets,
    folder: &Path,
) -> Result<Learned> {
    let plain = args.common.device()?;
    let epochs = training.epochs.unwrap_or(match sets.trained_on {
        _ if args.quick => 3,
        Source::Real => 5,
        Source::Drawn => 4,
    });
    let tracked = plain.clone().autodiff();
    let read = |digits: &Digits| Arc::new(order.arrange(digits));
    let loader =
        RowLoader::shuffled(read(&sets.train), training.batch_size, args.seed, 0, &tracked);
    let valid = RowLoader::in_order(read(&sets.valid), 250, &tracked);
    let steps = epochs * loader.batches();
    let schedule = schedule(training.lr, (steps / 20).clamp(1, 200), steps)?;
    let began = Instant::now();
    let ended = run(
        &Plan {
            folder: folder.to_path_buf(),
            epochs,
            resume_from: None,
            partial: None,
            dashboard: training.dashboard,
            keep: 2,
            accuracy: true,
        },
        config.init(args.seed, &tracked).with_kernel(args.kernel),
        schedule,
        Arc::new(loader),
        Arc::new(valid),
        report(args, sets.train.len()),
        |_, _| None,
    )?;
    let spent = began.elapsed();
    let interrupted = ended.stopped.is_some();
    if interrupted {
        eprintln!(
            "{}",
            say!(
                "Stopped early; testing what was learned so far.",
                "提前停止；测试到目前为止学到的内容。"
            )
        );
    }
    let judged = judge(&ended.model, &order.arrange(&sets.test), &plain);
    let manifest = Manifest {
        config: config.clone(),
        order,
        sha256: String::new(),
        test_accuracy: judged.accuracy(),
        test_images: judged.count(),
        data: sets.tested_on.name().into(),
        trained_on: sets.trained_on.name().into(),
        train_images: sets.train.len(),
        epochs: ended.stopped.map_or(epochs, |stopped| stopped.epoch - 1),
        seed: args.seed,
        command: command(),
    };
    saved::save(ended.model.clone(), manifest, folder)?;
    Ok(Learned { model: ended.model, judged, spent, interrupted })
}

/// What no type can rule out, before a digit is drawn or fetched and before an earlier run makes
/// room.
pub fn check(args: &Args, training: &Training, config: &RowClassifierConfig) -> Result<()> {
    args.common.device()?;
    cli::check_shape(&config.stack)?;
    check_lr(training.lr)?;
    cli::check_dashboard(training.dashboard)
}

/// The compact display, and with `--json` an object for every epoch (of a comparison none: its rows
/// are the objects).
fn report(args: &Args, images: usize) -> Report {
    let options = ReportOptions {
        unit: say!("images", "张图"),
        units_per_epoch: Some(images),
        loss_name: Loss::NAME.into(),
        labels: vec![
            (Loss::NAME.into(), say!("loss", "损失")),
            (Accuracy::NAME.into(), say!("accuracy", "准确率")),
        ],
        quiet: false,
    };
    let json = args.json && args.command.is_none();
    Report::new(options).on_epoch_end(move |epoch| {
        json.then(|| out(&epoch_object(epoch)).err()).flatten().map(|error| error.message())
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
