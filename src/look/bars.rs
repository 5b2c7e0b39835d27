//! Horizontal bars with eighths of a cell, for shares between 0 and 1.

use super::{
    color::{BLUE, Color, Line, ORANGE, Style},
    scale::share,
    terminal::{fit, pad, visible_width},
};

/// `▏` is one eighth of a cell, `█` eight.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// One bar a row, `width` cells in all: label, bar, percentage. The largest is highlighted.
///
/// Shares outside 0..=1 are drawn as the nearest one inside, NaN as 0. A label may take a third of
/// the width.
///
/// ```
/// use lstm_lessons::look::{Color, bars};
/// assert_eq!(bars(&[("7", 0.75), ("9", 0.25)], 20, Color::None), ["7 ███████▌    75.0 %", "9 ██▌         25.0 %"]);
/// ```
pub fn bars<L: AsRef<str>>(rows: &[(L, f64)], width: usize, color: Color) -> Vec<String> {
    const NUMBER: usize = 7; // "100.0 %"
    let label_width = rows
        .iter()
        .map(|(label, _)| visible_width(label.as_ref()))
        .max()
        .unwrap_or(0)
        .min(width / 3);
    let room = width.saturating_sub(label_width + NUMBER + 2);
    let winner = (0..rows.len())
        .max_by(|&a, &b| share(rows[a].1).total_cmp(&share(rows[b].1)).then(b.cmp(&a)));
    let row = |(k, (label, value)): (usize, &(L, f64))| {
        let (label, value) = (pad(&fit(label.as_ref(), label_width), label_width), share(*value));
        let number = format!(" {:>5.1} %", value * 100.0);
        let mut line = Line::new(color);
        match winner == Some(k) {
            true => line
                .put(&format!("{label} "), Style::default().bold())
                .put(&bar(value, room), Style::ink(ORANGE)),
            false => line.plain(&format!("{label} ")).put(&bar(value, room), Style::ink(BLUE)),
        };
        line.put(
            &number,
            if winner == Some(k) { Style::default().bold() } else { Style::default() },
        )
        .finish()
    };
    rows.iter().enumerate().map(row).collect()
}

/// `share` of `room` cells filled, to the nearest eighth; exactly `room` cells wide.
pub fn bar(share: f64, room: usize) -> String {
    let eighths = (share.clamp(0.0, 1.0) * (room * 8) as f64).round() as usize;
    pad(&format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8]), room)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(line: &str) -> usize {
        line.chars()
            .map(|c| match c {
                '█' => 8,
                _ => EIGHTHS.iter().position(|e| *e == c.to_string()).unwrap_or(0),
            })
            .sum()
    }

    #[test]
    fn bars_are_proportional_to_the_eighth() {
        let rows: Vec<_> = (0..=10).map(|k| (k.to_string(), f64::from(k) / 10.0)).collect();
        let lines = bars(&rows, 61, Color::None);
        let room = 61 - 2 - 7 - 2;
        for (k, line) in lines.iter().enumerate() {
            let exact = k as f64 / 10.0 * room as f64 * 8.0;
            assert!((filled(line) as f64 - exact).abs() <= 0.5, "{line}");
        }
    }

    #[test]
    fn every_line_is_as_wide_as_asked_whatever_the_label() {
        let rows = [("春", 0.2), ("a", f64::NAN), ("很长很长很长很长的标签", 7.0), ("", -1.0)];
        for color in [Color::True, Color::Sixteen, Color::None] {
            let lines = bars(&rows, 40, color);
            assert!(lines.iter().all(|line| visible_width(line) == 40), "{lines:?}");
            assert_eq!(lines.iter().any(|line| line.contains('\u{1b}')), color != Color::None);
        }
    }

    #[test]
    fn only_the_largest_is_bold_and_the_first_of_equals_wins() {
        let lines = bars(&[("a", 0.1), ("b", 0.45), ("c", 0.45)], 40, Color::True);
        let bold: Vec<bool> = lines.iter().map(|line| line.contains("\u{1b}[0;1m")).collect();
        assert_eq!(bold, [false, true, false]);
    }

    #[test]
    fn no_rows_and_no_room_draw_nothing_without_panic() {
        let none: [(&str, f64); 0] = [];
        assert!(bars(&none, 40, Color::True).is_empty());
        assert_eq!(bars(&[("a", 1.0)], 0, Color::None).len(), 1);
    }
}
