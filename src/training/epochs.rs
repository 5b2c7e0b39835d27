//! The loop of a training: epochs, steps, validation, checkpoints.
//!
//! burn-train's own loop, plugged in where burn-train takes one, with two things more. It lets the
//! model of each epoch write a sample for the history; and it can stop inside an epoch and go on
//! there as if it never had. Whatever decides how it goes on is in the checkpoint (weights,
//! optimizer, schedule), in the seed of the loader, whose first batches then pass by unused, and in
//! a [`Partial`].

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use burn::data::dataloader::DataLoader;
use burn_train::{
    EventProcessorTraining, InferenceStep, Interrupter, Learner, LearnerEvent, LearnerModel,
    SupervisedLearningStrategy, SupervisedTrainingEventProcessor, TrainStep, TrainingComponents,
    TrainingItem,
    train::{MultiDeviceStepError, WorkerFailure},
};

use super::{
    checkpoints::{Shared, checkpoint_files, inside},
    device::Lost,
    history::{self, Row},
    measured::Measured,
    micro_batches::{Divide, MicroBatches, Steps},
    partial::{BETWEEN, Partial},
    report::Printer,
};
use crate::{
    look::{fit, shown::columns},
    shell::{error::Result, files},
};

/// What an epoch came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FinishedEpoch {
    /// Counted from 1.
    pub number: usize,
    /// Over the training set, with dropout and the weights of each step.
    pub train: Measured,
    /// Over the validation set, with the weights after the last step, or their average.
    pub valid: Measured,
    /// Training and validation.
    pub seconds: f64,
}

/// Lets the model write, as it was validated (without autodiff): the sample in the epoch's row,
/// which is shown below the epoch's line; empty for none.
pub type Sample<M> = Box<dyn FnMut(&M, &FinishedEpoch) -> Result<String> + Send>;

/// The loop, and where it was stopped.
pub struct Epochs<M> {
    /// The run folder.
    pub folder: PathBuf,
    /// The middle of the first epoch, where an earlier training was stopped.
    pub from: Option<Partial>,
    /// Of the epochs that are finished.
    pub history: Mutex<Vec<Row>>,
    /// So many of the last epochs keep their checkpoints, and the best; all do where it is `None`.
    pub keep: Option<usize>,
    /// In how many parts each batch goes through the model, and where.
    pub micro_batches: MicroBatches,
    /// Called before the epoch's checkpoint is written.
    pub sample: Mutex<Sample<M>>,
    /// Shows what it returns.
    pub printer: Option<Printer>,
    /// What came of writing the checkpoints.
    pub(super) written: Shared,
    /// Where this training was stopped; `None` if it came to its end. (burn-train's interface has
    /// no other way to return it.)
    pub stopped: Mutex<Option<Partial>>,
    /// The devices whose loss stopped it.
    pub lost: Mutex<Option<Lost>>,
}

impl<M> SupervisedLearningStrategy<M> for Epochs<M>
where
    M: LearnerModel + TrainStep<Output = Measured> + InferenceStep<Output = Measured>,
    <M as TrainStep>::Input: Divide,
{
    fn fit(
        &self,
        components: TrainingComponents<M>,
        mut learner: Learner<M>,
        train: Arc<dyn DataLoader<<M as TrainStep>::Input>>,
        valid: Arc<dyn DataLoader<<M as InferenceStep>::Input>>,
        first: usize,
    ) -> (M, SupervisedTrainingEventProcessor<M>) {
        let TrainingComponents {
            num_epochs,
            mut checkpointer,
            interrupter,
            event_processor: events,
            event_store,
            ..
        } = components;
        if let (Some(_), Some(checkpointer)) = (&self.from, &checkpointer) {
            learner = checkpointer.load_checkpoint(learner, BETWEEN);
        }
        let steps = self.micro_batches.start();
        let mut training = Running { learner, steps, events, interrupter, lost: None };
        for epoch in first..=num_epochs {
            let mut partial = self.begin(epoch);
            let Some((model, finished)) = training.epoch(&mut partial, &*train, &*valid) else {
                // After a failure the checkpoint that is there is the better one; but a worker that is
                // lost leaves the model as it was before its step.
                let whole = training.interrupter.error().is_none() || training.lost.is_some();
                if let (true, false, Some(checkpointer)) =
                    (whole, partial.measured.is_empty(), &mut checkpointer)
                {
                    Partial::forget(&self.folder);
                    checkpointer.checkpoint(&training.learner, BETWEEN, &event_store);
                }
                *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = Some(partial);
                *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = training.lost.take();
                break;
            };
            let sample =
                self.sample.lock().unwrap_or_else(PoisonError::into_inner)(&model, &finished);
            if let Some(checkpointer) = &mut checkpointer {
                checkpointer.checkpoint(&training.learner, epoch, &event_store);
            }
            // What is not on disk is neither in the history nor reported.
            let on_disk = training.interrupter.error().is_none();
            let Some(sample) = on_disk.then(|| self.finish(&finished, sample)).flatten() else {
                break;
            };
            training.report(LearnerEvent::EndEpoch(epoch));
            let shown = training.events.flush();
            training.interrupter.fail_on_error(shown);
            if let (false, Some(printer)) = (sample.is_empty(), &self.printer) {
                printer.print(&fit(&format!("  {sample}"), columns() - 1));
            }
        }
        (training.learner.model(), training.events)
    }
}

impl<M> Epochs<M> {
    /// An epoch at its first step, or where an earlier training was stopped in it.
    fn begin(&self, epoch: usize) -> Partial {
        let before = self.from.clone().filter(|from| from.epoch == epoch);
        before.unwrap_or(Partial { epoch, seconds: 0.0, measured: Vec::new() })
    }

    /// Writes the epoch's row, now that its checkpoint is on disk. Returns the sample, or nothing if
    /// one of the two has failed.
    fn finish(&self, finished: &FinishedEpoch, sample: Result<String>) -> Option<String> {
        let kept = sample.and_then(|sample| self.write_row(finished, sample));
        kept.map_err(|error| inside(&self.written).failed.replace(error)).ok()
    }

    /// The row; then what no row needs any more goes.
    fn write_row(&self, finished: &FinishedEpoch, sample: String) -> Result<String> {
        let mut rows = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        let sums = inside(&self.written).sums.clone();
        rows.push(Row::new(finished, sample.clone(), sums));
        history::write(&self.folder, &rows)?;
        for old in self.keep.map_or(Vec::new(), |keep| history::dispensable(&rows, keep)) {
            // One that stays takes up room, and nothing else.
            checkpoint_files(&self.folder, old).iter().for_each(|file| drop(files::remove(file)));
        }
        Ok(sample)
    }
}

/// A training under way.
struct Running<M: LearnerModel> {
    learner: Learner<M>,
    steps: Steps<M>,
    /// The metrics and the display.
    events: SupervisedTrainingEventProcessor<M>,
    interrupter: Interrupter,
    /// The devices that failed.
    lost: Option<Lost>,
}

impl<M> Running<M>
where
    M: LearnerModel + TrainStep<Output = Measured> + InferenceStep<Output = Measured>,
    <M as TrainStep>::Input: Divide,
{
    /// Nobody has asked it to stop, and nothing has failed.
    fn goes_on(&self) -> bool {
        !self.interrupter.should_stop()
    }

    fn report(&mut self, event: LearnerEvent<Measured>) {
        self.interrupter.fail_on_error(self.events.process_train(event));
    }

    fn report_valid(&mut self, event: LearnerEvent<Measured>) {
        self.interrupter.fail_on_error(self.events.process_valid(event));
    }

    /// Training and validation: the model as it was validated, and what the epoch came to; `None`
    /// if it was stopped on the way.
    fn epoch(
        &mut self,
        partial: &mut Partial,
        train: &dyn DataLoader<<M as TrainStep>::Input>,
        valid: &dyn DataLoader<<M as InferenceStep>::Input>,
    ) -> Option<(M, FinishedEpoch)> {
        if self.goes_on() {
            self.train(partial, train);
        }
        if !self.goes_on() {
            return None;
        }
        let began = Instant::now();
        let (model, measured) = self.validate(partial.epoch, valid);
        let finished = FinishedEpoch {
            number: partial.epoch,
            train: Measured::mean(&partial.measured),
            valid: Measured::mean(&measured),
            seconds: partial.seconds + began.elapsed().as_secs_f64(),
        };
        self.goes_on().then_some((model, finished))
    }

    /// One pass over the training set: what is left of it after the steps in `partial`, which then
    /// has all of them.
    fn train(&mut self, partial: &mut Partial, train: &dyn DataLoader<<M as TrainStep>::Input>) {
        let (began, before) = (Instant::now(), partial.seconds);
        self.report(LearnerEvent::StartSplit {
            epoch_number: partial.epoch,
            total_items: train.num_items(),
        });
        let mut batches = train.iter();
        for (step, &measured) in (1..).zip(&partial.measured) {
            batches.next();
            let item = TrainingItem::new(measured, batches.progress(), Some(step), None);
            self.report(LearnerEvent::ProcessedItem(item));
        }
        while self.goes_on() {
            let model = self.learner.model();
            let next = || {
                let batch = batches.next()?.map_err(MultiDeviceStepError::Dataset);
                Some(batch.and_then(|batch| self.steps.step(&model, batch)))
            };
            match self.steps.guarded(next) {
                Ok(None) => break,
                Ok(Some(Ok((measured, grads)))) => {
                    self.learner.lr_step();
                    self.learner.optimizer_step(grads);
                    partial.measured.push(measured);
                    let (steps, lr) = (partial.measured.len(), self.learner.lr_current());
                    let item =
                        TrainingItem::new(measured, batches.progress(), Some(steps), Some(lr));
                    self.report(LearnerEvent::ProcessedItem(item));
                }
                Ok(Some(Err(error))) => {
                    self.lost = self.steps.lost(&error);
                    self.interrupter.fail(error);
                }
                Err(lost) => {
                    let failure = WorkerFailure { device_id: 0, message: lost.why.clone() };
                    self.lost = Some(lost);
                    self.interrupter.fail(MultiDeviceStepError::Workers(vec![failure]));
                }
            }
        }
        partial.seconds = before + began.elapsed().as_secs_f64();
        self.report(LearnerEvent::EndSplit(partial.epoch));
    }

    /// One pass over the validation set: the model without autodiff, and what each batch measured.
    fn validate(
        &mut self,
        epoch: usize,
        valid: &dyn DataLoader<<M as InferenceStep>::Input>,
    ) -> (M, Vec<Measured>) {
        let model = self.learner.model().valid();
        let total_items = valid.num_items();
        self.report_valid(LearnerEvent::StartSplit { epoch_number: epoch, total_items });
        let (mut batches, mut all) = (valid.iter(), Vec::new());
        while self.goes_on()
            && let Some(batch) = batches.next()
        {
            match batch {
                Ok(batch) => {
                    let measured = InferenceStep::step(&model, batch);
                    all.push(measured);
                    let item =
                        TrainingItem::new(measured, batches.progress(), Some(all.len()), None);
                    self.report_valid(LearnerEvent::ProcessedItem(item));
                }
                Err(error) => self.interrupter.fail(error),
            }
        }
        self.report_valid(LearnerEvent::EndSplit(epoch));
        (model, all)
    }
}
