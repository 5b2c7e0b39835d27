//! Paper, cells, lines and text: what the pictures in files (SVG) are made of.

use svg::{
    Document, Node,
    node::element::{Line, Polyline, Rectangle, Text},
};

use super::{
    color::{INK, PAPER, Rgb},
    shown::visible,
};

/// Where the given place of a text is: at its beginning, middle or end.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// An SVG document in the making, on its own paper.
pub(super) struct Slide(Document);

impl Slide {
    /// Empty paper of so many units.
    pub fn new(width: usize, height: usize) -> Self {
        let fonts = "Noto Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif";
        let paper = Document::new().set("viewBox", (0, 0, width, height)).set("font-family", fonts);
        let mut slide = Self(paper);
        slide.cell((0.0, 0.0), (width as f64, height as f64), PAPER);
        slide
    }

    /// A filled rectangle: its upper left corner, its width and height.
    pub fn cell(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), fill: Rgb) {
        let cell =
            Rectangle::new().set("x", x).set("y", y).set("width", width).set("height", height);
        self.add(cell.set("fill", fill.hex()));
    }

    /// One line of text on the baseline `y`.
    pub fn text(&mut self, (x, y): (f64, f64), size: usize, anchor: Anchor, ink: Rgb, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = Text::new(visible(text))
            .set("x", x)
            .set("y", y)
            .set("font-size", size)
            .set("text-anchor", anchor);
        self.add(text.set("fill", ink.hex()));
    }

    /// A title at the upper left.
    pub fn title(&mut self, title: &str) {
        self.text((24.0, 32.0), 16, Anchor::Start, INK, title);
    }

    /// A thin horizontal line from one x to the other, `opacity` 0 to 1.
    pub fn rule(&mut self, (x1, x2): (f64, f64), y: f64, opacity: f64, dashes: Option<&str>) {
        let rule = Line::new().set("x1", x1).set("x2", x2).set("y1", y).set("y2", y);
        let rule = rule.set("stroke", INK.hex()).set("stroke-opacity", opacity);
        match dashes {
            Some(dashes) => self.add(rule.set("stroke-dasharray", dashes)),
            None => self.add(rule),
        }
    }

    /// A line through these points.
    pub fn curve(&mut self, points: impl Iterator<Item = (f64, f64)>, ink: Rgb) {
        let points: Vec<String> = points.map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let curve = Polyline::new().set("points", points.join(" ")).set("fill", "none");
        self.add(curve.set("stroke", ink.hex()).set("stroke-width", 2.5));
    }

    /// Any other element.
    pub fn add(&mut self, element: impl Node) {
        self.0.append(element);
    }

    /// The document as text.
    pub fn finish(self) -> String {
        format!("{}\n", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_breaks_the_document() {
        let mut slide = Slide::new(10, 10);
        slide.title("\u{1b}]0;x\u{7} a < b & \u{0}\u{fffe}");
        let document = slide.finish();
        assert!(document.contains("U+001B]0;xU+0007 a &lt; b &amp; U+0000U+FFFE"), "{document}");
    }
}
