//! Which random numbers belong to which step.

use burn::prelude::Device;

/// The seed of step `step` of epoch `epoch`, both counted from 0, in a training with `seed`; that
/// of step 0 also shuffles the epoch.
///
/// ```text
/// seed · 1,000,003 + epoch + step · 2^64 / φ        modulo 2^64
/// ```
///
/// It depends on nothing else, so a training that is resumed draws the numbers that the
/// uninterrupted one would have drawn. A prime factor keeps (seed, epoch) apart from
/// (seed + 1, epoch - 1), and multiples of 2^64 / φ never come close to each other (D. Knuth, *The
/// Art of Computer Programming*, volume 3, section 6.4).
///
/// ```
/// use lstm_lessons::training::order::step_seed;
///
/// assert_eq!(step_seed(7, 2, 0), 7_000_023);
/// assert_ne!(step_seed(7, 2, 1), step_seed(7, 2, 2));
/// ```
pub fn step_seed(seed: u64, epoch: u64, step: u64) -> u64 {
    seed.wrapping_mul(1_000_003)
        .wrapping_add(epoch)
        .wrapping_add(step.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// Decides the noise of a step (its dropout) on each device that takes part in it, each of them
/// another.
pub fn seed_noise(devices: &[Device], seed: u64) {
    for (k, device) in (0..).zip(devices) {
        device.seed(seed.wrapping_add(k));
    }
}
