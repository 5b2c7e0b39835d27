//! What the colours and the signs of a picture mean, in a line below its title.

use super::{
    slide::{Anchor, MARGIN, Slide, WORDS, text_width},
    tone::Tone,
};

/// What stands before a word of a legend.
#[derive(Clone, Copy)]
pub(super) enum Patch<'a> {
    /// A piece of a line.
    Line(Tone),
    /// A square.
    Square(Tone),
    /// A ring.
    Ring,
    /// A sign of the picture itself.
    Sign(char, Tone),
    /// All shades from one end of a scale to the other, by colour and opacity, and what the first of
    /// them means; the word behind it is what the last means.
    Scale(&'a [(Tone, f64)], &'a str),
}

impl Patch<'_> {
    const SHADE: f64 = 14.0;

    fn width(self) -> f64 {
        match self {
            Patch::Line(_) => 24.0,
            Patch::Square(_) | Patch::Ring | Patch::Sign(..) => 16.0,
            Patch::Scale(shades, first) => {
                text_width(first, WORDS) + 8.0 + Self::SHADE * shades.len() as f64
            }
        }
    }

    fn draw(self, slide: &mut Slide, (x, y): (f64, f64)) {
        match self {
            Patch::Line(tone) => slide.cell((x, y + 5.0), (24.0, 4.0), tone),
            Patch::Square(tone) => slide.cell((x, y), (14.0, 14.0), tone),
            Patch::Ring => slide.ring((x + 8.0, y + 7.0)),
            Patch::Sign(sign, tone) => {
                slide.text((x + 8.0, y + 12.0), 16, Anchor::Middle, tone, &sign.to_string())
            }
            Patch::Scale(shades, first) => {
                slide.text((x, y + 12.0), WORDS, Anchor::Start, Tone::Ink, first);
                let left = x + text_width(first, WORDS) + 8.0;
                for (k, (tone, opacity)) in shades.iter().enumerate() {
                    let at = (left + Self::SHADE * k as f64, y);
                    slide.cell(at, (Self::SHADE, 14.0), Tone::Pale);
                    slide.tinted(at, (Self::SHADE, 14.0), *tone, *opacity);
                }
            }
        }
    }
}

/// Shades of a scale from 0 to 1: the light end, then more and more of the dark one.
pub(super) const SHARES: [(Tone, f64); 5] = [
    (Tone::Deep, 0.0),
    (Tone::Deep, 0.25),
    (Tone::Deep, 0.5),
    (Tone::Deep, 0.75),
    (Tone::Deep, 1.0),
];

/// A patch and its meaning each, in one line from (x, y) on; a legend that is too long goes on below.
/// Returns where the next line would stand.
pub(super) fn legend(slide: &mut Slide, (left, top): (f64, f64), entries: &[(Patch, &str)]) -> f64 {
    const LINE: f64 = 24.0;
    let (mut x, mut y) = (left, top);
    for (patch, word) in entries {
        let wide = patch.width() + 8.0 + text_width(word, WORDS);
        if x > left && x + wide > slide.width - MARGIN {
            (x, y) = (left, y + LINE);
        }
        patch.draw(slide, (x, y));
        slide.meaning((x + patch.width() + 8.0, y + 12.0), word);
        x += wide + 26.0;
    }
    y + LINE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_legend_goes_on_below() {
        let mut slide = Slide::new(300.0, 100.0, "x");
        let entry = (Patch::Line(Tone::Blue), "训练集的损失");
        assert_eq!(legend(&mut slide, (24.0, 50.0), &[entry; 2]), 98.0);
        assert_eq!(legend(&mut slide, (24.0, 50.0), &[entry; 1]), 74.0);
        assert_eq!(slide.finish().matches("class=\"legend\"").count(), 3);
    }
}
