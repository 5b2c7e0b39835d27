//! One poem through every stage, from the line of text to the loss.

use std::path::PathBuf;

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    look::{
        Align::{Left, Right},
        Color, Table, WIDTH,
        bar_chart::{Bar, BarGroup, Ink, bar_chart, number_ticks},
        bars::bar,
        fit, grids, pad,
    },
    poems::{
        bundle::Bundle,
        inspect::pipeline::{Pipeline, Step},
        run::settings::STARTER,
        text::corpus::{LONGEST, SHORTEST, lines_of},
    },
    say,
    shell::{
        cli::{above_zero, out},
        error::{Error, Result},
        write_svg,
    },
};

/// Characters in a line of the picture, with up to five digits of an id below each.
const PER_LINE: usize = 12;
/// Positions whose vectors are printed.
const SHOWN: usize = 3;

#[derive(Args)]
pub struct PipelineArgs {
    #[command(flatten)]
    pub model: super::Model,
    #[arg(long, conflicts_with_all = ["corpus", "line"], value_name = "TITLE:CONTENT", help = say!(
        "this line instead of one of a corpus",
        "用这一行，而不用语料里的"
    ))]
    text: Option<String>,
    #[arg(long, default_value = STARTER, help = say!(
        "title:content, one poem a line",
        "每行一首诗，“标题:内容”"
    ))]
    corpus: PathBuf,
    #[arg(long, default_value_t = 1, value_parser = above_zero, value_name = "N", help = say!(
        "which line of the corpus, counted from 1",
        "语料的第几行，从 1 数起"
    ))]
    line: usize,
    #[arg(long, value_name = "FILE", help = say!(
        "draw the losses into this file",
        "把各步损失画进此文件"
    ))]
    svg: Option<PathBuf>,
    #[arg(long, help = say!("one JSON object, nothing else", "只输出一个 JSON 对象"))]
    json: bool,
}

pub fn run(args: &PipelineArgs, bundle: &Bundle, device: &Device) -> Result<()> {
    let line = match &args.text {
        Some(text) => text.clone(),
        None => line_of(args)?,
    };
    let pipeline = Pipeline::of(&line, bundle, device)?;
    if let Some(path) = &args.svg {
        write_svg(path, &slide(&pipeline), args.json)?;
    }
    if args.json {
        return out(&serde_json::to_string(&pipeline).map_err(|e| Error::ours(e.to_string()))?);
    }
    for stage in [
        text_stages(&pipeline),
        id_stage(&pipeline, bundle),
        batch_stage(&pipeline, bundle),
        vector_stages(&pipeline, bundle),
        loss_stages(&pipeline, bundle),
    ] {
        out(&format!("{stage}\n"))?;
    }
    Ok(())
}

/// One line of the corpus, as it stands there.
fn line_of(args: &PipelineArgs) -> Result<String> {
    let lines = lines_of(&args.corpus)?;
    let (wanted, last) = (args.line, lines.len());
    lines.into_iter().nth(wanted - 1).ok_or_else(|| {
        let name = args.corpus.display();
        Error::user(say!(
            "{name} has no line {wanted}; it has {last} lines, choose one of them",
            "{name} 没有第 {wanted} 行；它共有 {last} 行，请从中选择"
        ))
    })
}

fn text_stages(Pipeline { line, title, content, .. }: &Pipeline) -> String {
    let length = content.chars().count();
    let (line, content) = (fit(line, WIDTH - 3), fit(content, WIDTH - 13));
    say!(
        "1 the line of text\n   {line}\n\n\
         2 split at its one \":\"\n   title    {title}\n   content  {content}\n\n\
         3 the filters\n   {SHORTEST} ≤ {length} characters ≤ {LONGEST}, and none of _ ( （ 《 [ G E: kept",
        "1 一行文字\n   {line}\n\n\
         2 在唯一的“:”处分开\n   标题  {title}\n   内容  {content}\n\n\
         3 过滤\n   {SHORTEST} ≤ {length} 字 ≤ {LONGEST}，且不含 _ ( （ 《 [ G E：保留"
    )
}

/// The characters with their ids below them.
fn id_stage(pipeline: &Pipeline, bundle: &Bundle) -> String {
    let (vocab_size, unknown) = (bundle.vocab.size(), pipeline.unknown);
    let mut lines = vec![say!(
        "4 characters -> ids, V = {vocab_size}; the more frequent, the smaller; {unknown} unknown",
        "4 字 -> 编号，V = {vocab_size}；越常用编号越小；未知字 {unknown} 个"
    )];
    let characters: Vec<char> = pipeline.content.chars().collect();
    for (some, ids) in characters.chunks(PER_LINE).zip(pipeline.ids.chunks(PER_LINE)) {
        let in_cells = |cells: &mut dyn Iterator<Item = String>| {
            cells.map(|cell| pad(&cell, 6)).collect::<String>()
        };
        lines.push(format!("   {}", in_cells(&mut some.iter().map(char::to_string)).trim_end()));
        lines.push(format!("   {}", in_cells(&mut ids.iter().map(usize::to_string)).trim_end()));
    }
    lines.join("\n")
}

fn batch_stage(pipeline: &Pipeline, bundle: &Bundle) -> String {
    let seq_len = pipeline.steps.len();
    let title = say!(
        "5 inputs, targets, mask [1, {seq_len}]: each target is the next input",
        "5 输入、目标、掩码 [1, {seq_len}]：每个目标就是下一个输入"
    );
    format!(
        "{title}\n{}",
        grids(&pipeline.batch.grids(&bundle.vocab), 3 * PER_LINE, Color::detect())
    )
}

/// The first numbers of the first vectors, on the way in and on the way out.
fn vector_stages(pipeline: &Pipeline, bundle: &Bundle) -> String {
    let (seq_len, d_embed, d_hidden) =
        (pipeline.steps.len(), bundle.shape.d_embed, bundle.shape.d_hidden);
    let n_layers = bundle.shape.n_layers;
    let shown = |of: fn(&Step) -> &Vec<f32>| {
        let row = |step: &Step| {
            let numbers: String = of(step).iter().map(|v| format!(" {v:>+7.3}")).collect();
            format!("   {}{numbers} …\n", pad(&step.read.to_string(), 3))
        };
        pipeline.steps.iter().take(SHOWN).map(row).collect::<String>()
    };
    let (x, h) = (shown(|step| &step.embedding), shown(|step| &step.hidden));
    say!(
        "6 the embedding: each id is the number of a row [1, {seq_len}, {d_embed}]\n{x}\n\
         7 the hidden state of the last of {n_layers} layers [1, {seq_len}, {d_hidden}]\n{h}",
        "6 嵌入：编号就是第几行 [1, {seq_len}, {d_embed}]\n{x}\n\
         7 {n_layers} 层中最后一层的隐状态 [1, {seq_len}, {d_hidden}]\n{h}"
    )
    .trim_end()
    .to_string()
}

fn loss_stages(pipeline: &Pipeline, bundle: &Bundle) -> String {
    let (seq_len, vocab_size) = (pipeline.steps.len(), bundle.vocab.size());
    let (blind, highest) = ((vocab_size as f64).ln(), highest(pipeline));
    let mut lines = vec![
        say!(
            "8 a logit z for each of V characters [1, {seq_len}, {vocab_size}]; softmax makes \
             probabilities",
            "8 全部 V 个字的 logit z [1, {seq_len}, {vocab_size}]；softmax 把它们变成概率"
        ),
        say!(
            "9 of these, only that of the true next character counts",
            "9 其中只有真正的下一个字的概率算数"
        ),
        in_columns(
            [say!("read", "读到"), say!("next", "下一字"), "z".into(), "p".into(), "-ln p".into()],
            &format!("{}{}", " ".repeat(24), say!("likeliest", "最可能")),
        ),
    ];
    for Step { read, next, logit, p, loss, likeliest: (likeliest, most), .. } in &pipeline.steps {
        let (p, most, cost) = (100.0 * p, 100.0 * most, bar(loss / highest, 20));
        let cells = [
            read.to_string(),
            next.to_string(),
            format!("{logit:+.2}"),
            format!("{p:.2} %"),
            format!("{loss:.2}"),
        ];
        lines.push(in_columns(cells, &format!(" {cost}   {likeliest} {most:.1} %")));
    }
    let (mean, loss, sum) = (pipeline.mean, pipeline.loss, pipeline.mean * seq_len as f64);
    lines.push(String::new());
    lines.push(say!(
        "10 the mean: {sum:.3} / {seq_len} = {mean:.4} nats per token\n   \
         the same as training gets it, from PoemModel::loss: {loss:.4}\n   \
         a model that guesses among V characters pays ln V = {blind:.2}",
        "10 平均：{sum:.3} / {seq_len} = 每词元 {mean:.4} 纳特\n   \
         训练时由 PoemModel::loss 得到的也是它：{loss:.4}\n   \
         在 V 个字里瞎猜，则要 ln V = {blind:.2}"
    ));
    lines.join("\n")
}

/// Two words to the left, three numbers to the right, and what follows.
fn in_columns(cells: [String; 5], rest: &str) -> String {
    let columns = Table::new([Left(6), Left(6), Right(10), Right(10), Right(10)]);
    format!("   {}{rest}", columns.row(cells))
}

fn highest(pipeline: &Pipeline) -> f64 {
    pipeline.steps.iter().map(|step| step.loss).fold(f64::MIN_POSITIVE, f64::max)
}

/// A bar a step; the one that costs most is the strong one.
fn slide(pipeline: &Pipeline) -> String {
    let highest = highest(pipeline);
    let bars = pipeline.steps.iter().map(|Step { read, next, loss, p, .. }| Bar {
        label: format!("{read} → {next}"),
        share: loss / highest,
        note: format!("{loss:.2}   p = {:.2} %", 100.0 * p),
        ink: if *loss == highest { Ink::Strong } else { Ink::Plain },
    });
    let (name, mean) = (&pipeline.title, pipeline.mean);
    let title = say!(
        "{name}: -ln p of each next character, mean {mean:.3}",
        "{name}：每个下一字的 -ln p，平均 {mean:.3}"
    );
    let group = BarGroup {
        title: say!("a bar a step: read → next", "每步一条：读到 → 下一字"),
        unit: say!("nats (shorter is better)", "纳特（越短越好）"),
        ticks: number_ticks(highest),
        bars: bars.collect(),
    };
    bar_chart(&title, &[group])
}
