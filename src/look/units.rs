//! What a hidden unit does while an image is read: ten lines, one a digit, and a cell for every
//! row.

use super::{
    color::{BLUE, Color, Line, ORANGE, PAPER, Rgb, Style},
    legend::{Patch, legend},
    slide::{Anchor, BELOW_TITLE, MARGIN, Slide, WORDS},
    terminal::{WIDTH, beside, fit},
    tone::Tone,
};

/// Without a scale of colours: far below 0, below, near, above, far above.
const LEVELS: [&str; 5] = ["=", "-", " ", "▒", "█"];

/// One unit: what is said of it, and its mean for each digit and row.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitHeat {
    /// What stands above its map.
    pub caption: String,
    /// `mean[d][t]`, -1 to 1; outside of that the nearest.
    pub mean: Vec<Vec<f64>>,
}

/// Two units beside each other: the caption, the rows' numbers, then a line a digit. Blue (`-`,
/// `=`) is below 0, orange (`▒`, `█`) above.
///
/// ```
/// use lstm_lessons::look::{Color, units::{UnitHeat, unit_heats}};
///
/// let unit = UnitHeat { caption: "unit 3".into(), mean: vec![vec![-1.0, 1.0]; 10] };
/// assert!(unit_heats(&[unit], Color::None).ends_with("9 =█"));
/// ```
pub fn unit_heats(units: &[UnitHeat], color: Color) -> String {
    const GAP: usize = 6;
    let room = (WIDTH - GAP) / 2;
    let pairs = units.chunks(2).map(|pair| {
        let right = pair.get(1).map(|unit| one(unit, room, color)).unwrap_or_default();
        beside(&one(&pair[0], room, color), &right, GAP)
    });
    pairs.collect::<Vec<_>>().join("\n\n")
}

fn one(unit: &UnitHeat, room: usize, color: Color) -> String {
    let rows = unit.mean.first().map_or(0, Vec::len);
    let marks: String = (1..=rows)
        .map(|row| if row % 7 == 0 { format!("{row:>7}") } else { String::new() })
        .collect();
    // The first line is as wide as its room, so that what stands beside it does not move.
    let caption = super::pad(&fit(&unit.caption, room), room);
    let mut lines = vec![caption, format!("  {marks}").trim_end().to_string()];
    for (digit, means) in unit.mean.iter().enumerate() {
        let mut line = Line::new(color);
        line.plain(&format!("{digit} "));
        for &mean in means {
            let level =
                LEVELS[[-0.6, -0.2, 0.2, 0.6].iter().filter(|&&bound| mean >= bound).count()];
            match color {
                Color::True => line.put(" ", Style { paper: Some(tone(mean)), ..Style::default() }),
                Color::Sixteen => {
                    line.put(level, Style::ink(if mean < 0.0 { BLUE } else { ORANGE }))
                }
                Color::None => line.plain(level),
            };
        }
        lines.push(line.finish());
    }
    lines.join("\n")
}

/// Paper at 0, blue towards -1, orange towards 1.
fn tone(mean: f64) -> Rgb {
    PAPER.mix(if mean < 0.0 { BLUE } else { ORANGE }, mean.abs() as f32)
}

/// The same as an SVG document, two units a line; `labels` are what a column, a line, the mean below
/// 0 and the mean above 0 are.
pub fn unit_heats_svg(units: &[UnitHeat], title: &str, labels: [&str; 4]) -> String {
    const CELL: (f64, f64) = (13.0, 18.0);
    const BLOCK: (f64, f64) = (430.0, 276.0);
    const TOP: f64 = BELOW_TITLE + 40.0;
    let lines = units.len().div_ceil(2);
    let mut slide = Slide::new(900.0, TOP + BLOCK.1 * lines as f64, title);
    let [column, line, below, above] = labels;
    let shades: Vec<(Tone, f64)> = (-4..=4i8).map(|fourth| tint(f64::from(fourth) / 4.0)).collect();
    legend(&mut slide, (MARGIN, BELOW_TITLE), &[(Patch::Scale(&shades, below), above)]);
    for (k, unit) in units.iter().enumerate() {
        let corner = (MARGIN + BLOCK.0 * (k % 2) as f64, TOP + BLOCK.1 * (k / 2) as f64);
        slide.text((corner.0, corner.1 + 14.0), WORDS, Anchor::Start, Tone::Ink, &unit.caption);
        let (left, top) = (corner.0 + 28.0, corner.1 + 44.0);
        slide.text((left - 10.0, top - 6.0), 13, Anchor::End, Tone::Ink, line);
        for row in (6..unit.mean.first().map_or(0, Vec::len)).step_by(7) {
            let middle = (left + CELL.0 * (row as f64 + 0.5), top - 6.0);
            slide.tick(middle, Anchor::Middle, &(row + 1).to_string());
        }
        slide.text((left, top - 6.0), 13, Anchor::Start, Tone::Ink, column);
        for (digit, means) in unit.mean.iter().enumerate() {
            let y = top + CELL.1 * digit as f64;
            slide.text((left - 10.0, y + 14.0), 13, Anchor::End, Tone::Ink, &digit.to_string());
            for (row, &mean) in means.iter().enumerate() {
                let at = (left + CELL.0 * row as f64, y);
                let (tone, opacity) = tint(mean);
                slide.cell(at, (CELL.0, CELL.1 - 1.0), Tone::Pale);
                slide.tinted(at, (CELL.0, CELL.1 - 1.0), tone, opacity);
            }
        }
    }
    slide.finish()
}

/// On a slide: nothing over the light end at 0, blue towards -1, orange towards 1.
fn tint(mean: f64) -> (Tone, f64) {
    (if mean < 0.0 { Tone::Blue } else { Tone::Orange }, mean.abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::visible_width;

    fn unit(mean: f64) -> UnitHeat {
        UnitHeat {
            caption: "很长很长很长很长很长很长很长很长很长的说明 < x".into(),
            mean: vec![vec![mean; 28]; 10],
        }
    }

    #[test]
    fn levels_grow_from_minus_one_to_one() {
        let mean = vec![f64::NEG_INFINITY, -1.0, -0.3, 0.0, 0.3, 7.0];
        let map = UnitHeat { caption: String::new(), mean: vec![mean] };
        assert_eq!(unit_heats(&[map], Color::None).lines().last().unwrap(), "0 ==- ▒█");
        let reds: Vec<u8> = [-1.0, -0.5, 0.0].map(|mean| tone(mean).0).to_vec();
        assert!(
            reds.is_sorted()
                && tone(1.0) == ORANGE
                && tone(-1.0) == BLUE
                && tone(f64::NAN) == PAPER
        );
    }

    #[test]
    fn two_units_stand_beside_each_other_within_80_cells() {
        for color in [Color::True, Color::Sixteen, Color::None] {
            let picture = unit_heats(&[unit(0.9), unit(-0.9), unit(0.0)], color);
            assert_eq!(picture.lines().count(), 12 + 1 + 12);
            assert!(picture.lines().all(|line| visible_width(line) <= WIDTH), "{picture}");
            assert_eq!(picture.contains('\u{1b}'), color != Color::None);
        }
        assert_eq!(unit_heats(&[], Color::True), "");
    }

    #[test]
    fn the_numbers_stand_over_their_rows() {
        let picture = unit_heats(&[unit(1.0)], Color::None);
        let marks: Vec<char> = picture.lines().nth(1).unwrap().chars().collect();
        // The last figure of each number is in the column of its row, which begins after two cells.
        assert_eq!(
            [marks[2 + 6], marks[2 + 13], marks[2 + 20], marks[2 + 27]],
            ['7', '4', '1', '8']
        );
    }

    #[test]
    fn the_slide_has_a_cell_for_every_mean() {
        let picture = unit_heats_svg(
            &[unit(0.5), unit(f64::NAN), unit(3.0)],
            "a & b",
            ["row", "digit", "-1", "1"],
        );
        assert_eq!(picture.matches("<rect").count(), 1 + 2 * 9 + 2 * 3 * 280);
        assert!(picture.contains("a &amp; b") && picture.contains("&lt; x"));
    }
}
