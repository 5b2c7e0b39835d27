//! How surprised a model is by poems, beside what counting alone can do, and how good the poems are
//! that it writes.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    cli::out,
    error::{Error, Result},
    look::{
        Align::{Left, Right},
        Table,
    },
    poems::{
        corpus::{Corpus, Poem, Reading},
        genre::Genre,
        ngram::Landmarks,
        score::{self, Score},
        train::{SETTINGS, corpus_of, read_run, split},
        vocab::Vocab,
    },
    say,
    training::weights::sha256,
};
use serde::Serialize;

use crate::{quality::Quality, train::STARTER, write::bundle};

#[derive(Args)]
pub struct Evaluate {
    #[arg(long, help = say!(
        "the poems to judge by; of the very corpus that --run was trained on, only the poems it \
         held back [default: that corpus, or the one that ships]",
        "用来衡量的诗；若正是 --run 的训练语料，则只用其中留作验证的诗 [默认：该语料，或自带的语料]"))]
    corpus: Option<PathBuf>,
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
         for [default: what --run learned from; else each fifth of --corpus is judged by n-grams \
         of the other four]",
        "并列的 n 元模型从这些诗学习，照抄的诗句也在其中查找 [默认：--run 的训练诗；否则 --corpus 的每五分之一由其余五分之四训练的 n 元模型衡量]"))]
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

pub fn run(args: &Evaluate, device: &Device) -> Result<()> {
    let bundle = bundle(args.run.as_ref(), args.genre, device)?;
    let Sides { report, judged, teachers, told } = sides(args, bundle.genre())?;
    let landmarks = beside(&judged, &teachers, &bundle.vocab);
    let model = score::evaluate(&bundle, &judged, device);
    let copied_from = teachers.as_ref().unwrap_or(&judged);
    let quality = match args.count {
        0 => None,
        count => Some(Quality::of(&bundle, &judged, copied_from, (count, args.seed), device)?),
    };
    if args.json {
        let figures = Figures { model, landmarks, quality };
        return out(&serde_json::to_string(&figures).map_err(|e| Error::ours(e.to_string()))?);
    }
    eprintln!("{report}");
    let story = &bundle.story;
    out(&say!("model: {story}", "模型：{story}"))?;
    out(&told)?;
    out(&table(&model, &landmarks))?;
    let Some(quality) = quality else { return Ok(()) };
    out(&format!("\n{}", quality.table()))?;
    match teachers {
        Some(_) => Ok(()),
        None => out(&say!(
            "copied: found among the judged poems themselves, so the real lines all are",
            "照抄：在用来衡量的诗中查找，因此真诗的诗句必然全在其中"
        )),
    }
}

/// Who judges and who taught the n-grams.
struct Sides {
    /// What the corpus of the judges holds.
    report: String,
    judged: Vec<Poem>,
    /// `None` if the judged poems must do for both.
    teachers: Option<Vec<Poem>>,
    /// A line about it.
    told: String,
}

fn sides(args: &Evaluate, genre: Genre) -> Result<Sides> {
    let run = args.run.as_deref().filter(|run| run.join(SETTINGS).exists());
    let settings = run.map(read_run).transpose()?.map(|(settings, _)| settings);
    let its_own = settings.as_ref().map(|settings| settings.corpus.clone());
    let Some(path) =
        args.corpus.clone().or(its_own).or((genre == Genre::Poem).then(|| STARTER.into()))
    else {
        return Err(Error::user(say!(
            "no lyrics ship to judge by; name a file of them with --corpus (`lesson_poems corpus \
             --download` fetches some)",
            "没有自带的词可供衡量；请用 --corpus 指定文件（`lesson_poems corpus --download` \
             可下载）"
        )));
    };
    let longest = settings.as_ref().map_or(genre.longest(), |settings| settings.longest);
    let read = |path: &PathBuf| {
        let reading = Reading { longest, ..Reading::default() };
        Corpus::read_all(std::slice::from_ref(path), reading)
    };
    let corpus = read(&path)?;
    let report = corpus.report();
    let mut judged = corpus.poems;
    let mut teachers = None;
    let mut origin = String::new();
    if let Some(settings) = settings {
        let is_its_corpus = |path: &Path| {
            std::fs::read(path).is_ok_and(|bytes| sha256(&bytes) == settings.corpus_sha256)
        };
        let split = |poems| split(poems, settings.valid_share, settings.seed);
        if is_its_corpus(&path) {
            let own = split(judged);
            (judged, teachers, origin) = (own.valid, Some(own.train), path.display().to_string());
        } else if is_its_corpus(&settings.corpus) {
            let own = split(corpus_of(&settings)?.poems);
            (teachers, origin) = (Some(own.train), settings.corpus.display().to_string());
        }
    }
    if let Some(path) = &args.train_corpus {
        (teachers, origin) = (Some(read(path)?.poems), path.display().to_string());
    }
    let told = match &mut teachers {
        None => say!(
            "n-grams: each fifth of the poems by n-grams of the other four (--train-corpus names a \
             larger corpus)",
            "n 元模型：每五分之一的诗由其余五分之四衡量（--train-corpus 可指定更大的语料）"
        ),
        Some(teachers) => {
            let unseen: HashSet<&str> = judged.iter().map(|poem| poem.content.as_str()).collect();
            teachers.retain(|poem| !unseen.contains(poem.content.as_str()));
            let count = teachers.len();
            if count == 0 {
                return Err(Error::user(say!(
                    "{origin} holds no other poems than those to judge by; leave --train-corpus \
                     out or name another file",
                    "{origin} 中除用来衡量的诗外别无他诗；请去掉 --train-corpus 或另选文件"
                )));
            }
            say!(
                "n-grams: learned from {count} poems of {origin}, none of those judged here",
                "n 元模型：学自 {origin} 的 {count} 首诗，不含此处用来衡量的诗"
            )
        }
    };
    Ok(Sides { report, judged, teachers, told })
}

fn beside(judged: &[Poem], teachers: &Option<Vec<Poem>>, vocab: &Vocab) -> Landmarks<Score> {
    match teachers {
        Some(teachers) => score::landmarks(teachers, judged, vocab),
        None => score::landmarks_across(judged, vocab),
    }
}

/// The model's figures above those of the models that only count, the best of these first.
fn table(model: &Score, landmarks: &Landmarks<Score>) -> String {
    let Landmarks { uniform, unigram, bigram, trigram } = landmarks;
    let columns = Table::new([Left(12), Right(16), Right(14), Right(26)]);
    let head = [
        String::new(),
        say!("nats per token", "每词元奈特数"),
        say!("perplexity", "困惑度"),
        say!("nats per Han character", "每汉字奈特数"),
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
