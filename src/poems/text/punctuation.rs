//! The punctuation of verse; it stands on nothing else.

/// What a text may contain beside Han characters. Each of these ends a line of verse.
pub const PUNCTUATION: &str = "，。？！；：、";
/// Those of [`PUNCTUATION`] that end a sentence, and with it, mostly, a couplet.
pub const SENTENCE_ENDS: &str = "。？！；";

/// Sets a poem in lines, one a sentence.
///
/// ```
/// use lstm_lessons::poems::text::punctuation::in_lines;
/// assert_eq!(in_lines("床前明月光，疑是地上霜。举头望明月，低头思故乡。"),
///     "床前明月光，疑是地上霜。\n举头望明月，低头思故乡。");
/// ```
pub fn in_lines(poem: &str) -> String {
    poem.split_inclusive(|c| SENTENCE_ENDS.contains(c)).collect::<Vec<_>>().join("\n")
}
