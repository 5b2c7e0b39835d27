//! The report as a learner drives it, by hand, with a clock of our own. (The loop itself drives one
//! in `training/tests.rs`.)

use super::*;
use crate::training::Measured;
use burn::train::{
    logger::TrainingProgressLogger,
    metric::{MetricDefinition, MetricEntry, MetricId, SerializedEntry},
    renderer::{MetricsRenderer, MetricsRendererTraining},
};
use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// What was written, to read back.
#[derive(Clone, Default)]
pub(crate) struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Paper {
    pub(crate) fn lines(&self) -> Vec<String> {
        String::from_utf8(self.0.lock().unwrap().clone())
            .unwrap()
            .lines()
            .map(String::from)
            .collect()
    }
}

/// A report that writes to paper and believes that no time passes.
pub(crate) fn timeless() -> (Report, Paper) {
    let paper = Paper::default();
    (Report::with_clock(options(None), Output::plain(paper.clone()), Box::new(|| 0.0)), paper)
}

fn options(units_per_epoch: Option<usize>) -> ReportOptions {
    ReportOptions {
        unit: "images".into(),
        units_per_epoch,
        loss_name: "Loss".into(),
        labels: vec![],
    }
}

/// A report, what it writes, and the milliseconds that it believes in.
fn report(units_per_epoch: Option<usize>) -> (Report, Paper, Arc<AtomicU64>) {
    let (paper, millis) = (Paper::default(), Arc::new(AtomicU64::new(5_000)));
    let clock = millis.clone();
    let output = Output::plain(paper.clone());
    let mut report = Report::with_clock(
        options(units_per_epoch),
        output,
        Box::new(move || clock.load(Ordering::SeqCst) as f64 / 1000.0),
    );
    report.register_metric(MetricDefinition::new(id(), &crate::training::Loss::default()));
    (report, paper, millis)
}

fn id() -> MetricId {
    MetricId::new(Arc::new("Loss".to_string()))
}

fn loss(value: f64, count: usize) -> MetricState {
    let entry = MetricEntry::new(id(), SerializedEntry::new(String::new(), String::new()));
    MetricState::Numeric(entry, Some(NumericEntry::Aggregated { aggregated_value: value, count }))
}

/// One epoch of ten batches of a hundred images, one second each, then two seconds of validation.
fn epoch(
    report: &mut impl MetricsRenderer,
    millis: &AtomicU64,
    number: usize,
    stop_after: Option<usize>,
) {
    report.start_split("train", 1000);
    for batch in 1..=stop_after.unwrap_or(10) {
        millis.fetch_add(1000, Ordering::SeqCst);
        report.update_train(loss(1.0 / batch as f64, 100));
        report.update_split(100 * batch);
    }
    report.update_train(loss(0.25, 1000));
    report.end_split();
    if stop_after.is_some() {
        return;
    }
    report.start_split("valid", 200);
    for batch in 1..=2 {
        millis.fetch_add(1000, Ordering::SeqCst);
        report.update_valid(loss(0.5, 100));
        report.update_split(100 * batch);
    }
    report.update_valid(loss(0.375, 200));
    report.end_split();
    report.update_epoch(number);
}

#[test]
fn a_pipe_gets_one_line_an_epoch_and_a_progress_line_every_ten_seconds() {
    let (mut report, paper, millis) = report(Some(1000));
    report.start(2, 1, None, None);
    epoch(&mut report, &millis, 1, None);
    epoch(&mut report, &millis, 2, None);
    report.end();
    assert_eq!(
        paper.lines(),
        [
            "epoch 1/2   30 %  train loss 0.611  100 images/s  0:17 left",
            "epoch 1/2  train loss 0.250  valid 0.375  100 images/s  0:12",
            // One second into the second epoch its validation is expected to take as long as the
            // first one did.
            "epoch 2/2   10 %  train loss 0.357  100 images/s  0:11 left",
            "epoch 2/2  validating 50 %  train loss 0.293  0:01 left",
            "epoch 2/2  train loss 0.250  valid 0.375  100 images/s  0:12",
        ]
    );
}

#[test]
fn units_are_counted_from_the_batches_where_no_number_is_given() {
    let speed = |units_per_epoch| {
        let (report, _, millis) = report(units_per_epoch);
        let summaries = Arc::new(Mutex::new(vec![]));
        let sink = summaries.clone();
        let mut report = report.on_epoch_end(move |summary| {
            sink.lock().unwrap().push(summary.clone());
            None
        });
        report.start(1, 1, None, None);
        epoch(&mut report, &millis, 1, None);
        let summary = summaries.lock().unwrap().pop().unwrap();
        assert_eq!((summary.training_seconds, summary.seconds), (10.0, 12.0));
        summary.units_per_second
    };
    assert_eq!(speed(None), 100.0);
    assert_eq!(speed(Some(56_000)), 5600.0);
}

#[test]
fn the_epochs_final_value_is_no_batch_of_the_curve() {
    let (mut report, _, millis) = report(None);
    report.start(1, 1, None, None);
    epoch(&mut report, &millis, 1, None);
    assert_eq!(report.losses.len(), 10);
    assert_eq!(report.losses[1], 0.5);
}

#[test]
fn an_interrupted_epoch_says_how_far_it_came_and_calls_no_hook() {
    let (report, paper, millis) = report(None);
    let mut report = report.on_epoch_end(|_| panic!("the epoch never ended"));
    report.start(3, 2, None, None);
    epoch(&mut report, &millis, 2, Some(2));
    report.end();
    assert_eq!(
        paper.lines(),
        ["stopped in epoch 2/3 after 20 % of it, train loss 0.750, not validated"]
    );
}

#[test]
fn an_epoch_that_measured_nothing_shows_nothing_of_the_one_before() {
    let (mut report, paper, millis) = report(None);
    report.start(2, 1, None, None);
    epoch(&mut report, &millis, 1, None);
    report.start_split("train", 1000);
    report.end_split();
    report.update_epoch(2);
    let line = paper.lines().pop().unwrap();
    assert!(line.starts_with("epoch 2/2  train loss –") && !line.contains("valid"), "{line}");
}

#[test]
fn what_the_hook_returns_stands_below_the_epochs_line() {
    let (report, paper, millis) = report(None);
    let mut report =
        report.on_epoch_end(|s| Some(format!("poem of epoch {}: {:?}", s.epoch, s.valid("Loss"))));
    report.start(1, 1, None, None);
    epoch(&mut report, &millis, 1, None);
    let lines = paper.lines();
    assert!(lines[lines.len() - 2].starts_with("epoch 1/1  train loss"));
    assert_eq!(lines[lines.len() - 1], "poem of epoch 1: Some(0.375)");
}

#[test]
fn a_quiet_report_writes_nothing_and_still_calls_the_hook() {
    let called = Arc::new(AtomicU64::new(0));
    let count = called.clone();
    let quiet = Report::new(options(None)).quiet();
    let mut report = quiet.on_epoch_end(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Some("never shown".into())
    });
    assert!(matches!(report.output, Output::Quiet));
    report.start(1, 1, None, None);
    epoch(&mut report, &AtomicU64::new(0), 1, None);
    report.end();
    assert_eq!(called.load(Ordering::SeqCst), 1);
}

#[test]
fn an_unknown_or_empty_metric_is_passed_over() {
    let (mut report, _, _) = report(None);
    let entry = |id| MetricEntry::new(id, SerializedEntry::new(String::new(), String::new()));
    let other = MetricId::new(Arc::new("Other".to_string()));
    report.update_train(MetricState::Numeric(entry(other), Some(NumericEntry::Value(1.0))));
    report.update_train(MetricState::Numeric(entry(id()), None));
    report.update_train(MetricState::Generic(entry(id())));
    assert!(report.metrics.train.is_empty());
}

/// Behind another renderer the epochs are summed up all the same.
#[test]
fn behind_the_dashboard_the_hook_is_called_and_the_display_is_silent() {
    let (shown, paper, millis) = report(Some(1000));
    let (behind, behind_paper, _) = report(Some(1000));
    let kept = Arc::new(Mutex::new(vec![]));
    let sink = kept.clone();
    let behind = behind.on_epoch_end(move |summary| {
        sink.lock().unwrap().push((summary.epoch, summary.valid("Loss")));
        Some("never shown".into())
    });
    let mut dashboard = behind.with_dashboard(Box::new(shown), Interrupter::new());
    dashboard.start(2, 1, None, None);
    epoch(&mut dashboard, &millis, 1, None);
    dashboard.end();
    dashboard.on_train_end(None).unwrap();
    assert_eq!(*kept.lock().unwrap(), [(1, Some(0.375))]);
    assert!(
        paper.lines().iter().any(|line| line.contains("valid 0.375")),
        "the other renderer gets every event"
    );
    assert!(behind_paper.lines().is_empty(), "only one of them may write");
}

/// Burn's dashboard panics where its user asks it to kill the training.
#[test]
fn a_dashboard_that_panics_stops_the_training_and_no_more() {
    let (shown, _, millis) = report(Some(1000));
    let (behind, _, _) = report(Some(1000));
    let shown = shown.on_epoch_end(|_| panic!("killed from the menu"));
    let interrupter = Interrupter::new();
    let mut dashboard = behind.with_dashboard(Box::new(shown), interrupter.clone());
    dashboard.start(2, 1, None, None);
    assert!(!interrupter.should_stop());
    epoch(&mut dashboard, &millis, 1, None);
    assert!(interrupter.should_stop());
    dashboard.end();
    dashboard.on_train_end(None).unwrap();
}

/// Half of an epoch was done by an earlier run in 5 seconds: it is in the epoch's mean and curve,
/// and in its time, but not in the speed.
#[test]
fn a_run_that_goes_on_in_the_middle_of_an_epoch_counts_its_own_speed() {
    let (report, _, millis) = report(None);
    let summaries = Arc::new(Mutex::new(vec![]));
    let sink = summaries.clone();
    let measured = vec![Measured { loss: 1.0, correct: 0, count: 100 }; 5];
    let partial = Partial { epoch: 1, seconds: 5.0, measured };
    let mut report = report.going_on_from(Some(&partial)).on_epoch_end(move |summary| {
        sink.lock().unwrap().push(summary.clone());
        None
    });
    report.start(1, 1, None, None);
    epoch(&mut report, &millis, 1, None);
    let summary = summaries.lock().unwrap().pop().unwrap();
    assert_eq!(report.losses.len(), 10);
    assert_eq!(summary.units_per_second, 100.0);
    assert_eq!((summary.training_seconds, summary.seconds), (5.0, 5.0 + 5.0 + 2.0));
}
