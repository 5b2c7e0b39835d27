//! The confusion table as a slide.

use super::{
    legend::{Patch, legend},
    slide::{Anchor, BELOW_TITLE, MARGIN, Slide, WORDS},
    tone::{Tone, UNDER_WORDS},
};

/// What stands beside and above a confusion table.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// At the left of the lines.
    pub truth: String,
    /// Above the columns.
    pub read_as: String,
    /// What the colour of the diagonal means.
    pub right: String,
    /// What the other colour means.
    pub wrong: String,
}

/// Five in a hundred of a class is as bad as the scale goes.
const WORST: f64 = 0.05;

/// Truth down, prediction across: `table[truth][read_as]` images each. Hits are green, mistakes
/// red, the deeper the larger their share of the class.
///
/// ```
/// use lstm_lessons::look::confusion_svg::{Labels, confusion_svg};
///
/// let picture = confusion_svg(&[[0; 10]; 10], "nothing read", &Labels::default());
/// assert_eq!(picture.matches("width=\"48\"").count(), 100);
/// ```
pub fn confusion_svg(table: &[[usize; 10]; 10], title: &str, labels: &Labels) -> String {
    const CELL: f64 = 50.0;
    const LEFT: f64 = 110.0;
    const TOP: f64 = BELOW_TITLE + 92.0;
    let mut slide = Slide::new(720.0, TOP + 10.0 * CELL + MARGIN, title);
    let colours =
        [(Patch::Square(Tone::Hit), &*labels.right), (Patch::Square(Tone::Miss), &labels.wrong)];
    legend(&mut slide, (MARGIN, BELOW_TITLE), &colours);
    let above = (LEFT + 5.0 * CELL, TOP - 34.0);
    slide.text(above, 16, Anchor::Middle, Tone::Ink, &labels.read_as);
    slide.text((MARGIN, TOP - 10.0), 16, Anchor::Start, Tone::Ink, &labels.truth);
    for (d, row) in table.iter().enumerate() {
        let along = CELL * d as f64;
        let (across, down) =
            ((LEFT + along + CELL / 2.0, TOP - 10.0), (LEFT - 12.0, TOP + along + 31.0));
        slide.text(across, 16, Anchor::Middle, Tone::Ink, &d.to_string());
        slide.text(down, 16, Anchor::End, Tone::Ink, &d.to_string());
        let images: usize = row.iter().sum();
        for (read, &count) in row.iter().enumerate() {
            let share = count as f64 / images.max(1) as f64;
            let (at, size) = ((LEFT + CELL * read as f64, TOP + along), (CELL - 2.0, CELL - 2.0));
            slide.cell(at, size, Tone::Pale);
            if count == 0 {
                continue;
            }
            let (tone, depth) = match d == read {
                true => (Tone::Hit, 0.3 + 0.7 * share),
                false => (Tone::Miss, 0.3 + 0.7 * (share / WORST).min(1.0)),
            };
            slide.tinted(at, size, tone, UNDER_WORDS * depth);
            let middle = (at.0 + CELL / 2.0 - 1.0, at.1 + 30.0);
            slide.text(middle, WORDS, Anchor::Middle, Tone::OnPale, &count.to_string());
        }
    }
    slide.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_stands_in_its_own_cell_and_zeros_are_left_out() {
        let mut table = [[0; 10]; 10];
        table[4][9] = 17;
        table[4][4] = 983;
        let picture = confusion_svg(&table, "a & b", &Labels::default());
        let place = |count: &str| {
            picture
                .lines()
                .position(|line| line.trim() == count)
                .map(|k| picture.lines().nth(k - 1).unwrap())
        };
        let (hit, miss) = (place("983").unwrap(), place("17").unwrap());
        assert!(hit.contains("x=\"334\"") && hit.contains("y=\"374\""), "{hit}");
        assert!(miss.contains("x=\"584\"") && miss.contains("y=\"374\""), "{miss}");
        assert!(picture.contains("a &amp; b") && !picture.lines().any(|line| line.trim() == "00"));
    }
}
