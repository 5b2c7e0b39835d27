//! Numbers, times and the line of an epoch as text.

use super::summary::{EpochSummary, MetricValue};
use crate::{
    look::{decimal, thousands, visible_width},
    say,
};

/// The widest line of the display: one cell less than 80, because some terminals wrap when the last
/// cell is written.
pub(super) const LINE: usize = 79;

/// Seconds as `0:12`, `12:34` or `1:02:03`.
///
/// ```
/// use lstm_lessons::training::report::clock;
/// assert_eq!(clock(12.4), "0:12");
/// assert_eq!(clock(3723.0), "1:02:03");
/// ```
pub fn clock(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "–:––".to_string();
    }
    let seconds = seconds.max(0.0).round() as u64;
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if h > 0 { format!("{h}:{m:02}:{s:02}") } else { format!("{m}:{s:02}") }
}

/// So many units a second: `1,234 images/s`, below ten with one decimal.
pub fn rate(per_second: f64, unit: &str) -> String {
    let number = match per_second {
        r if !r.is_finite() || r < 0.0 => "–".to_string(),
        r if r < 9.95 => format!("{r:.1}"),
        r => thousands(r.round() as u64),
    };
    say!("{number} {unit}/s", "{number} {unit}/秒")
}

/// A metric's value with as many digits as it deserves, and its unit: `0.412`, `328.2`, `1,234`,
/// `91.2 %`.
pub fn figure(value: f64, unit: Option<&str>) -> String {
    let number = match value.abs() {
        size if !size.is_finite() => value.to_string(),
        _ if unit == Some("%") => format!("{value:.1}"),
        size if size < 10.0 => format!("{value:.3}"),
        size if size < 1000.0 => format!("{value:.1}"),
        _ => decimal(value, 0),
    };
    match unit {
        Some("%") => format!("{number} %"),
        _ => number,
    }
}

/// The one line that stays when an epoch is over.
pub(super) fn epoch_line(summary: &EpochSummary, loss_name: &str, unit: &str) -> String {
    let (epoch, epochs) = (summary.epoch, summary.epochs);
    let shown = |values: &[MetricValue]| {
        values
            .iter()
            .find(|f| f.name == loss_name)
            .map_or("–".to_string(), |f| figure(f.value, f.unit.as_deref()))
    };
    let train = shown(&summary.train);
    let mut parts = vec![
        say!("epoch {epoch}/{epochs}", "第 {epoch}/{epochs} 轮"),
        say!("train loss {train}", "训练损失 {train}"),
    ];
    if summary.valid.iter().any(|f| f.name == loss_name) {
        let valid = shown(&summary.valid);
        parts.push(say!("valid {valid}", "验证 {valid}"));
    }
    for f in summary.valid.iter().filter(|f| f.name != loss_name) {
        parts.push(format!("{} {}", f.label, figure(f.value, f.unit.as_deref())));
    }
    // What is measured in training alone says so.
    for f in
        summary.train.iter().filter(|f| f.name != loss_name && summary.valid(&f.name).is_none())
    {
        let (label, value) = (&f.label, figure(f.value, f.unit.as_deref()));
        parts.push(say!("train {label} {value}", "训练{label} {value}"));
    }
    parts.push(rate(summary.units_per_second, unit));
    parts.push(clock(summary.seconds));
    let line = parts.join("  ");
    if visible_width(&line) <= LINE { line } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_never_shows_sixty_seconds() {
        for (seconds, text) in
            [(0.0, "0:00"), (59.4, "0:59"), (59.6, "1:00"), (3599.7, "1:00:00"), (-3.0, "0:00")]
        {
            assert_eq!(clock(seconds), text);
        }
        assert_eq!(clock(f64::INFINITY), "–:––");
    }

    #[test]
    fn a_figure_has_as_many_digits_as_it_deserves() {
        for (value, unit, text) in [
            (0.041_23, None, "0.041"),
            (5.8119, Some("nats/char"), "5.812"),
            (328.18, None, "328.2"),
            (6109.6, None, "6,110"),
            (-1234.0, None, "-1,234"),
            (91.23, Some("%"), "91.2 %"),
            (f64::NAN, None, "NaN"),
        ] {
            assert_eq!(figure(value, unit), text);
        }
        assert_eq!(rate(1234.4, "images"), "1,234 images/s");
        assert_eq!(rate(2.25, "images"), "2.2 images/s");
        assert_eq!(rate(f64::NAN, "images"), "– images/s");
    }

    #[test]
    fn the_line_of_an_epoch_names_every_metric_once() {
        let f = |name: &str, value, unit: Option<&str>| MetricValue {
            name: name.into(),
            label: name.to_lowercase(),
            value,
            unit: unit.map(Into::into),
        };
        let mut summary = EpochSummary {
            epoch: 1,
            epochs: 5,
            train: vec![f("Loss", 0.4123, None), f("Accuracy", 88.0, Some("%"))],
            valid: vec![f("Loss", 0.3011, None), f("Accuracy", 91.23, Some("%"))],
            units_per_second: 1234.0,
            training_seconds: 10.0,
            seconds: 12.0,
        };
        let line = epoch_line(&summary, "Loss", "images");
        assert_eq!(
            line,
            "epoch 1/5  train loss 0.412  valid 0.301  accuracy 91.2 %  1,234 images/s  0:12"
        );
        assert_eq!(visible_width(&line), LINE);

        summary.train.push(f("Gradient", 0.7, None));
        let line = epoch_line(&summary, "Loss", "images");
        assert!(line.contains("train gradient 0.700"), "{line}");
    }
}
