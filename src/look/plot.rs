//! Lines over steps or epochs on a slide, their names at the right.

use svg::node::element::Circle;

use super::{
    color::{BLUE, INK, ORANGE, Rgb},
    slide::{Anchor, Slide},
};

const SIZE: (f64, f64) = (820.0, 440.0);
const LEFT: f64 = 64.0;
const TOP: f64 = 52.0;
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 330.0;
/// Where the names of the lines stand, and how far below each other.
const NAMES: f64 = LEFT + WIDTH + 16.0;
const PITCH: f64 = 24.0;
const INKS: [Rgb; 4] = [BLUE, ORANGE, Rgb(62, 142, 84), Rgb(146, 84, 164)];

/// A plot in the making. Places are shares of it: x from 0 at the left to 1 at the right, y from 0
/// at the top to 1 at the bottom.
pub(super) struct Plot {
    slide: Slide,
    lines: usize,
}

fn at(x: f64, y: f64) -> (f64, f64) {
    (LEFT + WIDTH * x, TOP + HEIGHT * y)
}

impl Plot {
    pub fn new(title: &str, x_label: &str) -> Self {
        let mut slide = Slide::new(SIZE.0 as usize, SIZE.1 as usize);
        slide.text((LEFT, 30.0), 16, Anchor::Start, INK, title);
        slide.text((LEFT + WIDTH / 2.0, SIZE.1 - 16.0), 13, Anchor::Middle, INK, x_label);
        Self { slide, lines: 0 }
    }

    fn across(&mut self, y: f64, opacity: f64, dashes: Option<&str>) {
        let ((x1, y), (x2, _)) = (at(0.0, y), at(1.0, y));
        self.slide.rule((x1, x2), y, opacity, dashes);
    }

    /// A faint line across, with the value that it stands for.
    pub fn grid(&mut self, y: f64, value: &str) {
        self.across(y, 0.15, None);
        let (x, y) = at(0.0, y);
        self.slide.text((x - 8.0, y + 4.0), 12, Anchor::End, INK, value);
    }

    /// A value below the plot.
    pub fn tick(&mut self, x: f64, value: &str) {
        let (x, y) = at(x, 1.0);
        self.slide.text((x, y + 20.0), 12, Anchor::Middle, INK, value);
    }

    /// A level worth knowing: a dashed line across, its name so many units below it, at the left or
    /// the right end.
    pub fn level(&mut self, y: f64, name: &str, below: f64, anchor: Anchor) {
        self.across(y, 0.5, Some("5 5"));
        let (x, y) = match anchor {
            Anchor::End => (LEFT + WIDTH - 4.0, at(1.0, y).1),
            Anchor::Start | Anchor::Middle => (LEFT + 6.0, at(0.0, y).1),
        };
        self.slide.text((x, y + below), 12, anchor, INK, name);
    }

    /// The next line, in the next colour.
    pub fn line(&mut self, name: &str, points: impl Iterator<Item = (f64, f64)>) {
        let ink = INKS[self.lines % INKS.len()];
        self.slide.curve(points.map(|(x, y)| at(x, y)), ink);
        let y = TOP + 20.0 + PITCH * self.lines as f64;
        self.slide.cell((NAMES, y - 9.0), (18.0, 4.0), ink);
        self.slide.text((NAMES + 26.0, y), 13, Anchor::Start, INK, name);
        self.lines += 1;
    }

    /// A ring round one place, and below the names of the lines what it means.
    pub fn ring(&mut self, x: f64, y: f64, note: &str) {
        let (note_x, note_y) = (NAMES + 9.0, TOP + 16.0 + PITCH * self.lines as f64);
        for (x, y) in [at(x, y), (note_x, note_y)] {
            let ring = Circle::new().set("cx", x).set("cy", y).set("r", 6).set("fill", "none");
            self.slide.add(ring.set("stroke", INK.hex()).set("stroke-width", 2));
        }
        self.slide.text((note_x + 17.0, note_y + 4.0), 13, Anchor::Start, INK, note);
    }

    /// How many units a share of the height is.
    pub fn units(share: f64) -> f64 {
        HEIGHT * share
    }

    /// The document as text.
    pub fn finish(self) -> String {
        self.slide.finish()
    }
}
