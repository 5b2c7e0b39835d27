//! One character for what looks like one: other code points of the same character become the
//! common one, and what cannot be seen goes.

use std::borrow::Cow;

use unicode_normalization::char::decompose_compatible;

use super::variants::todays_form;
use crate::look::shown::is_invisible;

/// Half-width punctuation, and its full-width form.
const WIDE: [(char, char); 6] =
    [(',', '，'), ('.', '。'), ('?', '？'), ('!', '！'), (';', '；'), (':', '：')];

/// `text` with the unified Han character for each radical form (⽉) or compatibility form, today's
/// form for each [variant](todays_form), the common punctuation for its vertical, small and
/// half-width forms, and without invisible characters.
///
/// ```
/// use lstm_lessons::poems::text::normalize::normalized;
///
/// assert_eq!(normalized("\u{feff}⽉\u{200b}光\u{e0100}︒"), "月光。");
/// assert_eq!(normalized("月光，"), "月光，");
/// assert_eq!(normalized("蘂珠宮"), "蕊珠宮");
/// ```
pub fn normalized(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| is_invisible(c) || is_compatibility(c) || todays_form(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut common = String::with_capacity(text.len());
    for c in text.chars().filter(|&c| !is_invisible(c)) {
        match is_compatibility(c) {
            true => decompose_compatible(c, |c| common.push(c)),
            false => common.push(todays_form(c).unwrap_or(c)),
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

/// Whether `c` is another form of a Han character (a radical, or one kept for old standards) or of
/// punctuation (vertical, small, half-width).
fn is_compatibility(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}'
        | '\u{fe10}'..='\u{fe19}' | '\u{fe50}'..='\u{fe57}' | '\u{ff61}' | '\u{ff64}')
}
