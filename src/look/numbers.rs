//! Numbers as text, with a comma at every thousand.

/// A whole number with a comma at every thousand.
///
/// ```
/// use lstm_lessons::look::thousands;
/// assert_eq!(thousands(1234567), "1,234,567");
/// ```
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with so many decimals, and a comma at every thousand.
///
/// ```
/// use lstm_lessons::look::decimal;
/// assert_eq!(decimal(-23967.71, 1), "-23,967.7");
/// assert_eq!(decimal(999.96, 1), "1,000.0");
/// ```
pub fn decimal(value: f64, decimals: usize) -> String {
    let plain = format!("{value:.decimals$}");
    let (sign, digits) = plain.strip_prefix('-').map_or(("", &*plain), |digits| ("-", digits));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    // What is no number, or larger than any count, stays as it is.
    let whole = whole.parse().map_or(whole.to_string(), thousands);
    format!("{sign}{whole}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart_from_the_right() {
        for (n, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(thousands(n), text);
        }
        for (value, decimals, text) in [
            (0.0, 0, "0"),
            (-0.25, 2, "-0.25"),
            (1e6, 0, "1,000,000"),
            (-1234.5, 3, "-1,234.500"),
            (f64::NAN, 1, "NaN"),
            (f64::NEG_INFINITY, 1, "-inf"),
        ] {
            assert_eq!(decimal(value, decimals), text);
        }
    }
}
