//! What Burn's learner tells the report: bookkeeping first, then the display.

use burn::train::{
    LearnerSummary,
    logger::{EvaluationProgressLogger, TrainingProgressLogger},
    metric::MetricDefinition,
    renderer::{
        EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation,
        MetricsRendererTraining,
    },
};

use super::{PLAIN_FIRST, Pace, Phase, Report, Screen};

impl MetricsRendererTraining for Report {
    fn update_train(&mut self, state: MetricState) {
        self.file(state, true);
    }

    fn update_valid(&mut self, state: MetricState) {
        self.file(state, false);
    }

    /// The default would print the summary to standard output.
    fn on_train_end(
        &mut self,
        _: Option<LearnerSummary>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        Ok(())
    }
}

impl TrainingProgressLogger for Report {
    fn start(&mut self, epochs: usize, first: usize, _: Option<usize>, _: Option<&str>) {
        self.pace = Pace::new(first, epochs);
        self.began = (self.clock)();
        self.shown_next = if let Screen::Plain(_) = self.screen { PLAIN_FIRST } else { 0.0 };
    }

    fn start_split(&mut self, split: &str, items: usize) {
        let now = self.now();
        if split == "train" {
            self.pace.start_training(items, now);
            self.train.clear();
            self.valid.clear();
            (self.batch, self.units, self.open) = (None, 0.0, true);
        } else {
            self.pace.start_validation(items);
        }
        self.show();
    }

    fn update_split(&mut self, items: usize) {
        self.pace.done = items;
        if self.pace.phase == Phase::Training {
            self.take_batch();
        }
        self.show();
    }

    fn update_epoch(&mut self, epoch: usize) {
        self.close_epoch(epoch);
    }

    fn end_split(&mut self) {
        // The epoch's final value is not a batch of its own.
        self.batch = None;
        if self.pace.phase == Phase::Training {
            self.pace.end_training(self.now());
        }
    }

    fn end(&mut self) {
        if self.open {
            self.screen.print(&self.moment(self.now()).stopped());
        }
        let picture = self.moment(self.now()).picture();
        self.screen.close(picture);
    }

    fn log_event_training(&mut self, _: String) {}
}

impl MetricsRenderer for Report {
    fn manual_close(&mut self) {}

    fn register_metric(&mut self, definition: MetricDefinition) {
        self.metrics.push(definition);
    }
}

/// The lessons judge a trained model themselves and show what they found as a table, so that an
/// evaluation shows nothing here.
impl MetricsRendererEvaluation for Report {
    fn update_test(&mut self, _: EvaluationName, _: MetricState) {}

    fn on_test_end(&mut self, _: Option<LearnerSummary>) -> Result<(), Box<dyn std::error::Error>> {
        Ok(())
    }
}

impl EvaluationProgressLogger for Report {
    fn start_global_progress(&mut self, _: usize) {}
    fn start_test(&mut self, _: &str, _: usize) {}
    fn update_test_progress(&mut self, _: usize) {}
    fn end_test(&mut self) {}
    fn end_global_progress(&mut self) {}
    fn log_event_evaluation(&mut self, _: String) {}
}
