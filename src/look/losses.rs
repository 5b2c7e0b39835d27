//! The losses of a training, epoch by epoch, as a slide.

use svg::{
    Document,
    node::element::{Circle, Line as Stroke, Polyline, Rectangle, Text},
};

use super::{
    color::{BLUE, INK, ORANGE, PAPER, Rgb},
    curve::{Mark, marks_around},
};

/// One line of the picture: its name and a loss for each epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Losses {
    pub name: String,
    pub values: Vec<f64>,
}

/// Lines of losses over the epochs as an SVG document; `best` (its place in `numbers`) is ringed on the last line, and `note` says what the
/// ring means. The [`marks_around`] the losses are dashed lines with their names.
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
    const SIZE: (f64, f64) = (820.0, 440.0);
    const PLOT: (f64, f64, f64, f64) = (64.0, 52.0, 560.0, 330.0); // left, top, width, height
    let (left, top, width, height) = PLOT;
    let finite = || lines.iter().flat_map(|line| &line.values).copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let (low, high) = if low < high { (low, high) } else { (0.0, 1.0f64.max(high)) };
    let marks = marks_around(marks, low, high);
    let (low, high) = marks.iter().fold((low, high), |(low, high), mark| (low.min(mark.value), high.max(mark.value)));
    let x = |k: usize| left + width * k as f64 / (numbers.len().max(2) - 1) as f64;
    let y = |loss: f64| top + height * (high - loss) / (high - low);
    let words = |x: f64, y: f64, size: usize, anchor: &str, text: &str| {
        let text = Text::new(text).set("x", x).set("y", y).set("font-size", size).set("fill", INK.hex());
        text.set("text-anchor", anchor)
    };
    let mut picture = Document::new()
        .set("viewBox", (0, 0, SIZE.0 as usize, SIZE.1 as usize))
        .set("font-family", "Noto Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif")
        .add(Rectangle::new().set("width", SIZE.0).set("height", SIZE.1).set("fill", PAPER.hex()))
        .add(words(left, 30.0, 16, "start", title))
        .add(words(left + width / 2.0, SIZE.1 - 16.0, 13, "middle", x_label));
    for fourth in 0..=4 {
        let loss = low + (high - low) * f64::from(fourth) / 4.0;
        let rule = Stroke::new().set("x1", left).set("x2", left + width).set("y1", y(loss)).set("y2", y(loss));
        picture = picture.add(rule.set("stroke", INK.hex()).set("stroke-opacity", 0.15));
        picture = picture.add(words(left - 8.0, y(loss) + 4.0, 12, "end", &format!("{loss:.2}")));
    }
    let mut lowest = f64::NEG_INFINITY; // where the last name was written
    let mut marks = marks;
    marks.sort_by(|a, b| b.value.total_cmp(&a.value));
    for Mark { name, value } in marks {
        let y = y(*value);
        let rule = Stroke::new().set("x1", left).set("x2", left + width).set("y1", y).set("y2", y);
        picture = picture.add(rule.set("stroke", INK.hex()).set("stroke-opacity", 0.5).set("stroke-dasharray", "5 5"));
        // Above its line; below it where the name of the level above is in the way.
        lowest = if y - 5.0 < lowest + 13.0 { y + 14.0 } else { y - 5.0 };
        picture = picture.add(words(left + width - 4.0, lowest, 12, "end", &format!("{name} {value:.2}")));
    }
    for (k, number) in numbers.iter().enumerate().step_by(numbers.len().div_ceil(12).max(1)) {
        picture = picture.add(words(x(k), top + height + 20.0, 12, "middle", &number.to_string()));
    }
    let inks = [BLUE, ORANGE, Rgb(62, 142, 84), Rgb(146, 84, 164)];
    for (k, line) in lines.iter().enumerate() {
        let ink = inks[k % inks.len()].hex();
        let points = line.values.iter().enumerate().filter(|(_, loss)| loss.is_finite());
        let points: Vec<String> = points.map(|(k, &loss)| format!("{:.1},{:.1}", x(k), y(loss))).collect();
        let drawn = Polyline::new().set("points", points.join(" ")).set("fill", "none").set("stroke", ink.clone());
        let (lx, ly) = (left + width + 16.0, top + 20.0 + 24.0 * k as f64);
        let mark = Rectangle::new().set("x", lx).set("y", ly - 9.0).set("width", 18).set("height", 4);
        picture = picture.add(drawn.set("stroke-width", 2.5)).add(mark.set("fill", ink)).add(words(
            lx + 26.0,
            ly,
            13,
            "start",
            &line.name,
        ));
    }
    if let Some(&loss) = lines.last().and_then(|line| line.values.get(best)).filter(|loss| loss.is_finite()) {
        let ring = |x: f64, y: f64| Circle::new().set("cx", x).set("cy", y).set("r", 6).set("fill", "none");
        let (lx, ly) = (left + width + 25.0, top + 16.0 + 24.0 * lines.len() as f64);
        for (x, y) in [(x(best), y(loss)), (lx, ly)] {
            picture = picture.add(ring(x, y).set("stroke", INK.hex()).set("stroke-width", 2));
        }
        picture = picture.add(words(lx + 17.0, ly + 4.0, 13, "start", note));
    }
    format!("{picture}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(values: Vec<f64>, best: usize) -> String {
        let numbers: Vec<usize> = (1..=values.len()).collect();
        losses_svg(&[Losses { name: "a < b".into(), values }], &numbers, "春 & 秋", "x", (best, "best"), &[])
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
        assert!(picture.contains("goal 2.00") && picture.contains("high 9.00") && !picture.contains("low 1.00"));
        assert_eq!(picture.matches("stroke-dasharray").count(), 2);
        assert!(picture.contains("9.00") && picture.contains("y1=\"382\""), "the goal is the lowest line: {picture}");
    }

    #[test]
    fn no_number_breaks_the_picture() {
        for values in [vec![], vec![f64::NAN], vec![2.0], vec![2.0, 2.0, f64::INFINITY]] {
            let picture = drawn(values, 7);
            assert!(picture.ends_with("</svg>\n") && !picture.contains("NaN") && !picture.contains("inf"), "{picture}");
        }
    }
}
