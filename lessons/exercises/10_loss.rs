//! Exercise 10, lesson 5, 10 minutes: cross-entropy without the padding.
//! 练习 10，第 5 课，10 分钟：不计填充的交叉熵。

use burn::{prelude::*, tensor::activation::log_softmax};

/// The mean of -ln p over the targets that count.
///
/// ```text
/// loss = - Σ mask_bt · ln softmax(z_bt)[y_bt] / Σ mask_bt
/// ```
///
/// `logits` is z `[B, T, V]`, `targets` is y `[B, T]`, `mask` is `[B, T]`. What you need:
///
/// * `log_softmax(z, 2)` is ln softmax over V, `[B, T, V]`,
/// * `targets.unsqueeze_dim::<3>(2)` is `[B, T, 1]`; with that, `a.gather(2, index)` picks one
///   number at each place, `[B, T, 1]`,
/// * `a.squeeze_dim::<2>(2)` removes the last axis again,
/// * `a * b` multiplies number by number, `a.neg()` is -a,
/// * `a.sum()` is the sum of all numbers, `[1]`; two tensors `[1]` can be divided by `/`,
/// * a tensor is moved where it is used: write `mask.clone()` where you need it once more.
///
/// Check: `cargo run --bin exercises -- check loss`
///
/// 对算数的目标求 -ln p 的平均。
/// `logits` 是 z `[B, T, V]`，`targets` 是 y `[B, T]`，`mask` 是掩码 `[B, T]`。要用到：
///
/// * `log_softmax(z, 2)` 在 V 上求 ln softmax，`[B, T, V]`，
/// * `targets.unsqueeze_dim::<3>(2)` 成为 `[B, T, 1]`；用它作下标，`a.gather(2, index)`
///   在每个位置取出一个数，`[B, T, 1]`，
/// * `a.squeeze_dim::<2>(2)` 去掉最后一维，
/// * `a * b` 逐个相乘，`a.neg()` 即 -a，
/// * `a.sum()` 是全部之和 `[1]`；两个 `[1]` 可以用 `/` 相除，
/// * 张量用过一次就被移走了，还要再用，就写 `mask.clone()`。
pub fn loss(logits: Tensor<3>, targets: Tensor<2, Int>, mask: Tensor<2>) -> Tensor<1> {
    todo!() // [1]
}
