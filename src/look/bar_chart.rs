//! Groups of horizontal bars as a picture in a file (SVG); those of the terminal are
//! [`bars`](super::bars()).

use super::{
    color::{BLUE, INK, ORANGE, PAPER, Rgb},
    scale::share,
    slide::{Anchor, Slide},
};

/// Bars that belong together, under one title.
#[derive(Clone, Debug, Default)]
pub struct BarGroup {
    /// What stands above them.
    pub title: String,
    /// The bars, from top to bottom.
    pub bars: Vec<Bar>,
}

/// One bar: what it is, how long, and what is written at its end.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    /// What stands before it.
    pub label: String,
    /// 0 to 1; outside of that the nearest, NaN as 0.
    pub share: f64,
    /// What stands after it.
    pub note: String,
    /// What it stands for.
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

const WIDTH: f64 = 820.0;
const MARGIN: f64 = 20.0;
/// Where the bars begin, and how long the longest is; notes follow it.
const LEFT: f64 = 240.0;
const LONGEST: f64 = 340.0;
/// From one bar to the next, and how thick it is.
const PITCH: f64 = 26.0;
const THICK: f64 = 16.0;
/// Above the first bar of a group.
const HEAD: f64 = 34.0;

/// Draws groups of horizontal bars below each other, as an SVG document on its own paper.
///
/// ```
/// use lstm_lessons::look::bar_chart::{Bar, BarGroup, Ink, bar_chart};
///
/// let bar = Bar { label: "a & b".into(), share: 0.5, note: "50 %".into(), ink: Ink::Strong };
/// let picture = bar_chart(&[BarGroup { title: "half".into(), bars: vec![bar] }]);
/// assert!(picture.starts_with("<svg") && picture.contains("a &amp; b"));
/// ```
pub fn bar_chart(groups: &[BarGroup]) -> String {
    let rows: f64 = groups.iter().map(|group| HEAD + PITCH * group.bars.len() as f64).sum();
    let mut slide = Slide::new(WIDTH as usize, (2.0 * MARGIN + rows) as usize);
    let mut y = MARGIN;
    for group in groups {
        slide.text((MARGIN, y + 15.0), 16, Anchor::Start, INK, &group.title);
        y += HEAD;
        for bar in &group.bars {
            let baseline = y + THICK - 3.0;
            slide.text((LEFT - 10.0, baseline), 13, Anchor::End, INK, &bar.label);
            slide.cell((LEFT, y), (share(bar.share) * LONGEST, THICK), bar.ink.color());
            slide.text((LEFT + LONGEST + 10.0, baseline), 13, Anchor::Start, INK, &bar.note);
            y += PITCH;
        }
    }
    slide.finish()
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
        rects
            .map(|line| {
                line.split("width=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
            })
            .collect()
    }

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(
            widths(&chart(&[0.0, 0.25, 1.0, 7.0, f64::NAN])),
            [0.0, 85.0, 340.0, 340.0, 0.0]
        );
    }

    #[test]
    fn words_cannot_break_the_document() {
        let svg = chart(&[]);
        assert!(svg.contains("月 &lt; 山") && !svg.contains("月 < 山"), "{svg}");
    }
}
