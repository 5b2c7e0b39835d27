//! Exercise 8, lesson 5, 5 minutes: what goes in, and what should come out.
//! 练习 8，第 5 课，5 分钟：输入什么，应当输出什么。

use lstm_lessons::poems::vocab::{BOS, EOS};

/// The target at each step is the next input; the first input is BOS, the last target EOS.
///
/// ```text
/// inputs    BOS  6  2  4  6  9
/// targets     6  2  4  6  9  EOS
/// ```
///
/// The course copies the row, shifts it left and leaves the last number standing: [6,2,4,6,9]
/// becomes [2,4,6,9,9]. So 9 is taught to follow 9, and nobody is taught when a poem is over. What
/// you need: `vec![BOS]`, `poem.to_vec()`, and for a `let mut v`: `v.push(number)`,
/// `v.extend(poem)`.
///
/// Check: `cargo test --test exercises -- --ignored shift`
///
/// 每一步的目标就是下一个输入；第一个输入是 BOS，最后一个目标是
/// EOS。课程把整行左移，最后一个数留在原处：[6,2,4,6,9] 变成 [2,4,6,9,9]。于是模型学到 9 后面还是
/// 9，却学不到诗在哪里结束。 可用 `vec![BOS]`、`poem.to_vec()`；对 `let mut v` 可用
/// `v.push(number)`、`v.extend(poem)`。
pub fn shift(poem: &[usize]) -> (Vec<usize>, Vec<usize>) {
    todo!() // (inputs, targets)
}
