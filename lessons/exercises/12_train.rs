//! Exercise 12, lesson 5, 10 minutes: one step of training.
//! 练习 12，第 5 课，10 分钟：训练的一步。

use burn::optim::{GradientsParams, ModuleOptimizer};
use lstm_lessons::{
    poems::{batch::PoemBatch, model::PoemModel},
    training::{MAX_NORM, clip_global_norm},
};

/// Four lines that all training consists of: a loss, its gradients, shortened where they are too
/// long, a step against them.
///
/// ```text
/// L = loss(w)          g = clip(∂L/∂w)          w ← optimizer(w, g, lr)
/// ```
///
/// What you need, in this order:
///
/// * `model.loss(batch)` is L (what you wrote in exercise 10),
/// * `GradientsParams::from_grads(l.backward(), &model)` are the gradients, sorted by parameter,
/// * `clip_global_norm(&model, grads, MAX_NORM)` is your exercise 11 for a whole model; it gives
///   the gradients and their length,
/// * `optimizer.step(lr, model, grads)` takes the model and gives it back, changed.
///
/// Check: `cargo test --test exercises -- --ignored train`
///
/// 一切训练都由这四行组成：损失，梯度，太长就缩短，逆着梯度走一步。依次使用：`model.loss(batch)` 即
/// L（你在练习 10 里写过）； `GradientsParams::from_grads(l.backward(), &model)`
/// 是按参数分好的梯度；`clip_global_norm(&model, grads, MAX_NORM)` 是整个模型的 练习
/// 11，返回梯度及其长度；`optimizer.step(lr, model, grads)` 收下模型，改好后还给你。
pub fn train(
    model: PoemModel,
    optimizer: &mut ModuleOptimizer,
    batch: &PoemBatch,
    lr: f64,
) -> PoemModel {
    todo!()
}
