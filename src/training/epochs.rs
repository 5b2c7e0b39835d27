//! The loop of a training: epochs, steps, validation, checkpoints.
//!
//! burn-train's own loop, plugged in where burn-train takes one, with one thing more: it can stop
//! inside an epoch and go on there as if it never had. Whatever decides how it goes on is in the
//! checkpoint (weights, optimizer, schedule), in the seed of the loader, whose first batches then
//! pass by unused, and in a [`Partial`].

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Instant,
};

use burn::data::dataloader::DataLoader;
use burn_train::{
    EventProcessorTraining, InferenceStep, Interrupter, Learner, LearnerEvent, LearnerModel,
    SupervisedLearningStrategy, SupervisedTrainingEventProcessor, TrainStep, TrainingComponents,
    TrainingItem,
};

use super::{
    Measured,
    partial::{BETWEEN, Partial},
};

/// The loop, and where it was stopped.
pub struct Epochs {
    /// The run folder.
    pub folder: PathBuf,
    /// The middle of the first epoch, where an earlier training was stopped.
    pub from: Option<Partial>,
    /// Where this one was stopped; `None` if it came to its end.
    pub stopped: Mutex<Option<Partial>>,
}

impl<M> SupervisedLearningStrategy<M> for Epochs
where
    M: LearnerModel + TrainStep<Output = Measured> + InferenceStep<Output = Measured>,
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
            event_processor,
            event_store,
            ..
        } = components;
        if let (Some(_), Some(checkpointer)) = (&self.from, &checkpointer) {
            learner = checkpointer.load_checkpoint(learner, BETWEEN);
        }
        let mut training = Running { learner, told: event_processor, interrupter };
        for epoch in first..=num_epochs {
            let before = self.from.clone().filter(|from| from.epoch == epoch);
            let mut partial =
                before.unwrap_or(Partial { epoch, seconds: 0.0, measured: Vec::new() });
            if training.goes_on() {
                training.epoch(&mut partial, &*train);
            }
            if training.goes_on() {
                training.validation(epoch, &*valid);
            }
            if !training.goes_on() {
                // After a failure, the checkpoint that is there is the better one.
                if let (None, false, Some(checkpointer)) =
                    (training.interrupter.error(), partial.measured.is_empty(), &mut checkpointer)
                {
                    Partial::forget(&self.folder);
                    checkpointer.checkpoint(&training.learner, BETWEEN, &event_store);
                }
                *self.stopped.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) =
                    Some(partial);
                break;
            }
            training.tell(LearnerEvent::EndEpoch(epoch));
            if let Some(checkpointer) = &mut checkpointer {
                // What is told of an epoch is written down before its checkpoint: history, then
                // weights.
                let written = training.told.flush();
                training.interrupter.fail_on_error(written);
                checkpointer.checkpoint(&training.learner, epoch, &event_store);
            }
        }
        (training.learner.model(), training.told)
    }
}

/// A training under way, and who is told of it.
struct Running<M: LearnerModel> {
    learner: Learner<M>,
    told: SupervisedTrainingEventProcessor<M>,
    interrupter: Interrupter,
}

impl<M> Running<M>
where
    M: LearnerModel + TrainStep<Output = Measured> + InferenceStep<Output = Measured>,
{
    /// Nobody has asked it to stop, and nothing has failed.
    fn goes_on(&self) -> bool {
        !self.interrupter.should_stop()
    }

    fn tell(&mut self, event: LearnerEvent<Measured>) {
        self.interrupter.fail_on_error(self.told.process_train(event));
    }

    /// One pass over the poems or digits that teach: what is left of it after the steps in
    /// `partial`, which then has all of them.
    fn epoch(&mut self, partial: &mut Partial, train: &dyn DataLoader<<M as TrainStep>::Input>) {
        let (began, before) = (Instant::now(), partial.seconds);
        self.tell(LearnerEvent::StartSplit {
            epoch_number: partial.epoch,
            total_items: train.num_items(),
        });
        let mut batches = train.iter();
        for (step, &measured) in (1..).zip(&partial.measured) {
            batches.next();
            self.tell(LearnerEvent::ProcessedItem(TrainingItem::new(
                measured,
                batches.progress(),
                Some(step),
                None,
            )));
        }
        while self.goes_on()
            && let Some(batch) = batches.next()
        {
            match batch {
                Ok(batch) => {
                    let step = self.learner.train_step(batch);
                    self.learner.lr_step();
                    self.learner.optimizer_step(step.grads);
                    partial.measured.push(step.item);
                    let (steps, lr) = (partial.measured.len(), self.learner.lr_current());
                    let item =
                        TrainingItem::new(step.item, batches.progress(), Some(steps), Some(lr));
                    self.tell(LearnerEvent::ProcessedItem(item));
                }
                Err(error) => self.interrupter.fail(error),
            }
        }
        partial.seconds = before + began.elapsed().as_secs_f64();
        self.tell(LearnerEvent::EndSplit(partial.epoch));
    }

    /// One pass over those that judge.
    fn validation(&mut self, epoch: usize, valid: &dyn DataLoader<<M as InferenceStep>::Input>) {
        let model = self.learner.model().valid();
        let total_items = valid.num_items();
        self.tell_valid(LearnerEvent::StartSplit { epoch_number: epoch, total_items });
        let (mut batches, mut steps) = (valid.iter(), 0);
        while self.goes_on()
            && let Some(batch) = batches.next()
        {
            match batch {
                Ok(batch) => {
                    steps += 1;
                    let measured = InferenceStep::step(&model, batch);
                    let item = TrainingItem::new(measured, batches.progress(), Some(steps), None);
                    self.tell_valid(LearnerEvent::ProcessedItem(item));
                }
                Err(error) => self.interrupter.fail(error),
            }
        }
        self.tell_valid(LearnerEvent::EndSplit(epoch));
    }

    fn tell_valid(&mut self, event: LearnerEvent<Measured>) {
        self.interrupter.fail_on_error(self.told.process_valid(event));
    }
}
