//! A line plot in braille dots: a loss curve that fits under a progress bar.
//!
//! A braille character is a grid of 2 x 4 dots, so 60 x 6 characters make a canvas of 120 x 24.

use super::{
    marks::{Mark, marks_around},
    terminal::fit,
};

/// The bit of each dot in a braille character, `DOTS[column][row]`, above U+2800.
const DOTS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// Cells at the right of a marked curve for the names: two short ones fit where levels meet.
const NAMES: usize = 16;

/// The points as a line in `height` lines of at most `width` cells, the highest and the lowest
/// value written at the axis.
///
/// More points than dots are averaged, column by column, and the axis then names the extremes of
/// the averages that are drawn; fewer are joined by straight lines. NaN and infinities are left
/// out. Without a point the plot is empty.
pub fn curve(points: &[f64], width: usize, height: usize) -> Vec<String> {
    marked_curve(points, &[], width, height)
}

/// [`curve`] with dotted lines at the [`marks_around`] it, their names at the right; the axis
/// reaches as far as they do.
///
/// ```
/// use lstm_lessons::look::{Mark, marked_curve};
///
/// let marks = [Mark { name: "goal".into(), value: 1.0 }];
/// let lines = marked_curve(&[4.0, 3.0, 2.0], &marks, 60, 4);
/// assert!(lines[3].starts_with("1.000 ┤") && lines[3].ends_with("goal"));
/// ```
pub fn marked_curve(points: &[f64], marks: &[Mark], width: usize, height: usize) -> Vec<String> {
    let finite: Vec<f64> = points.iter().copied().filter(|p| p.is_finite()).collect();
    let label_of = |value: Option<f64>| value.map(tick).unwrap_or_default();
    let values = || {
        finite
            .iter()
            .copied()
            .chain(marks.iter().map(|mark| mark.value).filter(|value| value.is_finite()))
    };
    // The labels depend on the columns and the columns on the labels: their width is settled on the
    // raw extremes first.
    let widest = [f64::max as fn(f64, f64) -> f64, f64::min];
    let margin =
        widest.iter().map(|pick| label_of(values().reduce(pick)).len()).max().unwrap_or(0).max(5);
    let names = if marks.is_empty() { 0 } else { NAMES };
    let columns = width.saturating_sub(margin + 2 + names);
    if columns == 0 || height == 0 {
        return vec![String::new(); height];
    }
    let line = resampled(&finite, 2 * columns);
    let (top, bottom) =
        (line.iter().copied().reduce(f64::max), line.iter().copied().reduce(f64::min));
    let marks =
        top.zip(bottom).map(|(top, bottom)| marks_around(marks, bottom, top)).unwrap_or_default();
    let reach = |own: Option<f64>, pick: fn(f64, f64) -> f64| {
        own.map(|own| marks.iter().map(|mark| mark.value).fold(own, pick))
    };
    let (top, bottom) = (reach(top, f64::max), reach(bottom, f64::min));
    let scale = Scale { top: top.unwrap_or(0.0), bottom: bottom.unwrap_or(0.0), dots: 4 * height };
    let mut canvas = drawn(&line, scale, columns, height);
    let mut named = vec![String::new(); height];
    for mark in marks {
        let y = scale.y_of(mark.value);
        canvas[y / 4].iter_mut().step_by(2).for_each(|cell| *cell |= DOTS[0][y % 4]);
        named[y / 4] = format!("{} {}", named[y / 4], mark.name);
    }
    let last = height - 1;
    let row = |(k, dots): (usize, &Vec<u32>)| {
        let label = match k {
            0 => label_of(top),
            _ if k == last => label_of(bottom),
            _ => String::new(),
        };
        let cells: String = dots.iter().filter_map(|&bits| char::from_u32(0x2800 + bits)).collect();
        let axis = if k == 0 || k == last { '┤' } else { '│' };
        format!("{label:>margin$} {axis}{cells}{}", fit(&named[k], names))
    };
    canvas.iter().enumerate().map(row).collect()
}

/// From values to dots, counted from the top.
#[derive(Clone, Copy)]
struct Scale {
    top: f64,
    bottom: f64,
    dots: usize,
}

impl Scale {
    /// A constant series runs through the middle. Halves keep the span of huge values finite.
    fn y_of(self, value: f64) -> usize {
        match (self.top / 2.0 - self.bottom / 2.0, value / 2.0 - self.bottom / 2.0) {
            (span, above) if span > 0.0 => {
                ((1.0 - above / span) * (self.dots - 1) as f64).round() as usize
            }
            _ => self.dots / 2,
        }
    }
}

/// A value at the axis in about four characters.
fn tick(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_string(),
        size if !(0.001..1e5).contains(&size) => format!("{value:.1e}"),
        size if size < 10.0 => format!("{value:.3}"),
        size if size < 100.0 => format!("{value:.2}"),
        size if size < 1000.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// At most `columns` points: each the mean of its share of `points`.
fn resampled(points: &[f64], columns: usize) -> Vec<f64> {
    if points.len() <= columns {
        return points.to_vec();
    }
    let mean = |k: usize| {
        let part = &points[k * points.len() / columns..(k + 1) * points.len() / columns];
        // Divided before it is summed, so that huge points cannot overflow.
        part.iter().map(|p| p / part.len() as f64).sum()
    };
    (0..columns).map(mean).collect()
}

/// The dots of `height` x `columns` braille characters.
fn drawn(line: &[f64], scale: Scale, columns: usize, height: usize) -> Vec<Vec<u32>> {
    let dots_across = 2 * columns;
    let mut canvas = vec![vec![0; columns]; height];
    let x_of = |k: usize| match line.len() {
        0 | 1 => 0,
        n => k * (dots_across - 1) / (n - 1),
    };
    let mut set = |x: usize, y: usize| canvas[y / 4][x / 2] |= DOTS[x % 2][y % 4];
    for k in 0..line.len() {
        let (x, y) = (x_of(k), scale.y_of(line[k]));
        set(x, y);
        let Some(&next) = line.get(k + 1) else { continue };
        let (next_x, next_y) = (x_of(k + 1), scale.y_of(next));
        let steps = (next_x - x).max(next_y.abs_diff(y)).max(1);
        for s in 1..steps {
            let along = |a: usize, b: usize| {
                (a as f64 + (b as f64 - a as f64) * s as f64 / steps as f64).round() as usize
            };
            set(along(x, next_x), along(y, next_y));
        }
    }
    canvas
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::visible_width;

    /// All dots as (column, row), the plot's left upper dot first.
    fn dots(lines: &[String]) -> Vec<(usize, usize)> {
        let mut found = vec![];
        for (line_no, line) in lines.iter().enumerate() {
            let cells = line.chars().skip_while(|c| !('\u{2800}'..='\u{28ff}').contains(c));
            for (cell_no, cell) in cells.enumerate() {
                for (x, column) in DOTS.iter().enumerate() {
                    for (y, bit) in column.iter().enumerate() {
                        if (cell as u32 - 0x2800) & bit != 0 {
                            found.push((2 * cell_no + x, 4 * line_no + y));
                        }
                    }
                }
            }
        }
        found
    }

    #[test]
    fn the_lowest_dot_is_at_the_lowest_point() {
        let points: Vec<f64> = (0..60).map(|k| (f64::from(k) - 42.0).powi(2)).collect();
        let lines = curve(&points, 67, 6); // 60 columns, 120 dots
        let lowest: Vec<usize> =
            dots(&lines).into_iter().filter(|(_, y)| *y == 23).map(|(x, _)| x).collect();
        let expected = 42 * 119 / 59;
        assert!(lowest.contains(&expected), "{lowest:?}");
        assert!(lowest.iter().all(|x| x.abs_diff(expected) < 20));
        assert!(lines[0].starts_with(" 1764 ┤") && lines[5].starts_with("    0 ┤"), "{lines:#?}");
    }

    #[test]
    fn a_falling_loss_never_rises_in_the_picture() {
        let points: Vec<f64> = (1..5000).map(|k| 1.0 + 1.0 / f64::from(k)).collect();
        let lines = curve(&points, 60, 6);
        let mut highest = std::collections::BTreeMap::new();
        for (x, y) in dots(&lines) {
            highest.entry(x).and_modify(|old: &mut usize| *old = y.min(*old)).or_insert(y);
        }
        assert!(highest.values().is_sorted());
        assert_eq!(highest.len(), 2 * (60 - 7), "every column has its dot");
    }

    #[test]
    fn no_line_is_wider_than_asked() {
        for points in
            [vec![], vec![1.0], vec![1e-9, -12345.678], vec![0.5; 3000], vec![1e308, -1e308]]
        {
            for width in [0, 1, 7, 8, 60, 80] {
                for height in [0, 1, 6] {
                    let lines = curve(&points, width, height);
                    assert_eq!(lines.len(), height);
                    assert!(
                        lines.iter().all(|line| visible_width(line) <= width),
                        "{lines:?} in {width}"
                    );
                }
            }
        }
    }

    fn mark(name: &str, value: f64) -> Mark {
        Mark { name: name.into(), value }
    }

    #[test]
    fn a_mark_is_a_dotted_line_at_its_value_and_only_near_ones_are_drawn() {
        let marks = [
            mark("far above", 9.0),
            mark("above", 4.5),
            mark("between", 3.0),
            mark("below", 0.5),
            mark("far", 0.1),
        ];
        let lines = marked_curve(&[4.0, 2.0], &marks, 79, 6);
        let text = lines.join("\n");
        assert!(
            lines[0].ends_with(" above") && lines[5].ends_with(" below") && !text.contains("far"),
            "{text}"
        );
        assert!(lines[0].starts_with("4.500 ┤") && lines[5].starts_with("0.500 ┤"), "{text}");
        // 4.5 to 0.5 are 24 rows of dots: 3.0 is row 23 · 1.5 / 4 = 8.6, and the line itself is
        // steeper than level.
        let level = dots(&lines).into_iter().filter(|(_, y)| *y == 9).count();
        assert!(level >= 28 && lines[2].ends_with(" between"), "{level}\n{text}");
        assert!(lines.iter().all(|line| visible_width(line) <= 79), "{text}");
    }

    #[test]
    fn no_mark_makes_a_curve_too_wide_or_breaks_it() {
        let marks = [
            mark("三元三元三元", 1.0),
            mark("二元二元二元", 1.0),
            mark("x", f64::NAN),
            mark("y", f64::INFINITY),
        ];
        for points in [&[][..], &[1.0], &[2.0, 1.5], &[f64::NAN]] {
            for width in [0, 20, 23, 24, 79] {
                let lines = marked_curve(points, &marks, width, 6);
                assert!(lines.iter().all(|line| visible_width(line) <= width), "{lines:?}");
            }
        }
    }

    #[test]
    fn nan_and_infinity_leave_no_trace() {
        let clean = curve(&[3.0, 2.0, 1.0], 40, 5);
        assert_eq!(
            curve(&[3.0, f64::NAN, 2.0, f64::INFINITY, 1.0, f64::NEG_INFINITY], 40, 5),
            clean
        );
        assert!(dots(&curve(&[f64::NAN], 40, 5)).is_empty());
    }

    #[test]
    fn a_constant_series_is_a_level_line() {
        let rows: Vec<usize> = dots(&curve(&[0.7; 9], 40, 5)).into_iter().map(|(_, y)| y).collect();
        assert!(!rows.is_empty() && rows.iter().all(|y| *y == 10));
    }
}
