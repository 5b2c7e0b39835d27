//! Tables for the terminal: columns whose text stands at their left or their right.
//!
//! Widths are counted in terminal cells, two for a Han character, so that a Chinese head stands
//! over its figures as well as an English one.

use super::terminal::{pad, right};

/// At which side of its column a text stands, and how many terminal cells the column takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the left, spaces after it: names.
    Left(usize),
    /// At the right, spaces before it: figures, so that their last digits stand under each other.
    Right(usize),
}

/// The columns of a table, which follow each other without a gap: one that is wider than its
/// longest text makes its own.
///
/// ```
/// use lstm_lessons::look::{Align::{Left, Right}, Table};
///
/// let table = Table::new([Left(6), Right(8)]);
/// let lines = table.lines(["体裁", "首数"], [["五绝", "1,234"], ["七律", "56"]]);
/// assert_eq!(lines, ["体裁      首数", "五绝     1,234", "七律        56"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table(Vec<Align>);

impl Table {
    /// A table of these columns, from left to right.
    pub fn new(columns: impl Into<Vec<Align>>) -> Self {
        Self(columns.into())
    }

    /// One line, without spaces at its end; a text longer than its column moves what follows.
    ///
    /// # Panics
    /// When there are more or fewer texts than columns.
    pub fn row<S: AsRef<str>>(&self, cells: impl AsRef<[S]>) -> String {
        let (columns, cells) = (&self.0, cells.as_ref());
        assert_eq!(cells.len(), columns.len(), "a table has a text for each of its columns");
        let aligned = columns.iter().zip(cells).map(|(column, cell)| match *column {
            Align::Left(width) => pad(cell.as_ref(), width),
            Align::Right(width) => right(cell.as_ref(), width),
        });
        aligned.collect::<String>().trim_end().to_string()
    }

    /// The line of the heads, then one line a row.
    ///
    /// # Panics
    /// As [`row`](Self::row).
    pub fn lines<S: AsRef<str>, Cells: AsRef<[S]>>(
        &self,
        heads: impl AsRef<[S]>,
        rows: impl IntoIterator<Item = Cells>,
    ) -> Vec<String> {
        let rows = rows.into_iter().map(|cells| self.row(cells));
        std::iter::once(self.row(heads)).chain(rows).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Align::{Left, Right},
        *,
    };
    use crate::look::visible_width;

    #[test]
    fn columns_end_at_the_same_cell_in_both_languages_and_in_colour() {
        let table = Table::new([Left(8), Right(10), Right(6)]);
        let rows = [
            ["cell", "loss", "time"],
            ["单元", "损失", "用时"],
            ["\u{1b}[31mlstm\u{1b}[0m", "3.1", "0:12"],
        ];
        for cells in rows {
            let line = table.row(cells);
            assert_eq!(visible_width(&line), 24, "{line:?}");
            let middle = line.find(cells[1]).expect("it is there") + cells[1].len();
            assert_eq!(visible_width(&line[..middle]), 18, "{line:?}");
        }
    }

    #[test]
    fn a_line_ends_with_its_last_text_and_a_long_one_moves_the_rest() {
        let table = Table::new(vec![Left(4), Right(4), Left(4)]);
        assert_eq!(table.row(["a", "b", ""]), "a      b");
        assert_eq!(table.row(["abcdef", "12345", "c"]), "abcdef12345c");
        assert_eq!(table.row(["", "", ""]), "");
    }

    #[test]
    #[should_panic(expected = "a text for each of its columns")]
    fn a_row_with_a_text_too_few_is_a_mistake() {
        Table::new([Left(4), Right(4)]).row(["a"]);
    }
}
