//! The poets that a model knows, and how it is taught them.

use std::path::{Path, PathBuf};

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    look::{
        Align::{Left, Right},
        Table, thousands,
    },
    poems::{
        bundle::Bundle,
        poets::{Poet, Poets},
        run::{
            folder::{model_in, read_verse_run},
            poets::{ByPoet, Gain, learn},
            settings::{SETTINGS, Settings},
        },
        text::{
            corpus::{Corpus, Reading},
            genre::Genre,
        },
    },
    say,
    shell::{
        self,
        cli::{above_zero, out},
        error::{Error, Result},
        program, quoted,
        say::{Lang, lang},
    },
    training::{bundle::sum_of, weights::sha256},
};

use crate::write::bundle;

/// Poets that are listed, unless all are asked for.
const LISTED: usize = 20;
/// Characters that are shown of each, among the most frequent ones, and poets like him.
const CHARACTERS: usize = 10;
const AMONG: usize = 1000;
const LIKE: usize = 2;
/// A corpus with a larger share of unknown characters is written in others.
const MOST_UNKNOWN: f64 = 0.1;

/// The flags of `poets`.
#[derive(Args)]
pub struct PoetsArgs {
    #[arg(long, help = say!(
        "the run folder of a model; without it, the shipped one",
        "模型所在的训练文件夹；不给则用自带的模型"
    ))]
    run: Option<PathBuf>,
    #[arg(long, value_name = "CORPUS", num_args = 1.., requires = "run", help = say!(
        "teach the model of --run the poets of this corpus: JSON files of the collection, which name \
         them, or their folder",
        "用这份语料教 --run 的模型认识诗人：标有作者的 JSON 文件，或其文件夹"
    ))]
    learn: Vec<PathBuf>,
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = above_zero, requires = "learn", help = say!(
        "with --learn: poets with so many poems at least",
        "配合 --learn：至少有多少首诗的诗人"
    ))]
    fewest: usize,
    #[arg(long, requires = "learn", help = say!(
        "from traditional to simplified characters, by OpenCC",
        "用 OpenCC 将繁体转为简体"
    ))]
    to_simplified: bool,
    #[arg(long, help = say!("all poets, not only the first {LISTED}", "列出全部诗人，而不只是前 {LISTED} 位"))]
    all: bool,
    #[arg(long, conflicts_with = "learn", help = say!("one JSON list, nothing else", "只输出一个 JSON 列表"))]
    json: bool,
}

/// Shows the poets that a model knows, and teaches it new ones first where that is asked for.
pub fn run(args: &PoetsArgs, device: &Device) -> Result<()> {
    if let (Some(run), false) = (&args.run, args.learn.is_empty()) {
        teach(args, run, device)?;
    }
    let bundle = bundle(args.run.as_ref(), None, device)?;
    let poets = Poets::of(args.run.as_deref(), &bundle, device)?;
    match args.json {
        true => out(&json(&poets, &bundle)),
        false => show(&poets, &bundle, args.all),
    }
}

/// Learns the poets of the corpus and keeps them beside the model.
fn teach(args: &PoetsArgs, run: &Path, device: &Device) -> Result<()> {
    let model = model_in(run, &device.clone().autodiff())?;
    let model_sha256 = sum_of(run).filter(|sum| !sum.is_empty()).ok_or_else(|| not_over(run))?;
    let settings = match run.join(SETTINGS).exists() {
        true => read_verse_run(run)?.0,
        false => Settings::default(),
    };
    let (reading, lyrics) = (settings.reading(), model.genre() == Genre::Lyric);
    let to_simplified = args.to_simplified || reading.to_simplified;
    let corpus = Corpus::read_all(&args.learn, Reading { to_simplified, lyrics, ..reading })?;
    let read_by_model = settings.copy_sha256 == Some(sha256(corpus.to_text().as_bytes()));
    let split = |corpus: Corpus| settings.split(corpus.poems);
    let poems = ByPoet::of(corpus, split, &model, args.fewest);
    let fewest = args.fewest;
    let [poets, train, valid] = poems.sizes();
    if poets == 0 {
        return Err(Error::user(say!(
            "the corpus names no poet with {fewest} poems that the model may learn from; give JSON \
             files with an \"author\", or a smaller --fewest",
            "语料中没有哪位诗人有 {fewest} 首可供学习的诗；请给含有 \"author\" 的 JSON 文件，或减小 --fewest"
        )));
    }
    let unknown = poems.unknown();
    if unknown > MOST_UNKNOWN {
        let unknown = 100.0 * unknown;
        return Err(Error::user(say!(
            "the model does not know {unknown:.0} % of the characters of this corpus; if they are \
             traditional ones, add --to-simplified",
            "这份语料中有 {unknown:.0} % 的字模型不认识；如果是繁体字，请加上 --to-simplified"
        )));
    }
    let [train, valid] = [train, valid].map(|poems| thousands(poems as u64));
    shell::note(say!(
        "poets with {fewest} poems or more: {poets}; poems of theirs to learn from: {train}, held back: \
         {valid}",
        "至少有 {fewest} 首诗的诗人：{poets} 位；他们的诗用于学习的 {train} 首，留作验证的 {valid} 首"
    ));
    let bar = shell::progress_bar(poems.steps() as u64);
    let (poets, gain) = learn(&model, model_sha256, &poems, || bar.inc(1));
    bar.finish_and_clear();
    if let Some(Gain { untold, told }) = gain {
        shell::note(say!(
            "{told:.4} nats per token on the held-back poems where the poet is told, {untold:.4} untold",
            "验证诗每词元：告诉作者时 {told:.4} 纳特，不告诉时 {untold:.4}"
        ));
        if !read_by_model {
            shell::note(say!(
                "(This is not the corpus that the run keeps: the model may have learned from some of them.)",
                "（这不是该训练所保存的语料：其中有些诗，模型可能已经学过。）"
            ));
        }
    }
    poets.save(run)
}

/// The weights of a training that goes on are others tomorrow.
fn not_over(run: &Path) -> Error {
    let (run, poems) = (run.display(), program("lesson_poems"));
    Error::user(say!(
        "the training in {run} is not over, and poets belong to its last weights; finish it first: \
         {poems} resume {run}",
        "{run} 的训练尚未结束，而诗人要配合最终的权重；请先完成训练：{poems} resume {run}"
    ))
}

/// A line for each poet: what he prefers, and who is like him.
fn show(poets: &Poets, bundle: &Bundle, all: bool) -> Result<()> {
    let known = &poets.about.poets;
    let (count, shown) = (known.len(), if all { known.len() } else { known.len().min(LISTED) });
    let preferred = poets.preferred(&bundle.vocab, CHARACTERS, AMONG);
    let nearest = poets.nearest();
    let table = Table::new([
        Left(if lang() == Lang::En { 27 } else { 9 }),
        Right(6),
        Left(2),
        Left(2 * CHARACTERS + 2),
        Left(0),
    ]);
    let row = |k: usize| {
        let characters: String = preferred[k].iter().map(|(c, _)| c).collect();
        let like = nearest[k].iter().take(LIKE).map(|&other| &*known[other].name);
        let Poet { name, poems } = &known[k];
        let poems = thousands(*poems as u64);
        let named = if lang() == Lang::En {
            format!("{name} {}", known[k].reading())
        } else {
            name.clone()
        };
        [named, poems, String::new(), characters, like.collect::<Vec<_>>().join(" ")]
    };
    let heads = [
        say!("poet", "诗人"),
        say!("poems", "首数"),
        String::new(),
        say!("prefers", "偏爱的字"),
        say!("most like", "最相近的诗人"),
    ];
    out(&table.lines(heads, (0..shown).map(row)).join("\n"))?;
    let poems = program("lesson_poems");
    let (name, of_run) = (quoted(&known[0].name), poets.of_run());
    let rest = match count - shown {
        0 => String::new(),
        rest => say!(
            " The other {rest}: {poems} poets{of_run} --all",
            "其余 {rest} 位：{poems} poets{of_run} --all"
        ),
    };
    out(&say!(
        "\nPoets: {count}.{rest}\nWrite as one of them:\n{poems}{of_run} --poet {name}",
        "\n共 {count} 位诗人。{rest}\n像其中一位那样写：\n{poems}{of_run} --poet {name}"
    ))
}

/// The same for a program: every poet.
fn json(poets: &Poets, bundle: &Bundle) -> String {
    let (preferred, nearest) = (poets.preferred(&bundle.vocab, CHARACTERS, AMONG), poets.nearest());
    let known = &poets.about.poets;
    let one = |(k, Poet { name, poems }): (usize, &Poet)| {
        let like: Vec<&str> = nearest[k].iter().take(LIKE).map(|&k| &*known[k].name).collect();
        serde_json::json!({ "name": name, "poems": poems, "prefers": preferred[k], "like": like })
    };
    serde_json::Value::Array(known.iter().enumerate().map(one).collect()).to_string()
}
