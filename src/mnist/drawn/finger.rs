//! What somebody draws with a finger, made into an image as MNIST's makers made theirs.

use super::{
    ink::{Pen, centred, inked},
    strokes::Point,
};
use crate::mnist::digits::Digits;

/// The width of the pen in pixels: that of most digits of MNIST.
const THICK: f32 = 2.45;
/// Points nearer to each other than this share of the drawing's larger side are one: a finger
/// trembles.
const NEAR: f32 = 0.02;

/// The image of what was drawn: fitted into 20 x 20 pixels with its proportions, then moved until
/// its centre of mass lies in the middle of 28 x 28. `None` if nothing was drawn.
///
/// A stroke is what the finger passed from down to up, as (x, y), y down, in any unit.
///
/// ```
/// use lstm_lessons::mnist::drawn::traced;
///
/// let seven = vec![vec![[10.0, 10.0], [90.0, 10.0], [40.0, 150.0]]];
/// let image = traced(&seven).unwrap();
/// let widths = image.chunks(28).map(|row| row.iter().filter(|&&v| v > 127).count());
/// let inked: Vec<usize> = widths.filter(|&width| width > 0).collect();
/// let (bar, stem) = (inked[..4].iter().max().unwrap(), inked[inked.len() / 2]);
/// assert!(*bar > 2 * stem, "{inked:?}");
///
/// let larger: Vec<_> = vec![seven[0].iter().map(|[x, y]| [2.0 * x + 7.0, 2.0 * y]).collect()];
/// assert_eq!(traced(&larger), Some(image)); // neither size nor place matters
/// assert_eq!(traced(&[]), None);
/// ```
pub fn traced(strokes: &[Vec<Point>]) -> Option<[u8; Digits::PIXELS]> {
    let finite = |point: &&Point| point.iter().all(|v| v.is_finite());
    let points = || strokes.iter().flatten().filter(finite);
    let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
    for point in points() {
        for axis in 0..2 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    let side = (high[0] - low[0]).max(high[1] - low[1]);
    if side.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) || !side.is_finite() {
        return None;
    }
    let unit = |[x, y]: Point| [(x - low[0]) / side, (y - low[1]) / side];
    let strokes: Vec<Vec<Point>> = strokes
        .iter()
        .map(|stroke| thinned(stroke.iter().filter(finite).map(|&point| unit(point))))
        .filter(|stroke| stroke.len() > 1)
        .collect();
    if strokes.is_empty() {
        return None;
    }
    let widths = strokes.iter().map(|stroke| vec![THICK; stroke.len() - 1]).collect();
    Some(centred(&inked(&strokes, Pen { thick: THICK, widths })))
}

/// The points that are not [`NEAR`] the one before.
fn thinned(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for [x, y] in points {
        let is_near = |[a, b]: &Point| (x - a).hypot(y - b) < NEAR;
        if !kept.last().is_some_and(is_near) {
            kept.push([x, y]);
        }
    }
    kept
}
