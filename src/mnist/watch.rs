//! A digit read row by row, as pictures.

use super::evaluate::{Belief, prediction};
use crate::{
    look::{Color, bars, beside, digit_rows_revealed, shown::columns},
    say,
};

/// Lines of one frame.
pub const FRAME_LINES: usize = 15;

/// The picture after `rows_read` rows: a headline, the digit as far as it was read, and the
/// probabilities as ten bars.
///
/// Always [`FRAME_LINES`] lines, so that the next frame can be drawn over it.
pub fn frame(pixels: &[u8], beliefs: &[Belief], rows_read: usize, color: Color) -> String {
    let now = rows_read.checked_sub(1).map(|row| beliefs[row]);
    let belief = now.unwrap_or([0.1; 10]);
    let rows: Vec<(String, f64)> = (0..10).map(|d| (d.to_string(), f64::from(belief[d]))).collect();
    let headline = match now {
        None => say!("row  0: nothing read yet", "第  0 行：还什么都没读"),
        Some(_) => {
            let read = prediction(&belief);
            say!("row {rows_read:>2}: looks like {read}", "第 {rows_read:>2} 行：像是 {read}")
        }
    };
    let mut right = vec![String::new(), String::new()];
    // Beside the digit, its mark and a gap; too narrow a terminal shows the digit alone.
    let room = columns().saturating_sub(32).min(45);
    if room >= 16 {
        right.extend(bars(&rows, room, color));
    }
    format!(
        "{headline}\n{}",
        beside(&digit_rows_revealed(pixels, rows_read, color), &right.join("\n"), 2)
    )
}

/// The rows after which the prediction changed, as (row counted from 1, digit); the first row
/// counts as a change.
pub fn changes_of_mind(beliefs: &[Belief]) -> Vec<(usize, usize)> {
    let mut changes: Vec<(usize, usize)> = Vec::new();
    for (row, belief) in beliefs.iter().enumerate() {
        let read = prediction(belief);
        if changes.last().is_none_or(|&(_, before)| before != read) {
            changes.push((row + 1, read));
        }
    }
    changes
}
