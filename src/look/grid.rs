//! Grids of characters, two terminal cells each: what lies in a batch, row by row.

use super::{
    color::{BLUE, Color, DEEP, INK, Line, ORANGE, PALE, PAPER, Rgb, Style},
    slide::{Anchor, Slide},
    terminal::pad,
};

/// What a cell of a grid holds; it decides how the cell looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tile {
    /// A character of the text.
    Character(char),
    /// A sign that stands for something outside the text, such as the begin and the end.
    Sign(char),
    /// Nothing: padding.
    Empty,
    /// 1 of a mask.
    On,
    /// 0 of a mask.
    Off,
}

impl Tile {
    /// What is written into the cell, without any colour.
    ///
    /// ```
    /// use lstm_lessons::look::grid::Tile;
    /// assert_eq!([Tile::Character('月'), Tile::Empty, Tile::On, Tile::Off].map(Tile::letter), ['月', '·', '1', '·']);
    /// ```
    pub fn letter(self) -> char {
        match self {
            Tile::Character(c) | Tile::Sign(c) => c,
            Tile::Empty | Tile::Off => '·',
            Tile::On => '1',
        }
    }

    fn style(self) -> Style {
        match self {
            Tile::Character(_) => Style::default(),
            Tile::Sign(_) => Style::ink(ORANGE).bold(),
            Tile::Empty => Style::ink(BLUE),
            Tile::On => Style::on(PALE, DEEP),
            Tile::Off => Style::on(DEEP, PALE),
        }
    }

    /// The paper and the ink of the cell on a slide.
    fn on_slide(self) -> (Rgb, Rgb) {
        match self {
            Tile::Character(_) => (PALE, INK),
            Tile::Sign(_) => (PALE, ORANGE),
            Tile::Empty | Tile::Off => (PAPER, BLUE),
            Tile::On => (DEEP, PALE),
        }
    }
}

/// Rows of equal length under one title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// What stands above it.
    pub title: String,
    /// Its rows, one cell a step.
    pub rows: Vec<Vec<Tile>>,
}

impl Grid {
    fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }
}

/// Grids of the same steps over each other; more than `per_line` steps are continued below, in
/// stretches of like length.
///
/// ```
/// use lstm_lessons::look::{Color, grid::{Grid, Tile, grids}};
/// let row = vec![Tile::Sign('▶'), Tile::Character('月'), Tile::Empty];
/// let grid = Grid { title: "inputs".into(), rows: vec![row] };
/// assert_eq!(grids(&[grid], 30, Color::None), "inputs\n  ▶ 月·");
/// ```
pub fn grids(grids: &[Grid], per_line: usize, color: Color) -> String {
    let width = grids.iter().map(Grid::width).max().unwrap_or(0);
    let stretches = width.div_ceil(per_line.max(1)).max(1);
    let stretch = width.div_ceil(stretches).max(1);
    let mut lines = Vec::new();
    for from in (0..width).step_by(stretch) {
        let to = width.min(from + stretch);
        for grid in grids {
            let steps =
                if stretches > 1 { format!("  t = {from}…{}", to - 1) } else { String::new() };
            lines.push(format!("{}{steps}", grid.title));
            for row in &grid.rows {
                let mut line = Line::new(color);
                line.plain("  ");
                for tile in row.iter().take(to).skip(from) {
                    line.put(&pad(&tile.letter().to_string(), 2), tile.style());
                }
                lines.push(line.finish().trim_end().to_string());
            }
        }
    }
    lines.join("\n")
}

/// The same as an SVG document, all steps of a row in one line; `note` stands below.
pub fn grids_svg(grids: &[Grid], note: &str) -> String {
    const CELL: f64 = 24.0;
    const MARGIN: f64 = 20.0;
    const HEAD: f64 = 30.0;
    let columns = grids.iter().map(Grid::width).max().unwrap_or(0);
    let rows: usize = grids.iter().map(|grid| grid.rows.len()).sum();
    let width = (2.0 * MARGIN + CELL * columns as f64).max(620.0);
    let height = 2.0 * MARGIN + HEAD * (grids.len() + 1) as f64 + CELL * rows as f64;
    let mut slide = Slide::new(width as usize, height as usize);
    let mut y = MARGIN;
    for grid in grids {
        slide.text((MARGIN, y + 20.0), 16, Anchor::Start, INK, &grid.title);
        y += HEAD;
        for row in &grid.rows {
            for (t, tile) in row.iter().enumerate() {
                let (x, (paper, ink)) = (MARGIN + CELL * t as f64, tile.on_slide());
                slide.cell((x, y), (CELL - 1.0, CELL - 1.0), paper);
                slide.text(
                    (x + CELL / 2.0, y + 18.0),
                    16,
                    Anchor::Middle,
                    ink,
                    &tile.letter().to_string(),
                );
            }
            y += CELL;
        }
    }
    slide.text((MARGIN, y + 20.0), 16, Anchor::Start, INK, note);
    slide.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::{WIDTH, visible_width};

    fn two() -> Vec<Grid> {
        let text = |n: usize| {
            (0..80).map(|t| if t < n { Tile::Character('月') } else { Tile::Empty }).collect()
        };
        let mask = |n: usize| (0..80).map(|t| if t < n { Tile::On } else { Tile::Off }).collect();
        vec![
            Grid { title: "a < b".into(), rows: vec![text(80), text(25)] },
            Grid { title: "mask".into(), rows: vec![mask(80), mask(25)] },
        ]
    }

    #[test]
    fn every_cell_is_drawn_once_and_no_line_is_too_wide() {
        for color in [Color::True, Color::Sixteen, Color::None] {
            let picture = grids(&two(), 38, color);
            assert!(picture.lines().all(|line| visible_width(line) <= WIDTH), "{picture}");
            assert_eq!(picture.matches('月').count(), 105);
            assert_eq!(
                picture.lines().count(),
                3 * 2 * 3,
                "three stretches of two grids of a title and two rows"
            );
            assert_eq!(picture.contains('\u{1b}'), color != Color::None);
        }
        assert_eq!(grids(&two(), 38, Color::None).matches('·').count(), 2 * 55);
    }

    #[test]
    fn the_slide_has_a_cell_for_every_tile() {
        let picture = grids_svg(&two(), "waste & more");
        assert_eq!(picture.matches("<rect").count(), 1 + 4 * 80);
        assert!(picture.contains("a &lt; b") && picture.contains("waste &amp; more"));
        assert!(grids_svg(&[], "").starts_with("<svg"));
    }
}
