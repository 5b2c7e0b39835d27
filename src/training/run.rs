//! One training, from the first step to the last checkpoint.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use burn::{
    data::dataloader::DataLoader,
    module::{Module, ModuleDisplay},
    optim::{
        ModuleOptimizer, OptimizerRecord,
        lr_scheduler::{LrSchedulerRecord, module_lr_scheduler::ModuleLrScheduler},
    },
    store::ModuleRecord,
    tensor::Bytes,
};
use burn_train::{
    InferenceStep, Learner, LearnerModel, SupervisedTraining, TrainStep, TrainingStrategy,
    checkpoint::Checkpoint, renderer::default_renderer,
};

use super::{
    average::Averaged,
    checkpoints::{NoLog, Part, SaveAndWait, Shared, Sums, checkpoint_files, inside},
    device::Lost,
    epochs::{Epochs, FinishedEpoch, Sample},
    history::{self, Row},
    interrupt,
    measured::{Accuracy, Loss, Measured},
    micro_batches::{Divide, MicroBatches},
    partial::{BETWEEN, Partial},
    report::Report,
    weights,
};
use crate::{
    kernel::adam::Adam,
    say,
    shell::{
        Shown,
        error::{Error, Result},
        files, this_program,
    },
};

/// What can go wrong with a training.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A learning rate outside (0, 1].
    LearningRate(f64),
    /// One of a checkpoint's three files is missing, cut short or no checkpoint.
    Checkpoint {
        /// The file.
        file: PathBuf,
        /// What burn says of it.
        why: String,
    },
    /// A device that computed its part of every batch is gone.
    Lost {
        /// Its name, and why.
        lost: Lost,
        /// The run folder.
        folder: PathBuf,
    },
    /// burn-train gave up.
    Failed {
        /// The run folder.
        folder: PathBuf,
        /// What burn says of it.
        why: String,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::LearningRate(lr) => say!(
                "the learning rate cannot be {lr}; choose --lr above 0 and at most 1, such as 0.004",
                "学习率不能是 {lr}；--lr 请选择大于 0、不超过 1 的数，例如 0.004"
            ),
            Kind::Checkpoint { file, why } => say!(
                "the checkpoint {file} cannot be read ({why}); remove the files of this number, \
                 and this goes on from the epoch before: {program} resume {folder}",
                "无法读取检查点 {file}（{why}）；请删除该编号的各文件，再从前一轮继续：{program} resume \
                 {folder}",
                folder = file.ancestors().nth(2).unwrap_or(file).display(), // FOLDER/checkpoint/FILE
                file = file.display(),
                program = this_program()
            ),
            Kind::Lost { lost: Lost { device, why }, folder } => say!(
                "{device} is lost ({why}); every step before is kept: `{program} resume {folder}` goes on \
                 without it, and with other devices by --devices",
                "设备 {device} 已丢失（{why}）；之前的每一步都已保存：`{program} resume {folder}` 可以不靠它继续，\
                 也可用 --devices 换别的设备",
                program = this_program(),
                folder = folder.display()
            ),
            Kind::Failed { folder, why } => say!(
                "the training stopped ({why}); check that {folder} can be written and has room, \
                 then go on from its last epoch with {program} resume {folder}",
                "训练中断（{why}）；请检查 {folder} 可写且空间足够，再从最后一轮续训：{program} resume \
                 {folder}",
                folder = folder.display(),
                program = this_program()
            ),
        })
    }
}

impl std::error::Error for Kind {}

/// Where, how long and how shown.
pub struct Plan {
    /// The run folder: the checkpoints go there.
    pub folder: PathBuf,
    /// Epochs in all, those before a resume included.
    pub epochs: usize,
    /// The last whole epoch of the run that is continued.
    pub resume_from: Option<usize>,
    /// And where in the epoch after it that run was stopped.
    pub partial: Option<Partial>,
    /// What is seen of it.
    pub shown: Shown,
    /// So many of the last epochs keep their checkpoints, and the best; all do where it is `None`.
    pub keep: Option<usize>,
    /// Show the share of right predictions beside the loss.
    pub accuracy: bool,
    /// The decay with which the weights are averaged ([`Averaged`]): the average is then what is
    /// validated, what writes, and what comes out. `None` leaves the weights of the last step.
    pub average: Option<f64>,
    /// In how many parts each batch goes through the model, and where.
    pub micro_batches: MicroBatches,
}

/// How a training ended.
pub struct Ended<M> {
    /// The model as it is now, without autodiff.
    pub model: M,
    /// Where Ctrl-C stopped it; `None` if it came to the end of its last epoch.
    pub stopped: Option<Partial>,
}

/// Trains `model` with Adam, checkpoints after every epoch, and obeys Ctrl-C (or whoever watches
/// it): it finishes the step and keeps all that was done.
///
/// `sample` lets the model write at the end of each epoch; what it returns stands in the epoch's row
/// of the history and is shown below its line (unless Burn's dashboard has the terminal), once
/// checkpoint and history are on disk.
///
/// # Errors
/// A checkpoint or a history that cannot be read or written, what `sample` refuses, and what
/// burn-train reports.
pub fn run<M>(
    plan: &Plan,
    model: M,
    schedule: ModuleLrScheduler,
    train: Arc<dyn DataLoader<<M as TrainStep>::Input>>,
    valid: Arc<dyn DataLoader<<M as InferenceStep>::Input>>,
    report: Report,
    mut sample: impl FnMut(&M, &FinishedEpoch) -> Result<String> + Send + 'static,
) -> Result<Ended<M>>
where
    M: LearnerModel
        + ModuleDisplay
        + TrainStep<Output = Measured>
        + InferenceStep<Output = Measured>,
    <M as TrainStep>::Input: Divide,
{
    let Some(decay) = plan.average else {
        return launch(plan, model, schedule, train, valid, report, Box::new(sample));
    };
    let both = Averaged::new(model, decay);
    let sample = move |both: &Averaged<M>, epoch: &FinishedEpoch| sample(&both.average, epoch);
    let Ended { model: both, stopped } =
        launch(plan, both, schedule, train, valid, report, Box::new(sample))?;
    Ok(Ended { model: both.average, stopped })
}

/// Hands the model to burn-train.
fn launch<M>(
    plan: &Plan,
    model: M,
    schedule: ModuleLrScheduler,
    train: Arc<dyn DataLoader<<M as TrainStep>::Input>>,
    valid: Arc<dyn DataLoader<<M as InferenceStep>::Input>>,
    report: Report,
    sample: Sample<M>,
) -> Result<Ended<M>>
where
    M: LearnerModel
        + ModuleDisplay
        + TrainStep<Output = Measured>
        + InferenceStep<Output = Measured>,
    <M as TrainStep>::Input: Divide,
{
    let history = history::read(&plan.folder, plan.resume_from.unwrap_or(0))?;
    check_begin(plan, &model, &history)?;
    let written = Shared::default();
    let epochs = Arc::new(Epochs {
        folder: plan.folder.clone(),
        from: plan.partial.clone(),
        history: Mutex::new(history),
        keep: plan.keep,
        micro_batches: plan.micro_batches.clone(),
        sample: Mutex::new(sample),
        printer: (plan.shown == Shown::Report).then(|| report.printer()),
        written: written.clone(),
        stopped: Mutex::default(),
        lost: Mutex::default(),
    });
    let training = set_up(plan, train, valid, report, &written);
    let interrupter = training.interrupter();
    match plan.shown {
        Shown::Watched(watch) => watch.on_stop(move || interrupter.stop(Some("its watcher"))),
        _ => interrupt::stop_on_ctrl_c(interrupter),
    }
    let ended = training
        .with_training_strategy(TrainingStrategy::Custom(epochs.clone()))
        .launch(Learner::new(model, ModuleOptimizer::from(Adam::default()), schedule));
    interrupt::over();
    if let Some(error) = inside(&written).failed.take() {
        return Err(error);
    }
    let lost = epochs.lost.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let (Some(error), None) = (ended.error, &lost) {
        let (folder, why) = (plan.folder.clone(), error.to_string());
        return Err(Error::user(Kind::Failed { folder, why }));
    }
    let stopped = epochs.stopped.lock().unwrap_or_else(PoisonError::into_inner).take();
    // Only now are the checkpoint's three files whole: burn-train writes them on threads that have
    // ended with the training.
    if let Some(partial) = stopped.as_ref().filter(|partial| !partial.measured.is_empty()) {
        partial.write(&plan.folder, &inside(&written).sums)?;
    }
    if let Some(lost) = lost {
        return Err(Error::user(Kind::Lost { lost, folder: plan.folder.clone() }));
    }
    Ok(Ended { model: ended.model, stopped })
}

/// burn-train with our metrics, our display, and checkpoints in the run folder.
fn set_up<M>(
    plan: &Plan,
    train: Arc<dyn DataLoader<<M as TrainStep>::Input>>,
    valid: Arc<dyn DataLoader<<M as InferenceStep>::Input>>,
    report: Report,
    written: &Shared,
) -> SupervisedTraining<M>
where
    M: LearnerModel + TrainStep<Output = Measured> + InferenceStep<Output = Measured>,
{
    let [model, optimizer, schedule] = Part::all(&plan.folder, written);
    let mut training = SupervisedTraining::<M>::new(&plan.folder, train, valid)
        .metric_train_numeric(Loss::default())
        .metric_valid_numeric(Loss::default())
        .with_checkpointing_strategy(SaveAndWait)
        .with_custom_checkpointers(model, optimizer, schedule)
        .with_metric_logger(NoLog)
        .with_application_logger(None) // the default would install a global logger and panic hook
        .num_epochs(plan.epochs);
    if plan.accuracy {
        training = training
            .metric_train_numeric(Accuracy::default())
            .metric_valid_numeric(Accuracy::default());
    }
    if let Some(epoch) = plan.resume_from {
        training = training.checkpoint(epoch);
    }
    match plan.shown {
        Shown::Report => training.renderer(Box::new(report)),
        Shown::Nothing => training.renderer(Box::new(report.quiet())),
        Shown::Watched(watch) => training.renderer(Box::new(report.watched_by(watch))),
        Shown::Dashboard => {
            let interrupter = training.interrupter();
            let shown = default_renderer(interrupter.clone(), plan.resume_from);
            training.renderer(Box::new(report.with_dashboard(shown, interrupter)))
        }
    }
}

/// The checkpoints that a training goes on from: whole, and of a model of this shape.
fn check_begin<M: Module + ModuleDisplay>(plan: &Plan, model: &M, history: &[Row]) -> Result<()> {
    let whole = history.iter().filter(|row| Some(row.epoch.number) == plan.resume_from);
    let whole = whole.map(|row| (row.epoch.number, Some(&row.sums)));
    // Of the one inside an epoch, the sums were compared as it was found.
    for (number, sums) in whole.chain(plan.partial.as_ref().map(|_| (BETWEEN, None))) {
        check_checkpoint(&plan.folder, number, sums)?;
        let [file, _, _] = checkpoint_files(&plan.folder, number);
        weights::fill(model.clone(), files::read_whole(&file)?, &file.display().to_string())?;
    }
    Ok(())
}

/// Reads a checkpoint's three files once before the training does: burn-train would panic at the
/// first that is damaged.
///
/// # Errors
/// [`Kind::Checkpoint`].
pub(super) fn check_checkpoint(folder: &Path, number: usize, sums: Option<&Sums>) -> Result<()> {
    fn check<R: Checkpoint>(file: PathBuf, sum: Option<&String>) -> Result<()> {
        let bad = |why: String| {
            let why = why.lines().next().unwrap_or_default().to_string();
            Error::user(Kind::Checkpoint { file: file.clone(), why })
        };
        let bytes = std::fs::read(&file).map_err(|error| bad(error.to_string()))?;
        if sum.is_some_and(|sum| *sum != weights::sha256(&bytes)) {
            return Err(bad(say!("its SHA-256 is another", "SHA-256 不符")));
        }
        let record = R::checkpoint_from_bytes(Bytes::from_bytes_vec(bytes));
        // What is read lazily is read here.
        let read = record.and_then(|record| record.checkpoint_into_bytes());
        read.map(drop).map_err(|error| bad(error.to_string()))
    }
    let [model, optimizer, schedule] = checkpoint_files(folder, number);
    let sum = |part: usize| sums.map(|sums| &sums[part]);
    check::<ModuleRecord>(model, sum(0))?;
    check::<OptimizerRecord>(optimizer, sum(1))?;
    check::<LrSchedulerRecord>(schedule, sum(2))
}
