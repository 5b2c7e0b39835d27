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
    /// In units.
    pub width: f64,
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
    pub fn text(&mut self, at: (f64, f64), size: usize, anchor: Anchor, ink: Tone, text: &str) {
        self.add(word(at, size, anchor, ink, text));
    }

    /// A number of an axis.
    pub fn tick(&mut self, at: (f64, f64), anchor: Anchor, number: &str) {
        self.add(word(at, WORDS, anchor, Tone::Ink, number).set("class", "tick"));
    }

    /// What a colour or a sign means.
    pub fn meaning(&mut self, at: (f64, f64), meaning: &str) {
        self.add(word(at, WORDS, Anchor::Start, Tone::Ink, meaning).set("class", "legend"));
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

    /// A line through these points, so many units wide.
    pub fn curve(&mut self, points: impl Iterator<Item = (f64, f64)>, ink: Tone, width: f64) {
        let points: Vec<String> = points.map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let curve = Polyline::new().set("points", points.join(" ")).set("fill", "none");
        self.add(curve.set("stroke", ink.light().hex()).set("stroke-width", width));
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

    /// Any other element.
    pub fn add(&mut self, element: impl Node) {
        self.document.append(element);
    }

    /// The document as text.
    pub fn finish(self) -> String {
        format!("{}\n", self.document)
    }
}

fn word((x, y): (f64, f64), size: usize, anchor: Anchor, ink: Tone, text: &str) -> Text {
    let anchor = match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    Text::new(visible(text))
        .set("x", short(x))
        .set("y", short(y))
        .set("font-size", size)
        .set("text-anchor", anchor)
        .set("fill", ink.light().hex())
}

/// How wide a text of this size may be: a Han character is as wide as it is high, others 0.6 of it.
pub(super) fn text_width(text: &str, size: usize) -> f64 {
    let (han, others) = text.chars().fold((0, 0), |(han, others), c| {
        if visible_width(&c.to_string()) > 1 { (han + 1, others) } else { (han, others + 1) }
    });
    size as f64 * (f64::from(han) + 0.6 * f64::from(others))
}

/// A place to a hundredth of a unit.
fn short(place: f64) -> f64 {
    (place * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_breaks_the_document() {
        let document = Slide::new(10.0, 10.0, "\u{1b}]0;x\u{7} a < b & \u{0}\u{fffe}").finish();
        let said = "U+001B]0;xU+0007 a &lt; b &amp; U+0000U+FFFE";
        assert_eq!(document.matches(said).count(), 2, "as title and on the paper: {document}");
    }
}
