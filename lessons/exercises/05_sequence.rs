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
/// `None` means h_0 = 0, c_0 = 0. Whoever hands the state back in reads on where the last call
/// stopped. What you need:
///
/// * `let [batch, seq_len, _] = x.dims();` and `cell.zero_state(batch, &x.device())` for the zeros,
/// * `x.clone().narrow(1, t, 1).squeeze_dim::<2>(1)` is the step that Rust counts as t = 0 … T-1,
///   `[B, D]`,
/// * `state.hidden` is h; `state.cell` is an `Option`, so c is
///   `state.cell.expect("an LSTM has one")`,
/// * `Tensor::stack(all, 1)` makes `[B, T, H]` of a `Vec` of `[B, H]`.
///
/// Check: `cargo test --test exercises -- --ignored sequence`
///
/// 本课程唯一的约定：输入一个序列，也许再加一个状态；输出所有步的结果，以及最后一步之后的状态。`None`
/// 表示 h_0 = 0，c_0 = 0；
/// 把状态交回来，就从上次停下的地方接着读。`cell.zero_state(batch, &x.device())` 给出全零状态；
/// `x.clone().narrow(1, t, 1).squeeze_dim::<2>(1)` 取出一步 `[B, D]`（Rust 从 t = 0
/// 数起）；`state.cell` 是 `Option`； `Tensor::stack(all, 1)` 把 `Vec` 里的 `[B, H]` 叠成
/// `[B, T, H]`。
pub fn sequence(cell: &LstmCell, x: Tensor<3>, state: Option<State>) -> (Tensor<3>, State) {
    todo!()
}
