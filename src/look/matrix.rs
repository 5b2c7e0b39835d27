//! A table of numbers as a picture in a file (SVG): each number in its own cell, the cell tinted by
//! it.

use super::{
    legend::{Patch, legend},
    scale::share,
    slide::{Anchor, BELOW_TITLE, MARGIN, Slide, WORDS, text_width},
    tone::{Tone, UNDER_WORDS},
};

/// Tables below each other, under one title.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// What stands above them.
    pub title: String,
    /// What the tint of each sign means: of what is below 0, then of what is above.
    pub signs: [String; 2],
    /// The tables.
    pub blocks: Vec<Block>,
}

/// One table: names above and at the left, numbers in the cells.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// What its numbers are.
    pub title: String,
    /// Above the columns.
    pub columns: Vec<String>,
    /// A name, and for each column what is written and how deep the tint is, -1 to 1.
    pub rows: Vec<(String, Vec<(String, f64)>)>,
}

const CELL: (f64, f64) = (72.0, 26.0);
const HEAD: f64 = 58.0;
const GAP: f64 = 16.0;

/// Draws the tables as an SVG document.
///
/// ```
/// use lstm_lessons::look::matrix::{Block, Matrix, matrix_svg};
///
/// let rows = vec![("c_t".into(), vec![("0.80".into(), 0.8), ("-0.10".into(), -0.1)])];
/// let block = Block { title: "the memory".into(), columns: vec!["1".into(), "2".into()], rows };
/// let picture = matrix_svg(&Matrix { blocks: vec![block], ..Matrix::default() });
/// assert!(picture.contains("-0.10"));
/// ```
pub fn matrix_svg(matrix: &Matrix) -> String {
    let names = || matrix.blocks.iter().flat_map(|block| &block.rows).map(|(name, _)| name);
    let left = MARGIN + names().map(|name| text_width(name, WORDS)).fold(60.0, f64::max) + 12.0;
    let columns = matrix.blocks.iter().map(|block| block.columns.len()).max().unwrap_or(0);
    let rows = matrix.blocks.iter().map(|block| HEAD + CELL.1 * block.rows.len() as f64 + GAP);
    let width = (left + CELL.0 * columns as f64 + MARGIN).max(720.0);
    let top = BELOW_TITLE + if matrix.signs.iter().all(String::is_empty) { 0.0 } else { 30.0 };
    let mut slide = Slide::new(width, top + rows.sum::<f64>() + 4.0, &matrix.title);
    let [below, above] = &matrix.signs;
    let squares = [(Patch::Square(Tone::Blue), &**below), (Patch::Square(Tone::Orange), &**above)];
    let said: Vec<(Patch, &str)> =
        squares.into_iter().filter(|(_, word)| !word.is_empty()).collect();
    legend(&mut slide, (MARGIN, BELOW_TITLE), &said);
    let mut y = top;
    for block in &matrix.blocks {
        slide.text((MARGIN, y + 22.0), 16, Anchor::Start, Tone::Ink, &block.title);
        y += HEAD;
        for (k, column) in block.columns.iter().enumerate() {
            let x = left + CELL.0 * (k as f64 + 0.5);
            slide.text((x, y - 8.0), WORDS, Anchor::Middle, Tone::Ink, column);
        }
        for (name, cells) in &block.rows {
            slide.text((left - 12.0, y + 18.0), WORDS, Anchor::End, Tone::Ink, name);
            for (k, (word, depth)) in cells.iter().enumerate() {
                let x = left + CELL.0 * k as f64;
                let tint = if *depth < 0.0 { Tone::Blue } else { Tone::Orange };
                let opacity = share(depth.abs()) * UNDER_WORDS;
                slide.tinted((x, y), (CELL.0 - 2.0, CELL.1 - 2.0), tint, opacity);
                let at = (x + CELL.0 / 2.0 - 1.0, y + 17.0);
                slide.text(at, WORDS, Anchor::Middle, Tone::OnPale, word);
            }
            y += CELL.1;
        }
        y += GAP;
    }
    slide.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_tinted_by_its_number_and_its_sign() {
        let cells = [("a & b", 1.0), ("half", -0.5), ("none", f64::NAN), ("more", 7.0)];
        let rows = vec![("r".into(), cells.map(|(word, depth)| (word.into(), depth)).to_vec())];
        let block = Block { title: "t".into(), columns: vec!["1".into(); 4], rows };
        let picture = matrix_svg(&Matrix { blocks: vec![block], ..Matrix::default() });
        let tint = |tone: Tone, opacity: &str| {
            let cell = format!("fill=\"{}\" fill-opacity=\"{opacity}\"", tone.light().hex());
            picture.matches(&cell).count()
        };
        assert_eq!((tint(Tone::Orange, "0.6"), tint(Tone::Blue, "0.3")), (2, 1), "{picture}");
        assert_eq!(tint(Tone::Orange, "0"), 1);
        assert!(picture.contains("a &amp; b"));
    }
}
