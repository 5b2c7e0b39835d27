//! The training display: compact, honest, and quiet where nobody watches.
//!
//! Burn's learner tells a [`MetricsRenderer`](burn::train::renderer::MetricsRenderer) what happens,
//! in this order (on a thread of its own, at most a batch or two behind): `register_metric` for
//! each metric, `start`; then for every epoch `start_split("train")`, for every batch
//! `update_train` once a metric with the batch's value followed by `update_split` with the items
//! done, `update_train` with the epoch's final values, `end_split`; the same with
//! `start_split("valid")` and `update_valid`; `update_epoch` with the epoch's number, counted from
//! 1; and last `end`. Only after `update_epoch` is the checkpoint written. An interruption in the
//! middle of an epoch, its validation included, skips the rest of it and `update_epoch`.
//!
//! On a terminal [`Report`] keeps a small live block on standard error and leaves one line an epoch
//! above it. In a pipe it writes plain lines to standard error, and never a byte to standard
//! output, which belongs to results.

mod dashboard;
mod learner;
mod moment;
mod pace;
mod screen;
mod summary;
mod words;

pub use dashboard::Dashboard;
pub use screen::Printer;
pub use summary::{EpochSummary, Figure};
pub use words::{clock, figure, rate, thousands};

use super::Partial;
use crate::look::{Color, Mark};
use burn::train::{
    metric::{MetricAttributes, MetricDefinition, MetricEntry, NumericEntry},
    renderer::MetricState,
};
use moment::Moment;
use pace::{Pace, Phase};
use screen::Screen;
use std::{sync::Mutex, time::Instant};

/// The current loss is the mean of so many batches, because a single batch jumps.
const SMOOTHED: usize = 20;
/// Seconds between two redraws of the live block.
const REDRAW: f64 = 0.1;
/// Seconds before the first progress line in a pipe, and between any two.
const PLAIN_FIRST: f64 = 3.0;
const PLAIN_EVERY: f64 = 10.0;

/// What a [`Report`] has to be told.
#[derive(Clone, Debug)]
pub struct ReportOptions {
    /// What is counted for the speed, in the user's language: `say!("images", "张图")`,
    /// `say!("characters", "字")`.
    pub unit: String,
    /// How many units an epoch has. `None` counts those that the loss metric says its batches had
    /// (the `count` of `NumericMetricState::update`): right where batches differ in size.
    pub units_per_epoch: Option<usize>,
    /// The name under which the loss metric is registered.
    pub loss_name: String,
    /// What to call the other metrics, as (registered name, shown name); one that is missing is
    /// shown in lower case.
    pub labels: Vec<(String, String)>,
    /// Show nothing at all. The hook at an epoch's end is still called.
    pub quiet: bool,
}

type Hook = Box<dyn FnMut(&EpochSummary) -> Option<String> + Send>;
type Clock = Box<dyn Fn() -> f64 + Send + Sync>;

/// The renderer that both lessons hand to `SupervisedTraining::renderer`.
pub struct Report {
    options: ReportOptions,
    screen: Screen,
    color: Color,
    hook: Mutex<Option<Hook>>,
    clock: Clock,
    metrics: Vec<MetricDefinition>,
    pace: Pace,
    train: Vec<Figure>,
    valid: Vec<Figure>,
    /// The loss of every batch of this run: 8 bytes a step.
    losses: Vec<f64>,
    /// Levels of the loss that are worth knowing, drawn into the curve.
    marks: Vec<Mark>,
    /// How many batches of the first epoch are told again because an earlier run did them, and the
    /// seconds that it took.
    remembered: (usize, f64),
    /// What the metrics said of a batch, until `update_split` says that the batch is done.
    batch: Option<NumericEntry>,
    units: f64,
    /// When the run began, by the clock.
    began: f64,
    /// When the display is next due, in seconds since then.
    shown_next: f64,
    /// An epoch is running whose line has not been said.
    open: bool,
}

impl Report {
    /// A live block if standard error is a terminal, plain lines if not.
    pub fn new(options: ReportOptions) -> Self {
        let screen = if options.quiet { Screen::Quiet } else { Screen::of_stderr() };
        let began = Instant::now();
        Self::on(options, screen, Box::new(move || began.elapsed().as_secs_f64()))
    }

    fn on(options: ReportOptions, screen: Screen, clock: Clock) -> Self {
        Self {
            options,
            screen,
            color: Color::detect_stderr(),
            hook: Mutex::new(None),
            clock,
            metrics: vec![],
            pace: Pace::new(1, 0),
            train: vec![],
            valid: vec![],
            losses: vec![],
            marks: vec![],
            remembered: (0, 0.0),
            batch: None,
            units: 0.0,
            began: 0.0,
            shown_next: 0.0,
            open: false,
        }
    }

    /// Calls `hook` when an epoch's validation is done, right after its line; what it returns is
    /// shown below that line.
    ///
    /// The learner waits for it (its time counts as the epoch's pause), and the epoch's checkpoint
    /// is not yet written.
    pub fn on_epoch_end(
        mut self,
        hook: impl FnMut(&EpochSummary) -> Option<String> + Send + 'static,
    ) -> Self {
        self.hook = Mutex::new(Some(Box::new(hook)));
        self
    }

    /// Draws `marks` into the curve of the loss, so that whoever watches it fall sees what it has
    /// fallen below.
    pub fn with_marks(self, marks: Vec<Mark>) -> Self {
        Self { marks, ..self }
    }

    /// The first batches of the first epoch are those of an earlier run: they belong to the curve
    /// and to the epoch, not to the speed.
    pub fn going_on_from(self, partial: Option<&Partial>) -> Self {
        Self { remembered: partial.map_or((0, 0.0), |p| (p.measured.len(), p.seconds)), ..self }
    }

    /// The same report without a display: it keeps its books and calls its hook.
    pub fn silent(self) -> Self {
        Self { screen: Screen::Quiet, ..self }
    }

    /// A handle with which others (a Ctrl-C handler, a sampler) can say something without tearing
    /// the live block.
    pub fn printer(&self) -> Printer {
        Printer(self.screen.clone())
    }

    /// Seconds since the run began.
    fn now(&self) -> f64 {
        (self.clock)() - self.began
    }

    /// Files a metric's value; later ones of the same epoch replace it, so that the final one
    /// stays.
    fn file(&mut self, state: MetricState, training: bool) {
        let MetricState::Numeric(MetricEntry { metric_id, .. }, Some(entry)) = state else {
            return;
        };
        let Some(metric) = self.metrics.iter().find(|m| m.metric_id == metric_id) else { return };
        let name = metric.name.to_string();
        let unit = match &metric.attributes {
            MetricAttributes::Numeric(numeric) => numeric.unit.clone(),
            MetricAttributes::None => None,
        };
        let label = self.options.labels.iter().find(|(registered, _)| *registered == name);
        let label = label.map_or_else(|| name.to_lowercase(), |(_, shown)| shown.clone());
        let value = entry.current();
        if training && name == self.options.loss_name {
            self.batch = Some(entry);
        }
        let figures = if training { &mut self.train } else { &mut self.valid };
        match figures.iter_mut().find(|f| f.name == name) {
            Some(figure) => figure.value = value,
            None => figures.push(Figure { name, label, value, unit }),
        }
    }

    /// A batch of training is done: its loss joins the curve, its units the count.
    fn take_batch(&mut self) {
        let Some(entry) = self.batch.take() else { return };
        self.losses.push(entry.current());
        if let NumericEntry::Aggregated { count, .. } = entry {
            self.units += count as f64;
        }
        let (batches, seconds) = self.remembered;
        if batches > 0 {
            self.remembered.0 -= 1;
            self.units = 0.0;
            self.pace.go_on(seconds, self.now());
        }
    }

    fn units_per_second(&self, now: f64) -> f64 {
        let units = self
            .options
            .units_per_epoch
            .map_or(self.units, |n| n as f64 * self.pace.share_of_this_run());
        units / self.pace.epoch_training_seconds(now)
    }

    fn moment(&self, now: f64) -> Moment<'_> {
        let last = &self.losses[self.losses.len().saturating_sub(SMOOTHED)..];
        Moment {
            epoch: self.pace.epoch,
            epochs: self.pace.epochs,
            share: self.pace.training_share(),
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

    /// Redraws the live block, or says a progress line, if it is time.
    fn show(&mut self) {
        let now = self.now();
        if now < self.shown_next {
            return;
        }
        let pause = match &self.screen {
            Screen::Live(bar) => {
                bar.set_message(self.moment(now).block(self.color));
                REDRAW
            }
            Screen::Plain(_) => {
                self.screen.print(&self.moment(now).line());
                PLAIN_EVERY
            }
            Screen::Quiet => f64::INFINITY,
        };
        self.shown_next = now + pause;
    }

    /// The epoch is over: its line stays, and the hook may add to it.
    fn close_epoch(&mut self, epoch: usize) {
        let now = self.now();
        let summary = EpochSummary {
            epoch,
            epochs: self.pace.epochs,
            train: self.train.clone(),
            valid: self.valid.clone(),
            units_per_second: self.units_per_second(now),
            training_seconds: self.pace.epoch_training_seconds(now),
            seconds: self.pace.epoch_seconds(now),
        };
        self.open = false;
        self.screen.print(&words::epoch_line(
            &summary,
            &self.options.loss_name,
            &self.options.unit,
        ));
        // A poisoned lock means that the hook has panicked before: it is not called again.
        if let Ok(Some(hook)) = self.hook.get_mut()
            && let Some(text) = hook(&summary)
        {
            self.screen.print(&text);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
