//! Exercise 2, lesson 1, 5 minutes: one step of the plain recurrent network.
//! 练习 2，第 1 课，5 分钟：普通循环神经网络的一步。

use burn::prelude::*;
use lstm_lessons::cell::RnnCell;

/// The course's own equation: the input and the state, each times its weights, added up, through
/// tanh.
///
/// ```text
/// s_t = tanh(x_t U + s_{t-1} W + b)
/// ```
///
/// `x` is x_t `[B, D]`, `s` is s_{t-1} `[B, H]`; a row is an example, so the weights stand at the
/// right. What you need:
///
/// * `cell.u.val()` is U `[D, H]`, `cell.w.val()` is W `[H, H]`, `cell.bias.val()` is b `[H]`,
/// * `a.matmul(b)` is the product of two matrices, `a + b` their sum, `a.tanh()` is tanh of each
///   number,
/// * `b.unsqueeze()` makes one row of a vector, so that it can be added to every row.
///
/// Check: `cargo run --bin exercises -- check rnn`
///
/// 课程里的公式：输入与状态各乘自己的权重，相加，再过 tanh。
/// `x` 是 x_t `[B, D]`，`s` 是 s_{t-1} `[B, H]`；一行是一个样本，所以权重乘在右边。要用到：
///
/// * `cell.u.val()` 即 U `[D, H]`，`cell.w.val()` 即 W `[H, H]`，`cell.bias.val()` 即 b `[H]`，
/// * `a.matmul(b)` 是矩阵乘积，`a + b` 是和，`a.tanh()` 对每个数取 tanh，
/// * `b.unsqueeze()` 把向量变成一行，这样就能加到每一行上。
pub fn rnn(cell: &RnnCell, x: Tensor<2>, s: Tensor<2>) -> Tensor<2> {
    todo!() // [B, H]
}
