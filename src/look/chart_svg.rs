//! Lines over an axis as a picture in a file (SVG): one panel, or several beside each other, with
//! round ticks, the units of both axes, and a legend.

use super::{
    axis::Scale,
    chart::{Chart, Panel},
    legend::{Patch, legend},
    marks::Mark,
    slide::{Anchor, BELOW_TITLE, MARGIN, Slide, WORDS, text_width},
    tone::Tone,
};

const WIDTH: f64 = 900.0;
/// Of the plot of a chart of one panel, and of each of several.
const LARGE: (f64, f64) = (760.0, 360.0);
const SMALL: (f64, f64) = (330.0, 200.0);
/// Left of a plot and below it: its ticks and its label; above it: its title and the label of y.
const LEFT: f64 = 84.0;
const BELOW: f64 = 62.0;
const ABOVE: f64 = 34.0;
const TITLE: f64 = 26.0;
const INKS: [Tone; 4] = [Tone::Blue, Tone::Orange, Tone::Green, Tone::Purple];

/// Draws the chart as an SVG document.
///
/// ```
/// use lstm_lessons::look::{chart::{Axis, Chart, Panel}, chart_svg};
///
/// let loss = Axis::linear("loss, nats (lower is better)");
/// let lines = vec![vec![(1.0, 5.0), (2.0, 4.2)]];
/// let panel = Panel { x: Axis::linear("epoch"), y: loss, lines, ..Panel::default() };
/// let chart = Chart { title: "two epochs".into(), names: vec!["valid".into()], panels: vec![panel], ..Chart::default() };
/// assert_eq!(chart_svg(&chart).matches("<polyline").count(), 1);
/// ```
pub fn chart_svg(chart: &Chart) -> String {
    let few = chart.panels.len() <= 1;
    let (size, columns) = if few { (LARGE, 1) } else { (SMALL, 2) };
    let title = if chart.panels.iter().all(|panel| panel.title.is_empty()) { 0.0 } else { TITLE };
    let block = (LEFT + size.0 + MARGIN, title + ABOVE + size.1 + BELOW);
    let mut entries: Vec<(Patch, &str)> =
        chart.names.iter().zip(INKS).map(|(name, ink)| (Patch::Line(ink), &**name)).collect();
    entries.extend(chart.ring.iter().map(|ring| (Patch::Ring, &**ring)));
    // The legend is measured on a slide that is thrown away: its height is known only then.
    let top = match entries.is_empty() {
        true => BELOW_TITLE,
        false => legend(&mut Slide::new(WIDTH, 0.0, ""), (MARGIN, BELOW_TITLE), &entries) + 6.0,
    };
    let height = top + block.1 * chart.panels.len().max(1).div_ceil(columns) as f64;
    let mut slide = Slide::new(WIDTH, height, &chart.title);
    legend(&mut slide, (MARGIN, BELOW_TITLE), &entries);
    for (k, panel) in chart.panels.iter().enumerate() {
        let (across, down) = ((k % columns) as f64, (k / columns) as f64);
        let corner = (LEFT + block.0 * across, top + block.1 * down + title + ABOVE);
        if !panel.title.is_empty() {
            let at = (corner.0 - LEFT + MARGIN, corner.1 - ABOVE - 4.0);
            slide.text(at, 16, Anchor::Start, Tone::Ink, &panel.title);
        }
        Plot::new(panel, corner, size).draw(&mut slide);
    }
    slide.finish()
}

/// A panel at its place.
struct Plot<'a> {
    panel: &'a Panel,
    corner: (f64, f64),
    size: (f64, f64),
    x: Scale,
    y: Scale,
}

impl<'a> Plot<'a> {
    fn new(panel: &'a Panel, corner: (f64, f64), size: (f64, f64)) -> Self {
        let points = || panel.lines.iter().flatten().copied();
        let levels = panel.levels.iter().map(|level| level.value);
        let x = Scale::of(&panel.x, points().map(|(x, _)| x));
        let y = Scale::of(&panel.y, points().map(|(_, y)| y).chain(levels));
        Self { panel, corner, size, x, y }
    }

    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let (left, top) = self.corner;
        (left + self.size.0 * self.x.share(x), top + self.size.1 * (1.0 - self.y.share(y)))
    }

    fn draw(&self, slide: &mut Slide) {
        self.axes(slide);
        for (k, (points, ink)) in self.panel.lines.iter().zip(INKS).enumerate() {
            let wide = k == 0 && self.panel.first_is_wide;
            let drawn: Vec<(f64, f64)> = points
                .iter()
                .filter(|(x, y)| self.x.holds(*x) && self.y.holds(*y))
                .map(|&(x, y)| self.at(x, y))
                .collect();
            if drawn.len() <= 30 {
                drawn.iter().for_each(|&at| slide.dot(at, ink));
            }
            slide.curve(drawn.into_iter(), ink, if wide { 7.0 } else { 2.5 });
        }
        self.levels(slide);
        for begin in &self.panel.begins {
            let (x, _) = self.at(begin.value, self.y.low);
            let (top, bottom) = (self.corner.1, self.corner.1 + self.size.1);
            slide.rule((x, top), (x, bottom), 0.6, Some("2 4"));
            slide.text((x + 5.0, top + 13.0), 13, Anchor::Start, Tone::Ink, &begin.name);
        }
        if let Some((x, y)) = self.panel.ringed.filter(|&(_, y)| self.y.holds(y)) {
            slide.ring(self.at(x, y));
        }
    }

    /// Whether a curve runs through words on the baseline `y` from `x` to the right end.
    fn crossed(&self, x: f64, y: f64) -> bool {
        let points = self.panel.lines.iter().flatten().map(|&(x, y)| self.at(x, y));
        points.into_iter().any(|at| at.0 > x && (y - 16.0..=y + 8.0).contains(&at.1))
    }

    fn axes(&self, slide: &mut Slide) {
        let ((left, top), (width, height)) = (self.corner, self.size);
        let Panel { x, y, .. } = self.panel;
        slide.text((left - LEFT + MARGIN, top - 12.0), WORDS, Anchor::Start, Tone::Ink, &y.label);
        let below = (left + width / 2.0, top + height + 46.0);
        slide.text(below, WORDS, Anchor::Middle, Tone::Ink, &x.label);
        for (value, word) in self.y.ticks(y, (height / 50.0) as usize) {
            let (_, at) = self.at(self.x.low, value);
            slide.rule((left, at), (left + width, at), 0.15, None);
            slide.tick((left - 8.0, at + 5.0), Anchor::End, &word);
        }
        slide.rule((left, top + height), (left + width, top + height), 0.6, None);
        for (value, word) in self.x.ticks(x, (width / 60.0) as usize) {
            let (at, _) = self.at(value, self.y.low);
            slide.rule((at, top + height), (at, top + height + 5.0), 0.6, None);
            slide.tick((at, top + height + 22.0), Anchor::Middle, &word);
        }
    }

    /// Each above its line, at the right or where a curve is in the way there at the left; below the
    /// line where the name of the level above is in the way.
    fn levels(&self, slide: &mut Slide) {
        let mut levels: Vec<&Mark> =
            self.panel.levels.iter().filter(|level| self.y.holds(level.value)).collect();
        levels.sort_by(|a, b| b.value.total_cmp(&a.value));
        let mut lowest = f64::NEG_INFINITY; // where the last name was written
        for Mark { name, value } in levels {
            let (right, at) = self.at(self.x.high, *value);
            let left = self.corner.0;
            let name_at = if at - 5.0 < lowest + 15.0 { at + 15.0 } else { at - 5.0 };
            lowest = name_at;
            slide.rule((left, at), (right, at), 0.5, Some("5 5"));
            match self.crossed(right - 8.0 - text_width(name, 13), name_at) {
                false => slide.text((right - 4.0, name_at), 13, Anchor::End, Tone::Ink, name),
                true => slide.text((left + 6.0, name_at), 13, Anchor::Start, Tone::Ink, name),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::chart::Axis;

    fn one(panel: Panel) -> String {
        let names = vec!["a < b".into(), "春 & 秋".into()];
        chart_svg(&Chart { title: "x".into(), names, panels: vec![panel], ..Chart::default() })
    }

    #[test]
    fn the_least_lies_at_the_bottom_and_the_greatest_at_the_top() {
        let lines = vec![vec![(1.0, 5.0), (2.0, 3.0), (3.0, 4.0)]];
        let picture = one(Panel { lines, ringed: Some((2.0, 3.0)), ..Panel::default() });
        let (top, bottom) = (52.0 + 24.0 + 6.0 + ABOVE, 52.0 + 24.0 + 6.0 + ABOVE + LARGE.1);
        let middle = (top + bottom) / 2.0;
        let points = format!("84.0,{top:.1} 464.0,{bottom:.1} 844.0,{middle:.1}");
        assert!(picture.contains(&points), "{points} is not in {picture}");
        assert!(
            picture.contains(&format!("cx=\"464\" cy=\"{bottom}\" fill=\"none\"")),
            "{picture}"
        );
    }

    #[test]
    fn equal_factors_are_equally_far_apart_on_a_logarithmic_axis() {
        let lines = vec![vec![(1.0, 1.0), (2.0, 100.0), (3.0, 1e4), (4.0, 0.0), (5.0, f64::NAN)]];
        let picture = one(Panel { lines, y: Axis::logarithmic("y"), ..Panel::default() });
        let points = picture.split("points=\"").nth(1).unwrap().split('"').next().unwrap();
        let places = points.split(' ').map(|point| point.split_once(',').unwrap().1);
        let places: Vec<f64> = places.map(|y| y.parse().unwrap()).collect();
        assert_eq!(places.len(), 3, "0 and NaN have no logarithm");
        assert!((places[0] - places[1] - (places[1] - places[2])).abs() < 0.11, "{places:?}");
    }

    #[test]
    fn a_level_widens_the_axis_and_is_named() {
        let levels = vec![Mark { name: "goal".into(), value: 1.0 }];
        let lines = vec![vec![(1.0, 5.0), (2.0, 3.0)]];
        let picture = one(Panel { lines, levels, ..Panel::default() });
        assert!(picture.contains("\ngoal\n") && picture.contains("\n1\n"), "{picture}");
        assert_eq!(picture.matches("stroke-dasharray").count(), 1);
    }

    #[test]
    fn no_number_breaks_the_picture() {
        for values in [vec![], vec![f64::NAN], vec![2.0], vec![-1e308, 1e308], vec![f64::INFINITY]]
        {
            for y in [Axis::linear("y"), Axis::logarithmic("y")] {
                let line = values.iter().enumerate().map(|(k, &value)| (k as f64, value)).collect();
                let picture = one(Panel { lines: vec![line], y, ..Panel::default() });
                let broken = ["NaN", "inf"].iter().any(|word| picture.contains(word));
                assert!(picture.ends_with("</svg>\n") && !broken, "{values:?}: {picture}");
            }
        }
    }

    #[test]
    fn four_panels_fit_a_page() {
        let panel = Panel { title: "p".into(), ..Panel::default() };
        let chart = Chart { panels: vec![panel; 4], ..Chart::default() };
        assert!(chart_svg(&chart).contains("viewBox=\"0 0 900 "));
    }
}
