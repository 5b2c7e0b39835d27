//! Exercise 11, lesson 2, 5 minutes: gradient clipping.
//! 练习 11，第 2 课，5 分钟：梯度裁剪。

/// Scales the gradients of all parameters together down to the norm `max_norm`, if theirs is
/// larger.
///
/// ```text
/// norm = √(Σ over all parameters Σ g²)          g ← g · min(1, max_norm / norm)
/// ```
///
/// One factor for all of them: the step becomes shorter and keeps its direction. Plain Rust: each
/// entry of `gradients` holds the numbers of one parameter. What you need:
///
/// * `gradients.iter().flatten()` walks over all numbers, `.map(|g| g * g).sum::<f64>()` adds
///   squares, `x.sqrt()` is √x,
/// * `if norm > max_norm { … }`, and in it `let factor = …;`,
/// * `for g in gradients.iter_mut().flatten() { *g *= factor }` changes them in place; the answer
///   is `gradients` on the last line.
///
/// Check: `cargo run --bin exercises -- check clip`
///
/// 若全部参数的梯度范数超过 `max_norm`，就把它们一起缩小到这个范数。
/// 所有的数乘同一个因子：步长变短，方向不变。
/// 这里是普通的 Rust：`gradients` 的每一项是一个参数的全部数。要用到：
///
/// * `gradients.iter().flatten()` 遍历所有的数，`.map(|g| g * g).sum::<f64>()` 求平方和，
///   `x.sqrt()` 是 √x，
/// * `if norm > max_norm { … }`，里面写 `let factor = …;`，
/// * `for g in gradients.iter_mut().flatten() { *g *= factor }` 就地改写；最后一行写 `gradients`，
///   就是结果。
pub fn clip(mut gradients: Vec<Vec<f64>>, max_norm: f64) -> Vec<Vec<f64>> {
    todo!()
}
