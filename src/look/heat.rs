//! Heat-maps that stand exactly under a line of Han characters: two terminal cells for each.

use super::{
    color::{Color, DEEP, INK, Line, PALE, Style},
    scale::{SHADES, share},
    slide::{Anchor, Slide},
    terminal::{fit, pad, visible_width},
};

/// Numbers between 0 and 1 under the characters of a text, one row a name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heat {
    /// The characters, each two cells wide on a terminal.
    pub text: Vec<char>,
    /// A name, and a number for each character; outside 0..=1 the nearest, NaN as 0.
    pub rows: Vec<(String, Vec<f64>)>,
}

/// The text above, the rows below it; lines of more than `per_line` characters are continued under
/// each other.
///
/// ```
/// use lstm_lessons::look::{Color, Heat, heat};
/// let map = Heat { text: "床前".chars().collect(), rows: vec![("f".into(), vec![0.1, 0.9])] };
/// assert_eq!(heat(&map, 30, Color::None), "    床前\nf     ██");
/// ```
pub fn heat(map: &Heat, per_line: usize, color: Color) -> String {
    let margin =
        map.rows.iter().map(|(name, _)| visible_width(name)).max().unwrap_or(0).clamp(3, 10) + 1;
    let mut lines = vec![];
    for from in (0..map.text.len()).step_by(per_line.max(1)) {
        let to = map.text.len().min(from + per_line.max(1));
        let wide: String = map.text[from..to].iter().map(|c| pad(&c.to_string(), 2)).collect();
        lines.push(format!("{}{}", " ".repeat(margin), wide));
        for (name, values) in &map.rows {
            let mut line = Line::new(color);
            line.plain(&pad(&fit(name, margin - 1), margin));
            for value in values.iter().take(to).skip(from) {
                let share = share(*value) as f32;
                let shade = SHADES[((share * 5.0) as usize).min(4)];
                match color {
                    Color::True => line.put(
                        "  ",
                        Style { paper: Some(PALE.mix(DEEP, share)), ..Style::default() },
                    ),
                    // Sixteen colours hold no scale, so the shades of a block make one.
                    Color::Sixteen => line.put(shade, Style::on(DEEP, PALE)),
                    Color::None => line.plain(shade),
                };
            }
            lines.push(line.finish());
        }
    }
    lines.join("\n")
}

/// The same as an SVG document.
pub fn heat_svg(map: &Heat, per_line: usize, title: &str) -> String {
    const CELL: f64 = 24.0;
    const LEFT: f64 = 110.0;
    const TOP: f64 = 48.0;
    let per_line = per_line.max(1);
    let blocks = map.text.len().div_ceil(per_line);
    let block_height = CELL * (map.rows.len() + 2) as f64;
    let (width, height) = (
        LEFT + CELL * per_line.min(map.text.len()) as f64 + 20.0,
        TOP + blocks as f64 * block_height,
    );
    let mut slide = Slide::new(width.max(680.0) as usize, height as usize);
    slide.title(title);
    for (k, c) in map.text.iter().enumerate() {
        let (x, y) =
            (LEFT + CELL * (k % per_line) as f64, TOP + block_height * (k / per_line) as f64);
        slide.text((x + CELL / 2.0, y + 18.0), 16, Anchor::Middle, INK, &c.to_string());
        for (row, (_, values)) in map.rows.iter().enumerate() {
            let share = share(values.get(k).copied().unwrap_or(0.0)) as f32;
            let y = y + CELL * (row + 1) as f64;
            slide.cell((x, y), (CELL, CELL - 2.0), PALE.mix(DEEP, share));
        }
    }
    for block in 0..blocks {
        for (row, (name, _)) in map.rows.iter().enumerate() {
            let y = TOP + block_height * block as f64 + CELL * (row + 1) as f64 + 16.0;
            slide.text((LEFT - 8.0, y), 16, Anchor::End, INK, name);
        }
    }
    slide.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::WIDTH;

    fn map() -> Heat {
        let text: Vec<char> = "床前明月光，疑是地上霜。举头望明月，低头思故乡。".chars().collect();
        let values = (0..text.len()).map(|k| k as f64 / 23.0).collect();
        Heat {
            text,
            rows: vec![("forget".into(), values), ("x".into(), vec![f64::NAN, 7.0, -1.0])],
        }
    }

    #[test]
    fn every_cell_stands_under_its_character() {
        for color in [Color::True, Color::Sixteen, Color::None] {
            let picture = heat(&map(), 12, color);
            let lines: Vec<&str> = picture.lines().collect();
            assert_eq!(lines.len(), 6);
            assert!(lines.iter().all(|line| visible_width(line) <= WIDTH));
            for block in lines.chunks(3) {
                assert_eq!(visible_width(block[0]), visible_width(block[1]), "{picture}");
            }
            assert_eq!(picture.contains('\u{1b}'), color != Color::None);
        }
    }

    #[test]
    fn shades_grow_with_the_number() {
        let picture = heat(&map(), 24, Color::None);
        let row: Vec<char> = picture.lines().nth(1).unwrap().chars().skip(7).collect();
        assert!(
            row.chunks(2)
                .map(|cell| " ░▒▓█".chars().position(|c| c == cell[0]).unwrap())
                .is_sorted()
        );
    }

    #[test]
    fn the_slide_has_a_cell_for_every_number() {
        let svg = heat_svg(&map(), 12, "a < b");
        assert_eq!(svg.matches("<rect").count(), 1 + 2 * 24);
        assert!(heat_svg(&Heat::default(), 0, "").starts_with("<svg"));
    }
}
