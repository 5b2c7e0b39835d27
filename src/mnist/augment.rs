//! Digits that nobody wrote: each image of a batch turned, resized, slanted and moved a little.
//!
//! A 7 that leans a little more is still a 7. A network that has seen every digit leaning many ways
//! cannot learn the 55,000 images by heart, and has to learn what they have in common.

use super::{
    digits::{Digits, STEPS, WIDTH},
    drawn::Chance,
};

/// tan(θ / 2) of the largest rotation, 12 degrees.
const ROTATION: f32 = 0.105_104_24;
/// The largest change of the size.
const SIZE: f32 = 0.12;
/// The largest shear: pixels to the side for each pixel up.
const SHEAR: f32 = 0.15;
/// The largest shift on either axis, pixels.
const SHIFT: f32 = 2.5;

/// Where each pixel p of a new image is looked up in the old one. Both count from the middle c of
/// the image, (x, y), y down.
///
/// ```text
/// q = M (p - c - shift) + c        M = R(θ) [1 κ; 0 1] / z
/// ```
///
/// (It is the inverse of what happens to the ink, which is moved by `shift`.)
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine {
    /// M.
    pub matrix: [[f32; 2]; 2],
    /// How far the ink moves: right, down.
    pub shift: [f32; 2],
}

impl Affine {
    /// The map that changes nothing.
    pub const IDENTITY: Self = Self { matrix: [[1.0, 0.0], [0.0, 1.0]], shift: [0.0; 2] };

    /// A random map. With a `share` of 1: turned by up to 12 degrees, 12 % larger or smaller, a
    /// shear of up to 0.15, shifted by up to 2.5 pixels; a smaller share keeps nearer to the
    /// identity.
    fn random(share: f32, chance: &mut Chance) -> Self {
        let mut within = |most: f32| chance.uniform(-share * most, share * most);
        let (t, size, shear) = (within(ROTATION), 1.0 + within(SIZE), within(SHEAR));
        let shift = [within(SHIFT), within(SHIFT)];
        // cos θ and sin θ from t = tan(θ / 2), by sums and products only: the same bits everywhere.
        let (cos, sin) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
        let matrix =
            [[cos / size, (cos * shear - sin) / size], [sin / size, (sin * shear + cos) / size]];
        Self { matrix, shift }
    }

    /// The image (784 pixels) under this map; paper where there was no image.
    ///
    /// ```
    /// use lstm_lessons::mnist::{augment::Affine, drawn::draw};
    ///
    /// let seven = draw(7, 1);
    /// assert_eq!(Affine::IDENTITY.of(&seven), seven);
    /// let lower = Affine { shift: [0.0, 1.0], ..Affine::IDENTITY }.of(&seven);
    /// assert_eq!(lower[28..], seven[..27 * 28]);
    /// ```
    pub fn of(&self, image: &[u8]) -> [u8; Digits::PIXELS] {
        const C: [f32; 2] = [(WIDTH - 1) as f32 / 2.0, (STEPS - 1) as f32 / 2.0];
        let [[a, b], [c, d]] = self.matrix;
        std::array::from_fn(|at| {
            let x = (at % WIDTH) as f32 - C[0] - self.shift[0];
            let y = (at / WIDTH) as f32 - C[1] - self.shift[1];
            between_pixels(image, a * x + b * y + C[0], c * x + d * y + C[1])
        })
    }
}

/// The grey value at (x, y): the mean of the four pixels around it, each weighted by how near it is
/// (bilinear).
fn between_pixels(image: &[u8], x: f32, y: f32) -> u8 {
    let (left, top) = (x.floor(), y.floor());
    let (right, low) = (x - left, y - top); // the shares of the right and the lower pixels
    let pixel = |column: f32, row: f32| {
        let inside = (0.0..WIDTH as f32).contains(&column) && (0.0..STEPS as f32).contains(&row);
        if inside { f32::from(image[row as usize * WIDTH + column as usize]) } else { 0.0 }
    };
    let upper = pixel(left, top) * (1.0 - right) + pixel(left + 1.0, top) * right;
    let lower = pixel(left, top + 1.0) * (1.0 - right) + pixel(left + 1.0, top + 1.0) * right;
    (upper * (1.0 - low) + lower * low).round() as u8
}

/// The images with the numbers `picked`, each under a random map of its own, decided by `seed` and
/// by its place in the batch.
///
/// # Panics
/// If a number is not below `digits.len()`.
pub fn augmented(digits: &Digits, picked: &[usize], share: f32, seed: u64) -> Digits {
    let images = picked.iter().zip(0..).flat_map(|(&k, place)| {
        Affine::random(share, &mut Chance::new(seed, place)).of(digits.image(k))
    });
    Digits { images: images.collect(), labels: picked.iter().map(|&k| digits.labels[k]).collect() }
}
