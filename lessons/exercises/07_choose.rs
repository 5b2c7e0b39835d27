//! Exercise 7, lesson 5, 10 minutes: from scores to a character.
//! 练习 7，第 5 课，10 分钟：从分数到一个字。

use rand::{RngExt, rngs::StdRng};

/// Scores become probabilities, and a die decides. A low temperature is careful, a high one is
/// wild.
///
/// ```text
/// p_k = e^{(z_k - max z) / temperature} / Σ_j e^{(z_j - max z) / temperature}
/// chosen = the first k with p_0 + … + p_k > u
/// ```
///
/// Subtracting max z changes no p_k, and without it e^z would be infinite for z above 88. The die
/// is thrown already: u is at least 0 and below 1. This one is plain Rust, no tensors. What you
/// need:
///
/// * `z.iter().copied().fold(f32::NEG_INFINITY, f32::max)` is max z,
/// * `v.exp()` is e^v, and `weights.iter().sum::<f32>()` a sum,
/// * rounding may leave the sum of all p_k a crumb below u: then take the last.
///
/// Check: `cargo test --test exercises -- --ignored choose`
///
/// 分数变成概率，再掷骰子决定。温度低则谨慎，温度高则大胆。减去 max z 不改变任何 p_k；不减的话，z
/// 超过 88 时 e^z 就是无穷大。 骰子已经掷好：u 不小于 0 且小于 1。这里是普通的
/// Rust，不用张量。舍入可能使全部 p_k 之和略小于 u：这时取最后一个。
pub fn choose(z: &[f32], temperature: f32, rng: &mut StdRng) -> usize {
    let u: f32 = rng.random_range(0.0..1.0);
    todo!() // the number of a character: 0 … V-1
}
