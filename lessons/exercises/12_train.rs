//! Exercise 12, lesson 5, 10 minutes: one step of training.
//! 练习 12，第 5 课，10 分钟：训练的一步。

use burn::optim::{GradientsParams, ModuleOptimizer};
use lstm_lessons::{
    poems::{batch::PoemBatch, model::PoemModel},
    training::{MAX_NORM, clip_global_norm},
};

/// The four lines of every training: the loss, its gradients, clipped, a step of the optimizer.
///
/// ```text
/// L = loss(w)          g = clip(∂L/∂w)          w ← optimizer(w, g, lr)
/// ```
///
/// What you need, in this order:
///
/// * `let l = model.loss(batch);` is L (what you wrote in exercise 10),
/// * `GradientsParams::from_grads(l.backward(), &model)` are the gradients by parameter, after the
///   backward pass,
/// * `clip_global_norm(&model, grads, MAX_NORM)` is your exercise 11 for a whole model; it gives
///   the gradients and their norm: `let (grads, norm) = …;`,
/// * `optimizer.step(lr, model, grads)` takes the model and returns it, updated.
///
/// Check: `cargo run --bin exercises -- check train`
///
/// 一切训练都由这四行组成：损失，梯度，裁剪，优化器走一步。依次使用：
///
/// * `let l = model.loss(batch);` 即 L（你在练习 10 里写过），
/// * `GradientsParams::from_grads(l.backward(), &model)` 先反向传播，再把梯度按参数分好，
/// * `clip_global_norm(&model, grads, MAX_NORM)` 是整个模型的练习 11，返回梯度及其范数：
///   `let (grads, norm) = …;`，
/// * `optimizer.step(lr, model, grads)` 收下模型，更新后还给你。
pub fn train(
    model: PoemModel,
    optimizer: &mut ModuleOptimizer,
    batch: &PoemBatch,
    lr: f64,
) -> PoemModel {
    todo!()
}
