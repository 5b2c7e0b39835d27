//! Exercise 9, lesson 5, 5 minutes: rows of different lengths become a rectangle.
//! 练习 9，第 5 课，5 分钟：长短不一的行变成矩形。

use lstm_lessons::poems::text::vocab::PAD;

/// Pads every row with PAD to the length of the longest row of this batch, and gives a mask of what
/// counts: 1 for a number, 0 for padding.
///
/// ```text
/// rows             padded              mask
/// 4 5 7 EOS        4 5   7   EOS       1 1 1 1
/// 9 EOS            9 EOS PAD PAD       1 1 0 0
/// ```
///
/// Without the mask the loss would count padding, and the model would learn to write it. (The
/// course pads with a space, and finds spaces in its poems.) What you need:
///
/// * `rows.iter().map(|row| row.len()).max().unwrap_or(0)` is the width,
/// * `let mut row = row.clone();` is a copy that may be changed, `row.resize(width, PAD)` pads it.
///
/// Check: `cargo test --test exercises -- --ignored pad`
///
/// 每行都用 PAD 填充到本批最长一行的长度，并用掩码说明哪些算数：数字处为 1，填充处为 0。
/// 没有掩码，损失就会把填充也算进去，模型便学会写填充。
/// （课程用空格填充，诗里便出现了空格。）要用到：
///
/// * `rows.iter().map(|row| row.len()).max().unwrap_or(0)` 是宽度，
/// * `let mut row = row.clone();` 得到可以改动的副本，`row.resize(width, PAD)` 把它填满。
pub fn pad(rows: &[Vec<usize>]) -> (Vec<Vec<usize>>, Vec<Vec<f32>>) {
    todo!() // (padded, mask)
}
