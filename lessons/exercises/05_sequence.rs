//! Exercise 5, lesson 4, 10 minutes: from one step to a whole sequence, and on from there.
//! 练习 5，第 4 课，10 分钟：从一步到整个序列，还能接着读。

use burn::prelude::*;
use lstm_lessons::cell::{LstmCell, Recurrent, State};

use super::{gates::gates, update::update};

/// The one contract of this crate: a sequence and perhaps a state go in, all outputs and the state
/// after the last step come out.
///
/// ```text
/// for t = 1 … T:   h_t, c_t = step(x_t, h_{t-1}, c_{t-1})          outputs = h_1 … h_T
/// ```
///
/// `None` means h_0 = 0, c_0 = 0. Given the state of an earlier call, the sequence goes on where
/// that call stopped. What you need:
///
/// * `let [batch, seq_len, _] = x.dims();` and `cell.zero_state(batch, &x.device())` for the zeros;
///   `state.unwrap_or(zeros)` is the state that is given, or else the zeros,
/// * your own `gates(cell, x_t, h)` of exercise 4 and `update(gates, c)` of exercise 3,
/// * `for t in 0..seq_len { … }`; before it `let mut all = vec![];`, in it `all.push(h);`,
/// * `x.clone().narrow(1, t, 1).squeeze_dim::<2>(1)` is the step that Rust counts as t = 0 … T-1,
///   `[B, D]`,
/// * `state.hidden` is h; `state.cell` is an `Option`, so c is
///   `state.cell.expect("an LSTM has one")`,
/// * `Tensor::stack(all, 1)` makes `[B, T, H]` of a `Vec` of `[B, H]`; the answer is a pair,
///   `(outputs, state)`.
///
/// Check: `cargo run --bin exercises -- check sequence`
///
/// 本课程唯一的约定：输入一个序列，也许再加一个状态；输出各步的结果，以及最后一步之后的状态。
/// `None` 表示 h_0 = 0，c_0 = 0；给出上一次调用得到的状态，就从那里接着读。要用到：
///
/// * `let [batch, seq_len, _] = x.dims();`，以及给出全零状态的
///   `cell.zero_state(batch, &x.device())`；`state.unwrap_or(zeros)` 取给定的状态，没有就取全零，
/// * 你自己在练习 4 里写的 `gates(cell, x_t, h)` 和练习 3 里写的 `update(gates, c)`，
/// * `for t in 0..seq_len { … }`；循环之前写 `let mut all = vec![];`，循环里写 `all.push(h);`，
/// * `x.clone().narrow(1, t, 1).squeeze_dim::<2>(1)` 取出一步 `[B, D]`，Rust 的 t 从 0 数到 T-1，
/// * `state.hidden` 是 h；`state.cell` 是 `Option`，所以 c 是
///   `state.cell.expect("an LSTM has one")`，
/// * `Tensor::stack(all, 1)` 把 `Vec` 里的 `[B, H]` 叠成 `[B, T, H]`；结果是一个二元组
///   `(outputs, state)`。
pub fn sequence(cell: &LstmCell, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State) {
    todo!()
}
