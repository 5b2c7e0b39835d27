//! Exercise 11, lesson 2, 5 minutes: a gradient that is too long is shortened as a whole.
//! 练习 11，第 2 课，5 分钟：太长的梯度整体缩短。

/// Shortens the gradients of all parameters together to the length `max_norm`, if they are longer.
///
/// ```text
/// norm = √(Σ over all parameters Σ g²)          g ← g · min(1, max_norm / norm)
/// ```
///
/// One number for all of them: the step becomes shorter, and its direction stays what it was. Plain
/// Rust: each entry of `gradients` holds the numbers of one parameter. What you need:
/// `gradients.iter().flatten()` walks over all numbers, `.map(|g| g * g).sum::<f64>()` adds
/// squares, `x.sqrt()` is √x, and `for g in gradients.iter_mut().flatten() { *g *= factor }`
/// changes them in place.
///
/// Check: `cargo test --test exercises -- --ignored clip`
///
/// 把全部参数的梯度一起缩短到
/// `max_norm`（如果更长的话）。所有数乘同一个因子：步子变短，方向不变。这里是普通的
/// Rust：`gradients` 的每一项是一个参数的全部数。`gradients.iter().flatten()`
/// 走遍所有的数，`.map(|g| g * g).sum::<f64>()` 求平方和，`x.sqrt()` 是 √x，
/// `for g in gradients.iter_mut().flatten() { *g *= factor }` 就地改写。
pub fn clip(mut gradients: Vec<Vec<f64>>, max_norm: f64) -> Vec<Vec<f64>> {
    todo!()
}
