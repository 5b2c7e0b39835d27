//! The confusion table: what a digit was, and what it was read as.

use super::{
    color::{Color, Line, Rgb, Style},
    terminal::{pad, right, visible_width},
};
use crate::say;

pub(super) const ROSE: Rgb = Rgb(252, 226, 220);
pub(super) const RED: Rgb = Rgb(206, 44, 32);
pub(super) const GREEN: Rgb = Rgb(36, 146, 76);

/// Truth down, prediction across: `table[truth][read_as]` images each, with totals and the share
/// read rightly, at most 80 cells wide.
///
/// Mistakes are tinted, the more of their class they are the deeper; zeros are dots, so that
/// without colour too the mistakes stand out.
pub fn confusion(table: &[[usize; 10]; 10], color: Color) -> String {
    let truths: [usize; 10] = std::array::from_fn(|truth| table[truth].iter().sum());
    let readings: [usize; 10] = std::array::from_fn(|read| table.iter().map(|row| row[read]).sum());
    let all: usize = truths.iter().sum();
    let hits: usize = (0..10).map(|d| table[d][d]).sum();
    let largest =
        table.iter().flatten().chain(&readings).map(|&n| count(n).len()).max().unwrap_or(1);
    let cell = largest.max(3) + 1;
    let (total, correct) = (say!("total", "合计"), say!("right", "正确率"));
    let total_width = visible_width(&total).max(count(all).len()) + 2;

    let mut lines = vec![say!("truth ↓  read as →", "真值 ↓  读作 →")];
    let digits: String = (0..10).map(|d| format!("{d:>cell$}")).collect();
    lines.push(format!("   {digits}{}{}", right(&total, total_width), right(&correct, 9)));
    for (truth, row) in table.iter().enumerate() {
        let mut line = Line::new(color);
        line.plain(&format!("{truth:>2} "));
        for (read, &images) in row.iter().enumerate() {
            let text = if images == 0 { "·".to_string() } else { count(images) };
            line.put(&right(&text, cell), look_of(truth == read, images, truths[truth], color));
        }
        line.plain(&right(&count(truths[truth]), total_width))
            .plain(&right(&percent(row[truth], truths[truth]), 9));
        lines.push(line.finish());
    }
    let sums: String = readings.iter().map(|&n| right(&count(n), cell)).collect();
    lines.push(format!(
        "{}{sums}{}{}",
        pad("Σ", 3),
        right(&count(all), total_width),
        right(&percent(hits, all), 9)
    ));
    lines.join("\n")
}

fn look_of(hit: bool, images: usize, of: usize, color: Color) -> Style {
    let share = images as f32 / of.max(1) as f32;
    match (hit, images) {
        (_, 0) => Style::default(),
        (true, _) => Style::ink(GREEN).bold(),
        // Five in a hundred of a class is as bad as the scale goes.
        (false, _) if color == Color::True => {
            let paper = ROSE.mix(RED, share / 0.05);
            Style::on(paper.contrast(), paper)
        }
        (false, _) if share >= 0.01 => Style::on(Rgb(255, 255, 255), Rgb(205, 0, 0)).bold(),
        (false, _) => Style::ink(Rgb(205, 0, 0)).bold(),
    }
}

/// A count in at most five characters.
fn count(n: usize) -> String {
    match n {
        0..=99_999 => n.to_string(),
        100_000..=9_999_999 => format!("{}k", n / 1000),
        _ => format!("{}M", n / 1_000_000),
    }
}

fn percent(part: usize, whole: usize) -> String {
    match whole {
        0 => "–".to_string(),
        _ => format!("{:.1} %", 100.0 * part as f64 / whole as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::WIDTH;

    fn sample() -> [[usize; 10]; 10] {
        let mut table = [[0; 10]; 10];
        for (d, row) in table.iter_mut().enumerate() {
            row[d] = 950;
            row[(d + 1) % 10] = 50;
        }
        table
    }

    #[test]
    fn totals_and_shares_are_those_of_the_table() {
        let picture = confusion(&sample(), Color::None);
        let lines: Vec<&str> = picture.lines().collect();
        assert_eq!(lines.len(), 13);
        for line in &lines[2..12] {
            assert!(line.ends_with(" 1000   95.0 %"), "{line}");
            assert_eq!(line.matches('·').count(), 8);
        }
        assert!(lines[12].ends_with("10000   95.0 %"), "{}", lines[12]);
    }

    #[test]
    fn truth_runs_down_and_prediction_across() {
        let mut table = [[0; 10]; 10];
        table[7][2] = 3;
        let picture = confusion(&table, Color::None);
        let row = picture.lines().nth(2 + 7).unwrap();
        let header = picture.lines().nth(1).unwrap();
        let column = |line: &str, wanted: char| line.chars().skip(3).position(|c| c == wanted);
        assert_eq!(column(row, '3'), column(header, '2'));
    }

    #[test]
    fn no_table_is_wider_than_80_cells() {
        for images in [0, 7, 6_742, 99_999, 123_456, 98_765_432] {
            for color in [Color::True, Color::Sixteen, Color::None] {
                let picture = confusion(&[[images; 10]; 10], color);
                for line in picture.lines() {
                    assert!(visible_width(line) <= WIDTH, "{}: {line}", visible_width(line));
                }
                assert!(color != Color::None || !picture.contains('\u{1b}'));
            }
        }
    }

    #[test]
    fn only_mistakes_are_painted() {
        let mut table = [[0; 10]; 10];
        (0..10).for_each(|d| table[d][d] = 100);
        assert!(!confusion(&table, Color::True).contains(";48;2;"));
        table[4][9] = 1;
        let picture = confusion(&table, Color::True);
        let painted: Vec<usize> =
            (0..13).filter(|&k| picture.lines().nth(k).unwrap().contains(";48;2;")).collect();
        assert_eq!(painted, [2 + 4]);
    }
}
