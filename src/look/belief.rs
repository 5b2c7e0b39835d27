//! What a model believes after every row it reads: a heat map, one line a step, one column a digit.

use super::{
    color::{Color, DEEP, INK, Line, ORANGE, PALE, PAPER, Style},
    digit::{SIDE, UNREAD, ink_window, pixel},
    scale::SHADES,
    shown::columns,
    terminal::pad,
};

/// Columns of the digit that [`reading`] shows, two cells each.
const COLUMNS: usize = 24;
/// Cells of what stands beside it.
const BESIDE: usize = 32;

/// One line a row read, ten columns of two cells shaded by probability; the most probable digit is
/// written into its cell.
///
/// `rows[t][d]` is the probability of digit `d` after row `t`. The header names the columns; at the
/// right stands the winner's share.
pub fn belief_heatmap(rows: &[[f32; 10]], color: Color) -> String {
    let mut lines = vec![header()];
    lines.extend(
        rows.iter()
            .enumerate()
            .map(|(t, beliefs)| format!("{:>2} {}", t + 1, belief_line(beliefs, color))),
    );
    lines.join("\n")
}

/// The digit at two cells a pixel, and beside every row what the model believed right after it.
///
/// `◂` marks the rows after which another digit is the most probable. Rows that `beliefs` does not
/// reach are not read and show no ink. 29 lines of at most 80 cells; on a narrower terminal a pixel
/// is one cell wide, and below that there is no room for the digit.
pub fn reading(pixels: &[u8], beliefs: &[[f32; 10]], color: Color) -> String {
    reading_in(columns(), pixels, beliefs, color)
}

fn reading_in(room: usize, pixels: &[u8], beliefs: &[[f32; 10]], color: Color) -> String {
    let left = ink_window(pixels, COLUMNS);
    let cells = (room.saturating_sub(BESIDE) / COLUMNS).min(2); // of a pixel
    let mut lines = vec![pad("", cells * COLUMNS + 2) + &header()];
    for row in 0..SIDE {
        let (mut line, blank) = (Line::new(color), &"  "[2 - cells..]);
        for column in left..left + COLUMNS {
            let share = f32::from(pixel(pixels, row, column)) / 255.0;
            match color {
                _ if cells == 0 => &mut line,
                Color::None if row >= beliefs.len() => line.plain(&" ·"[2 - cells..]),
                _ if row >= beliefs.len() => {
                    line.put(blank, Style { paper: Some(UNREAD), ..Style::default() })
                }
                Color::None => {
                    let shade = SHADES[level(share)];
                    line.plain(&shade[..shade.len() / 2 * cells])
                }
                _ => line
                    .put(blank, Style { paper: Some(PAPER.mix(INK, share)), ..Style::default() }),
            };
        }
        line.plain(&format!("  {:>2} ", row + 1));
        if let Some(belief) = beliefs.get(row) {
            line.plain(&belief_line(belief, color));
        }
        if changed(beliefs, row) {
            line.put("◂", Style::ink(ORANGE).bold());
        }
        lines.push(line.finish());
    }
    lines.join("\n")
}

fn header() -> String {
    format!("   {}", (0..10).map(|d| format!("{d} ")).collect::<String>())
}

/// The digit believed most; of equals the smaller, NaN as 0.
pub(super) fn winner(belief: &[f32; 10]) -> usize {
    let known = |d: usize| if belief[d].is_nan() { 0.0 } else { belief[d] };
    (0..10).rev().max_by(|&a, &b| known(a).total_cmp(&known(b))).unwrap_or(0)
}

/// Whether another digit is believed most after this row (counted from 0) than after the row
/// before.
pub(super) fn changed(beliefs: &[[f32; 10]], row: usize) -> bool {
    row > 0 && row < beliefs.len() && winner(&beliefs[row]) != winner(&beliefs[row - 1])
}

fn belief_line(beliefs: &[f32; 10], color: Color) -> String {
    let known = |d: usize| if beliefs[d].is_nan() { 0.0 } else { beliefs[d] };
    let winner = winner(beliefs);
    let mut line = Line::new(color);
    for d in 0..10 {
        let share = known(d);
        let shade = SHADES[level(share)];
        let half = &shade[shade.len() / 2..];
        match color {
            Color::True => {
                let paper = PALE.mix(DEEP, share);
                let text = if d == winner { format!("{d} ") } else { "  ".to_string() };
                line.put(&text, Style::on(paper.contrast(), paper).bold());
            }
            // Sixteen colours hold no scale, so the shades of a block make one.
            Color::Sixteen if d == winner && share >= 0.5 => {
                _ = line.put(&format!("{d} "), Style::on(PALE, DEEP).bold())
            }
            Color::Sixteen if d == winner => {
                line.put(&d.to_string(), Style::on(INK, PALE).bold())
                    .put(half, Style::on(DEEP, PALE));
            }
            Color::Sixteen => _ = line.put(shade, Style::on(DEEP, PALE)),
            Color::None if d == winner => _ = line.plain(&format!("{d}{half}")),
            Color::None => _ = line.plain(shade),
        }
    }
    let share = format!(" {:>3.0} %", known(winner) * 100.0);
    line.plain(&share).finish()
}

/// Which of the five shades: nothing below one in twenty-five, then ever larger shares.
fn level(share: f32) -> usize {
    [0.04, 0.2, 0.45, 0.75].iter().filter(|&&bound| share >= bound).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::{WIDTH, visible_width};

    #[test]
    fn a_narrow_terminal_gets_a_narrow_digit() {
        for color in [Color::True, Color::Sixteen, Color::None] {
            for room in [40, 56, 60, 79, 80] {
                let picture = reading_in(room, &[255; 784], &[certain(3); 28], color);
                let widest = picture.lines().map(visible_width).max();
                assert!(widest <= Some(room), "{widest:?} in {room}\n{picture}");
            }
        }
    }

    fn certain(winner: usize) -> [f32; 10] {
        std::array::from_fn(|d| if d == winner { 0.91 } else { 0.01 })
    }

    #[test]
    fn the_winners_digit_stands_under_its_own_number() {
        let rows: Vec<_> = (0..10).map(certain).collect();
        let picture = belief_heatmap(&rows, Color::None);
        let lines: Vec<Vec<char>> = picture.lines().map(|line| line.chars().collect()).collect();
        for (d, line) in lines[1..].iter().enumerate() {
            let column = 3 + 2 * d;
            assert_eq!(lines[0][column], line[column]);
            assert!(line.iter().collect::<String>().ends_with("91 %"));
        }
    }

    #[test]
    fn shades_grow_with_the_probability() {
        let levels: Vec<usize> = (0..=100).map(|k| level(k as f32 / 100.0)).collect();
        assert!(levels.is_sorted());
        assert_eq!((levels[0], levels[100]), (0, 4));
    }

    #[test]
    fn the_heat_map_has_a_line_a_row_and_stays_narrow() {
        for color in [Color::True, Color::Sixteen, Color::None] {
            let picture = belief_heatmap(&[certain(3); 28], color);
            assert_eq!(picture.lines().count(), 29);
            assert!(picture.lines().skip(1).all(|line| visible_width(line) == 29));
            assert_eq!(picture.contains('\u{1b}'), color != Color::None);
        }
        assert_eq!(belief_heatmap(&[], Color::True).lines().count(), 1);
    }

    #[test]
    fn nan_is_no_belief_and_breaks_nothing() {
        let mut row = certain(4);
        row[9] = f32::NAN;
        assert!(belief_heatmap(&[row], Color::None).lines().nth(1).unwrap().contains('4'));
        assert!(belief_heatmap(&[[f32::NAN; 10]], Color::Sixteen).contains("0 %"));
    }

    #[test]
    fn reading_puts_every_row_beside_its_belief_within_80_cells() {
        let mut pixels = vec![0; SIDE * SIDE];
        pixels[9 * SIDE + 12] = 255;
        for color in [Color::True, Color::Sixteen, Color::None] {
            let picture = reading(&pixels, &[certain(7); 28], color);
            assert_eq!(picture.lines().count(), 29);
            assert!(picture.lines().all(|line| visible_width(line) <= WIDTH));
        }
        let picture = reading(&pixels, &[certain(7); 20], Color::None);
        let inked: Vec<usize> =
            (0..29).filter(|&k| picture.lines().nth(k).unwrap()[..48].contains('█')).collect();
        assert_eq!(inked, [10], "row 9 lies under the header");
    }

    #[test]
    fn only_the_rows_that_change_the_winner_are_marked() {
        let story = [certain(1), certain(1), certain(7), certain(1), certain(1)];
        let picture = reading(&[0; SIDE * SIDE], &story, Color::None);
        let marked: Vec<usize> =
            (0..29).filter(|&k| picture.lines().nth(k).unwrap().ends_with('◂')).collect();
        assert_eq!(marked, [3, 4], "rows 3 and 4 lie under the header");
    }

    #[test]
    fn rows_that_are_not_read_show_no_ink() {
        for color in [Color::True, Color::Sixteen, Color::None] {
            let half = |lower: u8| {
                let pixels: Vec<u8> = (0..SIDE * SIDE)
                    .map(|k| if k < SIDE * SIDE / 2 { 200 } else { lower })
                    .collect();
                reading(&pixels, &[certain(7); 14], color)
            };
            assert_eq!(half(0), half(255));
        }
    }
}
