//! Drawn digits: what lesson 4 reads when MNIST itself is not there.
//!
//! the pen's way (strokes.rs) -> a hand's variation (here) -> ink, fitted and centred as MNIST is
//! (ink.rs).
//!
//! The variation is what makes them useful: trained on the clean forms alone, a model reads only
//! those.
//!
//! Everything random comes from `Xoshiro256PlusPlus`, a published algorithm whose numbers stay the
//! same in every version of `rand`, and is put to use with sums and products only: the same seed
//! gives the same bytes.

use crate::mnist::Digits;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

mod ink;
mod strokes;
use ink::{Pen, SIDE};
use strokes::{Family, Point};

/// One drawn digit: 28 rows of 28 grey values, 0 = paper, 255 = ink. Anything above 9 is blank
/// paper.
///
/// ```
/// let seven = lstm_lessons::mnist::drawn::draw(7, 1);
/// assert_eq!(seven, lstm_lessons::mnist::drawn::draw(7, 1));
/// assert_ne!(seven, lstm_lessons::mnist::drawn::draw(7, 2));
/// ```
pub fn draw(digit: u8, seed: u64) -> [u8; 784] {
    let mut hand = Hand::new(seed, u64::from(digit));
    let strokes = hand.write(digit);
    ink::centred(&ink::inked(&strokes, hand.pens(&strokes)))
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

    /// Bell-shaped with standard deviation `spread`, never beyond 3.5 of them: the sum of four even
    /// numbers nearly is.
    fn bell(&mut self, spread: f32) -> f32 {
        let sum: f32 = (0..4).map(|_| self.even()).sum();
        (sum - 2.0) * 1.732_050_8 * spread
    }

    fn below(&mut self, end: usize) -> usize {
        ((self.even() * end as f32) as usize).min(end - 1)
    }

    /// The digit's strokes as this hand writes them this time, in units of half the digit's height,
    /// about the origin.
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

    /// Between two forms of the family, or a little beyond them; each point off by its own small
    /// error.
    fn blend(&mut self, family: &Family) -> Vec<Vec<Point>> {
        let (a, b) = (
            family.forms[self.below(family.forms.len())],
            family.forms[self.below(family.forms.len())],
        );
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
                let x = p[0] + t * (q[0] - p[0]) + dx + self.bell(6.0);
                let y = p[1] + t * (q[1] - p[1]) + dy + self.bell(6.0);
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
            let by = self.bell(0.25);
            let (at, toward) = (stroke[end], stroke[next]);
            stroke[end] = [at[0] + by * (at[0] - toward[0]), at[1] + by * (at[1] - toward[1])];
        }
    }

    /// Slant, turn, proportions, and a smooth bending of the whole sheet.
    fn warp(&mut self, strokes: &mut [Vec<Point>]) {
        let slant = 0.10 + self.bell(0.25);
        let turn = self.bell(0.06);
        let wide = (1.0 + self.bell(0.20)).max(0.5);
        let bends: [[f32; 7]; 2] = [(); 2].map(|()| [(); 7].map(|()| self.bell(0.09)));
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
    fn pens(&mut self, strokes: &[Vec<Point>]) -> Pen {
        let thick = (2.45 + self.bell(0.65)).clamp(1.1, 4.6); // pixels
        let mut widths = Vec::with_capacity(strokes.len());
        for stroke in strokes {
            let (start, swing) = (1.0 + self.bell(0.08), self.bell(0.12));
            let press = |k: usize| start + swing * k as f32 / stroke.len() as f32 + self.bell(0.10);
            widths.push(
                (1..stroke.len()).map(press).map(|pressure| thick * pressure.max(0.4)).collect(),
            );
        }
        Pen { thick, widths }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures(set: &Digits) -> impl Iterator<Item = &[u8]> {
        set.images.chunks_exact(SIDE * SIDE)
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        for digit in 0..10 {
            assert_eq!(draw(digit, 5), draw(digit, 5));
            assert_ne!(draw(digit, 5), draw(digit, 6), "digit {digit}");
        }
        assert_eq!(draw_set(50, 5), draw_set(50, 5));
        assert_ne!(draw_set(50, 5).images, draw_set(50, 6).images);
        assert_ne!(draw_set(50, 5).labels, draw_set(50, 6).labels);
    }

    #[test]
    fn no_digit_of_a_set_is_drawn_twice() {
        let set = draw_set(2000, 3);
        let different: std::collections::HashSet<&[u8]> = pictures(&set).collect();
        assert_eq!(different.len(), 2000);
    }

    #[test]
    fn a_digit_depends_on_its_place_and_not_on_the_length_of_the_set() {
        let (short, long) = (draw_set(37, 9), draw_set(120, 9));
        assert_eq!(short.images, long.images[..37 * 784]);
        assert_eq!(short.labels, long.labels[..37]);
    }

    #[test]
    fn classes_come_in_equal_numbers_but_in_no_fixed_order() {
        let labels = draw_set(200, 4).labels;
        for digit in 0..10 {
            assert_eq!(labels.iter().filter(|&&label| label == digit).count(), 20);
        }
        assert_ne!(labels[..10], labels[10..20]);
        assert_ne!(labels[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert!(draw_set(0, 4).labels.is_empty());
    }

    #[test]
    fn what_is_no_digit_is_blank_paper() {
        assert_eq!(draw(10, 1), [0; 784]);
    }

    #[test]
    fn the_ink_fills_a_box_of_twenty_with_paper_round_it_and_its_weight_in_the_middle() {
        let mut at_the_edge = 0;
        for picture in pictures(&draw_set(2000, 8)) {
            let inked: Vec<usize> = (0..784).filter(|&k| picture[k] > 0).collect();
            let (rows, columns) = (inked.iter().map(|k| k / SIDE), inked.iter().map(|k| k % SIDE));
            let span =
                |(low, high): (Option<usize>, Option<usize>)| high.unwrap() - low.unwrap() + 1;
            let height = span((rows.clone().min(), rows.clone().max()));
            let width = span((columns.clone().min(), columns.clone().max()));
            assert!((17..=20).contains(&height.max(width)), "{width} x {height}");
            at_the_edge += usize::from(rows.chain(columns).any(|at| at == 0 || at == SIDE - 1));

            let mass: f32 = picture.iter().map(|&v| f32::from(v)).sum();
            let mean = |at: fn(usize) -> usize| {
                (0..784).map(|k| f32::from(picture[k]) * at(k) as f32).sum::<f32>() / mass
            };
            for centre in [mean(|k| k % SIDE), mean(|k| k / SIDE)] {
                assert!((centre - 14.0).abs() < 0.51, "weight at {centre}");
            }
        }
        assert!(
            at_the_edge < 80,
            "{at_the_edge} of 2000 touch the edge; of MNIST's 1.4 in a hundred do"
        );
    }

    #[test]
    fn there_is_as_much_ink_as_in_mnist() {
        let images = draw_set(2000, 2).images;
        let mean = images.iter().map(|&v| f64::from(v)).sum::<f64>() / images.len() as f64;
        assert!((30.0..37.0).contains(&mean), "mean grey {mean}, MNIST has 33.3");
        let full = images.iter().filter(|&&v| v >= 250).count() as f64 / images.len() as f64;
        assert!((0.05..0.11).contains(&full), "{full} of the pixels are full ink, in MNIST 0.075");
    }

    #[test]
    fn the_mean_picture_of_each_class_reads_most_digits_of_another_seed() {
        let (learn, read) = (draw_set(500, 1), draw_set(500, 2));
        let mut means = vec![[0.0f32; 784]; 10];
        for (picture, &label) in pictures(&learn).zip(&learn.labels) {
            for (mean, &v) in means[usize::from(label)].iter_mut().zip(picture) {
                *mean += f32::from(v) / 50.0;
            }
        }
        let far = |mean: &[f32; 784], picture: &[u8]| -> f32 {
            mean.iter().zip(picture).map(|(m, &v)| (m - f32::from(v)).powi(2)).sum()
        };
        let right = pictures(&read).zip(&read.labels).filter(|(picture, label)| {
            let nearest = (0..10)
                .min_by(|&a, &b| far(&means[a], picture).total_cmp(&far(&means[b], picture)));
            nearest == Some(usize::from(**label))
        });
        let right = right.count();
        assert!(right > 300, "{right} of 500");
    }

    #[test]
    fn all_forms_of_a_family_have_the_same_strokes() {
        for digit in 0..10 {
            for family in strokes::families(digit) {
                let shape = |form: &strokes::Form| {
                    form.iter().map(|stroke| stroke.len()).collect::<Vec<_>>()
                };
                let first = shape(&family.forms[0]);
                assert!(first.iter().all(|&points| points >= 2), "digit {digit}: {first:?}");
                assert!(
                    family.forms.iter().all(|form| shape(form) == first),
                    "digit {digit}: {first:?}"
                );
            }
        }
    }
}
