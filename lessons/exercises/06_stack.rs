//! Exercise 6, lesson 5, 10 minutes: layers on top of each other.
//! 练习 6，第 5 课，10 分钟：把层叠起来。

use burn::prelude::*;
use lstm_lessons::cell::{LstmCell, State};

use super::sequence::sequence;

/// The outputs of one layer are the inputs of the next; each has weights and a state of its own.
///
/// ```text
/// x^(1) = x          x^(k+1) = h^(k)_1 … h^(k)_T          outputs = those of the last layer
/// ```
///
/// The same contract as in exercise 5, with one state a layer, the lowest first. What you need:
///
/// * your own `sequence`; `let (outputs, state) = sequence(cell, x, before);` takes its pair apart,
/// * `states` is an `Option<Vec<State>>`: with `None` every layer begins with `None`,
/// * `for (k, cell) in cells.iter().enumerate()` goes up layer by layer;
///   `states.as_ref().map(|s| s[k].clone())` is the state of layer k, if there is one,
/// * `let mut x = x;` may be given another value; `let mut after = vec![];` and
///   `after.push(state);` collect the states.
///
/// Check: `cargo run --bin exercises -- check stack`
///
/// 一层的输出是上一层的输入；每层有自己的权重和状态。
/// 约定与练习 5 相同，只是每层一个状态，最底层在前。要用到：
///
/// * 你自己写的 `sequence`；`let (outputs, state) = sequence(cell, x, before);` 把二元组拆开，
/// * `states` 是 `Option<Vec<State>>`：若为 `None`，每层都从 `None` 开始，
/// * `for (k, cell) in cells.iter().enumerate()` 自下而上走过各层；
///   `states.as_ref().map(|s| s[k].clone())` 是第 k 层的状态（如果有），
/// * `let mut x = x;` 之后 x 可以换成别的值；`let mut after = vec![];` 与 `after.push(state);`
///   收集各层的状态。
pub fn stack(
    cells: &[LstmCell],
    x: Tensor<3>,
    states: Option<Vec<State>>,
) -> (Tensor<3>, Vec<State>) {
    todo!() // ([B, T, H], one state a layer)
}
