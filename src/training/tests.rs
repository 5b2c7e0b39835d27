//! The loop with a model of two numbers: what it reports, what it hands on at the end of an epoch,
//! and that a stop at any step leaves no trace.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    module::Param,
    nn::Linear,
    optim::AdamConfig,
    prelude::*,
};
use burn_train::{
    InferenceStep, Interrupter, Learner, LearnerModel, SupervisedTraining, TrainOutput, TrainStep,
    TrainingStrategy,
};

use super::{
    checkpoints::{NoLog, Part, SaveAndWait, Shared, Sums, checkpoint_files, inside},
    device::Devices,
    epochs::{Epochs, FinishedEpoch},
    history,
    measured::{Loss, Measured},
    micro_batches::{Divide, MicroBatches, shares},
    partial::{BETWEEN, Partial},
    report::{EpochSummary, tests::timeless},
    run::{Kind, check_checkpoint},
    schedule::schedule,
    weights,
};
use crate::look::visible_width;

mod average;

/// ŷ = w x + b, and the loss is the mean of ŷ².
#[derive(Module, Debug)]
struct Line {
    linear: Linear,
}

/// The numbers 1, 2, … of a batch, `[B, 1]`.
type Sample = Tensor<2>;

impl Line {
    fn measure(&self, x: Sample) -> (Tensor<1>, Measured) {
        let [count, _] = x.dims();
        let loss = self.linear.forward(x).square().mean(); // [1]
        (loss.clone(), Measured { loss: loss.into_scalar(), correct: 0, count })
    }
}

impl TrainStep for Line {
    type Input = Sample;
    type Output = Measured;

    fn step(&self, x: Sample) -> TrainOutput<Measured> {
        let (loss, measured) = self.measure(x);
        TrainOutput::new(self, loss.backward(), measured)
    }
}

impl InferenceStep for Line {
    type Input = Sample;
    type Output = Measured;

    fn step(&self, x: Sample) -> Measured {
        self.measure(x).1
    }
}

impl Divide for Sample {
    fn divide(self, parts: usize) -> Vec<Self> {
        let [rows, _] = self.dims();
        shares(rows, parts).map(|share| self.clone().slice([share])).collect()
    }

    fn to_device(self, device: &Device) -> Self {
        self.to_device(device)
    }
}

/// Batches of these sizes; somebody presses Ctrl-C as the batch is fetched whose turn it is.
#[derive(Clone)]
struct Batches {
    sizes: Vec<usize>,
    device: Device,
    turn: Arc<AtomicUsize>,
    interrupter: Interrupter,
}

impl Batches {
    fn of(sizes: Vec<usize>, with: &(Device, Arc<AtomicUsize>, Interrupter)) -> Arc<Self> {
        let (device, turn, interrupter) = with.clone();
        Arc::new(Self { sizes, device, turn, interrupter })
    }
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
        if self.batches.turn.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.batches.interrupter.stop(Some("ctrl-c"));
        }
        let numbers: Vec<f32> = (1..=size).map(|n| n as f32 / self.next as f32).collect();
        Some(Ok(Tensor::from_data(TensorData::new(numbers, [size, 1]), &self.batches.device)))
    }
}

impl DataLoaderIterator<Sample> for Walk<'_> {
    fn progress(&self) -> Progress {
        Progress::new(self.batches.sizes[..self.next].iter().sum(), self.batches.num_items(), None)
    }
}

/// What came of a training of two epochs of three steps and two of validation.
struct Outcome<M = Line> {
    model: Vec<u8>,
    /// The same, without autodiff.
    last: M,
    /// As the display has them.
    epochs: Vec<EpochSummary>,
    /// As the loop handed them on, with the model's ŷ for x = 1.
    finished: Vec<(FinishedEpoch, f64)>,
    lines: Vec<String>,
    stopped: Option<Partial>,
    /// Of the last checkpoint.
    sums: Sums,
}

/// y = 0.5 x + 0.25: numbers of its own, because Burn's are drawn from one generator for the whole
/// process, and other tests draw, too.
fn line(device: &Device) -> Line {
    let (weight, bias) =
        (Param::from_data([[0.5]], device), Some(Param::from_data([0.25], device)));
    weights::numbered(Line { linear: Linear { weight, bias } })
}

/// A training of two epochs in `folder`, from where an earlier one stopped, to its end or to a stop.
fn train(folder: &Path, done: usize, from: Option<Partial>, stop_at: Option<usize>) -> Outcome {
    train_as(folder, done, from, stop_at, PLAIN, MicroBatches::default())
}

/// How a module is made of the line, and the line that is validated found in it.
type Wrapping<M> = (fn(Line) -> M, fn(&M) -> &Line);

const PLAIN: Wrapping<Line> = (|line| line, |line| line);

/// [`train`] of what `wrap` makes of the line; `line_in` finds the line that is validated in it.
fn train_as<M>(
    folder: &Path,
    done: usize,
    from: Option<Partial>,
    stop_at: Option<usize>,
    (wrap, line_in): Wrapping<M>,
    micro_batches: MicroBatches,
) -> Outcome<M>
where
    M: LearnerModel
        + TrainStep<Input = Sample, Output = Measured>
        + InferenceStep<Input = Sample, Output = Measured>,
{
    let (report, paper) = timeless();
    let summaries = Arc::new(Mutex::new(Vec::new()));
    let sink = summaries.clone();
    let run = folder.to_path_buf();
    let report = report.going_on_from(from.as_ref()).on_epoch_end(move |summary| {
        for file in checkpoint_files(&run, summary.epoch) {
            assert!(file.is_file(), "reported before it is on disk: {}", file.display());
        }
        let rows = history::read(&run, summary.epoch).expect("whole");
        assert_eq!(rows.last().map(|row| row.epoch.number), Some(summary.epoch), "nor its row");
        sink.lock().unwrap().push(summary.clone());
        None
    });
    let finished = Arc::new(Mutex::new(Vec::new()));
    let sink = finished.clone();
    let sample = move |model: &M, epoch: &FinishedEpoch| {
        let linear = &line_in(model).linear;
        let one = Tensor::<2>::from_data([[1.0]], &linear.weight.val().device());
        sink.lock().unwrap().push((*epoch, linear.forward(one).into_scalar::<f64>()));
        Ok(String::new())
    };
    let device = Device::flex().autodiff();
    let model = wrap(line(&device));
    let interrupter = Interrupter::new();
    let turn = Arc::new(AtomicUsize::new(stop_at.unwrap_or(usize::MAX)));
    let with = (device, turn, interrupter.clone());
    let [training_set, validation_set] =
        [vec![4, 4, 2], vec![3, 2]].map(|sizes| Batches::of(sizes, &with));
    let written = Shared::default();
    let epochs = Arc::new(Epochs {
        folder: folder.to_path_buf(),
        from,
        history: Mutex::new(history::read(folder, done).expect("whole")),
        keep: None,
        micro_batches,
        sample: Mutex::new(Box::new(sample)),
        printer: None,
        written: written.clone(),
        stopped: Mutex::default(),
        lost: Mutex::default(),
    });
    let [model_part, optimizer, rates] = Part::all(folder, &written);
    let mut training = SupervisedTraining::<M>::new(folder, training_set, validation_set)
        .metric_train_numeric(Loss::default())
        .metric_valid_numeric(Loss::default())
        .with_checkpointing_strategy(SaveAndWait)
        .with_custom_checkpointers(model_part, optimizer, rates)
        .with_metric_logger(NoLog)
        .with_application_logger(None)
        .with_interrupter(interrupter)
        .with_training_strategy(TrainingStrategy::Custom(epochs.clone()))
        .num_epochs(2)
        .renderer(Box::new(report));
    if done > 0 {
        training = training.checkpoint(done);
    }
    let adam = AdamConfig::new().init();
    let ended = training.launch(Learner::new(model, adam, schedule(0.1, 2, 6).unwrap()));
    assert!(ended.error.is_none());
    let stopped = epochs.stopped.lock().unwrap().take();
    let last = ended.model;
    let model = last.clone().into_record().into_bytes().unwrap().to_vec();
    let (epochs, finished) = (summaries.lock().unwrap().clone(), finished.lock().unwrap().clone());
    let sums = inside(&written).sums.clone();
    Outcome { model, last, epochs, finished, lines: paper.lines(), stopped, sums }
}

/// What its documentation says about order and numbers holds in this version of burn-train.
#[test]
fn the_loop_reports_what_the_display_expects() {
    let folder = tempfile::tempdir().unwrap();
    let Outcome { epochs, lines, stopped, .. } = train(folder.path(), 0, None, None);
    assert!(stopped.is_none());
    assert_eq!(epochs.iter().map(|s| (s.epoch, s.epochs)).collect::<Vec<_>>(), [(1, 2), (2, 2)]);
    assert!(epochs[1].train("Loss") < epochs[0].train("Loss"), "it learns");
    assert_eq!(lines.len(), 2, "{lines:?}");
    let whole = |line: &String| {
        line.contains("train loss") && line.contains("valid") && visible_width(line) < 80
    };
    assert!(lines.iter().all(whole), "{lines:?}");
    // The mean over the epoch is weighted by the sizes of its batches, 4, 4 and 2.
    let steps = train(tempfile::tempdir().unwrap().path(), 0, None, Some(3))
        .stopped
        .expect("stopped at its last step");
    let sum: f64 = steps.measured.iter().map(|step| step.loss * step.count as f64).sum();
    assert!(
        (epochs[0].train("Loss").expect("a loss") - sum / 10.0).abs() < 1e-12,
        "{:?}",
        steps.measured
    );
}

#[test]
fn the_end_of_an_epoch_gets_its_losses_and_the_model_that_was_validated() {
    let Outcome { epochs, finished, .. } =
        train(tempfile::tempdir().unwrap().path(), 0, None, None);
    assert_eq!(finished.iter().map(|(epoch, _)| epoch.number).collect::<Vec<_>>(), [1, 2]);
    for (summary, (epoch, y)) in epochs.iter().zip(&finished) {
        assert_eq!(Some(epoch.train.loss), summary.train("Loss"), "to the last bit");
        assert_eq!(Some(epoch.valid.loss), summary.valid("Loss"), "to the last bit");
        assert_eq!((epoch.train.count, epoch.valid.count), (10, 5));
        assert!(y.is_finite());
    }
    assert_ne!(finished[0].1, finished[1].1, "each epoch has a model of its own");
}

fn losses(epochs: &[EpochSummary]) -> Vec<(usize, Option<f64>, Option<f64>)> {
    epochs.iter().map(|s| (s.epoch, s.train("Loss"), s.valid("Loss"))).collect()
}

/// Ten batches are fetched in two epochs: six of training, four of validation. A stop at any of
/// them, and what comes of going on is what comes of never stopping, to the last bit: weights, and
/// losses of every epoch.
#[test]
fn a_stop_at_any_step_leaves_no_trace() {
    let never = train(tempfile::tempdir().unwrap().path(), 0, None, None);
    for stop_at in 1..=10 {
        let folder = tempfile::tempdir().unwrap();
        let first = train(folder.path(), 0, None, Some(stop_at));
        let partial = first.stopped.expect("it was stopped");
        assert_eq!(
            (partial.epoch, partial.measured.len()),
            (1 + (stop_at - 1) / 5, ((stop_at - 1) % 5 + 1).min(3))
        );
        assert!(
            first.lines.iter().any(|line| line.starts_with("stopped in epoch")),
            "{:?}",
            first.lines
        );
        let partial = Partial { seconds: 1000.0, ..partial };
        let second = train(folder.path(), partial.epoch - 1, Some(partial), None);
        assert!(second.stopped.is_none());
        assert!(second.finished[0].0.seconds >= 1000.0, "the time before the stop counts");
        assert!(second.model == never.model, "stopped at batch {stop_at}");
        assert_eq!(
            losses(&[first.epochs, second.epochs].concat()),
            losses(&never.epochs),
            "stopped at batch {stop_at}"
        );
    }
}

/// The same of batches in two and three parts, on one device and on two (workers of burn-train); and
/// the parts come to what the whole comes to.
#[test]
fn a_batch_in_parts_is_the_batch_and_a_stop_leaves_no_trace() {
    let whole = train(tempfile::tempdir().unwrap().path(), 0, None, None);
    let flex = Device::flex();
    let alone = Devices::from(flex.clone());
    let names = vec![String::new(), String::new()];
    let two = Devices { workers: vec![flex.clone(), flex.clone()], names, ..alone.clone() };
    let ways = [(&alone, 3), (&two, 1), (&two, 2)].map(|(devices, n)| MicroBatches::of(devices, n));
    for ways in ways {
        let train = |folder: &Path, done, from, stop_at| {
            train_as(folder, done, from, stop_at, PLAIN, ways.clone())
        };
        let never = train(tempfile::tempdir().unwrap().path(), 0, None, None);
        for (parts, whole) in losses(&never.epochs).iter().zip(losses(&whole.epochs)) {
            let close = |parts: Option<f64>, whole: Option<f64>| {
                (parts.unwrap() - whole.unwrap()).abs() < 1e-5
            };
            assert!(close(parts.1, whole.1) && close(parts.2, whole.2), "{parts:?} {whole:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        let partial = train(folder.path(), 0, None, Some(2)).stopped.expect("it was stopped");
        let second = train(folder.path(), 0, Some(partial), None);
        assert!(second.model == never.model, "{ways:?}");
    }
}

#[test]
fn a_damaged_checkpoint_is_named_before_it_can_do_harm() {
    let folder = tempfile::tempdir().unwrap();
    let sums = train(folder.path(), 0, None, Some(2)).sums;
    let check = |sums| check_checkpoint(folder.path(), BETWEEN, sums);
    check(Some(&sums)).expect("it is whole");
    let error = check_checkpoint(folder.path(), 1, None).expect_err("there is no such epoch");
    assert_eq!(error.exit_code(), 2);
    assert!(matches!(error.kind(), Some(Kind::Checkpoint { .. })), "{error}");
    for file in checkpoint_files(folder.path(), BETWEEN) {
        let bytes = std::fs::read(&file).unwrap();
        let refused = |changed: &[u8], sums| {
            std::fs::write(&file, changed).unwrap();
            let Err(error) = check(sums) else { panic!("{} bytes", changed.len()) };
            let Some(Kind::Checkpoint { file: named, .. }) = error.kind() else {
                panic!("{error}")
            };
            assert!(error.exit_code() == 2 && *named == file, "{error}");
        };
        for length in [0, 7] {
            refused(&bytes[..length], None); // no sum is needed to see that
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            refused(&changed, Some(&sums));
        }
        std::fs::write(&file, bytes).unwrap();
    }
    check(Some(&sums)).expect("it is whole again");
}
