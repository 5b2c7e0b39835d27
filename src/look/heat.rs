//! Heat-maps that stand exactly under a line of Han characters: two terminal cells for each.

use super::{
    color::{Color, DEEP, Line, PALE, Style},
    legend::{Patch, SHARES, legend},
    scale::{SHADES, share},
    slide::{Anchor, BELOW_TITLE, MARGIN, Slide, WORDS},
    terminal::{fit, pad, visible_width},
    tone::Tone,
};
use crate::poems::text::punctuation::{PUNCTUATION, SENTENCE_ENDS};

/// Numbers between 0 and 1 under the characters of a text, one row a name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heat {
    /// The characters, each two cells wide on a terminal.
    pub text: Vec<char>,
    /// A name, and a number for each character; outside 0..=1 the nearest, NaN as 0.
    pub rows: Vec<(String, Vec<f64>)>,
}

impl Heat {
    /// In lines of at most `per_line` characters: as many whole verses as fit, a longer verse in
    /// pieces. A sentence ends its line.
    pub fn lines(&self, per_line: usize) -> Vec<Heat> {
        let per_line = per_line.max(1);
        let mut lines = Vec::new();
        let mut from = 0;
        while from < self.text.len() {
            let most = self.text.len().min(from + per_line);
            let room = &self.text[from..most];
            let sentence = room.iter().position(|&c| SENTENCE_ENDS.contains(c));
            let verse = room.iter().rposition(|&c| PUNCTUATION.contains(c));
            let to = match (sentence, verse) {
                (Some(last), _) => from + last + 1,
                (None, Some(last)) if most < self.text.len() => from + last + 1,
                _ => most,
            };
            let row = |(name, values): &(String, Vec<f64>)| {
                let values = values.iter().take(to).skip(from).copied().collect();
                (name.clone(), values)
            };
            let text = self.text[from..to].to_vec();
            lines.push(Heat { text, rows: self.rows.iter().map(row).collect() });
            from = to;
        }
        lines
    }
}

/// The text above, the rows below it, in [`lines`](Heat::lines) of at most `per_line` characters.
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
    for part in map.lines(per_line) {
        let wide: String = part.text.iter().map(|c| pad(&c.to_string(), 2)).collect();
        lines.push(format!("{}{}", " ".repeat(margin), wide));
        for (name, values) in &part.rows {
            let mut line = Line::new(color);
            line.plain(&pad(&fit(name, margin - 1), margin));
            values.iter().for_each(|&value| shade(&mut line, value, color));
            lines.push(line.finish());
        }
    }
    lines.join("\n")
}

/// The shades of [`heat`] from 0 to 1, for a sentence that says what they mean: whether the higher
/// number is the lighter one is a matter of the terminal.
///
/// ```
/// use lstm_lessons::look::{Color, heat_scale};
/// assert_eq!(heat_scale(Color::None), "  ░░▒▒▓▓██");
/// ```
pub fn heat_scale(color: Color) -> String {
    let mut line = Line::new(color);
    [0.1, 0.3, 0.5, 0.7, 0.9].into_iter().for_each(|value| shade(&mut line, value, color));
    line.finish()
}

/// A number between 0 and 1 as two cells of the terminal.
fn shade(line: &mut Line, value: f64, color: Color) {
    let share = share(value) as f32;
    let shade = SHADES[((share * 5.0) as usize).min(4)];
    match color {
        Color::True => {
            line.put("  ", Style { paper: Some(PALE.mix(DEEP, share)), ..Style::default() })
        }
        // Sixteen colours hold no scale, so the shades of a block make one.
        Color::Sixteen => line.put(shade, Style::on(DEEP, PALE)),
        Color::None => line.plain(shade),
    };
}

/// Texts below each other as an SVG document, lines as in [`heat`]. `ends` is what the light and the
/// dark end of the scale mean. Where a text has no number there is no cell.
pub fn heat_svg(maps: &[Heat], per_line: usize, title: &str, ends: [&str; 2]) -> String {
    const CELL: f64 = 30.0;
    const ROW: f64 = 24.0;
    const LEFT: f64 = 110.0;
    const TOP: f64 = BELOW_TITLE + 36.0;
    let lines: Vec<Heat> = maps.iter().flat_map(|map| map.lines(per_line)).collect();
    // Two lines stand beside each other where one below the other would make the picture too high.
    let longest = lines.iter().map(|line| line.text.len()).max().unwrap_or(0) as f64;
    let block = lines.iter().map(|line| ROW * (line.rows.len() + 2) as f64).fold(0.0, f64::max);
    let columns = if lines.len() as f64 * block > HIGHEST { 2 } else { 1 };
    let across = LEFT + CELL * longest + MARGIN;
    let (width, below) = (across * columns as f64, lines.len().div_ceil(columns) as f64);
    let mut slide = Slide::new(width.max(680.0), TOP + block * below, title);
    let [light, dark] = ends;
    legend(&mut slide, (MARGIN, BELOW_TITLE), &[(Patch::Scale(&SHARES, light), dark)]);
    for (k, line) in lines.iter().enumerate() {
        let left = LEFT + across * (k / (below as usize).max(1)) as f64;
        let top = TOP + block * (k % (below as usize).max(1)) as f64;
        for (t, c) in line.text.iter().enumerate() {
            let middle = left + CELL * (t as f64 + 0.5);
            slide.text((middle, top + 20.0), 20, Anchor::Middle, Tone::Ink, &c.to_string());
        }
        for ((name, values), row) in line.rows.iter().zip(1u8..) {
            let y = top + ROW * f64::from(row) + 4.0;
            slide.text((left - 8.0, y + 16.0), WORDS, Anchor::End, Tone::Ink, name);
            for (t, value) in values.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
                let at = (left + CELL * t as f64, y);
                slide.cell(at, (CELL - 1.0, ROW - 2.0), Tone::Pale);
                slide.tinted(at, (CELL - 1.0, ROW - 2.0), Tone::Deep, share(*value));
            }
        }
    }
    slide.finish()
}

/// The units that lines may take below each other.
const HIGHEST: f64 = 760.0;

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
        let svg = heat_svg(&[map()], 12, "a < b", ["0 < 1", "1"]);
        // The paper; the scale; 24 numbers of one row and two of the other, each on its light end.
        assert_eq!(svg.matches("<rect").count(), 1 + 2 * 5 + 2 * (24 + 2));
        assert!(svg.contains("0 &lt; 1"));
        assert!(heat_svg(&[], 0, "", ["", ""]).starts_with("<svg"));
    }

    #[test]
    fn a_line_holds_whole_verses() {
        let lines = |text: &str, per_line: usize| -> Vec<String> {
            let map = Heat { text: text.chars().collect(), rows: vec![("x".into(), vec![0.5; 3])] };
            let lines = map.lines(per_line);
            assert_eq!(lines.iter().map(|line| line.rows[0].1.len()).sum::<usize>(), 3);
            lines.into_iter().map(|line| line.text.into_iter().collect()).collect()
        };
        let five = "床前明月光，疑是地上霜。举头望明月，低头思故乡。";
        let couplets = ["床前明月光，疑是地上霜。", "举头望明月，低头思故乡。"];
        assert_eq!(lines(five, 16), couplets);
        assert_eq!(lines(five, 12), couplets);
        let verses = ["床前明月光，", "疑是地上霜。", "举头望明月，", "低头思故乡。"];
        assert_eq!(lines(five, 8), verses);
        assert_eq!(lines("床前明月光", 2), ["床前", "明月", "光"]);
    }
}
