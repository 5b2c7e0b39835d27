//! From logits to weights: what is done with every character of the vocabulary, on vector registers.

use crate::kernel::vector::{Vectors, exp};

/// Numbers that are compared or added side by side: as many as the widest registers take.
const LANES: usize = 16;

/// The highest of all numbers; -∞ if there is none.
pub fn highest(z: &[f32]) -> f32 {
    let higher = |a: f32, b: f32| if b > a { b } else { a };
    Vectors::widest().run(
        #[inline(always)]
        || {
            let (chunks, rest) = z.as_chunks::<LANES>();
            let mut lanes = [f32::NEG_INFINITY; LANES];
            for chunk in chunks {
                lanes.iter_mut().zip(chunk).for_each(|(lane, &z)| *lane = higher(*lane, z));
            }
            lanes.iter().chain(rest).copied().fold(f32::NEG_INFINITY, higher)
        },
    )
}

/// The sum of all.
pub fn sum(weights: &[f32]) -> f32 {
    Vectors::widest().run(
        #[inline(always)]
        || {
            let (chunks, rest) = weights.as_chunks::<LANES>();
            let mut lanes = [0.0; LANES];
            for chunk in chunks {
                lanes.iter_mut().zip(chunk).for_each(|(lane, w)| *lane += w);
            }
            lanes.iter().chain(rest).sum()
        },
    )
}

/// The weight of every id, into `weights`: 1 for a logit of `highest`, 0 for what is no number.
///
/// ```text
/// w_k = exp((z_k - highest) · sharpness)        sharpness = 1 / temperature
/// ```
pub fn weights(z: &[f32], highest: f32, sharpness: f32, weights: &mut Vec<f32>) {
    weights.resize(z.len(), 0.0);
    Vectors::widest().run(
        #[inline(always)]
        || {
            for (w, z_k) in weights.iter_mut().zip(z) {
                let e = exp((z_k - highest) * sharpness);
                *w = if e.is_nan() { 0.0 } else { e };
            }
        },
    );
}
