//! Drawn digits: what lesson 4 reads when MNIST itself is not there.
//!
//! stroke models (strokes.rs) -> a hand's variation -> the pen's ink (tiny-skia) -> fitted and centred as MNIST is.
//!
//! Everything random comes from `Xoshiro256PlusPlus`, a published algorithm whose numbers stay the same in every version of
//! `rand`, and is put to use with sums and products only: the same seed gives the same bytes.

use crate::mnist::Digits;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};
use tiny_skia::{FillRule, LineCap, LineJoin, Mask, PathBuilder, Stroke, Transform};

#[path = "strokes.rs"]
mod strokes;
use strokes::{Family, Point};

/// Pixels a side of a picture.
const SIDE: usize = 28;
/// MNIST fits the ink into a box of 20 x 20 before it centres it.
const BOX: usize = 20;

/// One drawn digit: 28 rows of 28 grey values, 0 = paper, 255 = ink. Anything above 9 is blank paper.
///
/// ```
/// let seven = lstm_lessons::mnist::drawn::draw(7, 1);
/// assert_eq!(seven, lstm_lessons::mnist::drawn::draw(7, 1));
/// assert_ne!(seven, lstm_lessons::mnist::drawn::draw(7, 2));
/// ```
pub fn draw(digit: u8, seed: u64) -> [u8; 784] {
    let mut hand = Hand::new(seed, u64::from(digit));
    let strokes = hand.write(digit);
    centred(&inked(&strokes, &mut hand))
}

/// `count` digits, classes in equal numbers (as nearly as `count` allows) but in shuffled order.
/// Image `k` depends on `(seed, k)` alone, so a longer set begins with the shorter one.
pub fn draw_set(count: usize, seed: u64) -> Digits {
    let mut images = Vec::with_capacity(count * SIDE * SIDE);
    let mut labels = Vec::with_capacity(count);
    for k in 0..count as u64 {
        // Ten by ten, each ten a permutation of the digits: balanced however long the set is.
        let digit = shuffled_ten(Hand::new(seed, k / 10))[(k % 10) as usize];
        images.extend_from_slice(&draw(digit, mixed(seed, k)));
        labels.push(digit);
    }
    Digits { images, labels }
}

fn shuffled_ten(mut hand: Hand) -> [u8; 10] {
    let mut ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    for last in (1..10).rev() {
        ten.swap(last, hand.below(last + 1));
    }
    ten
}

/// Two numbers to one, so that neighbouring seeds share nothing (the finaliser of SplitMix64).
fn mixed(seed: u64, index: u64) -> u64 {
    let mut z = seed ^ index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The writer: every chance in a drawing is taken here.
struct Hand(Xoshiro256PlusPlus);

impl Hand {
    fn new(seed: u64, index: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(mixed(seed, index)))
    }

    /// Even in `0..1`: 24 bits, exact in an f32.
    fn even(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / 16_777_216.0
    }

    /// Even in `low..high`.
    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.even()
    }

    /// Bell-shaped with standard deviation `spread`, never beyond 3.5 of them: a sum of four even numbers.
    fn bell(&mut self, spread: f32) -> f32 {
        let sum: f32 = (0..4).map(|_| self.even()).sum();
        (sum - 2.0) * 1.732_050_8 * spread
    }

    fn below(&mut self, end: usize) -> usize {
        ((self.even() * end as f32) as usize).min(end - 1)
    }

    /// The digit's strokes as this hand writes them this time, in units of half the digit's height, about the origin.
    fn write(&mut self, digit: u8) -> Vec<Vec<Point>> {
        let Some(family) = self.pick(strokes::families(digit)) else { return Vec::new() };
        let mut strokes = self.blend(family);
        for stroke in &mut strokes {
            self.loosen_ends(stroke);
        }
        self.warp(&mut strokes);
        strokes
    }

    fn pick(&mut self, families: &'static [Family]) -> Option<&'static Family> {
        let mut left = self.even() * families.iter().map(|family| family.weight).sum::<f32>();
        families
            .iter()
            .find(|family| {
                left -= family.weight;
                left < 0.0
            })
            .or(families.last())
    }

    /// Between two forms of the family, or a little beyond them; each point off by its own small error.
    fn blend(&mut self, family: &Family) -> Vec<Vec<Point>> {
        let (a, b) = (family.forms[self.below(family.forms.len())], family.forms[self.below(family.forms.len())]);
        let t = self.between(-0.15, 1.15);
        let mut strokes = Vec::with_capacity(a.len());
        for (from, to) in a.iter().zip(b) {
            let (dx, dy) = (self.bell(2.0), self.bell(2.0)); // a stroke set down a little beside its place
            let mut points: Vec<Point> = Vec::with_capacity(from.len());
            for (k, (p, q)) in from.iter().zip(*to).enumerate() {
                if k > 0 && from[k - 1] == *p {
                    points.push(points[k - 1]); // a corner stays one
                    continue;
                }
                let x = p[0] + t * (q[0] - p[0]) + dx + self.bell(3.0);
                let y = p[1] + t * (q[1] - p[1]) + dy + self.bell(3.0);
                points.push([(x - 50.0) / 50.0, (y - 50.0) / 50.0]);
            }
            strokes.push(points);
        }
        strokes
    }

    /// Strokes begin and end early or late.
    fn loosen_ends(&mut self, stroke: &mut [Point]) {
        let n = stroke.len();
        for (end, next) in [(0, 1), (n - 1, n - 2)] {
            let by = self.bell(0.15);
            for axis in 0..2 {
                stroke[end][axis] += by * (stroke[end][axis] - stroke[next][axis]);
            }
        }
    }

    /// Slant, turn, proportions, and a smooth bending of the whole sheet.
    fn warp(&mut self, strokes: &mut [Vec<Point>]) {
        let slant = 0.10 + self.bell(0.22);
        let turn = self.bell(0.06);
        let wide = (1.0 + self.bell(0.18)).max(0.5);
        let bends: [[f32; 7]; 2] = [(); 2].map(|()| [(); 7].map(|()| self.bell(0.08)));
        for [x, y] in strokes.iter_mut().flatten() {
            let (u, v) = (x.clamp(-1.2, 1.2), y.clamp(-1.2, 1.2));
            // Polynomials of degree two and three: the slowest bends there are.
            let waves =
                [u * v, u * u - 0.3, v * v - 0.3, u * u * v, u * v * v, u * u * u - 0.6 * u, v * v * v - 0.6 * v];
            let bend = |by: &[f32; 7]| by.iter().zip(waves).map(|(b, w)| b * w).sum::<f32>();
            let (bx, by) = (*x + bend(&bends[0]), *y + bend(&bends[1]));
            *x = wide * bx - (slant + turn) * by;
            *y = by + turn * bx;
        }
    }
}

/// The strokes as ink in a 20 x 20 box: the larger side filled, proportions kept.
fn inked(strokes: &[Vec<Point>], hand: &mut Hand) -> Vec<u8> {
    let thick = (2.45 + hand.bell(0.65)).clamp(1.1, 4.6);
    let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
    for bounds in strokes.iter().filter_map(|stroke| curve(stroke).finish()?.compute_tight_bounds()) {
        low = [low[0].min(bounds.left()), low[1].min(bounds.top())];
        high = [high[0].max(bounds.right()), high[1].max(bounds.bottom())];
    }
    let room = BOX as f32 - thick;
    let scale = room / (high[0] - low[0]).max(high[1] - low[1]).max(0.1);
    let place = |axis: usize, v: f32| (v - (low[axis] + high[axis]) / 2.0) * scale + BOX as f32 / 2.0;
    let Some(mut mask) = Mask::new(BOX as u32, BOX as u32) else { return vec![0; BOX * BOX] };
    for stroke in strokes {
        let placed: Vec<Point> = stroke.iter().map(|&[x, y]| [place(0, x), place(1, y)]).collect();
        let (start, swing) = (1.0 + hand.bell(0.08), hand.bell(0.12));
        for (k, piece) in pieces(&placed).into_iter().enumerate() {
            // The pressure changes on the way.
            let along = k as f32 / placed.len() as f32;
            let pen = Stroke {
                width: thick * (start + swing * along),
                line_cap: LineCap::Round,
                line_join: LineJoin::Round,
                ..Stroke::default()
            };
            if let Some(outline) = piece.finish().and_then(|path| path.stroke(&pen, 1.0)) {
                mask.fill_path(&outline, FillRule::Winding, true, Transform::identity());
            }
        }
    }
    mask.take()
}

/// A smooth curve through the points (Catmull-Rom, as one cubic a segment), broken where a point comes twice.
fn cubics(points: &[Point]) -> Vec<[Point; 4]> {
    let n = points.len();
    let mut cubics = Vec::with_capacity(n);
    for k in 0..n.saturating_sub(1) {
        let (p, q) = (points[k], points[k + 1]);
        if p == q {
            continue;
        }
        let before = points[k.saturating_sub(1)];
        let after = points[(k + 2).min(n - 1)];
        // c1 = p + (q - before) / 6,  c2 = q - (after - p) / 6
        let c1 = [p[0] + (q[0] - before[0]) / 6.0, p[1] + (q[1] - before[1]) / 6.0];
        let c2 = [q[0] - (after[0] - p[0]) / 6.0, q[1] - (after[1] - p[1]) / 6.0];
        cubics.push([p, c1, c2, q]);
    }
    cubics
}

fn pieces(points: &[Point]) -> Vec<PathBuilder> {
    cubics(points)
        .iter()
        .map(|[p, c1, c2, q]| {
            let mut path = PathBuilder::new();
            path.move_to(p[0], p[1]);
            path.cubic_to(c1[0], c1[1], c2[0], c2[1], q[0], q[1]);
            path
        })
        .collect()
}

fn curve(points: &[Point]) -> PathBuilder {
    let mut path = PathBuilder::new();
    for (k, [p, c1, c2, q]) in cubics(points).into_iter().enumerate() {
        if k == 0 {
            path.move_to(p[0], p[1]);
        }
        path.cubic_to(c1[0], c1[1], c2[0], c2[1], q[0], q[1]);
    }
    path
}

/// The 20 x 20 box put into 28 x 28, by whole pixels, so that the ink's centre of mass lies in the middle.
fn centred(ink: &[u8]) -> [u8; 784] {
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
    let [left, top] = at.map(|sum| (middle - sum / mass).round().clamp(0.0, (SIDE - BOX) as f32) as usize);
    for (row, line) in ink.chunks_exact(BOX).enumerate() {
        picture[(top + row) * SIDE + left..][..BOX].copy_from_slice(line);
    }
    picture
}
