//! Sharpening: what is form, and no matter of words, hardly ever fails.

use super::weights::highest;

/// The lowest temperature of form; below it the likelier comes anyway.
pub const COLDEST: f64 = 0.05;

/// Sharpens the odds of `some` candidates against the others of their `kind`, which are taken to be
/// `least` or more (a temperature below [`COLDEST`] counts as that); every other logit stays what it
/// is, and so does the probability of the kind.
///
/// Without `least`, odds below 1 would become lower still: what a tune asks for would come less often
/// than the model has it.
///
/// ```text
/// r = Σ_some p_k / Σ_kind p_k        r' / (1 - r') = max(least, r / (1 - r))^(1 / temperature)
/// z_k <- z_k + ln(r' / r) of some,   z_k + ln((1 - r') / (1 - r)) of the others
/// ```
///
/// ```
/// use lstm_lessons::poems::write::{choose::ln_softmax, sharpen::sharpen};
///
/// let mut z = [2f32.ln(), 1f32.ln(), 5f32.ln()]; // 2 to 1, and 5 of another kind
/// sharpen(&mut z, |k| k == 0, |k| k < 2, 0.0, 0.5);
/// let p = |z: &[f32], k| ln_softmax(z, k).exp();
/// assert!((p(&z, 0) / p(&z, 1) - 4.0).abs() < 1e-5); // (2 / 1)²
/// assert!((p(&z, 2) - 5.0 / 8.0).abs() < 1e-5);
///
/// sharpen(&mut z, |k| k == 1, |k| k < 2, 3.0, 1.0); // it had 1 to 4, and gets 3 to 1
/// assert!((p(&z, 1) / p(&z, 0) - 3.0).abs() < 1e-5);
/// ```
pub fn sharpen(
    z: &mut [f32],
    some: impl Fn(usize) -> bool,
    kind: impl Fn(usize) -> bool,
    least: f64,
    temperature: f64,
) {
    let highest = highest(z);
    let p = |id: usize| ((z[id] - highest) as f64).exp();
    let all: f64 = (0..z.len()).filter(|&id| kind(id)).map(p).sum();
    let of_some: f64 = (0..z.len()).filter(|&id| kind(id) && some(id)).map(p).sum();
    let others = all - of_some;
    if of_some <= 0.0 || others <= 0.0 {
        return;
    }
    let odds = of_some / others;
    let sharpened = odds.max(least).powf(1.0 / temperature.max(COLDEST)).min(1e15);
    let down = (1.0 + odds) / (1.0 + sharpened); // (1 - r') / (1 - r)
    let (up, down) = ((down * sharpened / odds).ln() as f32, down.ln() as f32);
    for (id, z) in z.iter_mut().enumerate().filter(|&(id, _)| kind(id)) {
        *z += if some(id) { up } else { down };
    }
}
