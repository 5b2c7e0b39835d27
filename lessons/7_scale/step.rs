//! The training step that this lesson deals out: the poem model of the course.

use burn::{optim::ModuleOptimizer, prelude::*};
use burn_train::TrainStep;
use lstm_lessons::{
    demos::measure::Stopwatch,
    kernel::adam::Adam,
    poems::{batch::PoemBatch, model::PoemModel, shape::PoemShape},
    training::{Divide, micro_batches::Mean},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::args::Args;

/// V.
pub const VOCAB_SIZE: usize = 2000;

/// The longest text and the shortest.
pub const LENGTHS: [usize; 2] = [48, 12];

/// Two layers of 128, or of 32 where it must be quick.
pub fn model(args: &Args, device: &Device) -> PoemModel {
    let width = if args.quick { 32 } else { 128 };
    let shape = PoemShape { d_embed: width, d_hidden: width, ..PoemShape::default() };
    PoemModel::new(&shape, VOCAB_SIZE, args.seed, &device.clone().autodiff())
        .with_kernel(args.kernel)
}

/// Texts of characters drawn at random: their arithmetic is that of real ones. The first are of the
/// length of `lengths`' first, and so on, as many of each.
pub fn batch(rows: usize, lengths: &[usize], args: &Args, device: &Device) -> PoemBatch {
    let mut rng = StdRng::seed_from_u64(args.seed);
    let each = rows.div_ceil(lengths.len());
    let mut text = |k: usize| -> Vec<usize> {
        (1..lengths[k / each]).map(|_| rng.random_range(4..VOCAB_SIZE)).collect()
    };
    let texts: Vec<Vec<usize>> = (0..rows).map(&mut text).collect();
    let texts: Vec<&[usize]> = texts.iter().map(Vec::as_slice).collect();
    PoemBatch::new(&texts, &device.clone().autodiff())
}

/// Seconds of a whole step (forward, backward, clipping, Adam) of the batch in so many parts, and the
/// loss of the first.
pub fn time(model: PoemModel, batch: &PoemBatch, parts: usize, args: &Args) -> (f64, f64) {
    let mut optimizer = ModuleOptimizer::from(Adam::default());
    let (mut model, mut first_loss) = (Some(model), None);
    let mut watch = Stopwatch::new(args.budget());
    while !watch.is_done() {
        watch.time(|| {
            let now = model.take().expect("put back below");
            let mut mean = Mean::default();
            for part in batch.clone().divide(parts) {
                mean.add(&now, TrainStep::step(&now, part));
            }
            let (measured, grads) = mean.finish(&now);
            first_loss.get_or_insert(measured.loss);
            model = Some(now.optimize(&mut optimizer, 1e-3.into(), grads));
        });
    }
    (watch.result().1 / 1e3, first_loss.expect("one step at least"))
}
