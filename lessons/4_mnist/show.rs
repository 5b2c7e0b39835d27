//! What is printed when the training is over.

use std::{
    io::{IsTerminal, Write},
    thread::sleep,
    time::Duration,
};

use burn::prelude::*;
use lstm_lessons::{
    look::{self, Color},
    mnist::{
        judge::{Belief, Judged, beliefs_by_row, read_as},
        model::RowClassifier,
        watch::{FRAME_LINES, changes_of_mind, frame},
    },
    say,
    training::report::thousands,
};

use crate::data::Sets;

/// How many of the worst mistakes are drawn.
const WORST: usize = 6;
/// Between two rows: a digit takes two and a half seconds.
const PAUSE: Duration = Duration::from_millis(90);

/// One line (or picture) on standard output; a reader that has gone away is no fault.
pub fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Accuracy, confusion table, the worst mistakes, and one digit revealed row by row.
pub fn results(model: &RowClassifier, sets: &Sets, judged: &Judged, device: &Device) {
    let color = Color::detect();
    let (share, correct, count) =
        (100.0 * judged.accuracy(), thousands(judged.correct() as u64), thousands(judged.count() as u64));
    line(&say!(
        "\nTest: {share:.2} % ({correct} of {count} digits never learned from)",
        "\n测试：{share:.2} %（{count} 个没有学过的数字中读对 {correct} 个）"
    ));
    line("");
    line(&look::confusion(&judged.confusion, color));

    let worst = judged.worst(&sets.test, WORST);
    if !worst.is_empty() {
        line(&say!(
            "\nThe worst mistakes, the most confident first (image of the test set, truth → reading):",
            "\n最严重的错误，最自信的在前（测试集图像编号，真值 → 读作）："
        ));
        let drawn: Vec<(&[u8], String)> = worst
            .iter()
            .map(|&k| {
                let belief = &judged.beliefs[k];
                let (truth, read) = (sets.test.labels[k], read_as(belief));
                let share = 100.0 * belief[read];
                (sets.test.image(k), format!("#{k}: {truth} → {read} ({share:.0} %)"))
            })
            .collect();
        line(&look::digits_side_by_side(&drawn, color));
    }

    if !sets.test.is_empty() {
        line(&say!("\nOne digit, read row by row:", "\n逐行阅读一个数字："));
        let pixels = sets.test.image(0);
        reading(pixels, &beliefs_by_row(model, pixels, device), sets.test.labels[0], color);
    }
}

/// A digit with the belief after each row, the last ten probabilities, and where the mind was changed; on a terminal it is read
/// before your eyes first.
pub fn reading(pixels: &[u8], beliefs: &[Belief], truth: u8, color: Color) {
    if std::io::stdout().is_terminal() {
        animate(pixels, beliefs, color);
    }
    line(&look::reading(pixels, beliefs, color));
    line("");
    let Some(last) = beliefs.last() else { return };
    let rows: Vec<(String, f64)> = (0..10).map(|d| (d.to_string(), f64::from(last[d]))).collect();
    line(&look::bars(&rows, 60, color).join("\n"));
    let story: Vec<String> =
        changes_of_mind(beliefs).iter().map(|(row, read)| say!("row {row}: {read}", "第 {row} 行：{read}")).collect();
    let (story, read) = (story.join(&say!(", ", "，")), read_as(last));
    line(&say!(
        "Read as {read}, it is a {truth}. Changes of mind: {story}",
        "读作 {read}，真值 {truth}。想法的变化：{story}"
    ));
}

/// One frame a row, each drawn over the one before.
fn animate(pixels: &[u8], beliefs: &[Belief], color: Color) {
    for rows_read in 0..=beliefs.len() {
        line(&frame(pixels, beliefs, rows_read, color));
        sleep(PAUSE);
        // `\x1b[nA` goes n lines up, `\x1b[J` clears from there on.
        let up = if rows_read < beliefs.len() { format!("\x1b[{FRAME_LINES}A\x1b[J") } else { "\n".into() };
        let mut out = std::io::stdout();
        let _ = out.write_all(up.as_bytes()).and_then(|()| out.flush());
    }
}
