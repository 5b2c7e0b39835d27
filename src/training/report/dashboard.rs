//! Burn's own dashboard, with our report kept behind it.

use burn::train::{
    LearnerSummary,
    logger::{EvaluationProgressLogger, TrainingProgressLogger},
    metric::MetricDefinition,
    renderer::{
        EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation,
        MetricsRendererTraining,
    },
};

use super::Report;

/// A renderer that hands everything on to another one, and to a silent [`Report`], whose hook keeps
/// what each epoch came to.
pub struct Dashboard {
    report: Report,
    shown: Box<dyn MetricsRenderer>,
}

impl Dashboard {
    /// `shown` has the screen.
    pub fn new(report: Report, shown: Box<dyn MetricsRenderer>) -> Self {
        Self { report: report.silent(), shown }
    }
}

/// Burn's type cannot be cloned as a whole, but its parts can.
fn copy(state: &MetricState) -> MetricState {
    match state {
        MetricState::Generic(entry) => MetricState::Generic(entry.clone()),
        MetricState::Numeric(entry, value) => MetricState::Numeric(entry.clone(), value.clone()),
    }
}

impl MetricsRendererTraining for Dashboard {
    fn update_train(&mut self, state: MetricState) {
        self.report.update_train(copy(&state));
        self.shown.update_train(state);
    }

    fn update_valid(&mut self, state: MetricState) {
        self.report.update_valid(copy(&state));
        self.shown.update_valid(state);
    }

    fn on_train_end(
        &mut self,
        summary: Option<LearnerSummary>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        self.shown.on_train_end(summary)
    }
}

impl TrainingProgressLogger for Dashboard {
    fn start(&mut self, epochs: usize, first: usize, items: Option<usize>, label: Option<&str>) {
        self.report.start(epochs, first, items, label);
        self.shown.start(epochs, first, items, label);
    }

    fn update_epoch(&mut self, epoch: usize) {
        self.report.update_epoch(epoch);
        self.shown.update_epoch(epoch);
    }

    fn start_split(&mut self, split: &str, items: usize) {
        self.report.start_split(split, items);
        self.shown.start_split(split, items);
    }

    fn update_split(&mut self, items: usize) {
        self.report.update_split(items);
        self.shown.update_split(items);
    }

    fn end_split(&mut self) {
        self.report.end_split();
        self.shown.end_split();
    }

    fn end(&mut self) {
        self.report.end();
        self.shown.end();
    }

    fn log_event_training(&mut self, event: String) {
        self.shown.log_event_training(event);
    }
}

impl MetricsRenderer for Dashboard {
    fn manual_close(&mut self) {
        self.shown.manual_close();
    }

    fn register_metric(&mut self, definition: MetricDefinition) {
        self.report.register_metric(definition.clone());
        self.shown.register_metric(definition);
    }
}

impl MetricsRendererEvaluation for Dashboard {
    fn update_test(&mut self, name: EvaluationName, state: MetricState) {
        self.shown.update_test(name, state);
    }

    fn on_test_end(
        &mut self,
        summary: Option<LearnerSummary>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        self.shown.on_test_end(summary)
    }
}

impl EvaluationProgressLogger for Dashboard {
    fn start_global_progress(&mut self, tests: usize) {
        self.shown.start_global_progress(tests);
    }

    fn start_test(&mut self, name: &str, items: usize) {
        self.shown.start_test(name, items);
    }

    fn update_test_progress(&mut self, items: usize) {
        self.shown.update_test_progress(items);
    }

    fn end_test(&mut self) {
        self.shown.end_test();
    }

    fn end_global_progress(&mut self) {
        self.shown.end_global_progress();
    }

    fn log_event_evaluation(&mut self, event: String) {
        self.shown.log_event_evaluation(event);
    }
}
