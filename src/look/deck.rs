//! Pictures as pages of one file (HTML) that a browser shows one by one, on a screen, on a projector
//! or on paper.

use super::{shown::visible, tone::Tone};

/// A picture and the command that draws it.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The name of the picture's file, in the folder of the pages.
    pub file: String,
    /// What it shows.
    pub title: String,
    /// What can be typed to draw it.
    pub command: String,
}

/// The keys: one picture on, one back, the first, the last. Without a script the pages are scrolled.
const KEYS: &str = r#"const pages = [...document.querySelectorAll("section")];
const shown = () => pages.findIndex(page => page.getBoundingClientRect().bottom > innerHeight / 2);
const steps = {ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Home: -pages.length, End: pages.length};
addEventListener("keydown", event => {
  const step = event.key === " " && event.shiftKey ? -1 : steps[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  pages[Math.min(Math.max(shown() + step, 0), pages.length - 1)].scrollIntoView();
});"#;

/// The pages as an HTML document in the language `lang`, such as `en`. It asks for nothing but the
/// pictures beside it.
///
/// ```
/// use lstm_lessons::look::deck::{Page, deck};
///
/// let page = Page { file: "a.svg".into(), title: "a < b".into(), command: "lesson --svg a.svg".into() };
/// let html = deck("Two & more", "en", &[page]);
/// assert!(html.contains("<img src=\"a.svg\" alt=\"a &lt; b\">") && html.contains("Two &amp; more"));
/// ```
pub fn deck(title: &str, lang: &str, pages: &[Page]) -> String {
    let colours = |of: fn(Tone) -> super::color::Rgb| {
        format!("background: {}; color: {}", of(Tone::Paper).hex(), of(Tone::Ink).hex())
    };
    let (light, dark) = (colours(Tone::light), colours(Tone::dark));
    let count = pages.len();
    let section = |(number, Page { file, title, command }): (usize, &Page)| {
        let [file, title, command] = [file, title, command].map(|text| escaped(text));
        format!(
            "<section>\n<img src=\"{file}\" alt=\"{title}\">\n\
             <footer><code>{command}</code><span>{number} / {count}</span></footer>\n</section>"
        )
    };
    let sections: Vec<String> = (1..).zip(pages).map(section).collect();
    let (title, sections) = (escaped(title), sections.join("\n"));
    format!(
        "<!DOCTYPE html>
<html lang=\"{lang}\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; scroll-snap-type: y mandatory }}
body {{ margin: 0; font-family: sans-serif; {light} }}
section {{ height: 100vh; box-sizing: border-box; padding: 1.5vh 1.5vw; display: grid; grid-template-rows: 1fr auto; scroll-snap-align: start }}
img {{ width: 100%; height: 100%; min-height: 0; object-fit: contain }}
footer {{ display: flex; justify-content: space-between; gap: 2em; padding-top: 1vh; font-size: 2.2vh }}
@media (prefers-color-scheme: dark) {{ body {{ {dark} }} }}
@page {{ size: A4 landscape; margin: 10mm }}
@media print {{ section {{ height: 185mm; padding: 0; break-after: page; break-inside: avoid }} footer {{ font-size: 11pt }} }}
</style>
</head>
<body>
{sections}
<script>
{KEYS}
</script>
</body>
</html>
"
    )
}

fn escaped(text: &str) -> String {
    let text = visible(text);
    let escapes = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;")];
    escapes.into_iter().fold(text.to_string(), |text, (c, escape)| text.replace(c, escape))
}

/// What a picture of this crate says of itself: its title.
///
/// ```
/// use lstm_lessons::look::{deck::title_of, matrix::{Matrix, matrix_svg}};
///
/// let picture = matrix_svg(&Matrix { title: "a < b".into(), ..Matrix::default() });
/// assert_eq!(title_of(&picture).as_deref(), Some("a < b"));
/// ```
pub fn title_of(svg: &str) -> Option<String> {
    let title = svg.split_once("<title>")?.1.split_once("</title>")?.0.trim();
    let escapes = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    Some(escapes.into_iter().fold(title.to_string(), |text, (escape, c)| text.replace(escape, c)))
}
