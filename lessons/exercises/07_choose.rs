//! Exercise 7, lesson 5, 10 minutes: from logits to a character.
//! 练习 7，第 5 课，10 分钟：从 logits 到一个字。

use rand::{RngExt, rngs::StdRng};

/// Sampling: logits become probabilities, and one character is drawn. A low temperature keeps to
/// the likely ones, a high one does not.
///
/// ```text
/// p_k = e^{(z_k - max z) / temperature} / Σ_j e^{(z_j - max z) / temperature}
/// chosen = the first k with p_0 + … + p_k > u
/// ```
///
/// Subtracting max z changes no p_k, and without it e^z would be infinite for z above 88. The
/// random number is drawn already: u is at least 0 and below 1. This one is plain Rust, no tensors.
/// What you need:
///
/// * `z.iter().copied().fold(f32::NEG_INFINITY, f32::max)` is max z,
/// * `let weights: Vec<f32> = z.iter().map(|v| …).collect();` makes one number of each in z,
/// * `v.exp()` is e^v, and `weights.iter().sum::<f32>()` a sum,
/// * `for (k, w) in weights.iter().enumerate() { … }` counts k from 0; `return k;` ends the
///   function at once,
/// * rounding may leave the sum of all p_k slightly below u: then take the last,
///   `z.len() - 1`.
///
/// Check: `cargo run --bin exercises -- check choose`
///
/// 采样：logits（未规范化的预测）变成概率，再抽出一个字。温度低则谨慎，温度高则奔放。
/// 减去 max z 不改变任何 p_k；不减的话，z 超过 88 时 e^z 就是无穷大。
/// 随机数已经抽好：u 不小于 0 且小于 1。这里是普通的 Rust，不用张量。要用到：
///
/// * `z.iter().copied().fold(f32::NEG_INFINITY, f32::max)` 即 max z，
/// * `let weights: Vec<f32> = z.iter().map(|v| …).collect();` 由 z 的每个数得到一个数，
/// * `v.exp()` 即 e^v，`weights.iter().sum::<f32>()` 求和，
/// * `for (k, w) in weights.iter().enumerate() { … }` 的 k 从 0 数起；`return k;` 立即结束函数，
/// * 舍入可能使全部 p_k 之和略小于 u：这时取最后一个，`z.len() - 1`。
pub fn choose(z: &[f32], temperature: f32, rng: &mut StdRng) -> usize {
    let u: f32 = rng.random_range(0.0..1.0);
    todo!() // the number of a character: 0 … V-1
}
