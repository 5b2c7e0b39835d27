//! exp, σ and tanh against the standard library's in double precision, over the whole range of f32.

use lstm_lessons::kernel::vector::{exp, sigmoid, tanh};

/// A prime step through all 2^32 bit patterns: every exponent, both signs, infinities' neighbours,
/// NaNs; some 430,000 numbers.
const STRIDE: usize = 9973;

/// All kinds of f32, the special ones by name.
fn floats() -> impl Iterator<Item = f32> {
    let special = [
        0.0,
        -0.0,
        f32::MIN_POSITIVE,
        f32::from_bits(1),
        f32::MAX,
        f32::MIN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
        // where e^x leaves the normal numbers and where it leaves the numbers
        -87.336_54,
        -87.336_55,
        -103.278_92,
        -103.972_08,
        -104.0,
        88.722_84,
        88.722_83,
        89.0,
    ];
    // Half of all patterns lie outside ±1 and most of those outside ±100, so the range that a
    // network lives in gets a walk of its own.
    let usual = (-1_050_000..=1_050_000).map(|k| k as f32 * 1e-4);
    special.into_iter().chain((0..=u32::MAX).step_by(STRIDE).map(f32::from_bits)).chain(usual)
}

#[test]
fn exp_is_right_over_the_whole_range() {
    for x in floats() {
        let (got, want) = (f64::from(exp(x)), f64::from(x).exp());
        if x.is_nan() {
            assert!(got.is_nan(), "e^NaN is {got}");
        } else if want > f64::from(f32::MAX) {
            assert!(
                got == f64::INFINITY || (got / want - 1.0).abs() < 1e-6,
                "e^{x} is {got}, not ∞"
            );
        } else if want >= f64::from(f32::MIN_POSITIVE) {
            assert!((got / want - 1.0).abs() <= 1e-6, "e^{x} is {got}, not {want}");
        } else {
            // Below the normal numbers half of the smallest step is all that can be asked, and one
            // step more for the rounding twice.
            assert!(
                (got - want).abs() <= 1.5 * f64::from(f32::from_bits(1)),
                "e^{x} is {got}, not {want}"
            );
        }
    }
}

#[test]
fn sigmoid_is_right_over_the_whole_range() {
    assert_right("σ", sigmoid, |x| 1.0 / (1.0 + (-x).exp()));
}

#[test]
fn tanh_is_right_over_the_whole_range() {
    assert_right("tanh", tanh, f64::tanh);
}

/// `got` is `want` to 1e-6 for every float, and NaN for NaN.
fn assert_right(name: &str, got: fn(f32) -> f32, want: fn(f64) -> f64) {
    for x in floats() {
        let (got, want) = (f64::from(got(x)), want(f64::from(x)));
        assert_eq!(got.is_nan(), x.is_nan(), "{name}({x}) is {got}");
        assert!(x.is_nan() || (got - want).abs() <= 1e-6, "{name}({x}) is {got}, not {want}");
    }
}

#[test]
fn the_ends_are_exact() {
    let (up, down) = (f32::INFINITY, f32::NEG_INFINITY);
    assert_eq!([exp(down), exp(0.0), exp(up)], [0.0, 1.0, up]);
    assert_eq!([sigmoid(down), sigmoid(0.0), sigmoid(up)], [0.0, 0.5, 1.0]);
    assert_eq!([tanh(down), tanh(0.0), tanh(up)], [-1.0, 0.0, 1.0]);
}

/// What the documentation of `exp` promises.
#[test]
fn exp_is_right_to_two_units_in_the_last_place() {
    let mut worst = 0.0f64;
    for x in floats().filter(|x| (-87.3..=88.7).contains(x)) {
        let want = f64::from(x).exp();
        let unit = f64::from((want as f32).next_up()) - f64::from(want as f32);
        worst = worst.max((f64::from(exp(x)) - want).abs() / unit);
    }
    assert!(worst <= 2.0, "{worst} units in the last place");
}
