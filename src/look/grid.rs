//! Grids of characters, two terminal cells each: what lies in a batch, row by row.

use super::{
    color::{BLUE, Color, DEEP, Line, ORANGE, PALE, Style},
    legend::{Patch, legend},
    slide::{Anchor, BELOW_TITLE, MARGIN, Slide, WORDS},
    terminal::pad,
    tone::Tone,
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

    /// The paper (where it is not the slide's own) and the ink of the cell on a slide.
    fn on_slide(self) -> (Option<Tone>, Tone) {
        match self {
            Tile::Character(_) => (Some(Tone::Pale), Tone::Ink),
            Tile::Sign(_) => (Some(Tone::Pale), Tone::Orange),
            Tile::Empty | Tile::Off => (None, Tone::Blue),
            Tile::On => (Some(Tone::Deep), Tone::OnDeep),
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

/// The same as an SVG document that fits a screen: a long row is continued below where its cells are
/// larger then. `signs` says what the signs mean, `note` stands below.
pub fn grids_svg(grids: &[Grid], title: &str, signs: &[(Tile, String)], note: &str) -> String {
    const ROOM: (f64, f64) = (1500.0, 1000.0);
    const LARGEST: f64 = 26.0;
    const TOP: f64 = BELOW_TITLE + 32.0;
    const HEAD: f64 = 32.0;
    let width = grids.iter().map(Grid::width).max().unwrap_or(0);
    let rows: usize = grids.iter().map(|grid| grid.rows.len()).sum();
    // A cell as large as the room allows, for so many stretches.
    let cell = |stretches: usize| {
        let columns = width.div_ceil(stretches).max(1);
        let heads = HEAD * (grids.len() * stretches) as f64;
        let high = (ROOM.1 - heads) / (rows * stretches).max(1) as f64;
        (ROOM.0 / columns as f64).min(high).min(LARGEST)
    };
    let stretches = (1..=4).rev().max_by(|&a, &b| cell(a).total_cmp(&cell(b))).unwrap_or(1);
    let (side, stretch) = (cell(stretches).max(4.0).floor(), width.div_ceil(stretches).max(1));
    let high = (HEAD * grids.len() as f64 + side * rows as f64) * stretches as f64;
    let wide = 2.0 * MARGIN + side * stretch as f64;
    let mut slide = Slide::new(wide.max(720.0), TOP + high + HEAD + MARGIN, title);
    let entries: Vec<(Patch, &str)> = signs
        .iter()
        .map(|(tile, word)| (Patch::Sign(tile.letter(), tile.on_slide().1), &**word))
        .collect();
    legend(&mut slide, (MARGIN, BELOW_TITLE), &entries);
    let mut y = TOP;
    for from in (0..width).step_by(stretch) {
        let to = width.min(from + stretch);
        for grid in grids {
            let steps =
                if stretches > 1 { format!("  t = {from}…{}", to - 1) } else { String::new() };
            let heading = format!("{}{steps}", grid.title);
            slide.text((MARGIN, y + 22.0), 16, Anchor::Start, Tone::Ink, &heading);
            y += HEAD;
            for row in &grid.rows {
                for (k, tile) in row.iter().take(to).skip(from).enumerate() {
                    draw_tile(&mut slide, (MARGIN + side * k as f64, y), side, *tile);
                }
                y += side;
            }
        }
    }
    slide.text((MARGIN, y + 26.0), WORDS, Anchor::Start, Tone::Ink, note);
    slide.finish()
}

fn draw_tile(slide: &mut Slide, (x, y): (f64, f64), side: f64, tile: Tile) {
    let (paper, ink) = tile.on_slide();
    if let Some(paper) = paper {
        slide.cell((x, y), (side - 1.0, side - 1.0), paper);
    }
    let (middle, size) = ((x + side / 2.0, y + 0.74 * side), (0.68 * side) as usize);
    slide.text(middle, size, Anchor::Middle, ink, &tile.letter().to_string());
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
        let signs = [(Tile::Empty, "padding".to_string())];
        let picture = grids_svg(&two(), "batch", &signs, "waste & more");
        // The paper, a cell for each character and each 1; padding and 0 are the paper.
        assert_eq!(picture.matches("<rect").count(), 1 + 2 * 105);
        assert_eq!(picture.matches('·').count(), 1 + 2 * 55);
        assert!(picture.contains("a &lt; b") && picture.contains("waste &amp; more"));
        assert!(grids_svg(&[], "", &[], "").starts_with("<svg"));
    }

    #[test]
    fn the_slide_fits_a_screen_however_long_its_rows() {
        for (rows, steps) in [(5, 6), (8, 30), (8, 126), (1, 400), (24, 126)] {
            let grid =
                Grid { title: "x".into(), rows: vec![vec![Tile::Character('月'); steps]; rows] };
            let picture = grids_svg(&[grid.clone(), grid.clone(), grid], "t", &[], "n");
            let size = picture.split("viewBox=\"0 0 ").nth(1).unwrap().split('"').next().unwrap();
            let size: Vec<f64> = size.split(' ').map(|side| side.parse().unwrap()).collect();
            assert!(size[0] <= 1600.0 && size[1] <= 1200.0, "{rows} x {steps}: {size:?}");
        }
    }
}
