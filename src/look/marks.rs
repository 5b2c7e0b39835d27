//! Levels that a curve is held against, such as the loss of a simpler model.

/// A level worth knowing, drawn as a dotted or dashed line with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// What stands at the line.
    pub name: String,
    /// Where the line is, in the units of the curve.
    pub value: f64,
}

/// The marks that say where values between `low` and `high` stand: all between them, and on either
/// side the next one.
pub fn marks_around(marks: &[Mark], low: f64, high: f64) -> Vec<&Mark> {
    let finite = || marks.iter().filter(|mark| mark.value.is_finite());
    let below = finite()
        .map(|mark| mark.value)
        .filter(|&value| value <= low)
        .reduce(f64::max)
        .unwrap_or(low);
    let above = finite()
        .map(|mark| mark.value)
        .filter(|&value| value >= high)
        .reduce(f64::min)
        .unwrap_or(high);
    finite().filter(|mark| (below..=above).contains(&mark.value)).collect()
}
