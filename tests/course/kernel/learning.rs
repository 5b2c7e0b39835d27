//! Whole models: one step, a hundred steps, and what happens when the numbers go bad.

use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::{
        GradientsParams, ModuleOptimizer, lr_scheduler::module_lr_scheduler::ModuleLearningRate,
    },
    prelude::*,
};
use burn_train::TrainStep;
use lstm_lessons::{
    cell::CellKind,
    kernel::{Kernel, adam::Adam, in_memory},
    mnist::{
        drawn::draw_set,
        model::{RowClassifier, RowClassifierConfig},
        rows::RowBatch,
    },
    poems::{batch::PoemBatch, model::PoemModel, shape::PoemShape},
    training::Measured,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    kernel::assert_near,
    support::{KINDS, devices, numbers, reference},
};

const VOCAB_SIZE: usize = 53;
const FUSED_AND_READABLE: [Kernel; 2] = [Kernel::Fused, Kernel::Readable];

/// The fused kernel on `device`, and the readable one on its [`reference`], both with autodiff.
fn fused_and_readable(device: &Device) -> [(Kernel, Device); 2] {
    [(Kernel::Fused, device.clone().autodiff()), (Kernel::Readable, reference(device).autodiff())]
}

pub fn poem_model(cell: CellKind, tied: bool, device: &Device) -> PoemModel {
    let shape = PoemShape { d_embed: 18, d_hidden: 18, cell, tied, ..PoemShape::default() };
    PoemModel::new(&shape, VOCAB_SIZE, 3, device)
}

/// Poems of different lengths; each character follows from the one before, so that there is
/// something to learn.
pub fn poems(seed: u64, device: &Device) -> PoemBatch {
    let mut rng = StdRng::seed_from_u64(seed);
    let poem = |_| {
        let (mut id, len) = (rng.random_range(4..VOCAB_SIZE), rng.random_range(1..9));
        std::iter::repeat_with(|| {
            id = 4 + (id * 5 + rng.random_range(0..2)) % (VOCAB_SIZE - 4);
            id
        })
        .take(len)
        .collect()
    };
    let poems: Vec<Vec<usize>> = (0..5).map(poem).collect();
    PoemBatch::new(&poems.iter().map(Vec::as_slice).collect::<Vec<_>>(), device)
}

pub fn classifier(cell: CellKind, device: &Device) -> RowClassifier {
    RowClassifierConfig::new(cell, 13, 2).init(3, device)
}

/// The gradient of every parameter of a model, or the parameters themselves, in the order of the
/// model.
struct Collect<'a> {
    grads: Option<&'a GradientsParams>,
    all: Vec<Vec<f32>>,
}

impl ModuleVisitor for Collect<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.all.push(match self.grads {
            Some(grads) => {
                numbers(&grads.get::<D>(param.id).expect("a gradient for every parameter"))
            }
            None => numbers(&param.val()),
        });
    }
}

pub fn collect(model: &impl Module, grads: Option<&GradientsParams>) -> Vec<Vec<f32>> {
    let mut collect = Collect { grads, all: Vec::new() };
    model.visit(&mut collect);
    collect.all
}

/// The loss of a batch and what it says about each parameter.
fn one_step<M: Module + TrainStep<Output = Measured>>(
    model: &M,
    batch: M::Input,
) -> (f64, Vec<Vec<f32>>) {
    let output = TrainStep::step(model, batch);
    (output.item.loss, collect(model, Some(&output.grads)))
}

fn assert_same_step([(one_loss, one), (other_loss, other)]: [(f64, Vec<Vec<f32>>); 2]) {
    assert!(
        (one_loss - other_loss).abs() < 1e-5 * other_loss,
        "loss {one_loss} is not {other_loss}"
    );
    assert_eq!(one.len(), other.len());
    for (k, (one, other)) in one.iter().zip(&other).enumerate() {
        let largest = other.iter().fold(0.0f32, |largest, g| largest.max(g.abs()));
        let scaled = |values: &[f32]| values.iter().map(|g| g / largest).collect::<Vec<f32>>();
        assert_near(&format!("parameter {k}"), &scaled(one), &scaled(other), 1e-4);
    }
}

#[test]
fn fused_equals_readable_for_the_poem_model() {
    for device in devices() {
        for (cell, tied) in KINDS.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
            assert_same_step(fused_and_readable(&device).map(|(kernel, device)| {
                let model = poem_model(cell, tied, &device).with_kernel(kernel);
                one_step(&model, poems(1, &device))
            }));
        }
    }
}

#[test]
fn fused_equals_readable_for_the_classifier() {
    for device in devices() {
        let digits = draw_set(6, 1);
        for cell in KINDS {
            assert_same_step(fused_and_readable(&device).map(|(kernel, device)| {
                let batch = RowBatch::new(&digits, &[0, 1, 2, 3, 4, 5], &device);
                one_step(&classifier(cell, &device).with_kernel(kernel), batch)
            }));
        }
    }
}

/// The loss after each of `steps` steps, and the model at the end.
fn train<M>(mut model: M, steps: u64, batch: impl Fn(u64) -> M::Input) -> (Vec<f64>, M)
where
    M: Module + TrainStep<Output = Measured>,
{
    let mut optimizer = ModuleOptimizer::from(Adam::default());
    let losses = (0..steps)
        .map(|k| {
            let output = TrainStep::step(&model, batch(k));
            model = model.clone().optimize(
                &mut optimizer,
                ModuleLearningRate::from(0.01),
                output.grads,
            );
            output.item.loss
        })
        .collect();
    (losses, model)
}

fn assert_same_curve([fused, readable]: [Vec<f64>; 2]) {
    for (k, (fused, readable)) in fused.iter().zip(&readable).enumerate() {
        assert!((fused - readable).abs() <= 1e-3 * readable, "step {k}: {fused} is not {readable}");
    }
    let (first, last) = (readable[0], readable[readable.len() - 1]);
    assert!(last < 0.8 * first, "nothing was learned: {first} and at the end {last}");
}

#[test]
fn a_hundred_steps_of_poems_learn_along_the_same_curve() {
    for device in devices() {
        assert_same_curve(fused_and_readable(&device).map(|(kernel, device)| {
            let model = poem_model(CellKind::Lstm, false, &device).with_kernel(kernel);
            train(model, 100, |k| poems(k % 20, &device)).0
        }));
    }
}

#[test]
fn a_hundred_steps_of_digits_learn_along_the_same_curve() {
    for device in devices() {
        let digits = draw_set(64, 1);
        assert_same_curve(fused_and_readable(&device).map(|(kernel, device)| {
            let batch = |k: u64| {
                let first = 8 * (k as usize % 8);
                RowBatch::new(&digits, &(first..first + 8).collect::<Vec<_>>(), &device)
            };
            train(classifier(CellKind::Lstm, &device).with_kernel(kernel), 100, batch).0
        }));
    }
}

/// Half precision takes other roundings, and learns as much by them.
#[test]
fn a_hundred_steps_in_half_precision_learn_along_nearly_the_same_curve() {
    for device in devices().into_iter().filter(in_memory) {
        let device = device.autodiff();
        let model = poem_model(CellKind::Lstm, false, &device);
        let [half, single] = [Kernel::FusedBf16, Kernel::Fused].map(|kernel| {
            train(model.clone().with_kernel(kernel), 100, |k| poems(k % 20, &device)).0
        });
        assert!(half != single, "nothing was rounded");
        // One step after the other drifts apart; what has been learned does not.
        let means = |losses: &[f64]| -> Vec<f64> {
            losses.chunks(20).map(|part| part.iter().sum::<f64>() / 20.0).collect()
        };
        for (k, (half, single)) in means(&half).into_iter().zip(means(&single)).enumerate() {
            let near = (half - single).abs() <= 0.01 * single;
            assert!(near, "steps from {}: {half} is not {single}", 20 * k);
        }
        assert!(single[99] < 0.8 * single[0], "nothing was learned");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_after_twenty_steps() {
    for device in devices() {
        let device = device.autodiff();
        for cell in KINDS {
            let run = || {
                let (losses, model) =
                    train(poem_model(cell, true, &device), 20, |k| poems(k, &device));
                let weights: Vec<_> = collect(&model, None)
                    .iter()
                    .map(|values| crate::kernel::bits(values))
                    .collect();
                (losses, weights)
            };
            assert_eq!(run(), run(), "{cell:?}");
        }
    }
}

#[test]
fn nan_comes_out_as_nan_and_not_as_a_panic() {
    for device in devices() {
        let device = device.autodiff();
        for (cell, kernel) in
            KINDS.into_iter().flat_map(|kind| FUSED_AND_READABLE.map(|kernel| (kind, kernel)))
        {
            let mut model = poem_model(cell, false, &device).with_kernel(kernel);
            model.embedding.weight =
                Param::from_tensor(Tensor::full([VOCAB_SIZE, 18], f32::NAN, &device));
            let (loss, gradients) = one_step(&model, poems(1, &device));
            assert!(loss.is_nan(), "{cell:?}, {kernel:?}: the loss is {loss}");
            assert!(
                gradients.iter().flatten().any(|g| g.is_nan()),
                "{cell:?}, {kernel:?}: the gradients hide it"
            );
        }
    }
}
