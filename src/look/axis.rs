//! From values to places along an axis.

use super::{
    chart::Axis,
    ticks::{powers_of_ten, ticks},
};

/// From values to shares of an axis.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    /// The least value.
    pub low: f64,
    /// The greatest.
    pub high: f64,
    logarithmic: bool,
}

impl Scale {
    /// From the least of the values, and of what the axis reaches, to the greatest. One value alone
    /// lies in the middle.
    pub fn of(axis: &Axis, values: impl Iterator<Item = f64>) -> Self {
        let logarithmic = axis.logarithmic;
        let drawn = |value: &f64| value.is_finite() && (*value > 0.0 || !logarithmic);
        let all = values.chain(axis.reaches.iter().copied()).filter(drawn);
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        let (low, high) = match (low < high, low.is_finite(), logarithmic) {
            (true, ..) => (low, high),
            (false, true, true) => (low / 2.0, (high * 2.0).min(f64::MAX)),
            (false, true, false) => (low - 1.0, high + 1.0),
            (false, false, _) => (1.0, 10.0),
        };
        Self { low, high, logarithmic }
    }

    /// Whether a value lies on the axis.
    pub fn holds(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Where a value lies, 0 to 1. Halves keep the span of huge values finite.
    pub fn share(self, value: f64) -> f64 {
        match self.logarithmic {
            true => (value / self.low).ln() / (self.high / self.low).ln(),
            false => (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0),
        }
    }

    /// The axis's own ticks, or round numbers, `most` at most.
    pub fn ticks(self, axis: &Axis, most: usize) -> Vec<(f64, String)> {
        match (&axis.ticks, self.logarithmic) {
            (Some(own), _) => own.clone(),
            (None, true) => powers_of_ten(self.low, self.high, most),
            (None, false) => ticks(self.low, self.high, most),
        }
    }
}
