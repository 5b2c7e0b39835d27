//! Which poems a model is measured on, and which the n-grams beside it learn from.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    slice,
};

use lstm_lessons::{
    poems::{
        run::{
            folder::read_verse_run,
            settings::{SETTINGS, STARTER, Settings},
            split::Split,
        },
        text::{
            corpus::{Corpus, Poem, Reading},
            genre::Genre,
        },
    },
    say,
    shell::{
        error::{Error, Result},
        program,
    },
};
use serde::Serialize;

use super::Evaluate;

/// The poems that are read, and those that the n-grams beside the model learn from.
pub struct Sets {
    /// What the corpus holds.
    pub report: String,
    pub test: Vec<Poem>,
    /// `None` where the test set must do for both.
    pub train: Option<Vec<Poem>>,
    /// What the model has had to do with the test set.
    pub role: Role,
    /// A line about the n-grams.
    pub note: String,
}

/// What a model has had to do with the poems that it is measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "set", rename_all = "snake_case")]
pub enum Role {
    /// The run held them back, and chose its best epoch by them: its loss is the lowest of several
    /// on these very poems, a little too low.
    Validation,
    /// Another corpus than the run's: so many of it the run learned from, and so many chose its
    /// epoch.
    Test { learned: usize, validated: usize },
    /// A model without its run's corpus at hand.
    Unknown,
}

impl Role {
    /// A line for people.
    pub fn text(self) -> String {
        match self {
            Role::Validation => say!(
                "poems: the validation set, by which the epoch was chosen (other poems: --corpus)",
                "诗：验证集，最佳轮次即由它选出（换用别的诗：--corpus）"
            ),
            Role::Test { learned: 0, validated: 0 } => say!(
                "poems: a test set; none of them was learned from or chose the epoch",
                "诗：测试集，模型未学过其中任何一首，轮次也不由它选出"
            ),
            Role::Test { learned, validated } => say!(
                "poems: a test set, but {learned} of them were learned from and {validated} chose \
                 the epoch",
                "诗：测试集，但其中 {learned} 首模型学过，{validated} 首曾用于选择轮次"
            ),
            Role::Unknown => say!(
                "poems: whether the model has learned from them is not known here",
                "诗：此处无从得知模型是否学过它们"
            ),
        }
    }
}

/// A training set and the file that it is from.
type Origin = (Vec<Poem>, PathBuf);

pub fn sets(args: &Evaluate, genre: Genre) -> Result<Sets> {
    let run = args.run.as_deref().filter(|run| run.join(SETTINGS).exists());
    let settings = run.map(read_verse_run).transpose()?.map(|(settings, _)| settings);
    let longest = settings.as_ref().map_or(genre.longest(), |settings| settings.longest);
    let to_simplified =
        args.to_simplified || settings.as_ref().is_some_and(|settings| settings.to_simplified);
    let path = corpus_path(args, settings.as_ref(), genre)?;
    let reading = Reading { to_simplified, longest, lyrics: genre == Genre::Lyric };
    let corpus = match (&settings, run) {
        (Some(settings), Some(run)) if args.corpus.is_none() => settings.corpus_in(run)?,
        _ => Corpus::read_all(slice::from_ref(&path), reading)?,
    };
    let report = corpus.report();
    let Held { test, role, mut origin } = match (&settings, run) {
        (Some(settings), Some(run)) => {
            let own = args.corpus.is_none() || corpus.sha256() == settings.corpus_sha256;
            Held::back((settings, run), corpus, own)
        }
        _ => Held { test: corpus.poems, role: Role::Unknown, origin: None },
    };
    if let Some(path) = &args.train_corpus {
        origin = Some((Corpus::read_all(slice::from_ref(path), reading)?.poems, path.clone()));
    }
    let Some(origin) = origin else {
        let note = say!(
            "n-grams: each fifth of the poems by n-grams of the other four (--train-corpus names a \
             larger corpus)",
            "n 元语法模型：每五分之一的诗由其余五分之四衡量（--train-corpus 可指定更大的语料）"
        );
        return Ok(Sets { report, test, train: None, role, note });
    };
    let (train, note) = without(&test, origin)?;
    Ok(Sets { report, test, train: Some(train), role, note })
}

/// The corpus to evaluate on: that of the flag, of the run, or the one that ships.
fn corpus_path(args: &Evaluate, settings: Option<&Settings>, genre: Genre) -> Result<PathBuf> {
    let of_run = settings.map(|settings| settings.corpus.clone());
    let shipped = (genre == Genre::Poem).then(|| STARTER.into());
    args.corpus.clone().or(of_run).or(shipped).ok_or_else(|| {
        Error::user(say!(
            "no lyrics ship to evaluate on; name a file of them with --corpus (`{poems} corpus \
             --download song-ci` fetches some)",
            "没有自带的词可供衡量；请用 --corpus 指定文件（`{poems} corpus --download \
             song-ci` 可下载）",
            poems = program("lesson_poems")
        ))
    })
}

/// The poems of a corpus that a run did not learn from, and what it did learn from, as far as that
/// is still there.
struct Held {
    test: Vec<Poem>,
    role: Role,
    origin: Option<Origin>,
}

impl Held {
    /// `own` says that the run learned from this very corpus.
    fn back((settings, run): (&Settings, &Path), corpus: Corpus, own: bool) -> Self {
        let path = settings.corpus.clone();
        if own {
            let Split { train, valid } = settings.split(corpus.poems);
            return Self { test: valid, role: Role::Validation, origin: Some((train, path)) };
        }
        let test = corpus.poems;
        let Ok(Split { train, valid }) = settings.split_in(run) else {
            return Self { test, role: Role::Unknown, origin: None };
        };
        let [learned, validated] = [&train, &valid].map(|poems| in_common(&test, poems));
        Self { test, role: Role::Test { learned, validated }, origin: Some((train, path)) }
    }
}

/// How many of `poems` have the content of one of `others`.
fn in_common(poems: &[Poem], others: &[Poem]) -> usize {
    let known: HashSet<&str> = others.iter().map(|poem| poem.content.as_str()).collect();
    poems.iter().filter(|poem| known.contains(poem.content.as_str())).count()
}

/// The training set without the poems of the test set, and a line about it.
fn without(test: &[Poem], (mut train, path): Origin) -> Result<(Vec<Poem>, String)> {
    let known: HashSet<&str> = test.iter().map(|poem| poem.content.as_str()).collect();
    train.retain(|poem| !known.contains(poem.content.as_str()));
    let (count, path) = (train.len(), path.display());
    if count == 0 {
        return Err(Error::user(say!(
            "{path} holds no other poems than those to evaluate on; leave --train-corpus out or \
             name another file",
            "{path} 中除用来衡量的诗外别无他诗；请去掉 --train-corpus 或另选文件"
        )));
    }
    let note = say!(
        "n-grams: learned from {count} poems of {path}, none of those evaluated here",
        "n 元语法模型：学自 {path} 的 {count} 首诗，不含此处用来衡量的诗"
    );
    Ok((train, note))
}
