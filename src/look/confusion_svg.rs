//! The confusion table as a slide.

use super::{
    color::{INK, PAPER},
    confusion::{GREEN, RED, ROSE},
    slide::{Anchor, Slide},
};

/// Truth down, prediction across: `table[truth][read_as]` images each. Hits are green, mistakes
/// red, the deeper the larger their share of the class.
///
/// ```
/// use lstm_lessons::look::confusion_svg;
///
/// let picture = confusion_svg(&[[0; 10]; 10], "nothing read", "truth", "read as");
/// assert_eq!(picture.matches("<rect").count(), 1 + 100);
/// ```
pub fn confusion_svg(table: &[[usize; 10]; 10], title: &str, truth: &str, read_as: &str) -> String {
    const CELL: f64 = 44.0;
    const LEFT: f64 = 96.0;
    const TOP: f64 = 92.0;
    let mut slide = Slide::new(640, 560);
    slide.title(title);
    slide.text((LEFT + 5.0 * CELL, TOP - 32.0), 13, Anchor::Middle, INK, read_as);
    slide.text((24.0, TOP + 5.0 * CELL), 13, Anchor::Start, INK, truth);
    for (d, row) in table.iter().enumerate() {
        let along = CELL * d as f64;
        slide.text(
            (LEFT + along + CELL / 2.0, TOP - 10.0),
            14,
            Anchor::Middle,
            INK,
            &d.to_string(),
        );
        slide.text((LEFT - 12.0, TOP + along + 28.0), 14, Anchor::End, INK, &d.to_string());
        let images: usize = row.iter().sum();
        for (read, &count) in row.iter().enumerate() {
            let share = count as f32 / images.max(1) as f32;
            let fill = match (d == read, count) {
                (_, 0) => PAPER.mix(INK, 0.04),
                (true, _) => PAPER.mix(GREEN, 0.25 + 0.6 * share),
                // Five in a hundred of a class is as bad as the scale goes.
                (false, _) => ROSE.mix(RED, share / 0.05),
            };
            let (x, y) = (LEFT + CELL * read as f64, TOP + along);
            slide.cell((x, y), (CELL - 2.0, CELL - 2.0), fill);
            if count > 0 {
                slide.text(
                    (x + CELL / 2.0 - 1.0, y + 27.0),
                    13,
                    Anchor::Middle,
                    fill.contrast(),
                    &count.to_string(),
                );
            }
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
        let picture = confusion_svg(&table, "a & b", "truth", "read as");
        let place = |count: &str| {
            picture
                .lines()
                .position(|line| line.trim() == count)
                .map(|k| picture.lines().nth(k - 1).unwrap())
        };
        let (hit, miss) = (place("983").unwrap(), place("17").unwrap());
        assert!(hit.contains("x=\"293\"") && hit.contains("y=\"295\""), "{hit}");
        assert!(miss.contains("x=\"513\"") && miss.contains("y=\"295\""), "{miss}");
        assert!(picture.contains("a &amp; b") && !picture.lines().any(|line| line.trim() == "00"));
    }
}
