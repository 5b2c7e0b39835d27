//! A wrong answer as a student sees it: the result beside the expected one, and a hint.

use std::fmt;

use burn::prelude::*;
use lstm_lessons::{
    look::{WIDTH, beside, folded, pad, visible_width},
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
    let alike = |row: &Row| {
        let pairs = row.got.iter().zip(row.want);
        row.got.len() == row.want.len() && pairs.into_iter().all(|(&got, &want)| same(got, want))
    };
    match got.len() == want.len() && paired(&got, &want).iter().all(alike) {
        true => Ok(()),
        false => Err(Box::new(Wrong { got, want, hint })),
    }
}

/// A row of the result beside the one that is wanted; what is missing or too much is empty.
struct Row<'a> {
    name: &'a str,
    got: &'a [f64],
    want: &'a [f64],
}

/// The rows of both in the order of those that are wanted, what is too much at the end. A row of the
/// result waits for one of its name, where there is such a row.
fn paired<'a>(got: &'a Grid, want: &'a Grid) -> Vec<Row<'a>> {
    let mut left = got.iter().peekable();
    let mut rows = vec![];
    for (k, (name, want_row)) in want.iter().enumerate() {
        let comes_later = |its: &String| want[k + 1..].iter().any(|(later, _)| later == its);
        match left.next_if(|(its, _)| its == name || !comes_later(its)) {
            Some((its, row)) => rows.push(Row { name: its, got: row, want: want_row }),
            None => rows.push(Row { name, got: &[], want: want_row }),
        }
    }
    rows.extend(left.map(|(name, row)| Row { name, got: row, want: &[] }));
    rows
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
        let wanted: Vec<Row> = paired(&self.want, &self.want);
        let got = title(
            say!("got (≠ where it is wrong)", "得到（≠ 处不对）"),
            draw(&paired(&self.got, &self.want), whole),
        );
        let want = title(say!("want", "应得"), draw(&wanted, whole));
        let width = |block: &str| block.lines().map(visible_width).max().unwrap_or(0);
        match width(&got) + 4 + width(&want) <= WIDTH {
            true => writeln!(f, "{}", beside(&got, &want, 4))?,
            false => writeln!(f, "{got}\n{want}")?,
        }
        let hint = &self.hint;
        let hint = say!("Hint: {hint}", "提示：{hint}");
        write!(f, "\n{}", folded(&hint, WIDTH).join("\n"))
    }
}

/// The result as text; what differs from what is wanted is marked, what is missing, too.
fn draw(rows: &[Row], whole: bool) -> String {
    let margin = rows.iter().map(|row| visible_width(row.name)).max().unwrap_or(0);
    let cells: usize = if whole { 4 } else { 8 };
    let line = |row: &Row| {
        let cell = |j: usize| {
            let pair = row.got.get(j).zip(row.want.get(j));
            let right = pair.is_some_and(|(&got, &want)| same(got, want));
            let value = row.got.get(j).map(|&value| number(value, whole)).unwrap_or_default();
            let text = format!("{}{value}", if right { "" } else { "≠" });
            format!(" {}{text}", " ".repeat(cells.saturating_sub(visible_width(&text))))
        };
        let width = row.got.len().max(row.want.len());
        format!("  {}{}", pad(row.name, margin), (0..width).map(cell).collect::<String>())
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
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
        let drawn = |got: &Grid| draw(&paired(got, &want), true);
        assert_eq!(drawn(&want), "  inputs     1    7\n  targets    7    2");
        let short = grid(&[("inputs", &[1.0])]);
        assert_eq!(drawn(&short), "  inputs     1    ≠\n  targets    ≠    ≠");
        let second = grid(&[("targets", &[7.0, 2.0])]);
        assert_eq!(drawn(&second), "  inputs     ≠    ≠\n  targets    7    2");
        let long = grid(&[("inputs", &[1.0, 7.0, 9.0]), ("targets", &[7.0, 2.0]), ("x", &[3.0])]);
        assert_eq!(drawn(&long), "  inputs     1    7   ≠9\n  targets    7    2\n  x         ≠3");
        for wrong in [&short, &second, &long] {
            assert!(compare(wrong.clone(), want.clone(), String::new()).is_err());
        }
        assert!(compare(want.clone(), want.clone(), String::new()).is_ok());
    }
}
