//! What is printed when the training is over.

use std::{thread::sleep, time::Duration};

use burn::prelude::*;
use lstm_lessons::{
    look::{self, Color, thousands},
    mnist::{
        Digits,
        by_row::settles_at,
        evaluate::{Belief, Evaluation, beliefs_by_row, prediction},
        model::RowClassifier,
        order::Order,
        rows::STEPS,
        watch::{FRAME_LINES, changes_of_mind, frame},
    },
    say,
    shell::{
        cli::{moves_cursor, out, out_over},
        error::Result,
    },
};

use crate::data::Sets;

/// How many of the worst mistakes are drawn.
const WORST: usize = 6;
/// Between two rows: a digit takes two and a half seconds.
const PAUSE: Duration = Duration::from_millis(90);

/// The worst mistakes, one digit revealed row by row, the confusion table, and last the accuracy: it
/// is what stays on the screen.
///
/// The mistakes are drawn as they are, the one digit in the order in which it is read.
pub fn results(
    model: &RowClassifier,
    order: Order,
    sets: &Sets,
    test: &Evaluation,
    device: &Device,
) -> Result<()> {
    let color = Color::detect();
    worst(&sets.test, test, color)?;
    if !sets.test.is_empty() {
        out(&say!("\nOne digit, read row by row:", "\n逐行阅读一个数字："))?;
        let first = Digits::one(sets.test.image(0), sets.test.labels[0]);
        let read = order.arrange(&first);
        let beliefs = beliefs_by_row(model, read.image(0), device);
        reading(read.image(0), &beliefs, read.labels[0], color)?;
    }
    out("")?;
    out(&look::confusion(&test.confusion, color))?;
    let (share, correct, count) =
        (100.0 * test.accuracy(), thousands(test.correct() as u64), thousands(test.count() as u64));
    out(&say!(
        "\nTest: {share:.2} % ({correct} of {count} digits never learned from)",
        "\n测试：{share:.2} %（{count} 个没有学过的数字中读对 {correct} 个）"
    ))
}

/// The mistakes made with the greatest confidence.
fn worst(digits: &Digits, test: &Evaluation, color: Color) -> Result<()> {
    let worst = test.worst(digits, WORST);
    if worst.is_empty() {
        return Ok(());
    }
    out(&say!(
        "\nThe worst mistakes, the most confident first (test image: truth → reading):",
        "\n最严重的错误，最自信的在前（测试集图像编号：真值 → 读作）："
    ))?;
    let drawn: Vec<(&[u8], String)> = worst
        .iter()
        .map(|&k| {
            let belief = &test.beliefs[k];
            let (truth, read) = (digits.labels[k], prediction(belief));
            let share = 100.0 * belief[read];
            (digits.image(k), format!("#{k}: {truth} → {read} ({share:.0} %)"))
        })
        .collect();
    out(&look::digits_side_by_side(&drawn, color))
}

/// A digit with the belief after each row and where the prediction changed; on a terminal row after
/// row appears first.
pub fn reading(pixels: &[u8], beliefs: &[Belief], truth: u8, color: Color) -> Result<()> {
    if moves_cursor() {
        animate(pixels, beliefs, color)?;
    }
    out(&look::reading(pixels, beliefs, color))?;
    out("")?;
    let Some(last) = beliefs.last() else { return Ok(()) };
    let read = prediction(last);
    out(&match beliefs.len() {
        STEPS => say!("Read as {read}, it is a {truth}.", "读作 {read}，真值 {truth}。"),
        rows => say!(
            "Read as {read} after {rows} rows, it is a {truth}.",
            "读完 {rows} 行，读作 {read}，真值 {truth}。"
        ),
    })?;
    let answers: Vec<usize> = beliefs.iter().map(prediction).collect();
    let (row, changes) = (settles_at(&answers), changes_of_mind(beliefs).len() - 1);
    out(&match beliefs.len() {
        STEPS => say!(
            "◂: here it changed its mind ({changes} times). From row {row} on the answer stands.",
            "◂：读完这一行，改变了想法（共 {changes} 次）。从第 {row} 行起，答案不再变。"
        ),
        rows => say!(
            "◂: here it changed its mind ({changes} times). From row {row} to row {rows} the answer\n\
             is the same; the other rows were not read.",
            "◂：读完这一行，改变了想法（共 {changes} 次）。从第 {row} 行到第 {rows} 行答案未变；\n\
             其余各行没有读。"
        ),
    })
}

/// One frame a row, each drawn over the one before.
fn animate(pixels: &[u8], beliefs: &[Belief], color: Color) -> Result<()> {
    out(&frame(pixels, beliefs, 0, color))?;
    for rows_read in 1..=beliefs.len() {
        sleep(PAUSE);
        out_over(FRAME_LINES, &frame(pixels, beliefs, rows_read, color))?;
    }
    sleep(PAUSE);
    out("")
}
