//! Exercise 8, lesson 5, 5 minutes: inputs and targets.
//! 练习 8，第 5 课，5 分钟：输入与目标。

use lstm_lessons::poems::text::vocab::{BOS, EOS};

/// The target at each step is the next input; the first input is BOS, the last target EOS.
///
/// ```text
/// inputs    BOS  6  2  4  6  9
/// targets     6  2  4  6  9  EOS
/// ```
///
/// The course copies the row, shifts it left and leaves the last number as it is: [6,2,4,6,9]
/// becomes [2,4,6,9,9]. So the model learns that 9 follows 9, and never when a poem ends. What you
/// need: `vec![BOS]`, `poem.to_vec()`, and for a `let mut v`: `v.push(number)`, `v.extend(poem)`.
/// The answer is a pair, `(inputs, targets)`.
///
/// Check: `cargo run --bin exercises -- check shift`
///
/// 每一步的目标就是下一个输入；第一个输入是 BOS，最后一个目标是 EOS。
/// 课程把整行左移，最后一个数留在原处：[6,2,4,6,9] 变成 [2,4,6,9,9]。
/// 于是模型学到 9 后面还是 9，却学不到诗在哪里结束。
/// 可用 `vec![BOS]`、`poem.to_vec()`；对 `let mut v` 可用 `v.push(number)`、`v.extend(poem)`。
/// 结果是一个二元组 `(inputs, targets)`。
pub fn shift(poem: &[usize]) -> (Vec<usize>, Vec<usize>) {
    todo!() // (inputs, targets)
}
