//! Groups of horizontal bars as a picture in a file (SVG); those of the terminal are
//! [`bars`](super::bars()).

use super::{
    scale::share,
    slide::{Anchor, BELOW_TITLE, MARGIN, Slide, WORDS},
    tone::Tone,
};

/// Bars that belong together, under one title and over one axis.
#[derive(Clone, Debug, Default)]
pub struct BarGroup {
    /// What stands above them.
    pub title: String,
    /// What the length of a bar is, with its unit, and whether a longer one is better.
    pub unit: String,
    /// The numbers of the axis, each at its share of the longest bar.
    pub ticks: Vec<(f64, String)>,
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
    fn tone(self) -> Tone {
        match self {
            Ink::Plain => Tone::Blue,
            Ink::Strong => Tone::Orange,
            Ink::Limit => Tone::Grey,
        }
    }
}

/// The axis of shares of a whole: every fourth, in per cent.
pub fn percent_ticks() -> Vec<(f64, String)> {
    (0..=4).map(|fourth| (f64::from(fourth) / 4.0, format!("{} %", 25 * fourth))).collect()
}

/// The axis of numbers from 0 to `longest`, at round ones.
pub fn number_ticks(longest: f64) -> Vec<(f64, String)> {
    let at = |(value, word): (f64, String)| (value / longest, word);
    super::ticks::ticks(0.0, longest, 5).into_iter().map(at).collect()
}

const WIDTH: f64 = 880.0;
/// Where the bars begin, and how long the longest is; notes follow it.
const LEFT: f64 = 210.0;
const LONGEST: f64 = 380.0;
/// From one bar to the next, and how thick it is.
const PITCH: f64 = 26.0;
const THICK: f64 = 18.0;
/// Above the first bar of a group, and below its last: the numbers of the axis and its unit.
const HEAD: f64 = 36.0;
const FOOT: f64 = 46.0;

/// Draws groups of horizontal bars below each other, as an SVG document on its own paper.
///
/// ```
/// use lstm_lessons::look::bar_chart::{Bar, BarGroup, Ink, bar_chart, percent_ticks};
///
/// let bar = Bar { label: "a & b".into(), share: 0.5, note: "50 %".into(), ink: Ink::Strong };
/// let group = BarGroup { title: "half".into(), ticks: percent_ticks(), bars: vec![bar], ..BarGroup::default() };
/// let picture = bar_chart("one half", &[group]);
/// assert!(picture.starts_with("<svg") && picture.contains("a &amp; b"));
/// ```
pub fn bar_chart(title: &str, groups: &[BarGroup]) -> String {
    let rows: f64 = groups.iter().map(|group| HEAD + PITCH * group.bars.len() as f64 + FOOT).sum();
    let mut slide = Slide::new(WIDTH, BELOW_TITLE + rows + MARGIN / 2.0, title);
    let mut y = BELOW_TITLE;
    for group in groups {
        slide.text((MARGIN, y + 22.0), 16, Anchor::Start, Tone::Ink, &group.title);
        y += HEAD;
        let below = y + PITCH * group.bars.len() as f64;
        for (at, word) in &group.ticks {
            let x = LEFT + share(*at) * LONGEST;
            slide.rule((x, y - 4.0), (x, below), 0.25, None);
            slide.tick((x, below + 16.0), Anchor::Middle, word);
        }
        let unit_at = (LEFT, below + 34.0);
        slide.text(unit_at, WORDS, Anchor::Start, Tone::Ink, &group.unit);
        for bar in &group.bars {
            let baseline = y + THICK - 4.0;
            slide.text((LEFT - 10.0, baseline), WORDS, Anchor::End, Tone::Ink, &bar.label);
            slide.cell((LEFT, y), (share(bar.share) * LONGEST, THICK), bar.ink.tone());
            let after = LEFT + LONGEST + 10.0;
            slide.text((after, baseline), WORDS, Anchor::Start, Tone::Ink, &bar.note);
            y += PITCH;
        }
        y += FOOT;
    }
    slide.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(shares: &[f64]) -> String {
        let bars = shares.iter().map(|&share| Bar { share, ..Bar::default() }).collect();
        let group = BarGroup { title: "月 < 山".into(), bars, ..BarGroup::default() };
        bar_chart("春", &[group])
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
            [0.0, 95.0, 380.0, 380.0, 0.0]
        );
    }

    #[test]
    fn words_cannot_break_the_document() {
        let svg = chart(&[]);
        assert!(svg.contains("月 &lt; 山") && !svg.contains("月 < 山"), "{svg}");
    }

    #[test]
    fn an_axis_ends_where_its_longest_bar_does_and_its_numbers_are_round() {
        let ticks = number_ticks(6.3);
        assert!(
            ticks.iter().all(|(at, word)| (at * 6.3 - word.parse::<f64>().unwrap()).abs() < 1e-9)
        );
        assert_eq!(ticks.len(), 4, "0, 2, 4 and 6: {ticks:?}");
        assert_eq!(percent_ticks().last().unwrap().1, "100 %");
    }
}
