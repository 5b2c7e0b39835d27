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
/// * `for row in rows { … }`; `let mut row = row.clone();` is a copy that may be changed,
///   `row.resize(width, PAD)` pads it,
/// * `vec![1.0; n]` is n times 1, and `resize(width, 0.0)` fills up with 0,
/// * `let mut padded = vec![];` and `padded.push(row);` collect the rows; the answer is a pair.
///
/// Check: `cargo run --bin exercises -- check pad`
///
/// 每行都用 PAD 填充到本批最长一行的长度，并用掩码说明哪些算数：数字处为 1，填充处为 0。
/// 没有掩码，损失就会把填充也算进去，模型便学会写填充。
/// （课程用空格填充，诗里便出现了空格。）要用到：
///
/// * `rows.iter().map(|row| row.len()).max().unwrap_or(0)` 是宽度，
/// * `for row in rows { … }`；`let mut row = row.clone();` 得到可以改动的副本，
///   `row.resize(width, PAD)` 把它填满，
/// * `vec![1.0; n]` 是 n 个 1，`resize(width, 0.0)` 用 0 填满，
/// * `let mut padded = vec![];` 与 `padded.push(row);` 收集各行；结果是一个二元组。
pub fn pad(rows: &[Vec<usize>]) -> (Vec<Vec<usize>>, Vec<Vec<f32>>) {
    todo!() // (padded, mask)
}
