//! Exercise 1, lesson 3, 5 minutes: the curve of every gate.
//! 练习 1，第 3 课，5 分钟：每个门的曲线。

use burn::prelude::*;

/// σ takes any number into the range from 0 (nothing passes) to 1 (everything passes):
///
/// ```text
/// σ(a) = 1 / (1 + e^-a)
/// ```
///
/// Do it for all numbers of the tensor at once. What Burn offers, for a tensor `a` of any shape:
///
/// * `a.neg()` is -a, `a.exp()` is e^a, `a.recip()` is 1 / a,
/// * `a + 1.0` adds 1 to every number,
/// * methods stand behind what they work on: `(a + 1.0).exp()` is e^(a + 1).
///
/// Replace `todo!()` by your answer and save. The answer of a Rust function is its last line,
/// without a `;` at the end.
///
/// Check: `cargo run --bin exercises -- check sigma`, or `watch` instead of `check sigma` to have
/// every save checked.
///
/// σ 把任何数变到 0（什么都不通过）与 1（全部通过）之间。
/// 请对张量里的所有数一次算完。对任意形状的张量 `a`，Burn 提供：
///
/// * `a.neg()` 即 -a，`a.exp()` 即 e^a，`a.recip()` 即 1 / a，
/// * `a + 1.0` 给每个数加 1，
/// * 方法写在它所作用的对象后面：`(a + 1.0).exp()` 即 e^(a + 1)。
///
/// 用你的答案替换 `todo!()` 并保存。Rust 函数的结果就是最后一行，行末不写 `;`。
///
/// 检查：运行上面的命令；把 `check sigma` 换成 `watch`，每次保存都会自动检查。
pub fn sigma(a: Tensor<2>) -> Tensor<2> {
    todo!() // [B, H]
}
