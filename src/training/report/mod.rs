//! What a training shows while it runs: one line an epoch, and where it stands in between.
//!
//! Burn's learner calls a [`MetricsRenderer`] in this order
//! (on a thread of its own, at most a batch or two behind): `register_metric` for each metric,
//! `start`; then for every epoch `start_split("train")`, for every batch `update_train` once a
//! metric with the batch's value followed by `update_split` with the items done, `update_train`
//! with the epoch's final values, `end_split`; the same with `start_split("valid")` and
//! `update_valid`; `update_epoch` with the epoch's number, counted from 1, once the epoch's
//! checkpoint is on disk; and last `end`. An interruption in the middle of an epoch, its
//! validation included, skips the rest of it and `update_epoch`.
//!
//! On a terminal [`Report`] keeps a small block on standard error that it redraws, and leaves one
//! line an epoch above it. In a pipe it writes plain lines to standard error, and never a byte to
//! standard output, which belongs to results.
//!
//! Burn's own dashboard (`--dashboard`) shows numbers and keeps none, and burn-train takes one
//! renderer only: so a [`Report`] passes every event on to it and shows nothing itself.

mod format;
mod metrics;
mod options;
mod output;
mod pace;
mod renderer;
mod status;
mod summary;

pub use format::{clock, figure, rate};
pub use options::ReportOptions;
pub use output::Printer;
pub use summary::{EpochSummary, MetricValue};

use super::Partial;
use crate::{
    look::{Color, Mark, shown::sent},
    shell::Watch,
};
use burn::train::{
    metric::NumericEntry,
    renderer::{MetricState, MetricsRenderer},
};
use burn_train::Interrupter;
use metrics::Metrics;
use output::Output;
use pace::{Pace, Phase};
use status::Status;
use std::{sync::Mutex, time::Instant};

/// The current loss is the mean of so many batches, because a single batch jumps.
const SMOOTHED: usize = 20;
/// Seconds between two redraws of the block.
const REDRAW: f64 = 0.1;
/// Seconds before the first progress line in a pipe, and between any two.
const PLAIN_FIRST: f64 = 3.0;
const PLAIN_EVERY: f64 = 10.0;

type Hook = Box<dyn FnMut(&EpochSummary) -> Option<String> + Send>;
type Clock = Box<dyn Fn() -> f64 + Send + Sync>;

/// The renderer that both lessons hand to `SupervisedTraining::renderer`.
pub struct Report {
    options: ReportOptions,
    output: Output,
    /// Burn's dashboard, which shows everything in our place.
    dashboard: Option<(Box<dyn MetricsRenderer>, Interrupter)>,
    /// Who watches from another thread.
    watch: Option<&'static Watch>,
    color: Color,
    hook: Mutex<Option<Hook>>,
    clock: Clock,
    metrics: Metrics,
    pace: Pace,
    /// The loss of every batch of this run: 8 bytes a step.
    losses: Vec<f64>,
    /// Levels of the loss that are worth knowing, drawn into the curve.
    marks: Vec<Mark>,
    /// How many batches of the first epoch are reported again because an earlier run did them, and
    /// the seconds that it took.
    replayed: (usize, f64),
    /// The loss of a batch, until `update_split` says that the batch is done.
    batch: Option<NumericEntry>,
    units: f64,
    /// When the run began, by the clock.
    began: f64,
    /// When the display is next due, in seconds since then.
    due: f64,
    /// An epoch is running whose line has not been written.
    epoch_open: bool,
}

impl Report {
    /// A block that is redrawn if standard error is a terminal, plain lines if not.
    pub fn new(options: ReportOptions) -> Self {
        let began = Instant::now();
        Self::with_clock(options, Output::stderr(), Box::new(move || began.elapsed().as_secs_f64()))
    }

    fn with_clock(options: ReportOptions, output: Output, clock: Clock) -> Self {
        Self {
            options,
            output,
            dashboard: None,
            watch: None,
            color: Color::detect_stderr(),
            hook: Mutex::new(None),
            clock,
            metrics: Metrics::default(),
            pace: Pace::default(),
            losses: vec![],
            marks: vec![],
            replayed: (0, 0.0),
            batch: None,
            units: 0.0,
            began: 0.0,
            due: 0.0,
            epoch_open: false,
        }
    }

    /// Calls `hook` when an epoch's validation is done, right after its line; what it returns is
    /// shown below that line.
    ///
    /// The learner waits for it (its time counts as the epoch's pause).
    pub fn on_epoch_end(
        mut self,
        hook: impl FnMut(&EpochSummary) -> Option<String> + Send + 'static,
    ) -> Self {
        self.hook = Mutex::new(Some(Box::new(hook)));
        self
    }

    /// Shows nothing at all; the hook is still called.
    pub fn quiet(self) -> Self {
        Self { output: Output::Quiet, ..self }
    }

    /// Shows nothing, and tells `watch` where the training stands.
    pub fn watched_by(self, watch: &'static Watch) -> Self {
        Self { watch: Some(watch), ..self.quiet() }
    }

    /// Draws `marks` into the curve of the loss, so that whoever watches it fall sees what it has
    /// fallen below.
    pub fn with_marks(self, marks: Vec<Mark>) -> Self {
        Self { marks, ..self }
    }

    /// The first batches of the first epoch are those of an earlier run: they belong to the curve
    /// and to the epoch, not to the speed.
    pub fn going_on_from(self, partial: Option<&Partial>) -> Self {
        Self { replayed: partial.map_or((0, 0.0), |p| (p.measured.len(), p.seconds)), ..self }
    }

    /// Lets `dashboard` show everything, and shows nothing itself; the hook is still called. A
    /// dashboard that is killed from its own menu (it panics) stops the training as Ctrl-C does.
    pub fn with_dashboard(
        self,
        dashboard: Box<dyn MetricsRenderer>,
        interrupter: Interrupter,
    ) -> Self {
        Self { dashboard: Some((dashboard, interrupter)), ..self.quiet() }
    }

    /// What prints beside this report, from another thread.
    pub fn printer(&self) -> Printer {
        Printer(self.output.clone())
    }

    /// Seconds since the run began.
    fn now(&self) -> f64 {
        (self.clock)() - self.began
    }

    /// Records a metric's value, and remembers the loss of a batch.
    fn record(&mut self, state: &MetricState, training: bool) {
        let recorded = self.metrics.record(state, training, &self.options.labels);
        if let Some((name, entry)) = recorded
            && training
            && name == self.options.loss_name
        {
            self.batch = Some(entry);
        }
    }

    /// A batch of training is done: its loss joins the curve, its units the count.
    fn end_batch(&mut self) {
        let Some(entry) = self.batch.take() else { return };
        self.losses.push(entry.current());
        if let NumericEntry::Aggregated { count, .. } = entry {
            self.units += count as f64;
        }
        let (batches, seconds) = self.replayed;
        if batches > 0 {
            self.replayed.0 -= 1;
            self.units = 0.0;
            self.pace.replay(seconds, self.now());
        }
    }

    fn units_per_second(&self, now: f64) -> f64 {
        let units = self
            .options
            .units_per_epoch
            .map_or(self.units, |n| n as f64 * self.pace.share_of_this_run());
        units / self.pace.epoch_training_seconds(now)
    }

    fn status(&self, now: f64) -> Status<'_> {
        let last = &self.losses[self.losses.len().saturating_sub(SMOOTHED)..];
        Status {
            epoch: self.pace.epoch,
            epochs: self.pace.epochs,
            trained: self.pace.training_share(),
            validated: (self.pace.phase == Phase::Between).then(|| self.pace.share()),
            loss: (!last.is_empty()).then(|| last.iter().sum::<f64>() / last.len() as f64),
            losses: &self.losses,
            marks: &self.marks,
            units_per_second: self.units_per_second(now),
            unit: &self.options.unit,
            elapsed: now,
            left: self.pace.seconds_left(now),
        }
    }

    /// Redraws the block, or writes a progress line, if it is time.
    fn show(&mut self) {
        let now = self.now();
        if now < self.due {
            return;
        }
        if let Some(watch) = self.watch {
            watch.tell(self.status(now).standing());
        }
        let pause = match &self.output {
            Output::Redrawn(bar) => {
                bar.set_message(sent(&self.status(now).block(self.color), true).into_owned());
                REDRAW
            }
            Output::Plain(_) => {
                self.output.print(&self.status(now).line());
                PLAIN_EVERY
            }
            Output::Quiet if self.watch.is_some() => REDRAW,
            Output::Quiet => f64::INFINITY,
        };
        self.due = now + pause;
    }

    /// The epoch is over: its line stays, and the hook may add to it.
    fn end_epoch(&mut self, epoch: usize) {
        let now = self.now();
        let summary = EpochSummary {
            epoch,
            epochs: self.pace.epochs,
            train: self.metrics.train.clone(),
            valid: self.metrics.valid.clone(),
            units_per_second: self.units_per_second(now),
            training_seconds: self.pace.epoch_training_seconds(now),
            seconds: self.pace.epoch_seconds(now),
        };
        self.epoch_open = false;
        let line = format::epoch_line(&summary, &self.options.loss_name, &self.options.unit);
        self.output.print(&line);
        // A poisoned lock means that the hook has panicked before: it is not called again.
        if let Ok(Some(hook)) = self.hook.get_mut()
            && let Some(text) = hook(&summary)
        {
            self.output.print(&text);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
