//! How something grows with several sizes: a panel each, both axes logarithmic, so that growth by a
//! fixed power is a straight line.

use svg::node::element::Circle;

use super::{
    color::{BLUE, INK, ORANGE},
    slide::{Anchor, Slide},
};

const WIDTH: f64 = 860.0;
const PANEL: (f64, f64) = (330.0, 170.0);
const LEFT: f64 = 80.0;
const TOP: f64 = 96.0;
/// From one panel to the next, across and down.
const PITCH: (f64, f64) = (410.0, 250.0);

/// One size and what came of it.
pub struct Point {
    /// The size as it is written below the panel.
    pub label: String,
    /// The size.
    pub size: f64,
    /// What was measured.
    pub measured: f64,
    /// What it would be by the rule that it is laid beside.
    pub expected: f64,
}

/// What grows with one size.
pub struct Panel {
    /// The name of the size.
    pub title: String,
    /// At least one, the smallest first.
    pub points: Vec<Point>,
}

/// The panels two by two; `names` are those of what was measured and of what was expected.
pub fn growth_panels(panels: &[Panel], title: &str, names: [&str; 2]) -> String {
    let height = TOP + PITCH.1 * panels.len().div_ceil(2) as f64 - 20.0;
    let mut slide = Slide::new(WIDTH as usize, height as usize);
    slide.title(title);
    for ((name, ink), x) in names.iter().zip([ORANGE, BLUE]).zip([24.0, 240.0]) {
        slide.cell((x, 48.0), (18.0, 4.0), ink);
        slide.text((x + 26.0, 55.0), 13, Anchor::Start, INK, name);
    }
    for (k, panel) in panels.iter().enumerate() {
        let (across, down) = ((k % 2) as f64, (k / 2) as f64);
        draw(&mut slide, (LEFT + PITCH.0 * across, TOP + PITCH.1 * down), panel);
    }
    slide.finish()
}

fn draw(slide: &mut Slide, (left, top): (f64, f64), panel: &Panel) {
    slide.text((left, top - 8.0), 14, Anchor::Start, INK, &panel.title);
    let sizes = || panel.points.iter().map(|point| point.size);
    let values = || panel.points.iter().flat_map(|point| [point.measured, point.expected]);
    let (x, y) = (Scale::of(sizes()), Scale::of(values()));
    let at = |size: f64, value: f64| {
        (left + PANEL.0 * x.share(size), top + PANEL.1 * (1.0 - y.share(value)))
    };
    for value in y.powers_of_ten() {
        let (_, y) = at(1.0, value);
        slide.rule((left, left + PANEL.0), y, 0.15, None);
        slide.text((left - 8.0, y + 4.0), 12, Anchor::End, INK, &format!("{value}"));
    }
    for point in &panel.points {
        let (x, _) = at(point.size, 1.0);
        slide.text((x, top + PANEL.1 + 20.0), 12, Anchor::Middle, INK, &point.label);
    }
    slide.curve(panel.points.iter().map(|point| at(point.size, point.expected)), BLUE);
    slide.curve(panel.points.iter().map(|point| at(point.size, point.measured)), ORANGE);
    for point in &panel.points {
        let (x, y) = at(point.size, point.measured);
        slide.add(Circle::new().set("cx", x).set("cy", y).set("r", 3.5).set("fill", ORANGE.hex()));
    }
}

/// A logarithmic axis.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// From the least of the values to the greatest.
    fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let low = values.clone().fold(f64::INFINITY, f64::min);
        Self { low, high: values.fold(low * 1.01, f64::max) }
    }

    /// Where a value lies, 0 at the low end and 1 at the high one.
    fn share(&self, value: f64) -> f64 {
        ((value / self.low).ln() / (self.high / self.low).ln()).clamp(0.0, 1.0)
    }

    /// 1, 10, 100 …, as far as they lie on the axis; its ends where none does.
    fn powers_of_ten(&self) -> Vec<f64> {
        let lies_here = |value: &f64| (self.low..=self.high).contains(value);
        let powers: Vec<f64> = (-3..=7).map(|power| 10f64.powi(power)).filter(lies_here).collect();
        match powers.len() {
            0 => vec![self.low.round().max(1.0), self.high.round()],
            _ => powers,
        }
    }
}
