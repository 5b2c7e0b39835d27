//! The same bars as a picture in a file.

use std::fmt::Write;

use super::color::{BLUE, INK, ORANGE, PAPER, Rgb};

/// Bars that belong together, under one title.
#[derive(Clone, Debug, Default)]
pub struct BarGroup {
    pub title: String,
    pub bars: Vec<Bar>,
}

/// One bar: what it is, how long, and what is written at its end.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    pub label: String,
    /// 0 to 1; outside of that the nearest, NaN as 0.
    pub share: f64,
    pub note: String,
    pub ink: Ink,
}

/// What a bar stands for decides its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ink {
    /// One of many.
    #[default]
    Plain,
    /// The one that it is about.
    Strong,
    /// A limit that the others are held against.
    Limit,
}

impl Ink {
    fn color(self) -> Rgb {
        match self {
            Ink::Plain => BLUE,
            Ink::Strong => ORANGE,
            Ink::Limit => PAPER.mix(INK, 0.3),
        }
    }
}

const WIDTH: usize = 820;
const MARGIN: usize = 20;
/// Where the bars begin, and how long the longest is; notes follow it.
const LEFT: usize = 240;
const LONGEST: usize = 340;
/// From one bar to the next, and how thick it is.
const PITCH: usize = 26;
const THICK: usize = 16;
/// Above the first bar of a group.
const HEAD: usize = 34;

/// Draws groups of horizontal bars below each other, as an SVG document on its own paper.
///
/// ```
/// use lstm_lessons::look::svg::{Bar, BarGroup, Ink, bar_chart};
///
/// let bar = Bar { label: "a & b".into(), share: 0.5, note: "50 %".into(), ink: Ink::Strong };
/// let picture = bar_chart(&[BarGroup { title: "half".into(), bars: vec![bar] }]);
/// assert!(picture.starts_with("<svg") && picture.contains("a &amp; b"));
/// ```
pub fn bar_chart(groups: &[BarGroup]) -> String {
    let rows: usize = groups.iter().map(|group| HEAD + PITCH * group.bars.len()).sum();
    let height = 2 * MARGIN + rows;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"Noto Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif\" font-size=\"13\">\n"
    );
    let rect = |out: &mut String, x: usize, y: usize, w: f64, h: usize, fill: Rgb| {
        let _ = writeln!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{w:.1}\" height=\"{h}\" fill=\"{}\"/>", fill.hex());
    };
    let text = |out: &mut String, x: usize, y: usize, look: &str, words: &str| {
        let _ = writeln!(out, "<text x=\"{x}\" y=\"{y}\" fill=\"{}\"{look}>{}</text>", INK.hex(), escaped(words));
    };
    rect(&mut out, 0, 0, WIDTH as f64, height, PAPER);
    let mut y = MARGIN;
    for group in groups {
        text(&mut out, MARGIN, y + 15, " font-size=\"15\" font-weight=\"bold\"", &group.title);
        y += HEAD;
        for bar in &group.bars {
            let share = if bar.share.is_nan() { 0.0 } else { bar.share.clamp(0.0, 1.0) };
            let baseline = y + THICK - 3;
            text(&mut out, LEFT - 10, baseline, " text-anchor=\"end\"", &bar.label);
            rect(&mut out, LEFT, y, share * LONGEST as f64, THICK, bar.ink.color());
            text(&mut out, LEFT + LONGEST + 10, baseline, "", &bar.note);
            y += PITCH;
        }
    }
    out + "</svg>\n"
}

/// Text as XML wants it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(shares: &[f64]) -> String {
        let bars = shares.iter().map(|&share| Bar { share, ..Bar::default() }).collect();
        bar_chart(&[BarGroup { title: "月 < 山".into(), bars }])
    }

    fn widths(svg: &str) -> Vec<f64> {
        let rects = svg.lines().filter(|line| line.starts_with("<rect")).skip(1); // the first is the paper
        rects.map(|line| line.split("width=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()).collect()
    }

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(widths(&chart(&[0.0, 0.25, 1.0, 7.0, f64::NAN])), [0.0, 85.0, 340.0, 340.0, 0.0]);
    }

    #[test]
    fn words_cannot_break_the_document() {
        let svg = chart(&[]);
        assert!(svg.contains("月 &lt; 山") && !svg.contains("月 < 山"), "{svg}");
    }
}
