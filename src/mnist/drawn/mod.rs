//! Drawn digits: what lesson 4 reads when MNIST itself is not there.
//!
//! The pen's way, as people write (strokes.rs) → the variation of one hand, by random numbers
//! (hand.rs, chance.rs) → ink, fitted and centred as MNIST is (ink.rs).
//!
//! What somebody draws on a screen takes the last step alone (finger.rs).
//!
//! The variation is what makes them useful: trained on the clean forms alone, a model reads only
//! those.

mod chance;
mod finger;
mod hand;
mod ink;
#[rustfmt::skip] // a table, a form a line
mod strokes;
#[cfg(test)]
mod tests;

use crate::mnist::digits::Digits;
use chance::mixed;

pub(super) use chance::Chance;
pub use finger::traced;

/// One drawn digit: 28 rows of 28 grey values, 0 = paper, 255 = ink. Anything above 9 is blank
/// paper.
///
/// ```
/// let seven = lstm_lessons::mnist::drawn::draw(7, 1);
/// assert_eq!(seven, lstm_lessons::mnist::drawn::draw(7, 1));
/// assert_ne!(seven, lstm_lessons::mnist::drawn::draw(7, 2));
/// ```
pub fn draw(digit: u8, seed: u64) -> [u8; Digits::PIXELS] {
    let mut chance = Chance::new(seed, u64::from(digit));
    let strokes = hand::write(digit, &mut chance);
    let pen = hand::pen(&strokes, &mut chance);
    ink::centred(&ink::inked(&strokes, pen))
}

/// `count` digits, classes in equal numbers (as nearly as `count` allows) but in shuffled order.
/// Image `k` depends on `(seed, k)` alone, so a longer set begins with the shorter one.
pub fn draw_set(count: usize, seed: u64) -> Digits {
    let mut images = Vec::with_capacity(count * Digits::PIXELS);
    let mut labels = Vec::with_capacity(count);
    for k in 0..count as u64 {
        // Ten by ten, each ten a permutation of the digits: balanced however long the set is.
        let digit = shuffled_ten(Chance::new(seed, k / 10))[(k % 10) as usize];
        images.extend_from_slice(&draw(digit, mixed(seed, k)));
        labels.push(digit);
    }
    Digits { images, labels }
}

fn shuffled_ten(mut chance: Chance) -> [u8; 10] {
    let mut ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    for last in (1..10).rev() {
        ten.swap(last, chance.below(last + 1));
    }
    ten
}
