//! Poem or song: what a text's title is to the model.

use std::collections::HashMap;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::{
    corpus::{LONGEST, Poem},
    theme::theme_of,
    tune::is_tune,
    vocab::{UNK, Vocab},
};

/// A tune with fewer lyrics than this is not known by name.
const FEWEST: usize = 20;

/// A text as ids, without BOS and EOS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// What the model reads first and need not write: the name of a lyric's tune; the theme of a
    /// poem, or nothing.
    pub title: Vec<usize>,
    /// What the model learns to write.
    pub content: Vec<usize>,
}

impl Text {
    /// A text without a title.
    pub fn poem(content: Vec<usize>) -> Self {
        Self { title: Vec::new(), content }
    }

    /// How many steps the model takes to read it: the title, BOS, the content.
    pub fn steps(&self) -> usize {
        self.title.len() + 1 + self.content.len()
    }
}

/// What is learned and written (the course's 写诗 and 写歌).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Genre {
    /// 诗: a poem. Its title is read by a model that was trained with titles.
    #[default]
    #[value(help = None::<&str>)] // the flag says it in both languages
    Poem,
    /// 词: the lyrics of the Song dynasty. The title is the name of the tune (词牌), which decides
    /// the length of every line.
    #[value(help = None::<&str>)]
    Lyric,
    /// Plain text of any language, without titles and ends.
    #[value(help = None::<&str>)]
    Text,
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
            Genre::Poem | Genre::Text => LONGEST,
            Genre::Lyric => 200,
        }
    }

    /// A poem or a lyric as ids, a poem with the theme of its title if `titles`. Characters of a
    /// title that the vocabulary does not have are left out.
    ///
    /// ```
    /// use lstm_lessons::poems::text::{corpus::Poem, genre::{Genre, Text}, vocab::Vocab};
    ///
    /// let vocab = Vocab::count(["一曲新词酒一杯浣溪沙"], 1);
    /// let lyric = Poem { title: "浣溪沙".into(), content: "一曲".into() };
    /// let (title, content) = (vocab.encode("浣溪沙"), vocab.encode("一曲"));
    /// assert_eq!(Genre::Poem.encode(&lyric, &vocab, false), Text::poem(content.clone()));
    /// assert_eq!(Genre::Lyric.encode(&lyric, &vocab, false), Text { title, content });
    /// ```
    pub fn encode(self, poem: &Poem, vocab: &Vocab, titles: bool) -> Text {
        let title = match self {
            Genre::Lyric => vocab.encode(&poem.title),
            Genre::Poem if titles => theme_ids(&poem.title, vocab),
            Genre::Poem | Genre::Text => Vec::new(),
        };
        Text { title, content: vocab.encode(&poem.content) }
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
        if self != Genre::Lyric {
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

/// The theme of a title as ids, without characters that the vocabulary does not have.
pub fn theme_ids(title: &str, vocab: &Vocab) -> Vec<usize> {
    vocab.ids_of(&theme_of(title)).filter(|&id| id != UNK).collect()
}
