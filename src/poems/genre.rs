//! Poem or song: what a text's title is to the model.

use std::collections::{HashMap, HashSet};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::{
    corpus::{LONGEST, Poem},
    prosody::verses,
    vocab::{BOS, Vocab},
};

/// A tune with fewer lyrics than this is not known by name.
const FEWEST: usize = 20;

/// What is learned and written (the course's 写诗 and 写歌).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Genre {
    /// 诗: a poem begins at once; its title is not read.
    #[default]
    Poem,
    /// 词: the lyrics of the Song dynasty. The title is the name of the tune (词牌), which decides
    /// the length of every line.
    Lyric,
}

/// A tune (词牌) that a model knows by name, and how many lyrics it has read to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tune {
    pub name: String,
    pub lyrics: usize,
}

impl Genre {
    /// The longest text that is read, in characters: the course's 79, or so much that one lyric in
    /// two hundred is longer.
    pub fn longest(self) -> usize {
        match self {
            Genre::Poem => LONGEST,
            Genre::Lyric => 200,
        }
    }

    /// A text as ids. A lyric's tune stands before BOS: the model reads it and need not write it
    /// (see [`shift`](super::batch::shift)).
    ///
    /// ```
    /// use lstm_lessons::poems::{corpus::Poem, genre::Genre, vocab::{BOS, Vocab}};
    ///
    /// let vocab = Vocab::count(["一曲新词酒一杯浣溪沙"], 1);
    /// let lyric = Poem { title: "浣溪沙".into(), content: "一曲".into() };
    /// let (tune, content) = (vocab.encode("浣溪沙"), vocab.encode("一曲"));
    /// assert_eq!(Genre::Poem.encode(&lyric, &vocab), content);
    /// assert_eq!(Genre::Lyric.encode(&lyric, &vocab), [tune, vec![BOS], content].concat());
    /// ```
    pub fn encode(self, poem: &Poem, vocab: &Vocab) -> Vec<usize> {
        let content = vocab.encode(&poem.content);
        match self {
            Genre::Poem => content,
            Genre::Lyric => [vocab.encode(&poem.title), vec![BOS], content].concat(),
        }
    }

    /// Everything that a model of this genre reads in these poems, for counting characters.
    pub fn texts(self, poems: &[Poem]) -> impl Iterator<Item = &str> {
        let titles =
            poems.iter().filter(move |_| self == Genre::Lyric).map(|poem| poem.title.as_str());
        titles.chain(poems.iter().map(|poem| poem.content.as_str()))
    }

    /// The tunes of a corpus that occur often enough to be learned, the most frequent first (the
    /// most frequent at least); none for poems.
    pub fn tunes(self, poems: &[Poem]) -> Vec<Tune> {
        if self == Genre::Poem {
            return Vec::new();
        }
        let mut counts = HashMap::<&str, usize>::new();
        poems.iter().for_each(|poem| *counts.entry(&poem.title).or_default() += 1);
        let mut tunes: Vec<Tune> = counts
            .into_iter()
            .map(|(name, lyrics)| Tune { name: name.to_string(), lyrics })
            .collect();
        tunes.sort_by(|a, b| b.lyrics.cmp(&a.lyrics).then(a.name.cmp(&b.name)));
        let known = tunes.iter().take_while(|tune| tune.lyrics >= FEWEST).count();
        tunes.truncate(known.max(1));
        tunes
    }
}

/// The part of encoded text that the model has to write: all of a poem, a lyric without its tune.
pub fn content(ids: &[usize]) -> &[usize] {
    let begin = ids.iter().position(|&id| id == BOS).map_or(0, |at| at + 1);
    &ids[begin..]
}

/// The line lengths of each tune, as a corpus has them.
///
/// A tune prescribes the length of every line; of many there are several versions, all of which
/// count.
///
/// ```
/// use lstm_lessons::poems::{corpus::Poem, genre::TuneLengths};
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

fn lengths(text: &str) -> Vec<usize> {
    verses(text).iter().map(Vec::len).collect()
}
