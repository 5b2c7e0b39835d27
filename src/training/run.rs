//! One training, from the first step to the last checkpoint.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use burn::{
    data::dataloader::DataLoader,
    optim::{
        ModuleOptimizer, OptimizerRecord,
        lr_scheduler::{
            LrSchedulerRecord, composed::ComposedLrSchedulerConfig,
            linear::LinearLrSchedulerConfig, module_lr_scheduler::ModuleLrScheduler,
        },
    },
    store::ModuleRecord,
};
use burn_train::{
    InferenceStep, Learner, LearnerModel, SupervisedTraining, TrainStep, TrainingStrategy,
    checkpoint::{Checkpoint, CheckpointerError},
    renderer::default_renderer,
};

use super::{
    checkpoints::{Dispensable, Failed, NoLog, PARTS, Part, SaveAndWait, checkpoint_files},
    epochs::{Epochs, FinishedEpoch},
    interrupt,
    measured::{Accuracy, Loss, Measured},
    partial::{BETWEEN, Partial},
    report::Report,
    weights,
};
use crate::{
    kernel::adam::Adam,
    say,
    shell::{
        error::{Error, Result},
        files,
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
                 and `resume` goes on from the epoch before",
                "无法读取检查点 {file}（{why}）；请删除该编号的各文件，`resume` 会从前一轮继续",
                file = file.display()
            ),
            Kind::Failed { folder, why } => say!(
                "the training stopped ({why}); check that {folder} can be written and has room, \
                 then resume from its last epoch",
                "训练中断（{why}）；请检查 {folder} 可写且空间足够，然后从最后一轮续训",
                folder = folder.display()
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
    /// Burn's own dashboard instead of ours (needs a terminal).
    pub dashboard: bool,
    /// Which checkpoints may go.
    pub dispensable: Dispensable,
    /// Show the share of right predictions beside the loss.
    pub accuracy: bool,
}

/// How a training ended.
pub struct Ended<M> {
    /// The model as it is now, without autodiff.
    pub model: M,
    /// Where Ctrl-C stopped it; `None` if it came to the end of its last epoch.
    pub stopped: Option<Partial>,
}

/// Trains `model` with Adam, checkpoints after every epoch, and obeys Ctrl-C: it finishes the step
/// and keeps all that was done.
///
/// `on_epoch` gets the model at the end of each epoch, before its checkpoint is written; what it
/// returns is shown below the epoch's line (unless Burn's dashboard has the terminal). Line and text
/// are shown once the checkpoint is on disk.
///
/// # Errors
/// What burn-train reports: a checkpoint that cannot be read or written, a device that failed.
pub fn run<M>(
    plan: &Plan,
    model: M,
    schedule: ModuleLrScheduler,
    train: Arc<dyn DataLoader<<M as TrainStep>::Input>>,
    valid: Arc<dyn DataLoader<<M as InferenceStep>::Input>>,
    report: Report,
    on_epoch: impl FnMut(&M, &FinishedEpoch) -> Option<String> + Send + 'static,
) -> Result<Ended<M>>
where
    M: LearnerModel + TrainStep<Output = Measured> + InferenceStep<Output = Measured>,
{
    let epochs = Arc::new(Epochs {
        folder: plan.folder.clone(),
        from: plan.partial.clone(),
        on_epoch: Mutex::new(Box::new(on_epoch)),
        printer: (!plan.dashboard).then(|| report.printer()),
        stopped: Mutex::default(),
    });
    for number in plan.resume_from.into_iter().chain(plan.partial.as_ref().map(|_| BETWEEN)) {
        check_checkpoint(&plan.folder, number)?;
        let [file, _, _] = checkpoint_files(&plan.folder, number);
        weights::fill(model.clone(), files::read_whole(&file)?, &file.display().to_string())?;
    }
    let failed = Failed::default();
    let training = set_up(plan, train, valid, report, &failed);
    interrupt::stop_on_ctrl_c(training.interrupter());
    let ended = training
        .with_training_strategy(TrainingStrategy::Custom(epochs.clone()))
        .launch(Learner::new(model, ModuleOptimizer::from(Adam::default()), schedule));
    interrupt::over();
    if let Some(error) = failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(error);
    }
    if let Some(error) = ended.error {
        let (folder, why) = (plan.folder.clone(), error.to_string());
        return Err(Error::user(Kind::Failed { folder, why }));
    }
    let stopped = epochs.stopped.lock().unwrap_or_else(PoisonError::into_inner).take();
    // Only now are the checkpoint's three files whole: burn-train writes them on threads that have
    // ended with the training.
    if let Some(partial) = stopped.as_ref().filter(|partial| !partial.measured.is_empty()) {
        partial.write(&plan.folder)?;
    }
    Ok(Ended { model: ended.model, stopped })
}

/// burn-train with our metrics, our display, and checkpoints in the run folder.
fn set_up<M>(
    plan: &Plan,
    train: Arc<dyn DataLoader<<M as TrainStep>::Input>>,
    valid: Arc<dyn DataLoader<<M as InferenceStep>::Input>>,
    report: Report,
    failed: &Failed,
) -> SupervisedTraining<M>
where
    M: LearnerModel + TrainStep<Output = Measured> + InferenceStep<Output = Measured>,
{
    let [model, optimizer, schedule] =
        PARTS.map(|name| Part { folder: plan.folder.clone(), name, failed: failed.clone() });
    let mut training = SupervisedTraining::<M>::new(&plan.folder, train, valid)
        .metric_train_numeric(Loss::default())
        .metric_valid_numeric(Loss::default())
        .with_checkpointing_strategy(SaveAndWait(plan.dispensable.clone()))
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
    match plan.dashboard {
        false => training.renderer(Box::new(report)),
        true => {
            let interrupter = training.interrupter();
            let shown = default_renderer(interrupter.clone(), plan.resume_from);
            training.renderer(Box::new(report.with_dashboard(shown, interrupter)))
        }
    }
}

/// Reads a checkpoint's three files once before the training does: burn-train would panic at the
/// first that is damaged.
///
/// # Errors
/// [`Kind::Checkpoint`].
pub(super) fn check_checkpoint(folder: &Path, number: usize) -> Result<()> {
    fn check<R: Checkpoint>(file: PathBuf) -> Result<()> {
        let record = R::load(file.clone()).and_then(|record| {
            // What is read lazily is read here.
            record.checkpoint_into_bytes().map_err(CheckpointerError::Record)
        });
        record.map(drop).map_err(|error| {
            let why = error.to_string().lines().next().unwrap_or_default().to_string();
            Error::user(Kind::Checkpoint { file, why })
        })
    }
    let [model, optimizer, schedule] = checkpoint_files(folder, number);
    check::<ModuleRecord>(model)?;
    check::<OptimizerRecord>(optimizer)?;
    check::<LrSchedulerRecord>(schedule)
}

/// Warm-up, then a straight line down: the learning rate of every optimizer step.
///
/// ```text
/// lr_k = lr · min(1, k / warm_up) · (1 - 0.98 · k / steps)
/// ```
///
/// The first steps of Adam know nothing yet and should be small; the last should be small so that
/// the model settles.
///
/// # Errors
/// [`Kind::LearningRate`].
pub fn schedule(lr: f64, warm_up: usize, steps: usize) -> Result<ModuleLrScheduler> {
    check_lr(lr)?;
    let first = 1.0 / warm_up.max(1) as f64;
    ComposedLrSchedulerConfig::new()
        .linear(LinearLrSchedulerConfig::new(first, 1.0, warm_up.max(1)))
        .linear(LinearLrSchedulerConfig::new(lr, 0.02 * lr, steps.max(1)))
        .init()
        .map_err(Error::ours)
}

/// Refuses a learning rate that teaches nothing, and NaN.
///
/// # Errors
/// [`Kind::LearningRate`] outside (0, 1].
pub fn check_lr(lr: f64) -> Result<()> {
    match lr > 0.0 && lr <= 1.0 {
        true => Ok(()),
        false => Err(Error::user(Kind::LearningRate(lr))),
    }
}
