//! How surprised a model is by poems, beside what counting alone can do, and how good the poems are
//! that it writes.

mod plain;
mod seen;
mod sets;

use std::path::PathBuf;

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    look::{
        Align::{Left, Right},
        Table, thousands,
    },
    poems::{
        inspect::{
            loss::Loss,
            score::{self, Score},
            titles,
        },
        run::folder::any_model_in,
        text::{corpus::Poem, genre::Genre, ngram::Landmarks, vocab::Vocab},
        write::{
            reader::Reader,
            sample::{Sampler, SamplingConfig},
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

use self::{
    seen::ReaderSees,
    sets::{Role, Sets, sets},
};
use crate::{
    quality::Quality,
    sampling::Sampling,
    write::{bundle, of_genre},
};

/// Of so many poems the own title is looked for: each is read once for each title.
const MOST_TITLES: usize = 100;

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
        "并列的 n 元语法模型从这些诗学习，照抄的诗句也在其中查找 [默认：--run 的训练集；否则 --corpus 的每五分之一由其余五分之四训练的 n 元语法模型衡量]"))]
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
    #[command(flatten)]
    sampling: Sampling,
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
    loss: Loss,
    #[serde(flatten)]
    role: Role,
    #[serde(flatten)]
    landmarks: Landmarks<Score>,
    #[serde(flatten)]
    written: Option<OfWritten>,
}

/// The figures of what a model writes.
#[derive(Serialize)]
struct OfWritten {
    #[serde(flatten)]
    quality: Quality,
    seen: ReaderSees,
    /// The share of poems whose own title is found among 20, by a model that reads titles.
    #[serde(skip_serializing_if = "Option::is_none")]
    titles_found: Option<f64>,
}

/// Measures a model, and what it writes.
pub fn run(args: &Evaluate, device: &Device) -> Result<()> {
    let bundle = match &args.run {
        None => bundle(None, args.genre, device)?,
        Some(run) => {
            let bundle = any_model_in(run, device)?;
            if bundle.genre() == Genre::Text {
                return plain::run(run, bundle, args.json, device);
            }
            of_genre(bundle, args.genre)?
        }
    };
    let (genre, sampling) = (bundle.genre(), args.sampling.config(bundle.genre())?);
    let Sets { report, test, train, role, note } = sets(args, genre)?;
    let landmarks = landmarks(&test, train.as_deref(), &bundle.vocab);
    let nats = score::nats(&bundle, &test, device);
    let (model, loss) = (Score::of(&test, &nats), Loss::of(&test, &nats, genre));
    let reader = Reader::new(&bundle, device);
    let written = match args.count {
        0 => None,
        _ => Some(of_written(args, sampling, &reader, (&test, train.as_deref()), device)?),
    };
    if args.json {
        let figures = Figures { model, loss, role, landmarks, written };
        return out(&serde_json::to_string(&figures).map_err(|e| Error::ours(e.to_string()))?);
    }
    shell::note(&report);
    let story = &bundle.story;
    out(&say!("model: {story}", "模型：{story}"))?;
    out(&role.text())?;
    out(&note)?;
    out(&table(&model, &landmarks))?;
    out(&closer(&loss))?;
    let Some(OfWritten { quality, seen, titles_found }) = written else { return Ok(()) };
    out(&format!("\n{}\n\n{}", quality.table(), seen.table(genre)))?;
    if let Some(found) = titles_found {
        let (found, among) = (100.0 * found, titles::AMONG);
        out(&say!(
            "own title found among {among}: {found:.0} % of real poems (chance {:.0} %)",
            "在 {among} 个诗题中找到本题：{found:.0} %（随机为 {:.0} %）",
            100.0 / among as f64
        ))?;
    }
    match train {
        Some(_) => Ok(()),
        None => out(&say!(
            "copied: found among the evaluated poems themselves, so the real lines all are",
            "照抄：在用来衡量的诗中查找，因此真诗的诗句必然全在其中"
        )),
    }
}

/// Writes poems and measures them.
fn of_written(
    args: &Evaluate,
    sampling: SamplingConfig,
    reader: &Reader<'_>,
    (test, train): (&[Poem], Option<&[Poem]>),
    device: &Device,
) -> Result<OfWritten> {
    let (bundle, seed) = (reader.bundle, args.seed);
    let sampler = Sampler::new(reader, sampling);
    let written = sampler.freely(args.count, seed)?;
    Ok(OfWritten {
        quality: Quality::of(bundle, test, train.unwrap_or(test), &written, seed),
        seen: ReaderSees::of(&sampler, &written, (test, train), seed)?,
        titles_found: titles::found(bundle, test, (args.count.min(MOST_TITLES), seed), device),
    })
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
        (say!("trigram", "三元语法"), trigram),
        (say!("bigram", "二元语法"), bigram),
        (say!("unigram", "一元语法"), unigram),
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
    let (tokens, poems) = (thousands(model.tokens as u64), thousands(model.poems as u64));
    format!(
        "{}\n{}",
        columns.lines(head, rows.map(row)).join("\n"),
        say!("{tokens} tokens in {poems} poems", "{poems} 首诗，{tokens} 个词元")
    )
}

/// How sure the model's loss is, and where in a poem it falls.
fn closer(loss: &Loss) -> String {
    let mut lines = Vec::new();
    if let Some([low, high]) = loss.nats_per_token_95 {
        lines.push(say!(
            "nats per token of all such poems: {low:.3} to {high:.3} (95 % interval)",
            "此类诗总体的每词元纳特数：{low:.3} 至 {high:.3}（95 % 置信区间）"
        ));
    }
    if let Some(rhymes) = loss.nats_at_rhymes {
        lines.push(say!("nats per rhyme: {rhymes:.3}", "每个韵脚的纳特数：{rhymes:.3}"));
    }
    if let Some(second) = loss.nats_at_second_lines {
        lines.push(say!(
            "nats per character in second lines of middle couplets: {second:.3}",
            "中间两联下句每字的纳特数：{second:.3}"
        ));
    }
    lines.join("\n")
}
