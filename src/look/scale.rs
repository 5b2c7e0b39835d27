//! Shares between 0 and 1, and the shades that stand for them where no scale of colours is.

/// `value` where it lies in 0..=1; outside of that the nearest of the two, NaN as 0.
pub(super) fn share(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }
}

/// Five shades of a cell of two columns, from nothing to full.
pub(super) const SHADES: [&str; 5] = ["  ", "░░", "▒▒", "▓▓", "██"];
