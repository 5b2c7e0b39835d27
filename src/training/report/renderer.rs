//! The events of Burn's learner: each is recorded, shown, and passed on to the dashboard if there
//! is one.

use std::panic::{AssertUnwindSafe, catch_unwind};

use burn::train::{
    LearnerSummary,
    logger::{EvaluationProgressLogger, TrainingProgressLogger},
    metric::MetricDefinition,
    renderer::{
        EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation,
        MetricsRendererTraining,
    },
};

use super::{
    PLAIN_FIRST, Report,
    output::Output,
    pace::{Pace, Phase},
};

impl Report {
    fn pass_on(&mut self, event: impl FnOnce(&mut dyn MetricsRenderer)) {
        if let Some((mut dashboard, interrupter)) = self.dashboard.take() {
            let shown = catch_unwind(AssertUnwindSafe(move || {
                event(&mut *dashboard);
                dashboard
            }));
            match shown {
                Ok(dashboard) => self.dashboard = Some((dashboard, interrupter)),
                Err(_) => interrupter.stop(Some("the dashboard was killed")),
            }
        }
    }
}

impl MetricsRendererTraining for Report {
    fn update_train(&mut self, state: MetricState) {
        self.record(&state, true);
        self.pass_on(|dashboard| dashboard.update_train(state));
    }

    fn update_valid(&mut self, state: MetricState) {
        self.record(&state, false);
        self.pass_on(|dashboard| dashboard.update_valid(state));
    }

    /// Without a dashboard nothing: the default would print the summary to standard output.
    fn on_train_end(
        &mut self,
        summary: Option<LearnerSummary>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let mut outcome = Ok(());
        self.pass_on(|dashboard| outcome = dashboard.on_train_end(summary));
        outcome
    }
}

impl TrainingProgressLogger for Report {
    fn start(&mut self, epochs: usize, first: usize, items: Option<usize>, label: Option<&str>) {
        self.pace = Pace::new(first, epochs);
        self.began = (self.clock)();
        self.due = if let Output::Plain(_) = self.output { PLAIN_FIRST } else { 0.0 };
        self.pass_on(|dashboard| dashboard.start(epochs, first, items, label));
    }

    fn start_split(&mut self, split: &str, items: usize) {
        let now = self.now();
        if split == "train" {
            self.pace.start_training(items, now);
            self.metrics.clear();
            (self.batch, self.units, self.epoch_open) = (None, 0.0, true);
        } else {
            self.pace.start_validation(items);
        }
        self.show();
        self.pass_on(|dashboard| dashboard.start_split(split, items));
    }

    fn update_split(&mut self, items: usize) {
        self.pace.done = items;
        if self.pace.phase == Phase::Training {
            self.end_batch();
        }
        self.show();
        self.pass_on(|dashboard| dashboard.update_split(items));
    }

    fn end_split(&mut self) {
        // The epoch's final value is not a batch of its own.
        self.batch = None;
        if self.pace.phase == Phase::Training {
            self.pace.end_training(self.now());
        }
        self.pass_on(|dashboard| dashboard.end_split());
    }

    fn update_epoch(&mut self, epoch: usize) {
        self.end_epoch(epoch);
        self.pass_on(|dashboard| dashboard.update_epoch(epoch));
    }

    fn end(&mut self) {
        let status = self.status(self.now());
        if let Some(watch) = self.watch {
            watch.tell(status.standing());
        }
        if self.epoch_open {
            self.output.print(&status.stopped());
        }
        self.output.close(status.curve_of_the_run());
        self.pass_on(|dashboard| dashboard.end());
    }

    fn log_event_training(&mut self, event: String) {
        self.pass_on(|dashboard| dashboard.log_event_training(event));
    }
}

impl MetricsRenderer for Report {
    fn manual_close(&mut self) {
        self.pass_on(|dashboard| dashboard.manual_close());
    }

    fn register_metric(&mut self, definition: MetricDefinition) {
        self.metrics.register(definition.clone());
        self.pass_on(|dashboard| dashboard.register_metric(definition));
    }
}

/// The lessons evaluate a trained model themselves and show the result as a table, so that these
/// events never come.
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
