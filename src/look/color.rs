//! How much colour a terminal shows, and text painted with it.

use std::io::IsTerminal;

use super::shown::ascii;

/// How much colour a picture may use. Detected once, then passed along, so that a test can fix it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// 24-bit colour.
    True,
    /// The sixteen colours of every colour terminal, in whatever shades its user chose.
    Sixteen,
    /// No escape code at all: a file, a pipe, a dumb terminal, or `NO_COLOR`.
    None,
}

impl Color {
    /// What standard output can show, by `NO_COLOR`, `CLICOLOR_FORCE`, `TERM`, `COLORTERM` and
    /// whether it is a terminal. A picture in ASCII has no colours: some draw with them alone.
    pub fn detect() -> Self {
        Self::of(std::io::stdout().is_terminal())
    }

    /// The same for standard error, where the training display lives.
    pub fn detect_stderr() -> Self {
        Self::of(std::io::stderr().is_terminal())
    }

    fn of(is_terminal: bool) -> Self {
        match ascii() {
            true => Self::None,
            false => Self::from_env(is_terminal, |name| std::env::var(name).ok()),
        }
    }

    /// The rule behind [`Color::detect`]: `NO_COLOR` wins, then `CLICOLOR_FORCE`, then what the
    /// terminal says of itself.
    fn from_env(is_terminal: bool, var: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| var(name).filter(|value| !value.is_empty());
        let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let truecolor =
            set("COLORTERM").is_some_and(|value| ["truecolor", "24bit"].contains(&value.as_str()));
        if set("NO_COLOR").is_some() || !(is_terminal || forced) {
            return Self::None;
        }
        match set("TERM").as_deref() {
            Some("dumb") => Self::None,
            // Windows Terminal sets no TERM, but names its session.
            _ if truecolor || set("WT_SESSION").is_some() => Self::True,
            None if !forced => Self::None,
            _ => Self::Sixteen,
        }
    }
}

/// A colour as red, green and blue; on sixteen colours the nearest one stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// The background of everything that paints its own: a warm white.
pub const PAPER: Rgb = Rgb(246, 242, 232);
/// The ink on that paper: nearly black.
pub const INK: Rgb = Rgb(24, 24, 36);
/// An accent that reads on a terminal's own background, dark or light.
pub const BLUE: Rgb = Rgb(62, 124, 196);
/// A stronger one, for the winner.
pub const ORANGE: Rgb = Rgb(222, 110, 24);

/// The light end of a heat-map: 0; a cool white, because warm paper and blue mix to grey.
pub const PALE: Rgb = Rgb(238, 243, 250);
/// The dark end of a heat-map: 1.
pub const DEEP: Rgb = Rgb(16, 66, 150);

impl Rgb {
    /// As SVG wants it, `#rrggbb`.
    pub fn hex(self) -> String {
        let Rgb(r, g, b) = self;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// The colour `share` (0 to 1) of the way from here to `other`.
    pub fn mix(self, other: Rgb, share: f32) -> Rgb {
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        let part =
            |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share).round() as u8;
        Rgb(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }

    /// Black or white ink, whichever reads better on this paper.
    pub fn contrast(self) -> Rgb {
        let luma =
            0.299 * f32::from(self.0) + 0.587 * f32::from(self.1) + 0.114 * f32::from(self.2);
        if luma > 140.0 { INK } else { Rgb(255, 255, 255) }
    }

    /// The nearest of the sixteen, by the shades most terminals give them.
    fn nearest_of_sixteen(self) -> u8 {
        const SHADES: [(u8, u8, u8); 16] = [
            (0, 0, 0),
            (205, 0, 0),
            (0, 205, 0),
            (205, 205, 0),
            (0, 0, 238),
            (205, 0, 205),
            (0, 205, 205),
            (192, 192, 192),
            (127, 127, 127),
            (255, 0, 0),
            (0, 255, 0),
            (255, 255, 0),
            (92, 92, 255),
            (255, 0, 255),
            (0, 255, 255),
            (255, 255, 255),
        ];
        let far = |&(r, g, b): &(u8, u8, u8)| {
            let d = |x: u8, y: u8| (i32::from(x) - i32::from(y)).pow(2);
            d(self.0, r) + d(self.1, g) + d(self.2, b)
        };
        (0..16u8).min_by_key(|&i| far(&SHADES[usize::from(i)])).unwrap_or(0)
    }
}

/// How a stretch of text looks; the default is the terminal's own look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The foreground; `None` is the terminal's own.
    pub ink: Option<Rgb>,
    /// The background; `None` is the terminal's own.
    pub paper: Option<Rgb>,
    /// Heavier, and on some terminals brighter.
    pub bold: bool,
}

impl Style {
    /// `ink` on the terminal's own background.
    pub fn ink(ink: Rgb) -> Self {
        Self { ink: Some(ink), ..Self::default() }
    }

    /// `ink` on `paper`.
    pub fn on(ink: Rgb, paper: Rgb) -> Self {
        Self { ink: Some(ink), paper: Some(paper), bold: false }
    }

    /// The same, bold.
    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    fn code(self, color: Color) -> String {
        let mut parts = vec!["0".to_string()];
        if self.bold {
            parts.push("1".to_string());
        }
        for (tone, first) in [(self.ink, 30u8), (self.paper, 40u8)] {
            let Some(tone) = tone else { continue };
            let Rgb(r, g, b) = tone;
            parts.push(match (color, tone.nearest_of_sixteen()) {
                (Color::True, _) => format!("{};2;{r};{g};{b}", first + 8),
                (_, dark @ 0..8) => (first + dark).to_string(),
                (_, bright) => (first + 60 + bright - 8).to_string(),
            });
        }
        format!("\u{1b}[{}m", parts.join(";"))
    }
}

/// A line being painted: an escape code is written only where the look changes, and the line ends
/// in the terminal's own look.
pub struct Line {
    color: Color,
    text: String,
    style: Style,
}

impl Line {
    /// An empty line for a terminal that shows `color`.
    pub fn new(color: Color) -> Self {
        Self { color, text: String::new(), style: Style::default() }
    }

    /// Appends `text` in `style`.
    pub fn put(&mut self, text: &str, style: Style) -> &mut Self {
        if self.color != Color::None && style != self.style {
            self.text.push_str(&style.code(self.color));
            self.style = style;
        }
        self.text.push_str(text);
        self
    }

    /// Appends `text` in the terminal's own look.
    pub fn plain(&mut self, text: &str) -> &mut Self {
        self.put(text, Style::default())
    }

    /// The finished line.
    pub fn finish(&mut self) -> String {
        self.plain("");
        std::mem::take(&mut self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(is_terminal: bool, vars: &[(&str, &str)]) -> Color {
        Color::from_env(is_terminal, |name| {
            vars.iter().find(|(n, _)| *n == name).map(|(_, v)| v.to_string())
        })
    }

    #[test]
    fn the_terminal_decides_the_colours_and_no_color_forbids_them() {
        let term = ("TERM", "xterm-256color");
        assert_eq!(detect(true, &[term, ("COLORTERM", "truecolor")]), Color::True);
        assert_eq!(detect(true, &[term, ("COLORTERM", "24bit")]), Color::True);
        assert_eq!(detect(true, &[term]), Color::Sixteen);
        assert_eq!(detect(true, &[("WT_SESSION", "1")]), Color::True);
        assert_eq!(detect(true, &[]), Color::None);
        assert_eq!(detect(true, &[("TERM", "dumb"), ("COLORTERM", "truecolor")]), Color::None);
        assert_eq!(detect(true, &[term, ("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]), Color::None);
        assert_eq!(detect(true, &[term, ("NO_COLOR", "")]), Color::Sixteen);
        assert_eq!(detect(false, &[term, ("COLORTERM", "truecolor")]), Color::None);
        assert_eq!(detect(false, &[term, ("CLICOLOR_FORCE", "1")]), Color::Sixteen);
        assert_eq!(detect(false, &[("CLICOLOR_FORCE", "0"), term]), Color::None);
    }

    #[test]
    fn paper_and_ink_stay_apart_on_sixteen_colours() {
        assert_eq!(PAPER.nearest_of_sixteen(), 15);
        assert_eq!(INK.nearest_of_sixteen(), 0);
        assert_ne!(BLUE.nearest_of_sixteen(), ORANGE.nearest_of_sixteen());
    }

    #[test]
    fn a_line_says_each_look_once_and_ends_plain() {
        let style = Style::on(INK, PAPER);
        let line = Line::new(Color::Sixteen).put("a", style).put("b", style).plain("c").finish();
        assert_eq!(line, "\u{1b}[0;30;107mab\u{1b}[0mc");
        assert!(Line::new(Color::True).put("a", style).finish().ends_with("\u{1b}[0m"));
        assert_eq!(Line::new(Color::None).put("a", style.bold()).plain("b").finish(), "ab");
    }

    #[test]
    fn a_mix_starts_here_and_ends_there() {
        assert_eq!(PAPER.mix(INK, 0.0), PAPER);
        assert_eq!(PAPER.mix(INK, 1.0), INK);
        assert_eq!(PAPER.mix(INK, f32::NAN), PAPER);
        assert_eq!(PAPER.contrast(), INK);
        assert_ne!(INK.contrast(), INK);
    }
}
