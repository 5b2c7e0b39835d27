//! A reading as a slide: the digit, and beside each row what was believed right after it.

use super::{
    belief::{changed, winner},
    color::{DEEP, INK, ORANGE, PALE, PAPER},
    digit::{SIDE, UNREAD, pixel},
    slide::{Anchor, Slide},
};

/// The same as [`reading`](super::reading) as an SVG document; a triangle stands where
/// another digit became the most probable.
///
/// ```
/// use lstm_lessons::look::reading_svg;
///
/// let picture = reading_svg(&[0; 784], &[[0.1; 10]; 14], "half an image");
/// assert_eq!(picture.matches("<rect").count(), 1 + 784 + 14 * 10);
/// ```
pub fn reading_svg(pixels: &[u8], beliefs: &[[f32; 10]], title: &str) -> String {
    const ROW: f64 = 16.0;
    const TOP: f64 = 76.0;
    const LEFT: f64 = 24.0;
    const CELL: f64 = 28.0;
    let right = LEFT + ROW * SIDE as f64 + 56.0;
    let mut slide = Slide::new(900, 540);
    slide.title(title);
    for d in 0..10 {
        slide.text(
            (right + CELL * (d as f64 + 0.5), TOP - 10.0),
            14,
            Anchor::Middle,
            INK,
            &d.to_string(),
        );
    }
    for row in 0..SIDE {
        let y = TOP + ROW * row as f64;
        for column in 0..SIDE {
            let fill = match row < beliefs.len() {
                true => PAPER.mix(INK, f32::from(pixel(pixels, row, column)) / 255.0),
                false => UNREAD,
            };
            slide.cell((LEFT + ROW * column as f64, y), (ROW, ROW), fill);
        }
        let Some(belief) = beliefs.get(row) else { continue };
        slide.text((right - 10.0, y + 13.0), 12, Anchor::End, INK, &(row + 1).to_string());
        let best = winner(belief);
        for (d, &share) in belief.iter().enumerate() {
            let (x, fill) = (right + CELL * d as f64, PALE.mix(DEEP, share));
            slide.cell((x, y), (CELL - 1.0, ROW - 1.0), fill);
            if d == best {
                slide.text(
                    (x + CELL / 2.0, y + 12.5),
                    12,
                    Anchor::Middle,
                    fill.contrast(),
                    &d.to_string(),
                );
            }
        }
        let share = format!("{:.0} %", 100.0 * belief[best]);
        slide.text((right + CELL * 10.0 + 48.0, y + 13.0), 12, Anchor::End, INK, &share);
        if changed(beliefs, row) {
            slide.text((right + CELL * 10.0 + 56.0, y + 13.0), 13, Anchor::Start, ORANGE, "◀");
        }
    }
    slide.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sure(winner: usize) -> [f32; 10] {
        std::array::from_fn(|d| if d == winner { 0.91 } else { 0.01 })
    }

    #[test]
    fn a_triangle_stands_at_every_change_of_mind_and_nowhere_else() {
        let picture = reading_svg(&[0; 784], &[sure(1), sure(1), sure(7), sure(1)], "a < b");
        assert_eq!(picture.matches('◀').count(), 2);
        assert_eq!(picture.matches("91 %").count(), 4);
        assert!(picture.contains("a &lt; b"));
    }

    #[test]
    fn no_number_breaks_the_picture() {
        let picture = reading_svg(&[], &[[f32::NAN; 10]; 28], "");
        assert!(picture.ends_with("</svg>\n"));
    }
}
