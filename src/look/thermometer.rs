//! How much of a gradient is left after so many steps of the backward pass: bars for the terminal,
//! lines for a slide, both on a logarithmic scale.

use super::{
    chart::{Axis, Chart, Panel},
    chart_svg,
    color::{BLUE, Color, Line, ORANGE, Style},
    marks::Mark,
    terminal::{WIDTH, fit, pad},
};

/// The share below which a number added to 1 is lost in f32: its last binary digit.
pub const FAINT: f64 = f32::EPSILON as f64;
/// One cell of a bar is a factor of ten, so that this many cells reach from 1 down to 10⁻¹⁶.
const DECADES: usize = 16;
/// Less is not drawn as a line.
const FAINTEST: f64 = 1e-16;

/// The gradient norms of one network at each step, as shares of the norm at the last step.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What the network is called.
    pub name: String,
    /// `left[t - 1]` = |∂L/∂h_t| / |∂L/∂h_T|: how much is left at step t.
    pub left: Vec<f64>,
}

/// A line for the last step, one for every `every` steps back from it, and one for the first; up to
/// three columns in 80 cells.
///
/// A full bar is 1, each cell less is a factor of ten. Where less than [`FAINT`] is left the bar is
/// hollow.
pub fn thermometer(columns: &[Column], every: usize, color: Color) -> String {
    let seq_len = columns.iter().map(|column| column.left.len()).max().unwrap_or(0);
    let room = (WIDTH - 4) / columns.len().max(1);
    let heads: String = columns
        .iter()
        .map(|column| pad(&format!(" {}", fit(&column.name, room - 2)), room))
        .collect();
    let mut lines = vec![format!("{:>4}{}", "t", heads.trim_end())];
    let mut shown: Vec<usize> = (1..=seq_len).rev().step_by(every.max(1)).collect();
    if shown.last().is_some_and(|&t| t != 1) {
        shown.push(1);
    }
    for t in shown {
        let mut line = Line::new(color);
        line.plain(&format!("{t:>4}"));
        for (k, column) in columns.iter().enumerate() {
            let left = column.left.get(t - 1).copied().unwrap_or(0.0);
            let cells =
                (DECADES as f64 + left.log10()).ceil().clamp(0.0, room as f64 - 9.0) as usize;
            let (block, ink) = if left < FAINT { ("░", BLUE) } else { ("█", ORANGE) };
            let number = if left == 0.0 { "0".to_string() } else { format!("{left:.0e}") };
            line.plain(" ").put(&block.repeat(cells), Style::ink(ink)).plain(&format!(" {number}"));
            if k + 1 < columns.len() {
                line.plain(&" ".repeat((room - 2).saturating_sub(cells + number.len())));
            }
        }
        lines.push(line.finish());
    }
    lines.join("\n")
}

/// The same as an SVG document: steps to the right, powers of ten upwards, one line a network, the
/// limit of f32 dashed; the labels are those of the axes.
pub fn thermometer_svg(columns: &[Column], title: &str, labels: [&str; 2], limit: &str) -> String {
    let seq_len = columns.iter().map(|column| column.left.len()).max().unwrap_or(0);
    let [x_label, y_label] = labels;
    let points = |column: &Column| {
        let drawn = column.left.iter().zip(1u32..).map(|(&left, t)| (f64::from(t), left));
        drawn.filter(|&(_, left)| (FAINTEST..=1.0 / FAINTEST).contains(&left)).collect()
    };
    let panel = Panel {
        x: Axis::linear(x_label).reaching(1.0).reaching(seq_len as f64),
        y: Axis::logarithmic(y_label).reaching(FAINTEST).reaching(1.0),
        lines: columns.iter().map(points).collect(),
        levels: vec![Mark { name: limit.into(), value: FAINT }],
        ..Panel::default()
    };
    chart_svg(&Chart {
        title: title.into(),
        names: columns.iter().map(|column| column.name.clone()).collect(),
        panels: vec![panel],
        ..Chart::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::visible_width;

    fn fading(kept: f64) -> Column {
        Column { name: "春 < x".into(), left: (0..50).rev().map(|back| kept.powi(back)).collect() }
    }

    #[test]
    fn one_cell_is_a_factor_of_ten_and_faint_bars_are_hollow() {
        let column = Column { name: "x".into(), left: vec![0.0, 1e-12, 1e-6, 0.1, 1.0] };
        let picture = thermometer(&[column], 1, Color::None);
        let count = |line: &str, block| line.chars().filter(|&c| c == block).count();
        let solid: Vec<usize> = picture.lines().skip(1).map(|line| count(line, '█')).collect();
        let hollow: Vec<usize> = picture.lines().skip(1).map(|line| count(line, '░')).collect();
        assert_eq!((solid, hollow), (vec![16, 15, 10, 0, 0], vec![0, 0, 0, 4, 0]));
    }

    #[test]
    fn the_picture_fits_whatever_the_numbers() {
        let wild = Column {
            name: "很长很长很长很长很长很长的名字".into(),
            left: vec![f64::NAN, 1e300, f64::INFINITY, 0.0],
        };
        for color in [Color::True, Color::Sixteen, Color::None] {
            let picture = thermometer(&[fading(0.5), wild.clone(), fading(1.3)], 10, color);
            assert!(picture.lines().all(|line| visible_width(line) <= WIDTH), "{picture}");
            assert_eq!(picture.contains('\u{1b}'), color != Color::None);
        }
        assert_eq!(thermometer(&[], 10, Color::None).lines().count(), 1);
    }

    #[test]
    fn the_slide_draws_a_line_for_each_network_and_words_cannot_break_it() {
        let picture = thermometer_svg(&[fading(0.5), fading(0.9)], "a & b", ["t", "left"], "f32");
        assert_eq!(picture.matches("<polyline").count(), 2);
        assert!(picture.contains("a &amp; b") && picture.contains("春 &lt; x"), "{picture}");
        // A share of a tenth a step leaves a straight line.
        thermometer_svg(
            &[Column { name: "x".into(), left: vec![f64::INFINITY, f64::NAN, -1.0] }],
            "",
            ["", ""],
            "",
        );
    }
}
