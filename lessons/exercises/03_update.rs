//! Exercise 3, lesson 3, 5 minutes: the cell state is kept, written and shown.
//! 练习 3，第 3 课，5 分钟：记忆元的保留、写入与显露。

use burn::prelude::*;
use lstm_lessons::cell::{LstmGates, State};

/// The last two of the six lines; ⊙ multiplies number by number, which for tensors of one shape is
/// simply `*`.
///
/// ```text
/// c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
/// h_t = o_t ⊙ tanh(c_t)
/// ```
///
/// `cell` is c_{t-1} `[B, H]`, the gates are `[B, H]` each. What you need:
///
/// * `gates.input`, `gates.forget`, `gates.candidate` and `gates.output` are i, f, g and o,
/// * `a * b` and `a + b`, number by number; `a.tanh()` is tanh of each number,
/// * a tensor is moved where it is used: write `c.clone()` where you need it once more,
/// * `State::with_cell(h, c)` puts the answer together.
///
/// Check: `cargo run --bin exercises -- check update`
///
/// 六行公式的最后两行；⊙ 是逐个相乘，形状相同的张量直接用 `*`。
/// `cell` 是 c_{t-1} `[B, H]`，每个门也是 `[B, H]`。要用到：
///
/// * `gates.input`、`gates.forget`、`gates.candidate`、`gates.output` 就是 i、f、g、o，
/// * `a * b` 与 `a + b` 逐个计算，`a.tanh()` 对每个数取 tanh，
/// * 张量用过一次就被移走了，还要再用，就写 `c.clone()`，
/// * `State::with_cell(h, c)` 把结果放在一起。
pub fn update(gates: LstmGates, cell: Tensor<2>) -> State {
    todo!()
}
