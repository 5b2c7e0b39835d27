//! How surprised a model is by poems, beside what counting alone can do, and how good the poems are
//! that it writes.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    slice,
};

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    look::{
        Align::{Left, Right},
        Table,
    },
    poems::{
        inspect::score::{self, Score},
        run::{
            folder::read_run,
            settings::{SETTINGS, STARTER, Settings},
        },
        text::{
            corpus::{Corpus, Poem, Reading},
            genre::Genre,
            ngram::Landmarks,
            vocab::Vocab,
        },
    },
    say,
    shell::{
        self,
        cli::out,
        error::{Error, Result},
    },
};
use serde::Serialize;

use crate::{quality::Quality, write::bundle};

/// The flags of `evaluate`.
#[derive(Args)]
pub struct Evaluate {
    #[arg(long, help = say!(
        "the poems to evaluate on; of the very corpus that --run was trained on, only its \
         validation set [default: that corpus, or the one that ships]",
        "用来衡量的诗；若正是 --run 的训练语料，则只用其中的验证集 [默认：该语料，或自带的语料]"))]
    corpus: Option<PathBuf>,
    #[arg(long, help = say!(
        "from traditional to simplified characters, by OpenCC",
        "用 OpenCC 将繁体转为简体"
    ))]
    to_simplified: bool,
    #[arg(long, value_enum, help = say!(
        "which shipped model: of poems or of lyrics",
        "衡量哪个自带的模型：诗或词"
    ))]
    genre: Option<Genre>,
    #[arg(long, help = say!(
        "the run folder of a model; without it, the shipped one",
        "模型所在的训练文件夹；不给则用自带的模型"
    ))]
    run: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = say!(
        "the poems the n-grams beside the model learn from, and in which copied lines are looked \
         for [default: the training set of --run; else each fifth of --corpus is read by n-grams \
         of the other four]",
        "并列的 n 元模型从这些诗学习，照抄的诗句也在其中查找 [默认：--run 的训练集；否则 --corpus 的每五分之一由其余五分之四训练的 n 元模型衡量]"))]
    train_corpus: Option<PathBuf>,
    #[arg(long, default_value_t = 100, help = say!(
        "how many poems to write and measure, beside as many real ones; 0 for the loss alone",
        "写多少首诗来衡量，并与同样多的真诗比较；0 表示只看损失"))]
    count: usize,
    #[arg(long, default_value_t = 1, help = say!(
        "the same seed writes the same poems",
        "相同的种子写出相同的诗"
    ))]
    seed: u64,
    #[arg(long, help = say!("one JSON object, nothing else", "只输出一个 JSON 对象"))]
    json: bool,
}

/// What `--json` prints: the model's figures, the same of the models that only count, and those of
/// the poems it writes.
#[derive(Serialize)]
struct Figures {
    #[serde(flatten)]
    model: Score,
    #[serde(flatten)]
    landmarks: Landmarks<Score>,
    #[serde(flatten)]
    quality: Option<Quality>,
}

/// Measures a model, and what it writes.
pub fn run(args: &Evaluate, device: &Device) -> Result<()> {
    let bundle = bundle(args.run.as_ref(), args.genre, device)?;
    let Sets { report, test, train, note } = sets(args, bundle.genre())?;
    let landmarks = landmarks(&test, train.as_deref(), &bundle.vocab);
    let model = score::evaluate(&bundle, &test, device);
    let copied_from = train.as_ref().unwrap_or(&test);
    let quality = match args.count {
        0 => None,
        count => Some(Quality::of(&bundle, &test, copied_from, (count, args.seed), device)?),
    };
    if args.json {
        let figures = Figures { model, landmarks, quality };
        return out(&serde_json::to_string(&figures).map_err(|e| Error::ours(e.to_string()))?);
    }
    shell::note(&report);
    let story = &bundle.story;
    out(&say!("model: {story}", "模型：{story}"))?;
    out(&note)?;
    out(&table(&model, &landmarks))?;
    let Some(quality) = quality else { return Ok(()) };
    out(&format!("\n{}", quality.table()))?;
    match train {
        Some(_) => Ok(()),
        None => out(&say!(
            "copied: found among the evaluated poems themselves, so the real lines all are",
            "照抄：在用来衡量的诗中查找，因此真诗的诗句必然全在其中"
        )),
    }
}

/// The poems that are read, and those that the n-grams beside the model learn from.
struct Sets {
    /// What the corpus holds.
    report: String,
    test: Vec<Poem>,
    /// `None` where the test set must do for both.
    train: Option<Vec<Poem>>,
    /// A line about the n-grams.
    note: String,
}

/// A training set and the file that it is from.
type Origin = (Vec<Poem>, PathBuf);

fn sets(args: &Evaluate, genre: Genre) -> Result<Sets> {
    let run = args.run.as_deref().filter(|run| run.join(SETTINGS).exists());
    let settings = run.map(read_run).transpose()?.map(|(settings, _)| settings);
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
    let (test, mut origin) = match (&settings, run) {
        (Some(settings), Some(run)) => {
            let own = args.corpus.is_none() || corpus.sha256() == settings.corpus_sha256;
            held_back((settings, run), corpus, own)
        }
        _ => (corpus.poems, None),
    };
    if let Some(path) = &args.train_corpus {
        origin = Some((Corpus::read_all(slice::from_ref(path), reading)?.poems, path.clone()));
    }
    let Some(origin) = origin else {
        let note = say!(
            "n-grams: each fifth of the poems by n-grams of the other four (--train-corpus names a \
             larger corpus)",
            "n 元模型：每五分之一的诗由其余五分之四衡量（--train-corpus 可指定更大的语料）"
        );
        return Ok(Sets { report, test, train: None, note });
    };
    let (train, note) = without(&test, origin)?;
    Ok(Sets { report, test, train: Some(train), note })
}

/// The corpus to evaluate on: that of the flag, of the run, or the one that ships.
fn corpus_path(args: &Evaluate, settings: Option<&Settings>, genre: Genre) -> Result<PathBuf> {
    let of_run = settings.map(|settings| settings.corpus.clone());
    let shipped = (genre == Genre::Poem).then(|| STARTER.into());
    args.corpus.clone().or(of_run).or(shipped).ok_or_else(|| {
        Error::user(say!(
            "no lyrics ship to evaluate on; name a file of them with --corpus (`lesson_poems corpus \
             --download` fetches some)",
            "没有自带的词可供衡量；请用 --corpus 指定文件（`lesson_poems corpus --download` \
             可下载）"
        ))
    })
}

/// The poems of `corpus` that a run did not learn from, and what it did learn from, as far as that
/// is still there; `own` says that it learned from this very corpus.
fn held_back(
    (settings, run): (&Settings, &Path),
    corpus: Corpus,
    own: bool,
) -> (Vec<Poem>, Option<Origin>) {
    if own {
        let split = settings.split(corpus.poems);
        return (split.valid, Some((split.train, settings.corpus.clone())));
    }
    let own = settings.split_in(run).ok();
    (corpus.poems, own.map(|split| (split.train, settings.corpus.clone())))
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
        "n 元模型：学自 {path} 的 {count} 首诗，不含此处用来衡量的诗"
    );
    Ok((train, note))
}

fn landmarks(test: &[Poem], train: Option<&[Poem]>, vocab: &Vocab) -> Landmarks<Score> {
    match train {
        Some(train) => score::landmarks(train, test, vocab),
        None => score::landmarks_across(test, vocab),
    }
}

/// The model's figures above those of the models that only count, the best of these first.
fn table(model: &Score, landmarks: &Landmarks<Score>) -> String {
    let Landmarks { uniform, unigram, bigram, trigram } = landmarks;
    let columns = Table::new([Left(12), Right(16), Right(14), Right(26)]);
    let head = [
        String::new(),
        say!("nats per token", "每词元纳特数"),
        say!("perplexity", "困惑度"),
        say!("nats per Han character", "每汉字纳特数"),
    ];
    let rows = [
        (say!("this model", "本模型"), model),
        (say!("trigram", "三元模型"), trigram),
        (say!("bigram", "二元模型"), bigram),
        (say!("unigram", "一元模型"), unigram),
        (say!("uniform", "均匀猜测"), uniform),
    ];
    let row = |(name, score): (String, &Score)| {
        [
            name,
            format!("{:.3}", score.nats_per_token),
            format!("{:.1}", score.perplexity),
            format!("{:.3}", score.nats_per_han_character),
        ]
    };
    let (tokens, poems) = (model.tokens, model.poems);
    format!(
        "{}\n{}",
        columns.lines(head, rows.map(row)).join("\n"),
        say!("{tokens} tokens in {poems} poems", "{poems} 首诗，{tokens} 个词元")
    )
}
