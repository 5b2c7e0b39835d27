//! Paper, cells and words: what slides are made of.

use svg::{
    Document, Node,
    node::element::{Rectangle, Text},
};

use super::color::{INK, PAPER, Rgb};

/// Where a word's given place is: at its beginning, middle or end.
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

    /// Words on the baseline `y`.
    pub fn words(
        &mut self,
        (x, y): (f64, f64),
        size: usize,
        anchor: Anchor,
        ink: Rgb,
        words: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let words = Text::new(words)
            .set("x", x)
            .set("y", y)
            .set("font-size", size)
            .set("text-anchor", anchor);
        self.add(words.set("fill", ink.hex()));
    }

    /// A title at the upper left.
    pub fn title(&mut self, words: &str) {
        self.words((24.0, 32.0), 16, Anchor::Start, INK, words);
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
