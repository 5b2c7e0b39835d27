//! What a line of text measures on a terminal, and two pictures side by side.
//!
//! A Han character takes two cells, an escape code none; `str::len` and even `chars().count()` know
//! neither.

use unicode_width::UnicodeWidthChar;

/// The widest line, in cells, that any picture of [`look`](crate::look) has.
pub const WIDTH: usize = 80;

const ESCAPE: char = '\u{1b}';

/// The number of terminal cells that `line` takes: two for a Han character, none for an ANSI escape
/// code.
///
/// ```
/// use lstm_lessons::look::visible_width;
/// assert_eq!(visible_width("唐诗 300"), 8);
/// assert_eq!(visible_width("\u{1b}[31mred\u{1b}[0m"), 3);
/// ```
pub fn visible_width(line: &str) -> usize {
    pieces(line).map(|piece| piece.cells).sum()
}

/// `line` with spaces after it until it takes `width` cells; a longer line comes back as it is.
pub fn pad(line: &str, width: usize) -> String {
    let missing = width.saturating_sub(visible_width(line));
    format!("{line}{}", " ".repeat(missing))
}

/// `line` after so many spaces that it takes `width` cells; a longer line comes back as it is.
///
/// ```
/// use lstm_lessons::look::right;
/// assert_eq!([right("首", 4), right("12", 4)], ["  首", "  12"]);
/// ```
pub fn right(line: &str, width: usize) -> String {
    let missing = width.saturating_sub(visible_width(line));
    format!("{}{line}", " ".repeat(missing))
}

/// `line` cut to at most `width` cells, with `…` where something was cut; escape codes are kept, so
/// that a colour still ends.
///
/// ```
/// use lstm_lessons::look::fit;
/// assert_eq!(fit("床前明月光", 10), "床前明月光");
/// assert_eq!(fit("床前明月光", 6), "床前…"); // the fifth cell would be half a character
/// ```
pub fn fit(line: &str, width: usize) -> String {
    if visible_width(line) <= width {
        return line.to_string();
    }
    let (mut kept, mut used, mut full) = (String::new(), 0, false);
    for piece in pieces(line) {
        // One cell is kept free for the ellipsis.
        if piece.cells > 0 && !full && used + piece.cells + 1 > width {
            full = true;
            kept.push_str(if width > 0 { "…" } else { "" });
        }
        if piece.cells == 0 || !full {
            used += piece.cells;
            kept.push_str(piece.text);
        }
    }
    kept
}

/// Two blocks of lines side by side with `gap` spaces between them; the shorter one is followed by
/// empty lines.
///
/// ```
/// use lstm_lessons::look::beside;
/// assert_eq!(beside("春\nabc", "1\n2\n3", 1), "春  1\nabc 2\n    3");
/// ```
pub fn beside(left: &str, right: &str, gap: usize) -> String {
    let width = left.lines().map(visible_width).max().unwrap_or(0);
    let rows = left.lines().count().max(right.lines().count());
    let (mut left, mut right) = (left.lines(), right.lines());
    let line = |_| {
        let (left, right) = (left.next().unwrap_or(""), right.next().unwrap_or(""));
        if right.is_empty() {
            left.to_string()
        } else {
            format!("{}{right}", pad(left, width + gap))
        }
    };
    (0..rows).map(line).collect::<Vec<_>>().join("\n")
}

/// One character, or one whole escape code, of a line.
struct Piece<'a> {
    text: &'a str,
    cells: usize,
}

fn pieces(line: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (bytes, cells) = match first {
            ESCAPE => (escape_length(rest), 0),
            _ => (first.len_utf8(), first.width().unwrap_or(0)),
        };
        let (text, after) = rest.split_at(bytes);
        rest = after;
        Some(Piece { text, cells })
    })
}

/// The bytes of the escape code that `text` begins with: `ESC [`, its parameters, one letter.
fn escape_length(text: &str) -> usize {
    match text.strip_prefix("\u{1b}[") {
        None => 1,
        Some(code) => match code.find(|c: char| ('@'..='~').contains(&c)) {
            Some(end) => 2 + end + 1, // the last byte is ASCII
            None => text.len(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_characters_are_two_cells_and_escape_codes_none() {
        assert_eq!(visible_width("床前明月光。"), 12);
        assert_eq!(visible_width("\u{1b}[38;2;1;2;3m春\u{1b}[0mx"), 3);
        assert_eq!(visible_width("▀█⣿"), 3);
    }

    #[test]
    fn beside_is_aligned_in_spite_of_colours_and_wide_characters() {
        let left = "\u{1b}[31m春\u{1b}[0m\nabcd\n";
        let joined = beside(left, "|\n|\n|", 2);
        for line in joined.lines() {
            let bar = line.find('|').expect("every line has its right half");
            assert_eq!(visible_width(&line[..bar]), 6, "{line:?}");
        }
        assert_eq!(joined.lines().count(), 3);
    }

    #[test]
    fn a_taller_left_block_keeps_its_last_lines_without_trailing_spaces() {
        assert_eq!(beside("a\nb", "x", 1), "a x\nb");
    }

    #[test]
    fn a_cut_line_never_exceeds_its_width_and_still_ends_its_colour() {
        for width in 0..12 {
            let cut = fit("\u{1b}[31m床前明月光ab\u{1b}[0m", width);
            assert!(visible_width(&cut) <= width, "{cut:?} at {width}");
            assert!(cut.ends_with("\u{1b}[0m"));
        }
        assert_eq!(visible_width(&fit("床前明月光", 7)), 7);
    }

    #[test]
    fn an_unfinished_escape_code_is_measured_without_panic() {
        assert_eq!(visible_width("\u{1b}["), 0);
        assert_eq!(visible_width("\u{1b}"), 0);
        assert_eq!(visible_width("\u{1b}春"), 2);
    }
}
