//! The door to a terminal: what cannot be seen is shown by its number instead of sent, and pictures
//! are drawn in ASCII where that is asked for.
//!
//! A title, a tune or a file's name may hold `ESC ] 0 ; x BEL`, which would rename the window of
//! whoever reads it. [`visible`] is for text that goes into a picture or a message, [`sent`] for
//! what a program prints, in which our own colours are welcome.

use std::{
    borrow::Cow,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use super::{
    folded,
    terminal::{WIDTH, fit, visible_width},
};

static ASCII: AtomicBool = AtomicBool::new(false);
/// 0 where there is no terminal.
static COLUMNS: AtomicUsize = AtomicUsize::new(0);

/// Chooses between `█▓▒░` and `#%:.` for everything that is printed later.
pub fn set_ascii(on: bool) {
    ASCII.store(on, Ordering::Relaxed);
}

/// Whether pictures are drawn in ASCII.
pub fn ascii() -> bool {
    ASCII.load(Ordering::Relaxed)
}

/// The most columns that a curve or a bar takes: on a wider one the eye loses its line.
const WIDEST: usize = 120;

/// Says how many columns the terminal has; more than 120 are not used.
pub fn set_columns(columns: usize) {
    COLUMNS.store(columns.clamp(1, WIDEST), Ordering::Relaxed);
}

/// The cells that a picture may take on this terminal, at most 120; [`WIDTH`] where there is none.
pub fn columns() -> usize {
    match COLUMNS.load(Ordering::Relaxed) {
        0 => WIDTH,
        columns => columns,
    }
}

/// `text` with its sentences folded between words where the terminal is too narrow for them, which
/// would cut a word in two; a pipe gets whole lines. JSON, pictures, tables and commands, which are
/// copied, stay as they are.
pub(crate) fn wrapped(text: &str) -> Cow<'_, str> {
    wrapped_at(COLUMNS.load(Ordering::Relaxed), text)
}

fn wrapped_at(columns: usize, text: &str) -> Cow<'_, str> {
    let is_sentence = |line: &str| {
        !(line.starts_with([' ', '{', '['])
            || line.contains("  ")
            || line.contains(" --")
            || line.chars().any(is_drawn))
    };
    let too_wide = |line: &str| visible_width(line) > columns && is_sentence(line);
    if columns == 0 || !text.lines().any(too_wide) {
        return text.into();
    }
    let line = |line: &str| match too_wide(line) {
        true => folded(line, columns).join("\n"),
        false => line.to_string(),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n").into()
}

/// Whether a terminal shows ASCII alone: `TERM=dumb`, or a locale that is named and is not UTF-8.
/// (No locale at all says nothing: Windows and containers have none.)
pub(crate) fn wants_ascii(var: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| var(name).filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
    let utf8 = |locale: String| locale.to_lowercase().replace('-', "").contains("utf8");
    set("TERM").is_some_and(|term| term == "dumb") || locale.is_some_and(|locale| !utf8(locale))
}

/// `text` with the number of each character that cannot be seen or would steer the terminal. Ends
/// of lines and tabs stay.
///
/// ```
/// use lstm_lessons::look::shown::visible;
/// assert_eq!(visible("\u{1b}]0;x\u{7}月\u{200b}"), "U+001B]0;xU+0007月U+200B");
/// assert_eq!(visible("床前\n"), "床前\n");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    translated(text, false, false, in_text)
}

/// What is written where `text` is to be printed: [`visible`], but with our colours
/// (`ESC [ … m`) if `colored`; block characters in ASCII if that was chosen, and no line of a
/// picture wider than the terminal. In JSON, which stays as it is but for that, what cannot be seen
/// is escaped.
pub fn sent(text: &str, colored: bool) -> Cow<'_, str> {
    let json = text.starts_with(['{', '[']);
    let text = translated(text, colored, false, if json { in_json } else { in_text });
    if json || !text.chars().any(|c| in_ascii(c).is_some()) {
        return text;
    }
    let text = within(&text, columns());
    translated(&text, colored, ascii(), in_text).into_owned().into()
}

/// Cuts the lines of pictures to `columns`; sentences may wrap.
fn within(text: &str, columns: usize) -> String {
    let drawn = |line: &str| line.chars().any(is_drawn);
    let line = |line: &str| match drawn(line) && visible_width(line) > columns {
        true => fit(line, columns),
        false => line.to_string(),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn translated(text: &str, colored: bool, ascii: bool, number: fn(char) -> String) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hidden(c) || (ascii && in_ascii(c).is_some())) {
        return text.into();
    }
    let (mut shown, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(c) = rest.chars().next() {
        let code = if colored { color_code(rest) } else { 0 };
        let (one, after) = rest.split_at(code.max(c.len_utf8()));
        match in_ascii(c).filter(|_| ascii) {
            _ if code > 0 || (!is_hidden(c) && !ascii) => shown.push_str(one),
            Some(plain) => shown.push(plain),
            None if is_hidden(c) => shown.push_str(&number(c)),
            None => shown.push(c),
        }
        rest = after;
    }
    shown.into()
}

/// Control characters, what is not drawn, U+FFFD (each terminal has another sign for it), and what
/// XML cannot hold.
fn is_hidden(c: char) -> bool {
    let control = c.is_control() && c != '\n' && c != '\t';
    control || is_invisible(c) || matches!(c, '\u{fffd}'..='\u{ffff}')
}

/// Whether nothing is drawn for `c`: zero-width characters, marks of direction, variation
/// selectors.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// The number of a character, as Unicode writes it.
fn in_text(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// And as JSON does, in one or two parts.
fn in_json(c: char) -> String {
    c.encode_utf16(&mut [0; 2]).iter().map(|part| format!("\\u{part:04x}")).collect()
}

/// The bytes of the colour that `text` begins with, 0 if it begins with none.
fn color_code(text: &str) -> usize {
    let Some(code) = text.strip_prefix("\u{1b}[") else { return 0 };
    match code.find(|c: char| !c.is_ascii_digit() && c != ';') {
        Some(end) if code[end..].starts_with('m') => 2 + end + 1,
        _ => 0,
    }
}

/// Blocks and braille: what only a picture has.
fn is_drawn(c: char) -> bool {
    matches!(c, '▀'..='▟' | '\u{2801}'..='\u{28ff}' | '│' | '┤')
}

/// What stands in for a character of a picture; one cell each, so that nothing moves.
fn in_ascii(c: char) -> Option<char> {
    Some(match c {
        '█' => '#',
        '▓' => '%',
        '▒' => ':',
        '░' | '·' => '.',
        '▀' => '"',
        '▄' => ',',
        '▌' | '▋' | '▊' | '▉' => '=',
        '▏' | '▎' | '▍' | '─' | '–' | '—' => '-',
        '│' | '┤' => '|',
        '◂' | '◀' | '←' => '<',
        '▶' | '→' => '>',
        '↓' => 'v',
        '■' | '●' | '◐' => '*',
        '□' | '○' => 'o',
        '×' => 'x',
        '…' => '~',
        '␣' => '_',
        '\u{2800}'..='\u{28ff}' => braille(u32::from(c) - 0x2800),
        _ => return None,
    })
}

/// The eight dots of a braille character by their height: up, in the middle, down.
fn braille(dots: u32) -> char {
    match (dots & 0x09 != 0, dots & 0x36 != 0, dots & 0xc0 != 0) {
        (false, false, false) => ' ',
        (true, false, false) => '\'',
        (false, false, true) => '.',
        (_, true, false) => '-',
        (false, true, true) => ',',
        (true, _, true) => ':',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_is_sent_but_our_colours() {
        let title = "\u{1b}]0;x\u{7}静\u{9b}2J\u{202e}\r\u{1b}[2J\n";
        let shown = "U+001B]0;xU+0007静U+009B2JU+202EU+000DU+001B[2J\n";
        assert_eq!(visible(title), shown);
        assert_eq!(sent(title, true), shown);
        let colored = "\u{1b}[0;31m█\u{1b}[0m";
        assert_eq!(sent(colored, true), colored);
        assert_eq!(sent(colored, false), "U+001B[0;31m█U+001B[0m");
        assert!(matches!(visible("床前 σ(z)"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_with_what_cannot_be_seen_reads_back_the_same() {
        let title = "\u{1b}]0;x\u{7}静\u{9b}2J\u{202e}\r\u{7f}\u{feff}\u{e0100}\u{fffd}\n";
        let json = serde_json::json!({ "title": title }).to_string();
        assert!(sent(&json, false).chars().all(|c| !is_hidden(c)));
        let back: serde_json::Value = serde_json::from_str(&sent(&json, false)).unwrap();
        assert_eq!(back["title"], title);
    }

    #[test]
    fn every_picture_has_a_form_in_ascii_of_the_same_width() {
        let image: Vec<u8> = (0..784).map(|k| (k * 7 % 256) as u8).collect();
        let pictures = [
            crate::look::digit(&image, crate::look::Color::None),
            crate::look::reading(&image, &[[0.1; 10]; 14], crate::look::Color::None),
            crate::look::curve(&[3.0, 1.0, 2.0, 0.5], 79, 6).join("\n"),
            crate::look::bars(&[("0", 0.33), ("1", 0.67)], 60, crate::look::Color::None).join("\n"),
        ];
        for picture in pictures {
            let ascii = translated(&picture, false, true, in_text);
            assert!(ascii.is_ascii(), "{ascii}");
            for (a, b) in ascii.lines().zip(picture.lines()) {
                assert_eq!(visible_width(a), visible_width(b), "{a}\n{b}");
            }
        }
    }

    #[test]
    fn a_dumb_terminal_and_a_locale_without_utf_8_want_ascii() {
        let wants = |vars: &[(&str, &str)]| {
            wants_ascii(|name| vars.iter().find(|v| v.0 == name).map(|v| v.1.to_string()))
        };
        assert!(wants(&[("TERM", "dumb"), ("LANG", "zh_CN.UTF-8")]));
        assert!(wants(&[("LANG", "C")]) && wants(&[("LC_ALL", "zh_CN.GBK"), ("LANG", "C.UTF-8")]));
        assert!(!wants(&[]) && !wants(&[("LANG", "zh_CN.utf8")]) && !wants(&[("LANG", "")]));
        assert!(!wants(&[("LC_ALL", "C.UTF-8"), ("LANG", "C")]));
    }

    #[test]
    fn a_line_of_a_picture_is_cut_at_the_edge_and_a_sentence_is_not() {
        let picture = format!("{}\n{}", "█".repeat(80), "word ".repeat(16));
        let cut = within(&picture, 40);
        assert_eq!(cut.lines().map(visible_width).collect::<Vec<_>>(), [40, 80]);
    }

    #[test]
    fn a_sentence_is_folded_between_words_on_a_narrow_terminal_alone() {
        let text = "one two three\n{\"json\": 1, \"two\": 2}\n  1    2    3\ncargo run -- four";
        let narrow = text.replace("two three", "two\nthree");
        assert_eq!(wrapped_at(8, text), narrow);
        assert_eq!(wrapped_at(0, text), text);
        assert_eq!(wrapped_at(80, text), text);
    }
}
