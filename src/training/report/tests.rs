//! The report as a learner drives it: by hand with a clock of our own, and once by Burn's own learner.

use super::*;
use crate::look::visible_width;
use burn::train::{
    logger::TrainingProgressLogger,
    renderer::{MetricsRenderer, MetricsRendererTraining},
};
use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    nn::{Linear, LinearConfig},
    optim::SgdConfig,
    prelude::*,
    tensor::{ExecutionError, TensorReadError},
    train::{
        InferenceStep, ItemLazy, Learner, SupervisedTraining, TrainOutput, TrainStep,
        metric::{
            Adaptor, Metric, MetricId, MetricMetadata, MetricName, Numeric, NumericAttributes, SerializedEntry,
            state::{FormatOptions, NumericMetricState},
        },
    },
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
struct Paper(Arc<Mutex<Vec<u8>>>);

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
    fn lines(&self) -> Vec<String> {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap().lines().map(String::from).collect()
    }
}

fn options(units_per_epoch: Option<usize>) -> ReportOptions {
    ReportOptions { unit: "images".into(), units_per_epoch, loss_name: "Loss".into(), labels: vec![], quiet: false }
}

/// A report, what it writes, and the milliseconds that it believes in.
fn report(units_per_epoch: Option<usize>) -> (Report, Paper, Arc<AtomicU64>) {
    let (paper, millis) = (Paper::default(), Arc::new(AtomicU64::new(5_000)));
    let clock = millis.clone();
    let screen = Screen::plain(paper.clone());
    let mut report =
        Report::on(options(units_per_epoch), screen, Box::new(move || clock.load(Ordering::SeqCst) as f64 / 1000.0));
    report.register_metric(MetricDefinition::new(id(), &Loss::default()));
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
fn epoch(report: &mut impl MetricsRenderer, millis: &AtomicU64, number: usize, stop_after: Option<usize>) {
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
            "epoch 1/2   30 %  train loss 0.611  100 images/s  0:03 elapsed, 0:17 left",
            "epoch 1/2  train loss 0.250  valid 0.375  100 images/s  0:12",
            // One second into the second epoch its validation is expected to take as long as the first one did.
            "epoch 2/2   10 %  train loss 0.357  100 images/s  0:13 elapsed, 0:11 left",
            "epoch 2/2  100 %  train loss 0.293  100 images/s  validating 50 %  0:23 elapsed, 0:01 left",
            "epoch 2/2  train loss 0.250  valid 0.375  100 images/s  0:12",
        ]
    );
}

#[test]
fn units_are_counted_from_the_batches_where_no_number_is_given() {
    let speed = |units_per_epoch| {
        let (report, _, millis) = report(units_per_epoch);
        let seen = Arc::new(Mutex::new(vec![]));
        let sink = seen.clone();
        let mut report = report.on_epoch_end(move |summary| {
            sink.lock().unwrap().push(summary.clone());
            None
        });
        report.start(1, 1, None, None);
        epoch(&mut report, &millis, 1, None);
        let summary = seen.lock().unwrap().pop().unwrap();
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
    assert_eq!(paper.lines(), ["stopped in epoch 2/3 after 20 % of it, train loss 0.750, not validated"]);
}

#[test]
fn what_the_hook_returns_stands_below_the_epochs_line() {
    let (report, paper, millis) = report(None);
    let mut report = report.on_epoch_end(|s| Some(format!("poem of epoch {}: {:?}", s.epoch, s.valid("Loss"))));
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
    let quiet = Report::new(ReportOptions { quiet: true, ..options(None) });
    let mut report = quiet.on_epoch_end(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Some("never shown".into())
    });
    assert!(matches!(report.screen, Screen::Quiet));
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
    assert!(report.train.is_empty());
}

/// Behind another renderer the books are kept all the same, and a stop that the other one forgets is remembered.
#[test]
fn behind_the_dashboard_the_hook_is_called_and_the_display_is_silent() {
    for stop in [false, true] {
        let (shown, paper, millis) = report(Some(1000));
        let (behind, behind_paper, _) = report(Some(1000));
        let kept = Arc::new(Mutex::new(vec![]));
        let sink = kept.clone();
        let behind = behind.on_epoch_end(move |summary| {
            sink.lock().unwrap().push((summary.epoch, summary.valid("Loss")));
            Some("never shown".into())
        });
        let interrupter = burn::train::Interrupter::new();
        let mut dashboard = Dashboard::new(behind, Box::new(shown), interrupter.clone());
        let interrupted = dashboard.interrupted();
        dashboard.start(2, 1, None, None);
        epoch(&mut dashboard, &millis, 1, None);
        if stop {
            interrupter.stop(Some("q"));
        }
        dashboard.end();
        dashboard.on_train_end(None).unwrap();
        assert_eq!(*kept.lock().unwrap(), [(1, Some(0.375))]);
        assert!(paper.lines().iter().any(|line| line.contains("valid 0.375")), "the other renderer is told everything");
        assert!(behind_paper.lines().is_empty(), "only one of them may write");
        assert_eq!(interrupted.load(Ordering::SeqCst), stop);
    }
}

/// Burn's own learner drives the report: what its documentation says about order and numbers holds in this version.
#[test]
fn burns_learner_tells_the_report_what_it_expects() {
    let (paper, summaries) = (Paper::default(), Arc::new(Mutex::new(vec![])));
    let sink = summaries.clone();
    let report = Report::on(options(None), Screen::plain(paper.clone()), Box::new(|| 0.0)).on_epoch_end(move |s| {
        sink.lock().unwrap().push(s.clone());
        None
    });
    let folder = tempfile::tempdir().unwrap();
    let device = Device::flex().autodiff();
    let model = Line { linear: LinearConfig::new(1, 1).init(&device) };
    let loader = |batches| Arc::new(Batches { sizes: batches, device: device.clone() });
    let result = SupervisedTraining::<Line>::new(folder.path(), loader(vec![4, 4, 2]), loader(vec![3]))
        .metric_train_numeric(Loss::default())
        .metric_valid_numeric(Loss::default())
        .with_application_logger(None)
        .num_epochs(2)
        .renderer(Box::new(report))
        .launch(Learner::new(model, SgdConfig::new().init(), 0.1));
    assert!(result.error.is_none());

    let summaries = summaries.lock().unwrap();
    assert_eq!(
        summaries.iter().map(|s| (s.epoch, s.epochs, s.complete)).collect::<Vec<_>>(),
        [(1, 2, true), (2, 2, true)]
    );
    // The loss of a batch is its size here, so that the mean over the epoch, weighted by the sizes, is known.
    assert_eq!(summaries[1].train("Loss"), Some((16.0 + 16.0 + 4.0) / 10.0));
    assert_eq!(summaries[1].valid("Loss"), Some(3.0));
    let lines = paper.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines.iter().all(|line| line.contains("train loss 3.600  valid 3.000") && visible_width(line) < 80),
        "{lines:?}"
    );
}

#[derive(Module, Debug)]
struct Line {
    linear: Linear,
}

#[derive(Clone, Debug)]
struct Sample {
    x: Tensor<2>, // [B, 1]
}

/// The "loss" that is reported: the batch's size.
#[derive(Clone, Copy, Debug)]
struct Seen(usize);

impl ItemLazy for Seen {
    fn sync(self) -> Result<Self, ExecutionError> {
        Ok(self)
    }
}

impl Adaptor<Seen> for Seen {
    fn adapt(&self) -> Seen {
        *self
    }
}

impl TrainStep for Line {
    type Input = Sample;
    type Output = Seen;

    fn step(&self, batch: Sample) -> TrainOutput<Seen> {
        let [size, _] = batch.x.dims();
        TrainOutput::new(self, self.linear.forward(batch.x).mean().backward(), Seen(size))
    }
}

impl InferenceStep for Line {
    type Input = Sample;
    type Output = Seen;

    fn step(&self, batch: Sample) -> Seen {
        Seen(batch.x.dims()[0])
    }
}

#[derive(Clone)]
struct Loss(NumericMetricState);

impl Default for Loss {
    fn default() -> Self {
        Self(NumericMetricState::new())
    }
}

impl Metric for Loss {
    type Input = Seen;

    fn name(&self) -> MetricName {
        Arc::new("Loss".into())
    }

    fn attributes(&self) -> MetricAttributes {
        NumericAttributes { unit: None, higher_is_better: false }.into()
    }

    fn update(&mut self, seen: &Seen, _: &MetricMetadata) -> Result<SerializedEntry, TensorReadError> {
        self.0.update(seen.0 as f64, seen.0);
        Ok(self.0.compute_update(FormatOptions::new(self.name())))
    }

    fn compute(&mut self) -> Result<SerializedEntry, TensorReadError> {
        Ok(self.0.compute_final(FormatOptions::new(self.name())))
    }

    fn clear(&mut self) {
        self.0.reset();
    }
}

impl Numeric for Loss {
    fn value(&self) -> Option<NumericEntry> {
        Some(self.0.current_value())
    }

    fn running_value(&self) -> Option<NumericEntry> {
        Some(self.0.running_value())
    }

    fn final_value(&self) -> NumericEntry {
        self.0.final_value()
    }
}

#[derive(Clone)]
struct Batches {
    sizes: Vec<usize>,
    device: Device,
}

struct Walk<'a> {
    batches: &'a Batches,
    next: usize,
}

impl DataLoader<Sample> for Batches {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Sample> + 'a> {
        Box::new(Walk { batches: self, next: 0 })
    }

    fn num_items(&self) -> usize {
        self.sizes.iter().sum()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Sample>> {
        Arc::new(Self { device: device.clone(), ..self.clone() })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Sample>> {
        Arc::new(Self { sizes: self.sizes[start..end].to_vec(), ..self.clone() })
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Sample, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let size = *self.batches.sizes.get(self.next)?;
        self.next += 1;
        Some(Ok(Sample { x: Tensor::ones([size, 1], &self.batches.device) }))
    }
}

impl DataLoaderIterator<Sample> for Walk<'_> {
    fn progress(&self) -> Progress {
        Progress::new(self.batches.sizes[..self.next].iter().sum(), self.batches.num_items(), None)
    }
}
