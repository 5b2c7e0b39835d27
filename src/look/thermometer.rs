//! How much of a gradient is left on its way back: log bars for the terminal, log lines for a slide.

use svg::{
    Document,
    node::element::{Line as Stroke, Polyline, Rectangle, Text},
};

use super::{
    color::{BLUE, Color, INK, Line, ORANGE, PAPER, Rgb, Style},
    terminal::{WIDTH, fit, pad},
};

/// The share below which a number added to 1 is lost in f32: its last binary digit.
pub const FAINT: f64 = f32::EPSILON as f64;
/// One cell of a bar is a factor of ten, so that this many cells reach from 1 down to 10⁻¹⁶.
const DECADES: usize = 16;

/// What one network felt at each step, as shares of what it feels at the last; index 0 is step 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub left: Vec<f64>,
}

/// A line for the last step, one for every `every` steps back from it, and one for the first; up to three columns in 80 cells.
///
/// A full bar is 1, each cell less is a factor of ten. Where less than [`FAINT`] is left the bar is hollow.
pub fn thermometer(columns: &[Column], every: usize, color: Color) -> String {
    let seq_len = columns.iter().map(|column| column.left.len()).max().unwrap_or(0);
    let room = (WIDTH - 4) / columns.len().max(1);
    let heads: String = columns.iter().map(|column| pad(&format!(" {}", fit(&column.name, room - 2)), room)).collect();
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
            let cells = (DECADES as f64 + left.log10()).ceil().clamp(0.0, room as f64 - 9.0) as usize;
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

/// The same as an SVG document: steps to the right, powers of ten upwards, one line a network, the limit of f32 dashed.
pub fn thermometer_svg(columns: &[Column], title: &str, x_label: &str, limit: &str) -> String {
    const SIZE: (f64, f64) = (820.0, 440.0);
    const PLOT: (f64, f64, f64, f64) = (64.0, 52.0, 560.0, 330.0); // left, top, width, height
    let (left, top, width, height) = PLOT;
    let seq_len = columns.iter().map(|column| column.left.len()).max().unwrap_or(0).max(2);
    let highest = columns.iter().flat_map(|c| &c.left).copied().filter(|v| v.is_finite()).fold(1.0, f64::max);
    let ceiling = highest.log10().ceil().min(40.0);
    let x = |t: usize| left + width * (t as f64 - 1.0) / (seq_len as f64 - 1.0);
    let y = |share: f64| {
        top + height * (ceiling - share.log10().clamp(-(DECADES as f64), ceiling)) / (ceiling + DECADES as f64)
    };
    let words = |x: f64, y: f64, size: usize, anchor: &str, text: &str| {
        let text = Text::new(text).set("x", x).set("y", y).set("font-size", size).set("fill", INK.hex());
        text.set("text-anchor", anchor)
    };
    let paper = Rectangle::new().set("width", SIZE.0).set("height", SIZE.1).set("fill", PAPER.hex());
    let mut picture = Document::new()
        .set("viewBox", (0, 0, SIZE.0 as usize, SIZE.1 as usize))
        .set("font-family", "Noto Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif")
        .add(paper)
        .add(words(left, 30.0, 16, "start", title))
        .add(words(left + width / 2.0, SIZE.1 - 16.0, 13, "middle", x_label));
    for power in (-(DECADES as i32)..=ceiling as i32).filter(|power| power % 4 == 0) {
        let at = y(10f64.powi(power));
        picture = picture.add(stroke(left, at, left + width, at, INK).set("stroke-opacity", 0.15));
        picture = picture.add(words(left - 8.0, at + 4.0, 12, "end", &format!("1e{power}")));
    }
    for t in (0..=seq_len).filter(|t| t % seq_len.div_ceil(8).next_multiple_of(5) == 0).map(|t| t.max(1)) {
        picture = picture.add(words(x(t), top + height + 20.0, 12, "middle", &t.to_string()));
    }
    let faint = stroke(left, y(FAINT), left + width, y(FAINT), INK).set("stroke-dasharray", "5 4");
    picture = picture.add(faint).add(words(left + 6.0, y(FAINT) - 6.0, 12, "start", limit));
    let inks = [BLUE, ORANGE, Rgb(62, 142, 84), Rgb(146, 84, 164)];
    for (k, column) in columns.iter().enumerate() {
        let ink = inks[k % inks.len()].hex();
        let points = column.left.iter().enumerate().filter(|&(_, &share)| share > 10f64.powi(-(DECADES as i32)));
        let points: Vec<String> = points.map(|(t, &share)| format!("{:.1},{:.1}", x(t + 1), y(share))).collect();
        let line = Polyline::new().set("points", points.join(" ")).set("fill", "none").set("stroke", ink.clone());
        let (lx, ly) = (left + width + 16.0, top + 20.0 + 24.0 * k as f64);
        picture = picture
            .add(line.set("stroke-width", 2.5))
            .add(Rectangle::new().set("x", lx).set("y", ly - 9.0).set("width", 18).set("height", 4).set("fill", ink))
            .add(words(lx + 26.0, ly, 13, "start", &column.name));
    }
    format!("{picture}\n")
}

fn stroke(x1: f64, y1: f64, x2: f64, y2: f64, ink: Rgb) -> Stroke {
    Stroke::new().set("x1", x1).set("y1", y1).set("x2", x2).set("y2", y2).set("stroke", ink.hex())
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
        let picture = thermometer_svg(&[fading(0.5), fading(0.9)], "a & b", "t", "f32");
        assert_eq!(picture.matches("<polyline").count(), 2);
        assert!(picture.contains("a &amp; b") && picture.contains("春 &lt; x"), "{picture}");
        // A share of a tenth a step leaves a straight line.
        thermometer_svg(&[Column { name: "x".into(), left: vec![f64::INFINITY, f64::NAN, -1.0] }], "", "", "");
    }
}
