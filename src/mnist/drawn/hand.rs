//! The variation of a hand: no digit is written twice the same way.

use super::{
    chance::Chance,
    ink::Pen,
    strokes::{Family, Point, families},
};

/// The digit's strokes as a hand writes them this time, in units of half the digit's height,
/// about the origin.
pub fn write(digit: u8, chance: &mut Chance) -> Vec<Vec<Point>> {
    let Some(family) = pick(families(digit), chance) else { return Vec::new() };
    let mut strokes = blend(family, chance);
    for stroke in &mut strokes {
        loosen_ends(stroke, chance);
    }
    warp(&mut strokes, chance);
    strokes
}

/// One of the families, each as likely as its weight says; `None` where there is none.
fn pick(families: &'static [Family], chance: &mut Chance) -> Option<&'static Family> {
    let mut left = chance.unit() * families.iter().map(|family| family.weight).sum::<f32>();
    families
        .iter()
        .find(|family| {
            left -= family.weight;
            left < 0.0
        })
        .or(families.last())
}

/// Between two forms of the family, or a little beyond them; each point off by its own small
/// error.
fn blend(family: &Family, chance: &mut Chance) -> Vec<Vec<Point>> {
    let (a, b) = (
        family.forms[chance.below(family.forms.len())],
        family.forms[chance.below(family.forms.len())],
    );
    let t = chance.uniform(-0.15, 1.15);
    let mut strokes = Vec::with_capacity(a.len());
    for (from, to) in a.iter().zip(b) {
        // The whole stroke is set down a little beside its place.
        let (dx, dy) = (chance.normal(2.0), chance.normal(2.0));
        let mut points: Vec<Point> = Vec::with_capacity(from.len());
        for (k, (p, q)) in from.iter().zip(*to).enumerate() {
            if k > 0 && from[k - 1] == *p {
                points.push(points[k - 1]); // a corner stays one
                continue;
            }
            let x = p[0] + t * (q[0] - p[0]) + dx + chance.normal(6.0);
            let y = p[1] + t * (q[1] - p[1]) + dy + chance.normal(6.0);
            points.push([(x - 50.0) / 50.0, (y - 50.0) / 50.0]);
        }
        strokes.push(points);
    }
    strokes
}

/// A stroke begins and ends early or late.
fn loosen_ends(stroke: &mut [Point], chance: &mut Chance) {
    let n = stroke.len();
    for (end, next) in [(0, 1), (n - 1, n - 2)] {
        let by = chance.normal(0.25);
        let (at, toward) = (stroke[end], stroke[next]);
        stroke[end] = [at[0] + by * (at[0] - toward[0]), at[1] + by * (at[1] - toward[1])];
    }
}

/// Slant, turn, proportions, and a smooth bending of the whole sheet.
fn warp(strokes: &mut [Vec<Point>], chance: &mut Chance) {
    let slant = 0.10 + chance.normal(0.25);
    let turn = chance.normal(0.06);
    let wide = (1.0 + chance.normal(0.20)).max(0.5);
    let bends: [[f32; 7]; 2] = [(); 2].map(|()| [(); 7].map(|()| chance.normal(0.09)));
    for [x, y] in strokes.iter_mut().flatten() {
        let (u, v) = (x.clamp(-1.2, 1.2), y.clamp(-1.2, 1.2));
        // Polynomials of degree two and three: the slowest bends there are.
        let waves = [
            u * v,
            u * u - 0.3,
            v * v - 0.3,
            u * u * v,
            u * v * v,
            u * u * u - 0.6 * u,
            v * v * v - 0.6 * v,
        ];
        let bend = |by: &[f32; 7]| by.iter().zip(waves).map(|(b, w)| b * w).sum::<f32>();
        let (bx, by) = (*x + bend(&bends[0]), *y + bend(&bends[1]));
        *x = wide * bx - (slant + turn) * by;
        *y = by + turn * bx;
    }
}

/// How the pen is pressed: one thickness for the digit, more or less of it on the way of each
/// stroke.
pub fn pen(strokes: &[Vec<Point>], chance: &mut Chance) -> Pen {
    let thick = (2.45 + chance.normal(0.65)).clamp(1.1, 4.6); // pixels
    let mut widths = Vec::with_capacity(strokes.len());
    for stroke in strokes {
        let (start, swing) = (1.0 + chance.normal(0.08), chance.normal(0.12));
        let press = |k: usize| start + swing * k as f32 / stroke.len() as f32 + chance.normal(0.10);
        widths
            .push((1..stroke.len()).map(press).map(|pressure| thick * pressure.max(0.4)).collect());
    }
    Pen { thick, widths }
}
