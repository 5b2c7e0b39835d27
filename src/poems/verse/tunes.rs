//! The rules of a tune: how long each of its lines is.

use std::collections::{HashMap, HashSet};

use super::prosody::verses;
use crate::poems::text::corpus::Poem;

/// The line lengths of each tune, as a corpus has them.
///
/// A tune prescribes the length of every line; of many there are several versions, all of which
/// count.
///
/// ```
/// use lstm_lessons::poems::{text::corpus::Poem, verse::tunes::TuneLengths};
///
/// let lyric = |content: &str| Poem { title: "如梦令".into(), content: content.into() };
/// let tunes = TuneLengths::of(&[lyric("常记溪亭日暮，沉醉不知归路。")]);
/// assert_eq!(tunes.share([("如梦令", "昨夜雨疏风骤，浓睡不消残酒。")]), 1.0);
/// assert_eq!(tunes.share([("如梦令", "昨夜雨疏风骤。"), ("无此调", "浓睡不消残酒。")]), 0.0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct TuneLengths(HashMap<String, HashSet<Vec<usize>>>);

impl TuneLengths {
    /// Collects the lengths of all lyrics.
    pub fn of(lyrics: &[Poem]) -> Self {
        let mut tunes = Self::default();
        for Poem { title, content } in lyrics {
            tunes.0.entry(title.clone()).or_default().insert(lengths(content));
        }
        tunes
    }

    /// The share of lyrics (tune, text) all of whose lines are as long as those of some lyric to
    /// that tune.
    pub fn share<'a>(&self, lyrics: impl IntoIterator<Item = (&'a str, &'a str)>) -> f64 {
        let keeps =
            |(tune, text)| self.0.get(tune).is_some_and(|known| known.contains(&lengths(text)));
        let kept: Vec<bool> = lyrics.into_iter().map(keeps).collect();
        kept.iter().filter(|&&kept| kept).count() as f64 / kept.len().max(1) as f64
    }
}

/// How many characters each line has.
fn lengths(text: &str) -> Vec<usize> {
    verses(text).iter().map(Vec::len).collect()
}
