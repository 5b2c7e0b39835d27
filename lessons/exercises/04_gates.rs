//! Exercise 4, lesson 3, 10 minutes: three gates and a candidate from one product.
//! 练习 4，第 3 课，10 分钟：一次乘积得到三个门与候选记忆元。

use burn::prelude::*;
use lstm_lessons::cell::{LstmCell, LstmGates, Recurrent};

use super::sigma::sigma;

/// The first four of the six lines. The weights of the four lie side by side, H columns each, in
/// the order i, f, g, o:
///
/// ```text
/// a   = x_t W_x + h_{t-1} W_h + b        [B, 4H]
/// i_t = σ(a_i)      f_t = σ(a_f)      g_t = tanh(a_g)      o_t = σ(a_o)
/// ```
///
/// So compute `a` first, then cut it into four parts. What you need:
///
/// * `cell.w_x.val()` `[D, 4H]`, `cell.w_h.val()` `[H, 4H]`, `cell.bias.val()` `[4H]`,
///   `cell.d_hidden()` for H,
/// * `a.matmul(b)`, `a + b`, `a.tanh()`, and `b.unsqueeze()`, which makes one row of a vector, so
///   that it can be added to every row,
/// * `a.clone().narrow(1, start, length)` cuts columns out: `length` of them, from `start` on,
/// * your own `sigma` of exercise 1,
/// * `LstmGates { input: …, forget: …, candidate: …, output: … }` is the answer: i, f, g and o,
///   `[B, H]` each.
///
/// Check: `cargo run --bin exercises -- check gates`
///
/// 六行公式的前四行。四份权重并排放着，每份 H 列，次序是 i、f、g、o：
/// 先算出 a，再切成四份。要用到：
///
/// * `cell.w_x.val()` `[D, 4H]`、`cell.w_h.val()` `[H, 4H]`、`cell.bias.val()` `[4H]`，
///   `cell.d_hidden()` 即 H，
/// * `a.matmul(b)`、`a + b`、`a.tanh()`；`b.unsqueeze()` 把向量变成一行，这样就能加到每一行上，
/// * `a.clone().narrow(1, start, length)` 从第 `start` 列起切出 `length` 列，
/// * 你自己在练习 1 里写的 `sigma`，
/// * 结果是 `LstmGates { input: …, forget: …, candidate: …, output: … }`，依次为 i、f、g、o，
///   每个 `[B, H]`。
pub fn gates(cell: &LstmCell, x: Tensor<2>, hidden: Tensor<2>) -> LstmGates {
    todo!()
}
