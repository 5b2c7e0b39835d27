//! Two shares for every row of an image: how much is read rightly so far, and how much is settled
//! there.

use super::{
    bar_chart::percent_ticks,
    bars::bar,
    color::{BLUE, Color, Line, ORANGE, Style},
    legend::{Patch, legend},
    scale::share,
    shown::columns,
    slide::{Anchor, BELOW_TITLE, MARGIN, Slide, WORDS},
    terminal::{WIDTH, fit, pad},
    tone::Tone,
};

/// Shares of 0 to 1 for each row, and what they are called.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// What stands above its bars.
    pub name: String,
    /// One a row; outside 0..=1 the nearest, NaN as 0.
    pub shares: Vec<f64>,
}

impl Shares {
    fn at(&self, row: usize) -> f64 {
        self.shares.get(row).map_or(0.0, |&value| share(value))
    }

    /// Bars of few per cent are drawn to the longest of them, bars that reach half to the whole.
    fn scale(&self) -> f64 {
        let largest = (0..self.shares.len()).map(|row| self.at(row)).fold(0.0, f64::max);
        if largest > 0.5 || largest == 0.0 { 1.0 } else { largest }
    }
}

/// A line a row: its number, a bar on the left, a bar on the right, 80 cells in all; on a narrower
/// terminal the bars are shorter.
///
/// ```
/// use lstm_lessons::look::{Color, by_row::{Shares, by_row}};
///
/// let shares = |name: &str, shares: [f64; 2]| Shares { name: name.into(), shares: shares.to_vec() };
/// let picture = by_row(&shares("right", [0.5, 1.0]), &shares("settled", [0.2, 0.1]), Color::None);
/// assert_eq!(picture.lines().count(), 3);
/// ```
pub fn by_row(left: &Shares, right: &Shares, color: Color) -> String {
    const NUMBER: usize = 8; // " 100.0 %"
    const ROOM: (usize, usize) = (34, 23);
    let bars = columns().min(WIDTH).saturating_sub(4 + 2 * NUMBER + 2).min(ROOM.0 + ROOM.1);
    let left_room = bars * ROOM.0 / (ROOM.0 + ROOM.1);
    let room = (left_room, bars - left_room);
    let head = |shares: &Shares, room| pad(&fit(&shares.name, room + NUMBER), room + NUMBER);
    let mut lines =
        vec![format!("    {}  {}", head(left, room.0), head(right, room.1)).trim_end().to_string()];
    for row in 0..left.shares.len().max(right.shares.len()) {
        let mut line = Line::new(color);
        line.plain(&format!("{:>3} ", row + 1));
        for (shares, room, ink, gap) in [(left, room.0, BLUE, "  "), (right, room.1, ORANGE, "")] {
            let share = shares.at(row);
            line.put(&bar(share / shares.scale(), room), Style::ink(ink));
            line.plain(&format!(" {:>5.1} %{gap}", 100.0 * share));
        }
        lines.push(line.finish());
    }
    debug_assert!(4 + ROOM.0 + ROOM.1 + 2 * NUMBER + 2 <= WIDTH);
    lines.join("\n")
}

/// The same as an SVG document: the first as a line, the second as bars on the same axis.
pub fn by_row_svg(line: &Shares, bars: &Shares, title: &str, x_label: &str) -> String {
    const PLOT: (f64, f64, f64, f64) = (84.0, BELOW_TITLE + 44.0, 780.0, 350.0); // left, top, width, height
    let (left, top, width, height) = PLOT;
    let bottom = top + height;
    let rows = line.shares.len().max(bars.shares.len()).max(1);
    let pitch = width / rows as f64;
    let x = |row: usize| left + pitch * (row as f64 + 0.5);
    let mut slide = Slide::new(900.0, bottom + 64.0, title);
    let names = [(Patch::Line(Tone::Blue), &*line.name), (Patch::Square(Tone::Orange), &bars.name)];
    legend(&mut slide, (MARGIN, BELOW_TITLE), &names);
    let below = (left + width / 2.0, bottom + 46.0);
    slide.text(below, WORDS, Anchor::Middle, Tone::Ink, x_label);
    for (share, word) in percent_ticks() {
        let y = bottom - height * share;
        slide.rule((left, y), (left + width, y), 0.15, None);
        slide.tick((left - 8.0, y + 5.0), Anchor::End, &word);
    }
    for row in 0..bars.shares.len() {
        let high = height * bars.at(row);
        let corner = (x(row) - 0.35 * pitch, bottom - high);
        slide.cell(corner, (0.7 * pitch, high), Tone::Orange);
    }
    slide.rule((left, bottom), (left + width, bottom), 0.6, None);
    for row in (0..rows).filter(|row| row % 2 == 1 || *row == 0) {
        let at = (x(row), bottom + 22.0);
        slide.tick(at, Anchor::Middle, &(row + 1).to_string());
    }
    let points = (0..line.shares.len()).map(|row| (x(row), bottom - height * line.at(row)));
    slide.curve(points, Tone::Blue, 2.5);
    slide.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::visible_width;

    fn shares(shares: &[f64]) -> Shares {
        Shares {
            name: "很长很长很长很长很长很长很长很长很长的名字 < x".into(),
            shares: shares.to_vec(),
        }
    }

    #[test]
    fn every_line_fits_whatever_the_numbers() {
        let wild = shares(&[f64::NAN, 7.0, -1.0, 0.3]);
        for color in [Color::True, Color::Sixteen, Color::None] {
            let picture = by_row(&wild, &wild, color);
            assert_eq!(picture.lines().count(), 5);
            assert!(picture.lines().all(|line| visible_width(line) <= WIDTH), "{picture}");
            assert_eq!(picture.contains('\u{1b}'), color != Color::None);
        }
    }

    #[test]
    fn small_shares_are_drawn_to_the_longest_and_large_ones_to_the_whole() {
        let blocks = |values: &[f64]| -> Vec<usize> {
            let picture = by_row(&shares(values), &shares(&[]), Color::None);
            picture.lines().skip(1).map(|line| line.matches('█').count()).collect()
        };
        assert_eq!(blocks(&[0.05, 0.1]), [17, 34]);
        assert_eq!(blocks(&[0.5, 0.75]), [17, 25]);
    }

    #[test]
    fn the_slide_has_a_bar_a_row_and_one_line() {
        let picture = by_row_svg(&shares(&[0.0, 1.0]), &shares(&[0.5, 0.5]), "a & b", "rows");
        assert_eq!(picture.matches("<rect").count(), 1 + 2 + 2, "with a legend of two");
        assert!(picture.contains("points=\"279.0,446.0 669.0,96.0\""), "{picture}");
        assert!(by_row_svg(&shares(&[f64::NAN]), &shares(&[]), "", "").ends_with("</svg>\n"));
    }
}
