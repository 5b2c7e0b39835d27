//! Running text in lines.

use unicode_width::UnicodeWidthChar;

use super::terminal::visible_width;

/// A text in lines of at most `width` columns: folded after a space or a Han character, never before
/// punctuation. A single word that is wider stays whole.
///
/// ```
/// use lstm_lessons::look::folded;
/// assert_eq!(folded("one two three", 8), ["one two", "three"]);
/// assert_eq!(folded("床前明月光，疑是", 10), ["床前明月", "光，疑是"]);
/// ```
pub fn folded(text: &str, width: usize) -> Vec<String> {
    let (mut lines, mut last) = (Vec::new(), String::new());
    for piece in pieces(text) {
        if !last.is_empty() && visible_width(&last) + visible_width(piece.trim_end()) > width {
            lines.push(std::mem::take(&mut last).trim_end().to_string());
        }
        last.push_str(piece);
    }
    lines.push(last);
    lines
}

/// The pieces between which a line may end: words with the space after them, Han characters with
/// the punctuation after them.
fn pieces(text: &str) -> Vec<&str> {
    let is_wide = |c: char| c.width() == Some(2);
    let mut starts = vec![0];
    for ((_, before), (at, after)) in text.char_indices().zip(text.char_indices().skip(1)) {
        let may_end = before == ' ' || is_wide(before) || is_wide(after);
        if may_end
            && after != ' '
            && !"，。；：、？！）”》␣".contains(after)
            && !"（“《".contains(before)
        {
            starts.push(at);
        }
    }
    starts.push(text.len());
    starts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}
