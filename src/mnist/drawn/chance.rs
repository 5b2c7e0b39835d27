//! The random numbers of a drawing.
//!
//! They come from `Xoshiro256PlusPlus`, a published algorithm whose numbers stay the same in every
//! version of `rand`, and are put to use with sums and products only: the same seed gives the same
//! bytes.

use rand::{Rng, SeedableRng, rngs::Xoshiro256PlusPlus};

/// A stream of random numbers.
pub struct Chance(Xoshiro256PlusPlus);

impl Chance {
    /// The stream number `index` of this seed.
    pub fn new(seed: u64, index: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(mixed(seed, index)))
    }

    /// Uniform in `0..1`: 24 bits, exact in an f32.
    pub fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / 16_777_216.0
    }

    /// Uniform in `low..high`.
    pub fn uniform(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Nearly normal with mean 0 and this standard deviation, never beyond 3.5 of them.
    ///
    /// ```text
    /// (u_1 + u_2 + u_3 + u_4 - 2) · √3 · σ          u_i uniform in 0..1, each of variance 1/12
    /// ```
    pub fn normal(&mut self, deviation: f32) -> f32 {
        let sum: f32 = (0..4).map(|_| self.unit()).sum();
        (sum - 2.0) * 1.732_050_8 * deviation
    }

    /// A number below `end`, all equally likely.
    pub fn below(&mut self, end: usize) -> usize {
        ((self.unit() * end as f32) as usize).min(end - 1)
    }
}

/// Two numbers to one, so that neighbouring seeds share nothing (the finaliser of SplitMix64).
pub fn mixed(seed: u64, index: u64) -> u64 {
    let mut z = seed ^ index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
