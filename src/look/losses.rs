//! The losses of a training, epoch by epoch, as a slide.

use super::{
    marks::{Mark, marks_around},
    plot::Plot,
    slide::Anchor,
};

/// One line of the picture: its name and a loss for each epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Losses {
    /// What stands at its end.
    pub name: String,
    /// The loss of each epoch; what is not finite is left out.
    pub values: Vec<f64>,
}

/// Lines of losses over the epochs as an SVG document; `best` (its place in `numbers`) is ringed on
/// the last line, and `note` says what the ring means. The [`marks_around`] the losses are dashed
/// lines with their names.
///
/// ```
/// use lstm_lessons::look::losses::{Losses, losses_svg};
///
/// let valid = Losses { name: "valid".into(), values: vec![5.0, 4.0, 4.5] };
/// let picture = losses_svg(&[valid], &[1, 2, 3], "three epochs", "epoch", (1, "best"), &[]);
/// assert_eq!(picture.matches("<polyline").count(), 1);
/// ```
pub fn losses_svg(
    lines: &[Losses],
    numbers: &[usize],
    title: &str,
    x_label: &str,
    (best, note): (usize, &str),
    marks: &[Mark],
) -> String {
    let finite =
        || lines.iter().flat_map(|line| &line.values).copied().filter(|value| value.is_finite());
    let (low, high) =
        (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let (low, high) = if low < high { (low, high) } else { (0.0, 1.0f64.max(high)) };
    let marks = marks_around(marks, low, high);
    let (low, high) = marks
        .iter()
        .fold((low, high), |(low, high), mark| (low.min(mark.value), high.max(mark.value)));
    let x = |k: usize| k as f64 / (numbers.len().max(2) - 1) as f64;
    let y = |loss: f64| (high - loss) / (high - low);
    let mut plot = Plot::new(title, x_label);
    for fourth in 0..=4 {
        let loss = low + (high - low) * f64::from(fourth) / 4.0;
        plot.grid(y(loss), &format!("{loss:.2}"));
    }
    let mut lowest = f64::NEG_INFINITY; // where the last name was written
    let mut marks = marks;
    marks.sort_by(|a, b| b.value.total_cmp(&a.value));
    for Mark { name, value } in marks {
        let at = Plot::units(y(*value));
        // Above its line; below it where the name of the level above is in the way.
        let below = if at - 5.0 < lowest + 13.0 { 14.0 } else { -5.0 };
        lowest = at + below;
        plot.level(y(*value), &format!("{name} {value:.2}"), below, Anchor::End);
    }
    for (k, number) in numbers.iter().enumerate().step_by(numbers.len().div_ceil(12).max(1)) {
        plot.tick(x(k), &number.to_string());
    }
    for line in lines {
        let known = line.values.iter().enumerate().filter(|(_, loss)| loss.is_finite());
        plot.line(&line.name, known.map(|(k, &loss)| (x(k), y(loss))));
    }
    if let Some(&loss) =
        lines.last().and_then(|line| line.values.get(best)).filter(|loss| loss.is_finite())
    {
        plot.ring(x(best), y(loss), note);
    }
    plot.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(values: Vec<f64>, best: usize) -> String {
        let numbers: Vec<usize> = (1..=values.len()).collect();
        losses_svg(
            &[Losses { name: "a < b".into(), values }],
            &numbers,
            "春 & 秋",
            "x",
            (best, "best"),
            &[],
        )
    }

    #[test]
    fn a_lower_loss_lies_lower_and_the_best_is_ringed_there() {
        let picture = drawn(vec![5.0, 3.0, 4.0], 1);
        assert!(picture.contains("points=\"64.0,52.0 344.0,382.0 624.0,217.0\""), "{picture}");
        assert!(picture.contains("cx=\"344\"") && picture.contains("cy=\"382\""), "{picture}");
        assert!(picture.contains("春 &amp; 秋") && picture.contains("a &lt; b"), "{picture}");
    }

    #[test]
    fn the_next_mark_below_widens_the_picture_and_is_named() {
        let mark = |name: &str, value| Mark { name: name.into(), value };
        let line = Losses { name: "valid".into(), values: vec![5.0, 3.0] };
        let marks = [mark("high", 9.0), mark("goal", 2.0), mark("low", 1.0)];
        let picture = losses_svg(&[line], &[1, 2], "t", "x", (1, "best"), &marks);
        assert!(
            picture.contains("goal 2.00")
                && picture.contains("high 9.00")
                && !picture.contains("low 1.00")
        );
        assert_eq!(picture.matches("stroke-dasharray").count(), 2);
        assert!(
            picture.contains("9.00") && picture.contains("y1=\"382\""),
            "the goal is the lowest line: {picture}"
        );
    }

    #[test]
    fn no_number_breaks_the_picture() {
        for values in [vec![], vec![f64::NAN], vec![2.0], vec![2.0, 2.0, f64::INFINITY]] {
            let picture = drawn(values, 7);
            assert!(
                picture.ends_with("</svg>\n")
                    && !picture.contains("NaN")
                    && !picture.contains("inf"),
                "{picture}"
            );
        }
    }
}
