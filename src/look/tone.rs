//! The colours of the pictures in files, each with its twin on dark paper.

use super::color::{DEEP, INK, PALE, PAPER, Rgb};

/// A colour of a slide. What lies between two colours is one of them, drawn over the other with an
/// opacity, so that every shade has its twin too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Under everything.
    Paper,
    /// Words and axes.
    Ink,
    /// Lines and bars, and what is below 0.
    Blue,
    /// The one that it is about, and what is above 0.
    Orange,
    /// A third line.
    Green,
    /// A fourth line.
    Purple,
    /// A limit that the others are held against.
    Grey,
    /// The light end of a scale: 0.
    Pale,
    /// The dark end of a scale: 1.
    Deep,
    /// Read rightly.
    Hit,
    /// Misread.
    Miss,
    /// Words on a light shade of a scale.
    OnPale,
    /// Words on a dark one.
    OnDeep,
}

impl Tone {
    pub const ALL: [Tone; 13] = [
        Tone::Paper,
        Tone::Ink,
        Tone::Blue,
        Tone::Orange,
        Tone::Green,
        Tone::Purple,
        Tone::Grey,
        Tone::Pale,
        Tone::Deep,
        Tone::Hit,
        Tone::Miss,
        Tone::OnPale,
        Tone::OnDeep,
    ];

    /// On light paper, and where no style is read.
    pub fn light(self) -> Rgb {
        match self {
            Tone::Paper => PAPER,
            Tone::Ink => INK,
            Tone::Blue => Rgb(31, 99, 176),
            Tone::Orange => Rgb(184, 78, 4),
            Tone::Green => Rgb(36, 118, 64),
            Tone::Purple => Rgb(126, 66, 148),
            Tone::Grey => Rgb(120, 120, 120),
            Tone::Pale => PALE,
            Tone::Deep => DEEP,
            Tone::Hit => Rgb(36, 146, 76),
            Tone::Miss => Rgb(206, 44, 32),
            Tone::OnPale => Rgb(0, 0, 0),
            Tone::OnDeep => Rgb(255, 255, 255),
        }
    }

    /// On dark paper.
    pub fn dark(self) -> Rgb {
        match self {
            Tone::Paper => Rgb(22, 23, 28),
            Tone::Ink => Rgb(232, 230, 222),
            Tone::Blue => Rgb(110, 170, 240),
            Tone::Orange => Rgb(244, 150, 70),
            Tone::Green => Rgb(104, 196, 130),
            Tone::Purple => Rgb(206, 150, 226),
            Tone::Grey => Rgb(150, 150, 150),
            Tone::Pale => Rgb(30, 36, 48),
            Tone::Deep => Rgb(105, 155, 225),
            Tone::Hit => Rgb(60, 150, 90),
            Tone::Miss => Rgb(214, 80, 70),
            Tone::OnPale => Rgb(255, 255, 255),
            Tone::OnDeep => Rgb(0, 0, 0),
        }
    }

    /// The words that read best on so much [`Deep`](Tone::Deep) over [`Pale`](Tone::Pale).
    pub fn words_on(share: f64) -> Tone {
        if share < 0.71 { Tone::OnPale } else { Tone::OnDeep }
    }
}

/// The most opacity of a colour over the paper under words [`OnPale`](Tone::OnPale).
pub(super) const UNDER_WORDS: f64 = 0.6;

/// The rules that turn every colour into its twin where the reader's screen is dark.
pub(super) fn dark_style() -> String {
    let rule = |tone: Tone| {
        let (light, dark) = (tone.light().hex(), tone.dark().hex());
        format!("[fill=\"{light}\"]{{fill:{dark}}}[stroke=\"{light}\"]{{stroke:{dark}}}")
    };
    let rules: Vec<String> = Tone::ALL.into_iter().map(rule).collect();
    format!("@media (prefers-color-scheme: dark) {{\n{}\n}}", rules.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The relative luminance of WCAG 2.
    fn luminance(Rgb(r, g, b): Rgb) -> f64 {
        let linear = |part: u8| match f64::from(part) / 255.0 {
            low if low <= 0.03928 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    const SCHEMES: [fn(Tone) -> Rgb; 2] = [Tone::light, Tone::dark];

    #[test]
    fn words_and_lines_read_on_their_paper_light_and_dark() {
        for of in SCHEMES {
            let on_paper = |tone| contrast(of(tone), of(Tone::Paper));
            for tone in [Tone::Ink, Tone::Blue, Tone::Orange, Tone::Green, Tone::Purple] {
                assert!(on_paper(tone) >= 4.5, "{tone:?}: {}", on_paper(tone));
            }
            for tone in [Tone::Grey, Tone::Hit, Tone::Miss] {
                assert!(on_paper(tone) >= 3.0, "{tone:?}: {}", on_paper(tone));
            }
        }
    }

    #[test]
    fn words_read_on_every_shade_light_and_dark() {
        for of in SCHEMES {
            for percent in 0..=100u8 {
                let share = f64::from(percent) / 100.0;
                let shade = of(Tone::Pale).mix(of(Tone::Deep), share as f32);
                let words = contrast(of(Tone::words_on(share)), shade);
                assert!(words >= 4.5, "{words} at {share}");
                for tone in [Tone::Blue, Tone::Orange, Tone::Hit, Tone::Miss] {
                    let shade = of(Tone::Paper).mix(of(tone), (share * UNDER_WORDS) as f32);
                    let words = contrast(of(Tone::OnPale), shade);
                    assert!(words >= 4.5, "{words} on {tone:?} at {share}");
                }
            }
        }
    }

    #[test]
    fn no_two_colours_are_one_so_that_each_finds_its_twin() {
        for (k, one) in Tone::ALL.into_iter().enumerate() {
            for other in &Tone::ALL[k + 1..] {
                assert_ne!(one.light(), other.light(), "{one:?} and {other:?}");
            }
        }
    }
}
