//! Round numbers along an axis.

use super::numbers::decimal;

/// The round numbers from `low` to `high`, `most` of them at most: multiples of 1, 2 or 5 times a
/// power of ten, with as many decimals as they need.
///
/// ```text
/// ticks(4.21, 6.54, 6) = 4.5 5.0 5.5 6.0 6.5
/// ```
pub(super) fn ticks(low: f64, high: f64, most: usize) -> Vec<(f64, String)> {
    let span = high - low;
    if !(span.is_finite() && span > 0.0) {
        return vec![(low, format!("{low}"))];
    }
    let rough = span / most.max(1) as f64;
    let power = rough.log10().floor();
    let round = |power: f64| [1.0, 2.0, 5.0].map(|first| (first, power));
    let steps = round(power).into_iter().chain(round(power + 1.0));
    let fits = |(first, power): &(f64, f64)| {
        let step = first * 10f64.powf(*power);
        (high / step).floor() - (low / step).ceil() < most as f64
    };
    let (first, power) = steps.into_iter().find(fits).unwrap_or((1.0, power + 2.0));
    let step = first * 10f64.powf(power);
    let decimals = (-power).max(0.0) as usize;
    let numbers = (low / step).ceil() as i64..=(high / step).floor() as i64;
    numbers.map(|k| k as f64 * step).map(|value| (value, decimal(value, decimals))).collect()
}

/// The powers of ten from `low` to `high`, every second, third … where there would be more than
/// `most`; 1, 2 and 5 times them where fewer than two lie there.
pub(super) fn powers_of_ten(low: f64, high: f64, most: usize) -> Vec<(f64, String)> {
    let (first, last) = (low.log10().ceil() as i32, high.log10().floor() as i32);
    if last - first < 1 {
        let near = (first - 2..=last + 1)
            .flat_map(|power| [1.0, 2.0, 5.0].map(|first| first * 10f64.powi(power)));
        let here = near.filter(|value| (low..=high).contains(value));
        let here: Vec<_> = here.map(|value| (value, plain(value))).collect();
        return if here.is_empty() { ticks(low, high, most) } else { here };
    }
    let every = (last - first + 1).max(1).unsigned_abs().div_ceil(most.max(1) as u32) as i32;
    (first..=last)
        .filter(|power| power.rem_euclid(every) == 0)
        .map(|power| (10f64.powi(power), plain(10f64.powi(power))))
        .collect()
}

/// `0.01` to `10,000` as they are, others as powers of ten.
fn plain(value: f64) -> String {
    match value * 1.000_001 {
        near if (0.001..1.0).contains(&near) => format!("{}", (value * 1e6).round() / 1e6),
        near if (1.0..1e5).contains(&near) => decimal(value, 0),
        _ => format!("{value:.0e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(ticks: Vec<(f64, String)>) -> Vec<String> {
        ticks.into_iter().map(|(_, word)| word).collect()
    }

    #[test]
    fn they_are_what_a_hand_would_write() {
        assert_eq!(words(ticks(4.21, 6.54, 6)), ["4.5", "5.0", "5.5", "6.0", "6.5"]);
        assert_eq!(words(ticks(0.0, 1.0, 5)), ["0.0", "0.5", "1.0"]);
        assert_eq!(
            words(ticks(1.0, 20.0, 12)),
            ["2", "4", "6", "8", "10", "12", "14", "16", "18", "20"]
        );
        assert_eq!(words(ticks(0.0, 1234.0, 5)), ["0", "500", "1,000"]);
        assert_eq!(words(ticks(3.0, 3.0, 5)), ["3"]);
        assert_eq!(
            words(powers_of_ten(1e-16, 1.0, 6)),
            ["1e-15", "1e-12", "1e-9", "1e-6", "0.001", "1"]
        );
        assert_eq!(words(powers_of_ten(3.0, 45.0, 6)), ["5", "10", "20"]);
        assert_eq!(words(powers_of_ten(10.0, 2e4, 6)), ["10", "100", "1,000", "10,000"]);
    }

    proptest! {
        #[test]
        fn they_are_round_in_order_within_the_axis_and_not_too_many(
            low in -1e6..1e6f64, span in 1e-3..1e6f64, most in 2usize..15,
        ) {
            let found = ticks(low, low + span, most);
            prop_assert!((1..=most).contains(&found.len()) && found.is_sorted_by(|a, b| a.0 < b.0));
            let step = if found.len() > 1 { found[1].0 - found[0].0 } else { 1.0 };
            for (value, word) in &found {
                prop_assert!((low - 1e-9..=low + span + 1e-9).contains(value));
                // What is written is the place itself, to a millionth of a step.
                prop_assert!((word.replace(',', "").parse::<f64>().unwrap() - value).abs() < 1e-6 * step, "{word} {value}");
            }
        }
    }
}
