//! One character for what looks like one: other code points of the same character become the
//! common one, and what cannot be seen goes.

use std::borrow::Cow;

use unicode_normalization::char::decompose_compatible;

/// Half-width punctuation, and its full-width form.
const WIDE: [(char, char); 6] =
    [(',', '，'), ('.', '。'), ('?', '？'), ('!', '！'), (';', '；'), (':', '：')];

/// `text` with the unified Han character for each radical form (⽉) or compatibility form, the
/// common punctuation for its vertical, small and half-width forms, and without invisible
/// characters.
///
/// ```
/// use lstm_lessons::poems::text::normalize::normalized;
///
/// assert_eq!(normalized("\u{feff}⽉\u{200b}光\u{e0100}︒"), "月光。");
/// assert_eq!(normalized("月光，"), "月光，");
/// ```
pub fn normalized(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| is_invisible(c) || is_compatibility(c)) {
        return Cow::Borrowed(text);
    }
    let mut common = String::with_capacity(text.len());
    for c in text.chars().filter(|&c| !is_invisible(c)) {
        match is_compatibility(c) {
            true => decompose_compatible(c, |c| common.push(c)),
            false => common.push(c),
        }
    }
    Cow::Owned(common)
}

/// The full-width form of half-width punctuation.
///
/// ```
/// use lstm_lessons::poems::text::normalize::full_width;
///
/// assert_eq!(full_width('?'), Some('？'));
/// assert_eq!(full_width('？'), None);
/// ```
pub fn full_width(c: char) -> Option<char> {
    WIDE.iter().find(|(half, _)| *half == c).map(|(_, full)| *full)
}

/// A character as a message can show it: one that cannot be seen, or that would steer the terminal,
/// as its number.
///
/// ```
/// use lstm_lessons::poems::text::normalize::visible;
///
/// assert_eq!((visible('月'), visible('\u{200b}')), ("月".into(), "U+200B".into()));
/// ```
pub fn visible(c: char) -> String {
    let hidden = is_invisible(c) || c.is_whitespace() || c == '\u{fffd}';
    if hidden { format!("U+{:04X}", u32::from(c)) } else { c.to_string() }
}

/// A text as a message can show it.
pub fn visible_text(text: &str) -> String {
    let shown = |c: char| if c == ' ' { c.to_string() } else { visible(c) };
    text.chars().map(shown).collect()
}

/// Whether nothing is drawn for `c`: zero-width characters, marks of direction, variation
/// selectors.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether `c` is another form of a Han character (a radical, or one kept for old standards) or of
/// punctuation (vertical, small, half-width).
fn is_compatibility(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}'
        | '\u{fe10}'..='\u{fe19}' | '\u{fe50}'..='\u{fe57}' | '\u{ff61}' | '\u{ff64}')
}
