//! A wrong answer as a student sees it: the result beside the expected one, and a hint.

use std::fmt;

use burn::prelude::*;
use lstm_lessons::{
    look::{WIDTH, beside, pad, visible_width},
    say,
};

/// Numbers in rows, each row with a name.
pub type Grid = Vec<(String, Vec<f64>)>;

/// The outcome of a check.
pub type Verdict = Result<(), Box<Wrong>>;

/// An answer that is not the right one.
#[derive(Debug)]
pub struct Wrong {
    got: Grid,
    want: Grid,
    hint: String,
}

/// Compares number by number, to a ten-thousandth; `hint` is shown with a wrong answer.
pub fn compare(got: Grid, want: Grid, hint: String) -> Verdict {
    let alike = got.len() == want.len()
        && got.iter().zip(&want).all(|((_, got), (_, want))| {
            got.len() == want.len() && got.iter().zip(want).all(|(&got, &want)| same(got, want))
        });
    if alike { Ok(()) } else { Err(Box::new(Wrong { got, want, hint })) }
}

/// The rows of a matrix, called `name`, or `name 1`, `name 2` … where there are more.
pub fn rows(name: &str, matrix: Tensor<2>) -> Grid {
    let [n, width] = matrix.dims();
    let values: Vec<f64> = matrix.into_data().iter::<f64>().collect();
    let name = |k: usize| if n == 1 { name.to_string() } else { format!("{name} {}", k + 1) };
    values.chunks(width.max(1)).enumerate().map(|(k, row)| (name(k), row.to_vec())).collect()
}

fn same(got: f64, want: f64) -> bool {
    (got - want).abs() < 1e-4
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole =
            self.got.iter().chain(&self.want).flat_map(|(_, row)| row).all(|v| v.fract() == 0.0);
        let title = |text: String, grid: String| format!("{text}\n{grid}");
        let got = title(
            say!("got (≠ where it is wrong)", "得到（≠ 处不对）"),
            draw(&self.got, Some(&self.want), whole),
        );
        let want = title(say!("want", "应得"), draw(&self.want, None, whole));
        let width = |block: &str| block.lines().map(visible_width).max().unwrap_or(0);
        match width(&got) + 4 + width(&want) <= WIDTH {
            true => writeln!(f, "{}", beside(&got, &want, 4))?,
            false => writeln!(f, "{got}\n{want}")?,
        }
        let hint = &self.hint;
        write!(f, "\n{}", say!("Hint: {hint}", "提示：{hint}"))
    }
}

/// The grid as text; what differs from `against` is marked.
fn draw(grid: &Grid, against: Option<&Grid>, whole: bool) -> String {
    // A row that is missing has the name of the one that is wanted, and no numbers.
    let missing = against.iter().flat_map(|grid| grid.iter()).skip(grid.len());
    let rows: Vec<(&String, &[f64])> = (grid.iter().map(|(name, row)| (name, &row[..])))
        .chain(missing.map(|(name, _)| (name, &[][..])))
        .collect();
    let margin = rows.iter().map(|(name, _)| visible_width(name)).max().unwrap_or(0);
    let cells: usize = if whole { 4 } else { 8 };
    let line = |(k, (name, row)): (usize, &(&String, &[f64]))| {
        let other = against.map(|grid| grid.get(k).map_or(&[][..], |(_, row)| row));
        let cell = |j: usize| {
            let value = row.get(j).map_or(String::new(), |&value| number(value, whole));
            let right =
                |other: &[f64]| row.get(j).zip(other.get(j)).is_some_and(|(&a, &b)| same(a, b));
            let mark = if other.is_none_or(right) { "" } else { "≠" };
            let text = format!("{mark}{value}");
            format!(" {}{text}", " ".repeat(cells.saturating_sub(visible_width(&text))))
        };
        let width = row.len().max(other.map_or(0, <[f64]>::len));
        format!("  {}{}", pad(name, margin), (0..width).map(cell).collect::<String>())
    };
    rows.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

fn number(value: f64, whole: bool) -> String {
    if whole { format!("{value}") } else { format!("{value:.4}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_too_much_is_marked_like_what_is_wrong() {
        let grid = |rows: &[(&str, &[f64])]| -> Grid {
            rows.iter().map(|(name, row)| (name.to_string(), row.to_vec())).collect()
        };
        let want = grid(&[("inputs", &[1.0, 7.0]), ("targets", &[7.0, 2.0])]);
        let drawn = |got: &Grid| draw(got, Some(&want), true);
        assert_eq!(drawn(&want), "  inputs     1    7\n  targets    7    2");
        let short = grid(&[("inputs", &[1.0])]);
        assert_eq!(drawn(&short), "  inputs     1    ≠\n  targets    ≠    ≠");
        let long = grid(&[("inputs", &[1.0, 7.0, 9.0]), ("targets", &[7.0, 2.0]), ("x", &[3.0])]);
        assert_eq!(drawn(&long), "  inputs     1    7   ≠9\n  targets    7    2\n  x         ≠3");
    }
}
