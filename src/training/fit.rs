//! Training on one page, for the lessons that train in front of the class.

use burn::{
    module::Module,
    optim::{AdamConfig, GradientsParams},
    prelude::*,
};

use super::clip::{MAX_NORM, clip_global_norm};

/// Takes `steps` steps of Adam: the loss, its gradients, clipped to [`MAX_NORM`], a step.
///
/// `loss` gives the loss of a step (counted from 0); `after` gets the step, its loss, and the model
/// as it is after it. The model must be on an autodiff device. The long trainings of lessons 4 and
/// 5 do the same four things inside [`run`](fn@super::run).
pub fn fit<M: Module>(
    model: M,
    steps: usize,
    lr: f64,
    loss: impl FnMut(&M, usize) -> Tensor<1>,
    after: impl FnMut(usize, f64, &M),
) -> M {
    fit_within(MAX_NORM, model, steps, lr, loss, after)
}

/// [`fit`], with gradients clipped to `max_norm`; infinity leaves them as they are.
pub fn fit_within<M: Module>(
    max_norm: f64,
    mut model: M,
    steps: usize,
    lr: f64,
    mut loss: impl FnMut(&M, usize) -> Tensor<1>,
    mut after: impl FnMut(usize, f64, &M),
) -> M {
    let mut adam = AdamConfig::new().init();
    for step in 0..steps {
        let loss = loss(&model, step);
        let value = loss.clone().into_scalar::<f64>();
        let grads = GradientsParams::from_grads(loss.backward(), &model);
        let (grads, _) = clip_global_norm(&model, grads, max_norm);
        model = adam.step(lr, model, grads);
        after(step, value, &model);
    }
    model
}
