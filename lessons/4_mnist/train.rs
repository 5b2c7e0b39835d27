//! Trains, tests on the whole test set, and keeps what came of it.

use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, Instant},
};

use burn::prelude::Device;
use lstm_lessons::{
    cell::CellKind,
    mnist::{
        Digits,
        evaluate::{Evaluation, evaluate},
        model::RowClassifier,
        order::Order,
        rows::RowLoader,
        saved::{self, Manifest},
    },
    say,
    shell::{
        self,
        cli::{self, out},
        error::{Error, Result},
        program, write_svg,
    },
    training::{
        Accuracy, Loss, MicroBatches, Partial, Plan,
        bundle::is_finished,
        check_lr, history,
        report::{EpochSummary, Report, ReportOptions},
        run,
    },
};
use serde_json::json;

use crate::{
    args::{Args, Command, Resume},
    confusion,
    data::{self, Sets},
    folder::{Room, rooms},
    settings::Settings,
    show,
    training::{Preset, Source, Training},
};

/// Without a command: one classifier, trained and tested.
pub fn train(args: &Args, training: &Training) -> Result<()> {
    check(args, training)?;
    let (sets, about) = data::sets(args, training)?;
    let rooms = rooms(args.run.as_deref(), [""])?; // when nothing else can be wrong
    shell::note(&about);
    train_and_show(args, training, &sets, &rooms[0])
}

/// Goes on where it was stopped; where it was killed, after its last whole epoch.
pub fn resume(args: &Args, asked: &Resume) -> Result<()> {
    let (settings, folder) = (Settings::read(&asked.folder)?, &asked.folder);
    let args = settings.applied_to(args);
    let training = Training {
        epochs: Some(settings.epochs),
        dashboard: asked.dashboard,
        devices: asked.devices.clone(),
        ..settings.training.clone()
    };
    check(&args, &training)?;
    let done = history::kept(folder, settings.epochs)?.last().map_or(0, |row| row.epoch.number);
    if done == settings.epochs && is_finished(folder) {
        let (folder, mnist) = (folder.display(), program("lesson_mnist"));
        return Err(Error::user(say!(
            "{folder} has done all its {done} epochs; watch it read with `{mnist} watch --run \
             {folder}`",
            "{folder} 的 {done} 轮已全部完成；用 `{mnist} watch --run {folder}` 看它阅读"
        )));
    }
    history::report_lost(folder, settings.epochs, done)?;
    let (sets, about) = data::sets(&args, &training)?;
    settings.check_digits(&sets.train)?;
    let room = Room::again(folder, settings, done)?;
    shell::note(&about);
    train_and_show(&args, &training, &sets, &room)
}

fn train_and_show(args: &Args, training: &Training, sets: &Sets, room: &Room) -> Result<()> {
    let trained = train_and_test(args, training, sets, room)?;
    let (test, folder) = (&trained.test, room.path.display());
    let mnist = program("lesson_mnist");
    if args.json {
        out(&last_object(sets, test, trained.spent))?;
    } else {
        show::results(&trained.model, training.order, sets, test, &args.common.device()?)?;
        out(&say!(
            "The classifier is kept in {folder}; watch it read with:\n{mnist} watch --run \
             {folder}",
            "分类器保存在 {folder}；看它读数字：\n{mnist} watch --run {folder}"
        ))?;
    }
    if trained.interrupted {
        shell::note(say!(
            "It was stopped early; go on with:\n{mnist} resume {folder}",
            "训练提前停止；继续请用：\n{mnist} resume {folder}"
        ));
    }
    // Last, so that a slide that cannot be written costs no result.
    match &args.svg {
        Some(file) => write_svg(file, &confusion::slide(test), args.json),
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

/// Trains one classifier, or goes on with it, tests it, and keeps it in its folder.
pub fn train_and_test(
    args: &Args,
    training: &Training,
    sets: &Sets,
    room: &Room,
) -> Result<Trained> {
    let folder = room.path.as_path();
    let new;
    let (settings, done) = match &room.begun {
        Some((settings, done)) => (settings, *done),
        None => {
            let epochs = epochs(args, training, sets.trained_on);
            new = Settings::new(args, training, epochs, &sets.train);
            new.write(folder)?;
            (&new, 0)
        }
    };
    let plain = args.common.device()?;
    let tracked = plain.clone().autodiff();
    let (train, valid) = loaders(args, training, done, sets, (&tracked, &plain));
    let devices = training.devices.open(plain.clone())?;
    let micro_batches = MicroBatches::of(&devices, training.accumulate);
    let train = train.dealt_to(&micro_batches.workers);
    let schedule = training.learning_rates(settings.epochs * train.batches())?;
    let plan = Plan {
        folder: folder.to_path_buf(),
        epochs: settings.epochs,
        resume_from: (done > 0).then_some(done),
        partial: room.begun.as_ref().and_then(|_| Partial::read(folder, done + 1)),
        shown: cli::shown(training.dashboard)?,
        keep: Some(2),
        accuracy: true,
        average: training.average(),
        micro_batches,
    };
    let config = training.config();
    let model = training.fresh(args.seed, args.kernel, &tracked);
    let report = report(args, sets.train.len()).going_on_from(plan.partial.as_ref());
    let began = Instant::now();
    let sample = |_: &_, _: &_| Ok(String::new());
    let ended = run(&plan, model, schedule, Arc::new(train), Arc::new(valid), report, sample)?;
    let spent = began.elapsed();
    let interrupted = ended.stopped.is_some();
    if interrupted {
        shell::note(say!(
            "Stopped early; testing what was learned so far.",
            "提前停止；测试到目前为止学到的内容。"
        ));
    }
    let test = evaluate(&ended.model, &training.order.arrange(&sets.test), &plain);
    let manifest = Manifest {
        config,
        order: training.order,
        test_accuracy: test.accuracy(),
        test_images: test.count(),
        data: sets.tested_on.name().into(),
        trained_on: sets.trained_on.name().into(),
        train_images: sets.train.len(),
        epochs: ended.stopped.map_or(settings.epochs, |stopped| stopped.epoch - 1),
        seed: args.seed,
        command: settings.command.clone(),
    };
    saved::save(ended.model.clone(), &manifest, folder)?;
    Ok(Trained { model: ended.model, test, spent, interrupted })
}

/// The training set shuffled, on the device with autodiff, and augmented where that was asked for;
/// the validation set as it is, on the plain one. Both in the order of reading.
fn loaders(
    args: &Args,
    training: &Training,
    done: usize,
    sets: &Sets,
    (tracked, plain): (&Device, &Device),
) -> (RowLoader, RowLoader) {
    let Training { order, batch_size, augment, dropout, .. } = *training;
    let shuffled = |set| RowLoader::shuffled(set, batch_size, args.seed, done, tracked);
    let train = match augment > 0.0 || dropout > 0.0 {
        true => shuffled(Arc::clone(&sets.train)).augmented(augment, order),
        false => shuffled(arranged(order, &sets.train)),
    };
    (train, RowLoader::in_order(arranged(order, &sets.valid), 250, plain))
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
        _ if training.preset == Preset::Best => 30,
        Source::Real | Source::Other => 5,
        Source::Drawn => 4,
    })
}

/// What no type can rule out, before a digit is drawn or fetched and before an earlier run makes
/// room.
pub fn check(args: &Args, training: &Training) -> Result<()> {
    let devices = training.devices.open(args.common.device()?)?;
    devices.all().try_for_each(|device| args.kernel.check(device))?;
    cli::check_shape(&training.config().stack)?;
    check_lr(training.lr)?;
    if training.chrono && training.cell != CellKind::Lstm {
        return Err(Error::user(say!(
            "--chrono sets the biases of an LSTM's gates; leave it out, or choose --cell lstm",
            "--chrono 设定的是 LSTM 各门的偏置；请去掉它，或选 --cell lstm"
        )));
    }
    cli::shown(training.dashboard).map(drop)
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
    };
    let compared = matches!(args.command, Some(Command::Orders(_) | Command::Cells(_)));
    let json = args.json && !compared;
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
