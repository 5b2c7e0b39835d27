//! Poem or song: what a text's title is to the model.

use std::collections::HashMap;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::{
    corpus::{LONGEST, Poem},
    tune::is_tune,
    vocab::Vocab,
};

/// A tune with fewer lyrics than this is not known by name.
const FEWEST: usize = 20;

/// A text as ids, without BOS and EOS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The name of a lyric's tune, which the model reads first and need not write; empty for a
    /// poem.
    pub tune: Vec<usize>,
    /// What the model learns to write.
    pub content: Vec<usize>,
}

impl Text {
    /// A text without a tune.
    pub fn poem(content: Vec<usize>) -> Self {
        Self { tune: Vec::new(), content }
    }

    /// How many steps the model takes to read it: the tune, BOS, the content.
    pub fn steps(&self) -> usize {
        self.tune.len() + 1 + self.content.len()
    }
}

/// What is learned and written (the course's 写诗 and 写歌).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Genre {
    /// 诗: a poem begins at once; its title is not read.
    #[default]
    #[value(help = None::<&str>)] // the flag says it in both languages
    Poem,
    /// 词: the lyrics of the Song dynasty. The title is the name of the tune (词牌), which decides
    /// the length of every line.
    #[value(help = None::<&str>)]
    Lyric,
}

/// A tune (词牌) that a model knows by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tune {
    /// As its characters stand in the vocabulary.
    pub name: String,
    /// How many lyrics to it the model has read.
    pub lyrics: usize,
}

impl Genre {
    /// The longest text that is read, in characters: the course's 79 for a poem; one lyric in two
    /// hundred is longer than 200.
    pub fn longest(self) -> usize {
        match self {
            Genre::Poem => LONGEST,
            Genre::Lyric => 200,
        }
    }

    /// A poem or a lyric as ids.
    ///
    /// ```
    /// use lstm_lessons::poems::text::{corpus::Poem, genre::{Genre, Text}, vocab::Vocab};
    ///
    /// let vocab = Vocab::count(["一曲新词酒一杯浣溪沙"], 1);
    /// let lyric = Poem { title: "浣溪沙".into(), content: "一曲".into() };
    /// let (tune, content) = (vocab.encode("浣溪沙"), vocab.encode("一曲"));
    /// assert_eq!(Genre::Poem.encode(&lyric, &vocab), Text::poem(content.clone()));
    /// assert_eq!(Genre::Lyric.encode(&lyric, &vocab), Text { tune, content });
    /// ```
    pub fn encode(self, poem: &Poem, vocab: &Vocab) -> Text {
        let content = vocab.encode(&poem.content);
        match self {
            Genre::Poem => Text::poem(content),
            Genre::Lyric => Text { tune: vocab.encode(&poem.title), content },
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
        let named = poems.iter().map(|poem| poem.title.as_str()).filter(|title| is_tune(title));
        named.for_each(|title| *counts.entry(title).or_default() += 1);
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
