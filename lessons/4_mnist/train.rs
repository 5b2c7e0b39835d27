//! Trains, tests on the whole test set, and keeps what came of it.

use std::{
    borrow::Cow,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use burn::prelude::Device;
use lstm_lessons::{
    look::confusion_svg,
    mnist::{
        Digits,
        evaluate::{Evaluation, evaluate},
        model::{RowClassifier, RowClassifierConfig},
        order::Order,
        rows::RowLoader,
        saved::{self, Manifest},
    },
    say,
    shell::{
        self,
        cli::{self, out},
        error::Result,
        files,
    },
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
    folder::rooms,
    show,
};

/// Without a command: one classifier, trained and tested.
pub fn train(args: &Args, training: &Training) -> Result<()> {
    let config = RowClassifierConfig::new(training.cell, training.hidden, training.layers);
    check(args, training, &config)?;
    let (sets, about) = data::sets(args, training)?;
    let rooms = rooms(args.run.as_deref(), [""])?; // when nothing else can be wrong
    let folder = rooms[0].path.as_path();
    shell::note(&about);
    let trained = train_and_test(args, training, &config, training.order, &sets, folder)?;
    let test = &trained.test;
    if args.json {
        out(&last_object(&sets, test, trained.spent))?;
    } else {
        show::results(&trained.model, training.order, &sets, test, &args.common.device()?)?;
        let folder = folder.display();
        out(&say!(
            "The classifier is kept in {folder}; watch it read with:\nlesson_mnist watch --run \
             {folder}",
            "分类器保存在 {folder}；看它阅读：\nlesson_mnist watch --run {folder}"
        ))?;
    }
    // Last, so that a slide that cannot be written costs no result.
    match &args.svg {
        Some(file) => files::write_whole(file, slide(test).as_bytes()),
        None => Ok(()),
    }
}

/// A trained classifier and how it does.
pub struct Trained {
    /// Without autodiff.
    pub model: RowClassifier,
    /// On the test set.
    pub test: Evaluation,
    /// The time that the training took.
    pub spent: Duration,
    /// Ctrl-C stopped it before its last epoch.
    pub interrupted: bool,
}

/// Trains one classifier of this shape that reads in this order, tests it, and keeps it in
/// `folder`.
pub fn train_and_test(
    args: &Args,
    training: &Training,
    config: &RowClassifierConfig,
    order: Order,
    sets: &Sets,
    folder: &Path,
) -> Result<Trained> {
    let plain = args.common.device()?;
    let tracked = plain.clone().autodiff();
    let (train, valid) = loaders(args, training, order, sets, &tracked);
    let epochs = epochs(args, training, sets.trained_on);
    let steps = epochs * train.batches();
    let schedule = schedule(training.lr, (steps / 20).clamp(1, 200), steps)?;
    let plan = Plan {
        folder: folder.to_path_buf(),
        epochs,
        resume_from: None,
        partial: None,
        dashboard: training.dashboard,
        dispensable: Arc::new(|epoch| {
            epoch.checked_sub(2).filter(|&old| old > 0).into_iter().collect()
        }),
        accuracy: true,
    };
    let model = config.init(args.seed, &tracked).with_kernel(args.kernel);
    let report = report(args, sets.train.len());
    let began = Instant::now();
    let ended = run(&plan, model, schedule, Arc::new(train), Arc::new(valid), report, |_, _| None)?;
    let spent = began.elapsed();
    let interrupted = ended.stopped.is_some();
    if interrupted {
        shell::note(say!(
            "Stopped early; testing what was learned so far.",
            "提前停止；测试到目前为止学到的内容。"
        ));
    }
    let test = evaluate(&ended.model, &order.arrange(&sets.test), &plain);
    let manifest = Manifest {
        config: config.clone(),
        order,
        sha256: String::new(), // of the weights, once they are saved
        test_accuracy: test.accuracy(),
        test_images: test.count(),
        data: sets.tested_on.name().into(),
        trained_on: sets.trained_on.name().into(),
        train_images: sets.train.len(),
        epochs: ended.stopped.map_or(epochs, |stopped| stopped.epoch - 1),
        seed: args.seed,
        command: command(),
    };
    saved::save(ended.model.clone(), manifest, folder)?;
    Ok(Trained { model: ended.model, test, spent, interrupted })
}

/// The training set shuffled, the validation set as it is, both in the order of reading.
fn loaders(
    args: &Args,
    training: &Training,
    order: Order,
    sets: &Sets,
    device: &Device,
) -> (RowLoader, RowLoader) {
    let (train, valid) = (arranged(order, &sets.train), arranged(order, &sets.valid));
    (
        RowLoader::shuffled(train, training.batch_size, args.seed, 0, device),
        RowLoader::in_order(valid, 250, device),
    )
}

/// The set in the order of reading, shared with the loader: row after row it is the set itself.
fn arranged(order: Order, digits: &Arc<Digits>) -> Arc<Digits> {
    match order.arrange(digits) {
        Cow::Borrowed(_) => Arc::clone(digits),
        Cow::Owned(arranged) => Arc::new(arranged),
    }
}

fn epochs(args: &Args, training: &Training, trained_on: Source) -> usize {
    training.epochs.unwrap_or(match trained_on {
        _ if args.quick => 3,
        Source::Real | Source::Other => 5,
        Source::Drawn => 4,
    })
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

fn last_object(sets: &Sets, test: &Evaluation, seconds: Duration) -> String {
    json!({
        "test_accuracy": test.accuracy(),
        "test_images": test.count(),
        "data": sets.tested_on.name(),
        "trained_on": sets.trained_on.name(),
        "train_images": sets.train.len(),
        "confusion": test.confusion,
        "seconds": seconds.as_secs_f64(),
    })
    .to_string()
}

/// The confusion table for a slide.
fn slide(test: &Evaluation) -> String {
    let (share, count) = (100.0 * test.accuracy(), thousands(test.count() as u64));
    let title =
        say!("{share:.2} % of {count} digits read rightly", "{count} 个数字，读对 {share:.2} %");
    confusion_svg(&test.confusion, &title, &say!("truth", "真值"), &say!("read as", "读作"))
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
