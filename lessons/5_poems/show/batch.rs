//! The X-ray of a batch: inputs over targets over mask (course section 3-4).

use std::path::PathBuf;

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    look::{Color, Tile, grids, grids_svg},
    poems::{
        batch::{PoemBatch, buckets},
        inspect::figures::{Padding, waste},
        inspect::xray::XRay,
        run::settings::STARTER,
        text::{corpus::Corpus, vocab::Vocab},
    },
    say,
    shell::{
        cli::{above_zero, out},
        error::{Error, Result},
        write_svg,
    },
};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde::Serialize;
use serde_json::json;

/// So many poems of a batch are shown, unless all are asked for: three grids of them fit a screen.
const SHOWN: usize = 8;
/// Steps in a line: two cells each, and a margin of two.
const PER_LINE: usize = 39;

#[derive(Args)]
pub struct BatchArgs {
    #[arg(long, default_value = STARTER, help = say!(
        "title:content, one poem a line",
        "每行一首诗，“标题:内容”"
    ))]
    corpus: PathBuf,
    #[arg(long, default_value_t = 5, value_parser = above_zero, help = say!(
        "poems a batch; the course draws 5 and trains with 64",
        "每批几首诗；课程画 5 首，训练用 64 首"
    ))]
    batch_size: usize,
    #[arg(long, default_value_t = 1, value_parser = above_zero, value_name = "N", help = say!(
        "which batch, counted from 1",
        "看第几批，从 1 数起"
    ))]
    batch: usize,
    #[arg(long, help = say!(
        "poems of like length together, as in training",
        "长度相近的诗放在一批，与训练时相同"
    ))]
    buckets: bool,
    #[arg(long, default_value_t = 43, help = say!(
        "the same seed shuffles the same way",
        "相同的种子，相同的打乱次序"
    ))]
    seed: u64,
    #[arg(long, help = say!(
        "all poems of the batch, not only the first {SHOWN}",
        "显示这一批的全部诗，而不只是前 {SHOWN} 首"
    ))]
    all: bool,
    #[arg(long, value_name = "FILE", help = say!(
        "draw the batch into this file, its first {SHOWN} poems",
        "把这一批的前 {SHOWN} 首画进此文件"
    ))]
    svg: Option<PathBuf>,
    #[arg(long, help = say!("one JSON object, nothing else", "只输出一个 JSON 对象"))]
    json: bool,
}

/// Draws one batch of an epoch, and measures the padding of the whole corpus.
pub fn run(args: &BatchArgs, device: &Device) -> Result<()> {
    let poems = Corpus::read(&args.corpus)?.poems;
    let vocab = Vocab::count(poems.iter().map(|poem| poem.content.as_str()), 1);
    let ids: Vec<Vec<usize>> = poems.iter().map(|poem| vocab.encode(&poem.content)).collect();
    let (batches, mut waste) = epoch(args, &ids.iter().map(Vec::len).collect::<Vec<_>>());
    let (number, last) = (args.batch, batches.len());
    let rows = batches.get(number - 1).ok_or_else(|| {
        Error::user(say!(
            "there is no batch {number}; this corpus makes {last} batches of that size, choose one \
             of them",
            "没有第 {number} 批；这个语料按此大小共有 {last} 批，请从中选择"
        ))
    })?;
    let batch = PoemBatch::new(&rows.iter().map(|&k| &*ids[k]).collect::<Vec<_>>(), device);
    let xray = XRay::of(&batch);
    waste.batch = xray.waste();
    let here = 100.0 * waste.batch;
    let note = say!("padding in this batch: {here:.1} %", "这一批的填充：{here:.1} %");
    let mut pictures = xray.grids(&vocab);
    let [batch_size, seq_len] = batch.inputs.dims();
    if let Some(path) = &args.svg {
        let mut first = pictures.clone();
        first.iter_mut().for_each(|picture| picture.rows.truncate(SHOWN));
        let title = say!(
            "Batch {number} of {last}: B = {batch_size} poems, T = {seq_len} steps",
            "第 {number} 批，共 {last} 批：B = {batch_size} 首，T = {seq_len} 步"
        );
        let note = match batch_size > SHOWN {
            true => say!(
                "the first {SHOWN} of {batch_size} poems; {note}",
                "{batch_size} 首中的前 {SHOWN} 首；{note}"
            ),
            false => note.clone(),
        };
        write_svg(path, &grids_svg(&first, &title, &signs(), &note), args.json)?;
    }
    if args.json {
        let titles: Vec<&str> = rows.iter().map(|&k| poems[k].title.as_str()).collect();
        let figures = json!({
            "shape": [batch_size, seq_len],
            "titles": titles,
            "inputs": xray.inputs, "targets": xray.targets, "mask": xray.mask,
            "waste": waste,
        });
        return out(&figures.to_string());
    }
    out(&say!(
        "Batch {number} of {last}: B = {batch_size} poems, T = {seq_len} steps\n▶ begin (BOS), ■ \
         end (EOS), · padding (PAD)\n",
        "第 {number} 批，共 {last} 批：B = {batch_size} 首，T = {seq_len} 步\n▶ 起始（BOS），■ \
         结束（EOS），· 填充（PAD）\n"
    ))?;
    let shown = if args.all { batch_size } else { batch_size.min(SHOWN) };
    pictures.iter_mut().for_each(|picture| picture.rows.truncate(shown));
    out(&grids(&pictures, PER_LINE, Color::detect()))?;
    if shown < batch_size {
        out(&say!(
            "\nthe first {shown} of {batch_size} poems; --all shows the others",
            "\n以上是 {batch_size} 首中的前 {shown} 首；--all 显示其余"
        ))?;
    }
    out(&format!("\n{note}"))?;
    out(&waste.text(args.batch_size))
}

/// What the signs of the grids mean.
fn signs() -> [(Tile, String); 4] {
    [
        (Tile::Sign('▶'), say!("begin (BOS)", "起始（BOS）")),
        (Tile::Sign('■'), say!("end (EOS)", "结束（EOS）")),
        (Tile::Empty, say!("padding (PAD), in the mask 0", "填充（PAD），掩码中为 0")),
        (Tile::Character('1'), say!("in the mask: counts in the loss", "掩码：计入损失")),
    ]
}

/// The batches of one epoch in the order that the flags ask for, and the padding in each order.
fn epoch(args: &BatchArgs, lengths: &[usize]) -> (Vec<Vec<usize>>, Waste) {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.shuffle(&mut StdRng::seed_from_u64(args.seed));
    let shuffled: Vec<Vec<usize>> = order.chunks(args.batch_size).map(<[usize]>::to_vec).collect();
    let bucketed = buckets(lengths, args.batch_size, Some(args.seed));
    let waste = Waste {
        batch: 0.0,
        file_order: Padding::of(lengths, args.batch_size).file_order,
        shuffled: waste(lengths, &shuffled),
        buckets: waste(lengths, &bucketed),
    };
    (if args.buckets { bucketed } else { shuffled }, waste)
}

/// Shares of cells that hold PAD: in the batch that is shown, and in a whole epoch.
#[derive(Serialize)]
struct Waste {
    batch: f64,
    file_order: f64,
    shuffled: f64,
    buckets: f64,
}

impl Waste {
    fn text(&self, batch_size: usize) -> String {
        let [file_order, shuffled, buckets] =
            [self.file_order, self.shuffled, self.buckets].map(|share| 100.0 * share);
        say!(
            "padding of the whole corpus, {batch_size} poems a batch:\n  \
             in the order of the file {file_order:>5.1} %\n  shuffled                 {shuffled:>5.1} %\n  \
             in buckets of length     {buckets:>5.1} %",
            "整个语料的填充，每批 {batch_size} 首：\n  \
             按文件顺序 {file_order:>5.1} %\n  随机打乱   {shuffled:>5.1} %\n  按长度分桶 {buckets:>5.1} %"
        )
    }
}
