//! Paper, cells, lines and text: what the pictures in files (SVG) are made of.
//!
//! One file shows on light and on dark paper: it names its colours as attributes, and a style in it
//! replaces them where the reader's screen is dark. What reads no styles shows light paper.

use svg::{
    Document, Node,
    node::element::{Circle, Line, Polyline, Rectangle, Style, Text, Title},
};

use super::{
    shown::visible,
    terminal::visible_width,
    tone::{Tone, dark_style},
};

/// Where the given place of a text is: at its beginning, middle or end.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The space around everything.
pub(super) const MARGIN: f64 = 24.0;
/// Where the content begins below a title.
pub(super) const BELOW_TITLE: f64 = 52.0;
/// How large words are, beside the title.
pub(super) const WORDS: usize = 14;

/// An SVG document in the making, on its own paper.
pub(super) struct Slide {
    document: Document,
    width: f64,
}

impl Slide {
    /// Paper of so many units with a title at the upper left, smaller where it is long.
    pub fn new(width: f64, height: f64, title: &str) -> Self {
        let fonts = "Noto Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif";
        let document = Document::new()
            .set("viewBox", (0, 0, width.ceil(), height.ceil()))
            .set("font-family", fonts)
            .add(Title::new(visible(title)))
            .add(Style::new(dark_style()));
        let mut slide = Self { document, width: width.ceil() };
        slide.cell((0.0, 0.0), (width.ceil(), height.ceil()), Tone::Paper);
        let fits = (width - 2.0 * MARGIN) / text_width(title, 1).max(1.0);
        let size = fits.clamp(13.0, 20.0).floor() as usize;
        slide.text((MARGIN, 34.0), size, Anchor::Start, Tone::Ink, title);
        slide
    }

    /// A filled rectangle: its upper left corner, its width and height.
    pub fn cell(&mut self, at: (f64, f64), size: (f64, f64), fill: Tone) {
        self.tinted(at, size, fill, 1.0);
    }

    /// The same with an opacity of 0 to 1; NaN is 0.
    pub fn tinted(
        &mut self,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
        fill: Tone,
        opacity: f64,
    ) {
        let opacity = if opacity.is_finite() { opacity.clamp(0.0, 1.0) } else { 0.0 };
        let cell = Rectangle::new()
            .set("x", short(x))
            .set("y", short(y))
            .set("width", short(width))
            .set("height", short(height))
            .set("fill", fill.light().hex());
        match opacity {
            1.0 => self.add(cell),
            _ => self.add(cell.set("fill-opacity", (opacity * 1000.0).round() / 1000.0)),
        }
    }

    /// One line of text on the baseline `y`.
    pub fn text(&mut self, (x, y): (f64, f64), size: usize, anchor: Anchor, ink: Tone, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = Text::new(visible(text))
            .set("x", short(x))
            .set("y", short(y))
            .set("font-size", size)
            .set("text-anchor", anchor);
        self.add(text.set("fill", ink.light().hex()));
    }

    /// A thin line, `opacity` 0 to 1.
    pub fn rule(&mut self, from: (f64, f64), to: (f64, f64), opacity: f64, dashes: Option<&str>) {
        let rule = Line::new()
            .set("x1", short(from.0))
            .set("y1", short(from.1))
            .set("x2", short(to.0))
            .set("y2", short(to.1))
            .set("stroke", Tone::Ink.light().hex())
            .set("stroke-opacity", opacity);
        match dashes {
            Some(dashes) => self.add(rule.set("stroke-dasharray", dashes)),
            None => self.add(rule),
        }
    }

    /// A line through these points.
    pub fn curve(&mut self, points: impl Iterator<Item = (f64, f64)>, ink: Tone) {
        let points: Vec<String> = points.map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let curve = Polyline::new().set("points", points.join(" ")).set("fill", "none");
        self.add(curve.set("stroke", ink.light().hex()).set("stroke-width", 2.5));
    }

    /// A point, filled.
    pub fn dot(&mut self, (x, y): (f64, f64), ink: Tone) {
        let dot = Circle::new().set("cx", short(x)).set("cy", short(y)).set("r", 4);
        self.add(dot.set("fill", ink.light().hex()));
    }

    /// A ring round a place.
    pub fn ring(&mut self, (x, y): (f64, f64)) {
        let ring = Circle::new().set("cx", short(x)).set("cy", short(y)).set("r", 7);
        let ring = ring.set("fill", "none").set("stroke-width", 2);
        self.add(ring.set("stroke", Tone::Ink.light().hex()));
    }

    /// What the colours mean, in one line from (x, y) on: a patch and a word each; returns where the
    /// next would stand. A legend that is too long goes on below.
    pub fn legend(&mut self, (left, top): (f64, f64), entries: &[(Patch, &str)]) -> f64 {
        const ROW: f64 = 24.0;
        let (mut x, mut y) = (left, top);
        for (patch, word) in entries {
            let wide = patch.width() + 8.0 + text_width(word, WORDS);
            if x > left && x + wide > self.width - MARGIN {
                (x, y) = (left, y + ROW);
            }
            patch.draw(self, (x, y));
            self.text((x + patch.width() + 8.0, y + 12.0), WORDS, Anchor::Start, Tone::Ink, word);
            x += wide + 26.0;
        }
        y + ROW
    }

    /// Any other element.
    pub fn add(&mut self, element: impl Node) {
        self.document.append(element);
    }

    /// The document as text.
    pub fn finish(self) -> String {
        format!("{}\n", self.document)
    }
}

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

    fn width(&self) -> f64 {
        match self {
            Patch::Line(_) => 24.0,
            Patch::Square(_) | Patch::Ring | Patch::Sign(..) => 16.0,
            Patch::Scale(shades, first) => {
                text_width(first, WORDS) + 8.0 + Self::SHADE * shades.len() as f64
            }
        }
    }

    fn draw(&self, slide: &mut Slide, (x, y): (f64, f64)) {
        match self {
            Patch::Line(tone) => slide.cell((x, y + 5.0), (24.0, 4.0), *tone),
            Patch::Square(tone) => slide.cell((x, y), (14.0, 14.0), *tone),
            Patch::Ring => slide.ring((x + 8.0, y + 7.0)),
            Patch::Sign(sign, tone) => {
                slide.text((x + 8.0, y + 12.0), 16, Anchor::Middle, *tone, &sign.to_string())
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

/// How wide a text of this size may be: a Han character is as wide as it is high, others 0.58 of it.
pub(super) fn text_width(text: &str, size: usize) -> f64 {
    let (han, others) = text.chars().fold((0, 0), |(han, others), c| {
        if visible_width(&c.to_string()) > 1 { (han + 1, others) } else { (han, others + 1) }
    });
    size as f64 * (f64::from(han) + 0.58 * f64::from(others))
}

/// A place to a hundredth of a unit.
fn short(place: f64) -> f64 {
    (place * 100.0).round() / 100.0
}

/// Shades of a scale from 0 to 1: the light end, then more and more of the dark one.
pub(super) const SHARES: [(Tone, f64); 5] = [
    (Tone::Deep, 0.0),
    (Tone::Deep, 0.25),
    (Tone::Deep, 0.5),
    (Tone::Deep, 0.75),
    (Tone::Deep, 1.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_breaks_the_document() {
        let document = Slide::new(10.0, 10.0, "\u{1b}]0;x\u{7} a < b & \u{0}\u{fffe}").finish();
        let said = "U+001B]0;xU+0007 a &lt; b &amp; U+0000U+FFFE";
        assert_eq!(document.matches(said).count(), 2, "as title and on the paper: {document}");
    }

    #[test]
    fn a_long_legend_goes_on_below() {
        let mut slide = Slide::new(300.0, 100.0, "x");
        let entry = (Patch::Line(Tone::Blue), "训练集的损失");
        assert_eq!(slide.legend((24.0, 50.0), &[entry; 2]), 74.0);
        assert_eq!(slide.legend((24.0, 50.0), &[entry; 3]), 98.0);
    }
}
