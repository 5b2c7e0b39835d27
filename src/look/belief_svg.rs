//! A reading as a slide: the digit, and beside each row what was believed right after it.

use super::{
    belief::{changed, winner},
    digit::{SIDE, pixel},
    legend::{Patch, SHARES, legend},
    scale::share,
    slide::{Anchor, BELOW_TITLE, MARGIN, Slide, WORDS},
    tone::Tone,
};

/// What the words beside a reading are.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// Above the columns.
    pub digits: String,
    /// Above the numbers of the rows.
    pub row: String,
    /// The light and the dark end of the scale.
    pub ends: [String; 2],
    /// What a triangle means.
    pub changed: String,
}

/// The same as [`reading`](super::reading) as an SVG document; a triangle stands where
/// another digit became the most probable.
///
/// ```
/// use lstm_lessons::look::belief_svg::{Labels, reading_svg};
///
/// let picture = reading_svg(&[0; 784], &[[0.1; 10]; 14], "half an image", &Labels::default());
/// assert_eq!(picture.matches(">\n0\n<").count(), 1 + 14);
/// ```
pub fn reading_svg(pixels: &[u8], beliefs: &[[f32; 10]], title: &str, labels: &Labels) -> String {
    const ROW: f64 = 18.0;
    const TOP: f64 = BELOW_TITLE + 66.0;
    const CELL: f64 = 30.0;
    const RIGHT: f64 = MARGIN + ROW * SIDE as f64 + 56.0;
    let mut slide = Slide::new(980.0, TOP + ROW * SIDE as f64 + MARGIN, title);
    let [light, dark] = &labels.ends;
    let scale = (Patch::Scale(&SHARES, light), &**dark);
    legend(
        &mut slide,
        (MARGIN, BELOW_TITLE),
        &[scale, (Patch::Sign('◀', Tone::Orange), &labels.changed)],
    );
    slide.text((RIGHT, TOP - 26.0), WORDS, Anchor::Start, Tone::Ink, &labels.digits);
    slide.text((RIGHT - 10.0, TOP - 8.0), WORDS, Anchor::End, Tone::Ink, &labels.row);
    for d in 0..10 {
        let middle = (RIGHT + CELL * (f64::from(d) + 0.5), TOP - 8.0);
        slide.text(middle, 16, Anchor::Middle, Tone::Ink, &d.to_string());
    }
    for row in 0..SIDE {
        let y = TOP + ROW * row as f64;
        draw_row(&mut slide, (MARGIN, y), ROW, |column| match row < beliefs.len() {
            true => (Tone::Ink, f64::from(pixel(pixels, row, column)) / 255.0),
            false => (Tone::Grey, 0.5), // not read
        });
        let Some(belief) = beliefs.get(row) else { continue };
        let baseline = y + 14.0;
        slide.text((RIGHT - 10.0, baseline), 13, Anchor::End, Tone::Ink, &(row + 1).to_string());
        let best = winner(belief);
        for (d, &p) in belief.iter().enumerate() {
            let (at, size) = ((RIGHT + CELL * d as f64, y), (CELL - 1.0, ROW - 1.0));
            let p = share(f64::from(p));
            slide.cell(at, size, Tone::Pale);
            slide.tinted(at, size, Tone::Deep, p);
            if d == best {
                let middle = (at.0 + CELL / 2.0, baseline);
                slide.text(middle, 13, Anchor::Middle, Tone::words_on(p), &d.to_string());
            }
        }
        let percent = format!("{:.0} %", 100.0 * belief[best]);
        let after = RIGHT + CELL * 10.0;
        slide.text((after + 52.0, baseline), 13, Anchor::End, Tone::Ink, &percent);
        if changed(beliefs, row) {
            slide.text((after + 62.0, baseline), WORDS, Anchor::Start, Tone::Orange, "◀");
        }
    }
    slide.finish()
}

/// A row of pixels; those of the paper's colour are left out, equal neighbours are one cell.
fn draw_row(
    slide: &mut Slide,
    (left, y): (f64, f64),
    side: f64,
    look: impl Fn(usize) -> (Tone, f64),
) {
    let looks: Vec<(Tone, f64)> = (0..SIDE).map(look).collect();
    let mut column = 0;
    for run in looks.chunk_by(|a, b| a == b) {
        let (tone, opacity) = run[0];
        if opacity > 0.0 {
            let size = (side * run.len() as f64, side);
            slide.tinted((left + side * column as f64, y), size, tone, opacity);
        }
        column += run.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sure(winner: usize) -> [f32; 10] {
        std::array::from_fn(|d| if d == winner { 0.91 } else { 0.01 })
    }

    #[test]
    fn a_triangle_stands_at_every_change_of_mind_and_nowhere_else() {
        let picture = reading_svg(
            &[0; 784],
            &[sure(1), sure(1), sure(7), sure(1)],
            "a < b",
            &Labels::default(),
        );
        assert_eq!(picture.matches('◀').count(), 1 + 2, "one in the legend");
        assert_eq!(picture.matches("91 %").count(), 4);
        assert!(picture.contains("a &lt; b"));
    }

    #[test]
    fn no_number_breaks_the_picture() {
        let picture = reading_svg(&[], &[[f32::NAN; 10]; 28], "", &Labels::default());
        assert!(picture.ends_with("</svg>\n"));
    }
}
