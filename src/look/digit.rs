//! A handwritten digit in the terminal: 28 x 28 grey values as ink on paper.
//!
//! A terminal cell is about twice as high as wide, so `▀` with its own foreground and background
//! holds two square pixels, one above the other: 28 columns by 14 lines, every pixel there.

use super::{
    color::{Color, INK, Line, ORANGE, PAPER, Rgb, Style},
    shown::columns,
    terminal::{fit, pad},
};

/// Pixels a side of an MNIST image.
pub const SIDE: usize = 28;

/// Paper that is still to be read.
pub(super) const UNREAD: Rgb = Rgb(176, 176, 184);
/// Columns of an image shown among others: three of them and two gaps are 80 cells.
const CROPPED: usize = 24;
const GAP: usize = 4;

/// A 28 x 28 grey image, row by row, 0 for paper to 255 for ink: 14 lines of 28 cells.
///
/// Missing pixels count as paper, so that a short slice draws a short digit instead of failing.
pub fn digit(pixels: &[u8], color: Color) -> String {
    Picture { pixels, left: 0, columns: SIDE, rows_read: SIDE, mark: None }.lines(color).join("\n")
}

/// The same digit with only its first `rows_read` rows read: what an LSTM that reads one row
/// a step knows so far.
///
/// The rest is empty paper, the row just read is tinted, and `◂` marks its line: 14 lines of 30
/// cells.
pub fn digit_rows_revealed(pixels: &[u8], rows_read: usize, color: Color) -> String {
    let rows_read = rows_read.min(SIDE);
    let mark = rows_read.checked_sub(1);
    let mut lines = Picture { pixels, left: 0, columns: SIDE, rows_read, mark }.lines(color);
    for (k, line) in lines.iter_mut().enumerate() {
        match mark {
            Some(row) if row / 2 == k => {
                *line += &Line::new(color).plain(" ").put("◂", Style::ink(ORANGE).bold()).finish();
            }
            _ => *line += "  ",
        }
    }
    lines.join("\n")
}

/// Several digits, three a row (fewer on a narrow terminal), each with a caption below, such as the worst mistakes.
///
/// Empty columns at the sides are left out so that three fit into 80 cells; a caption longer than a
/// digit is cut with `…`.
pub fn digits_side_by_side<P: AsRef<[u8]>, C: AsRef<str>>(
    digits: &[(P, C)],
    color: Color,
) -> String {
    let per_row = ((columns() + GAP) / (CROPPED + GAP)).max(1);
    let row = |shown: &[(P, C)]| {
        let mut lines = vec![String::new(); SIDE / 2 + 1];
        for (k, (pixels, caption)) in shown.iter().enumerate() {
            let pixels = pixels.as_ref();
            let left = ink_window(pixels, CROPPED);
            let mut block = Picture { pixels, left, columns: CROPPED, rows_read: SIDE, mark: None }
                .lines(color);
            block.push(fit(caption.as_ref(), CROPPED));
            let start = k * (CROPPED + GAP);
            for (line, part) in lines.iter_mut().zip(block) {
                *line = pad(line, start) + &part;
            }
        }
        lines.join("\n")
    };
    digits.chunks(per_row).map(row).collect::<Vec<_>>().join("\n\n")
}

/// The first of `columns` neighbouring columns that hold the ink in their middle.
pub(super) fn ink_window(pixels: &[u8], columns: usize) -> usize {
    let inked = |x: &usize| (0..SIDE).any(|y| pixel(pixels, y, *x) > 0);
    let first = (0..SIDE).find(inked).unwrap_or(0);
    let last = (0..SIDE).rev().find(inked).unwrap_or(SIDE - 1);
    (first + last).div_ceil(2).saturating_sub(columns / 2).min(SIDE - columns)
}

pub(super) fn pixel(pixels: &[u8], row: usize, column: usize) -> u8 {
    pixels.get(row * SIDE + column).copied().unwrap_or(0)
}

/// A window of an image, read as far as `rows_read`.
struct Picture<'a> {
    pixels: &'a [u8],
    left: usize,
    columns: usize,
    rows_read: usize,
    mark: Option<usize>,
}

impl Picture<'_> {
    fn lines(&self, color: Color) -> Vec<String> {
        (0..SIDE / 2).map(|line| self.line(2 * line, color)).collect()
    }

    /// The rows `top` and `top + 1` in one line.
    fn line(&self, top: usize, color: Color) -> String {
        let mut line = Line::new(color);
        for x in self.left..self.left + self.columns {
            match color {
                Color::None => line.plain(self.shade(top, x)),
                // The upper half takes the foreground, the lower half the background.
                _ => line.put("▀", Style::on(self.tone(top, x), self.tone(top + 1, x))),
            };
        }
        line.finish()
    }

    fn tone(&self, row: usize, column: usize) -> Rgb {
        let paper = match self.mark {
            Some(mark) if mark == row => PAPER.mix(ORANGE, 0.45),
            _ if row >= self.rows_read => return UNREAD,
            _ => PAPER,
        };
        paper.mix(INK, f32::from(pixel(self.pixels, row, column)) / 255.0)
    }

    /// Without colour ink is the terminal's own foreground: half blocks where it is strong, a light
    /// shade where it is faint.
    fn shade(&self, top: usize, column: usize) -> &'static str {
        let read =
            |row: usize| if row < self.rows_read { pixel(self.pixels, row, column) } else { 0 };
        let (upper, lower) = (read(top), read(top + 1));
        match (upper >= 112, lower >= 112) {
            (true, true) => "█",
            (true, false) => "▀",
            (false, true) => "▄",
            _ if top >= self.rows_read => "·",
            _ if u16::from(upper) + u16::from(lower) >= 96 => "░",
            _ => " ",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::{WIDTH, visible_width};

    fn dot(row: usize, column: usize) -> Vec<u8> {
        let mut pixels = vec![0; SIDE * SIDE];
        pixels[row * SIDE + column] = 255;
        pixels
    }

    #[test]
    fn the_ink_lands_where_the_pixel_is() {
        for (row, column, glyph) in [(0, 0, '▀'), (1, 5, '▄'), (20, 27, '▀'), (27, 3, '▄')]
        {
            let picture = digit(&dot(row, column), Color::None);
            for (y, line) in picture.lines().enumerate() {
                for (x, c) in line.chars().enumerate() {
                    let expected = if (y, x) == (row / 2, column) { glyph } else { ' ' };
                    assert_eq!(c, expected, "at line {y}, column {x}");
                }
            }
        }
    }

    #[test]
    fn a_coloured_pixel_paints_its_own_half_of_the_cell() {
        let Rgb(r, g, b) = INK;
        let ink_above = format!("38;2;{r};{g};{b};48");
        let ink_below = format!("48;2;{r};{g};{b}m");
        let upper = digit(&dot(6, 9), Color::True);
        let lower = digit(&dot(7, 9), Color::True);
        for (y, (above, below)) in upper.lines().zip(lower.lines()).enumerate() {
            assert_eq!(above.contains(&ink_above), y == 3);
            assert_eq!(below.contains(&ink_below), y == 3);
            assert!(!above.contains(&ink_below) && !below.contains(&ink_above));
        }
    }

    #[test]
    fn every_digit_is_28_cells_wide_and_14_lines_high() {
        for color in [Color::True, Color::Sixteen, Color::None] {
            let picture = digit(&dot(3, 3), color);
            assert_eq!(picture.lines().count(), 14);
            assert!(picture.lines().all(|line| visible_width(line) == SIDE));
            assert_eq!(picture.contains('\u{1b}'), color != Color::None);
        }
    }

    #[test]
    fn unread_rows_show_no_ink_and_the_mark_follows_the_reading() {
        let pixels = vec![255; SIDE * SIDE];
        for rows in 0..=SIDE {
            let picture = digit_rows_revealed(&pixels, rows, Color::None);
            let inked =
                picture.chars().filter(|c| *c == '█').count() * 2 + picture.matches('▀').count();
            assert_eq!(inked, rows * SIDE);
            let marked: Vec<usize> =
                (0..14).filter(|&k| picture.lines().nth(k).unwrap().contains('◂')).collect();
            assert_eq!(
                marked,
                rows.checked_sub(1).map(|row| row / 2).into_iter().collect::<Vec<_>>()
            );
            assert!(picture.lines().all(|line| visible_width(line) == SIDE + 2));
        }
        assert_eq!(
            digit_rows_revealed(&pixels, 99, Color::None),
            digit_rows_revealed(&pixels, 28, Color::None)
        );
    }

    #[test]
    fn three_digits_fit_into_80_cells_with_captions_of_any_length() {
        let digits: Vec<_> = (0..7)
            .map(|k| (dot(k, 20), format!("真值 {k},读作 9,把握 99.9 %,很长很长的说明")))
            .collect();
        for color in [Color::True, Color::None] {
            let picture = digits_side_by_side(&digits, color);
            assert!(picture.lines().all(|line| visible_width(line) <= WIDTH));
            assert_eq!(picture.lines().map(visible_width).max(), Some(WIDTH));
            assert_eq!(picture.matches("真值").count(), 7);
        }
        let none: [(&[u8], &str); 0] = [];
        assert_eq!(digits_side_by_side(&none, Color::True), "");
    }

    #[test]
    fn cropping_keeps_the_ink_of_a_digit_at_either_edge() {
        for column in [0, 13, 27] {
            let picture = digits_side_by_side(&[(dot(0, column), "")], Color::None);
            assert_eq!(picture.matches('▀').count(), 1);
        }
    }

    #[test]
    fn a_short_slice_is_drawn_as_far_as_it_goes() {
        assert_eq!(digit(&[], Color::None).lines().count(), 14);
    }
}
