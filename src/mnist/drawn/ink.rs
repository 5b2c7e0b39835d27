//! Ink on paper: curves stroked by tiny-skia, then fitted and centred the way MNIST's makers did
//! it.

use super::strokes::Point;
use tiny_skia::{
    FillRule, LineCap, LineJoin, Mask, Path, PathBuilder, PathStroker, Stroke, Transform,
};

/// Pixels a side of a picture.
pub const SIDE: usize = 28;
/// MNIST fits the ink into a box of 20 x 20 before it centres it.
pub const BOX: usize = 20;

/// The pen's widths in pixels.
pub struct Pen {
    /// On the whole.
    pub thick: f32,
    /// Stroke by stroke, from each point to the next.
    pub widths: Vec<Vec<f32>>,
}

/// The strokes as ink in a 20 x 20 box: the larger side filled, proportions kept. Units of
/// `strokes` do not matter.
pub fn inked(strokes: &[Vec<Point>], pen: Pen) -> Vec<u8> {
    let mut paper = Mask::new(BOX as u32, BOX as u32).expect("a box of 20 x 20 has pixels");
    let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
    for bounds in strokes.iter().filter_map(|stroke| whole(stroke)?.compute_tight_bounds()) {
        low = [low[0].min(bounds.left()), low[1].min(bounds.top())];
        high = [high[0].max(bounds.right()), high[1].max(bounds.bottom())];
    }
    // Half the pen's width stands out on either side of the line.
    let scale = (BOX as f32 - pen.thick) / (high[0] - low[0]).max(high[1] - low[1]).max(0.1);
    let place =
        |axis: usize, v: f32| (v - (low[axis] + high[axis]) / 2.0) * scale + BOX as f32 / 2.0;

    let mut stroker = PathStroker::new();
    for (stroke, widths) in strokes.iter().zip(&pen.widths) {
        let points: Vec<Point> = stroke.iter().map(|&[x, y]| [place(0, x), place(1, y)]).collect();
        for (k, &width) in widths.iter().enumerate() {
            let nib = Stroke {
                width,
                line_cap: LineCap::Round,
                line_join: LineJoin::Round,
                ..Stroke::default()
            };
            let piece = cubic(&points, k).and_then(|cubic| path(&[cubic]));
            if let Some(outline) = piece.and_then(|piece| stroker.stroke(&piece, &nib, 1.0)) {
                paper.fill_path(&outline, FillRule::Winding, true, Transform::identity());
            }
        }
    }
    paper.take()
}

/// The piece from point `k` to the next of a smooth curve through all points (Catmull-Rom, written
/// as a Bezier cubic); none where a point comes twice, so the curve has a corner there.
fn cubic(points: &[Point], k: usize) -> Option<[Point; 4]> {
    let (p, q) = (points[k], *points.get(k + 1)?);
    let before = points[k.saturating_sub(1)];
    let after = points[(k + 2).min(points.len() - 1)];
    // c1 = p + (q - before) / 6,  c2 = q - (after - p) / 6
    let c1 = [p[0] + (q[0] - before[0]) / 6.0, p[1] + (q[1] - before[1]) / 6.0];
    let c2 = [q[0] - (after[0] - p[0]) / 6.0, q[1] - (after[1] - p[1]) / 6.0];
    (p != q).then_some([p, c1, c2, q])
}

fn whole(points: &[Point]) -> Option<Path> {
    path(&(0..points.len()).filter_map(|k| cubic(points, k)).collect::<Vec<_>>())
}

fn path(cubics: &[[Point; 4]]) -> Option<Path> {
    let mut path = PathBuilder::new();
    let [x, y] = cubics.first()?[0];
    path.move_to(x, y);
    for [_, c1, c2, q] in cubics {
        path.cubic_to(c1[0], c1[1], c2[0], c2[1], q[0], q[1]);
    }
    path.finish()
}

/// The 20 x 20 box put into 28 x 28, by whole pixels, so that the ink's centre of mass lies at
/// pixel (14, 14): that is where it lies in MNIST, half a pixel right of and below the true middle.
pub fn centred(ink: &[u8]) -> [u8; 784] {
    let (mut mass, mut at) = (0.0, [0.0; 2]);
    for (k, &v) in ink.iter().enumerate() {
        mass += f32::from(v);
        at[0] += f32::from(v) * (k % BOX) as f32;
        at[1] += f32::from(v) * (k / BOX) as f32;
    }
    let mut picture = [0; SIDE * SIDE];
    if mass == 0.0 {
        return picture;
    }
    let middle = (SIDE / 2) as f32;
    let [left, top] =
        at.map(|sum| (middle - sum / mass).round().clamp(0.0, (SIDE - BOX) as f32) as usize);
    for (row, line) in ink.chunks_exact(BOX).enumerate() {
        picture[(top + row) * SIDE + left..][..BOX].copy_from_slice(line);
    }
    picture
}
