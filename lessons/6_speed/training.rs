//! One whole training step (forward, backward, Adam), timed over and over.

use burn::{
    optim::{AdamConfig, GradientsParams, ModuleOptimizer},
    prelude::*,
};
use lstm_lessons::kernel::adam::Adam;
use serde::{Deserialize, Serialize};

use crate::implementation::Implementation;
use lstm_lessons::demos::measure::{Budget, Stopwatch};

const LR: f64 = 1e-3;

/// What a timed training came to.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Timed {
    /// Milliseconds, the median of the counted steps.
    pub ms_per_step: f64,
    /// How many steps were counted.
    pub steps: usize,
    /// The loss of the very first step, nats: alike in all implementations, as all start from the
    /// same weights.
    pub first_loss: Option<f64>,
}

/// Burn's own Adam, and the course's in the last stage.
pub fn adam(implementation: Implementation) -> ModuleOptimizer {
    match implementation {
        Implementation::Fused | Implementation::FusedBf16 => ModuleOptimizer::from(Adam::default()),
        _ => AdamConfig::new().init(),
    }
}

/// Trains `model` on the batches in turn until the budget is used.
pub fn train<M: Module, Batch>(
    mut model: M,
    mut optimizer: ModuleOptimizer,
    batches: &[Batch],
    loss_of: impl Fn(&M, &Batch) -> Tensor<1>,
    budget: Budget,
) -> Timed {
    let mut watch = Stopwatch::new(budget);
    let mut first_loss = None;
    for batch in batches.iter().cycle() {
        if watch.is_done() {
            break;
        }
        let loss;
        (model, loss) = watch.time(|| {
            let loss = loss_of(&model, batch); // [1]
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            (optimizer.step(LR, model, gradients), loss.into_scalar::<f64>())
        });
        first_loss.get_or_insert(loss);
    }
    let (steps, ms_per_step) = watch.result();
    Timed { ms_per_step, steps, first_loss }
}
