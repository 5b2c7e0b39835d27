//! The X-ray of a batch: inputs over targets over mask (course section 3-4).

use std::path::PathBuf;

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    cli::{above_zero, out},
    error::{Error, Result},
    files,
    look::{Color, grids, grids_svg},
    poems::{
        batch::{PoemBatch, buckets},
        corpus::{
            Corpus,
            figures::{Padding, waste},
        },
        vocab::Vocab,
        xray::XRay,
    },
    say,
};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::json;

use crate::train::STARTER;

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
    #[arg(long, value_name = "FILE", help = say!(
        "draw the batch into this file",
        "把这一批画进此文件"
    ))]
    svg: Option<PathBuf>,
    #[arg(long, help = say!("one JSON object, nothing else", "只输出一个 JSON 对象"))]
    json: bool,
}

pub fn run(args: &BatchArgs, device: &Device) -> Result<()> {
    let poems = Corpus::read(&args.corpus)?.poems;
    let vocab = Vocab::count(poems.iter().map(|poem| poem.content.as_str()), 1);
    let ids: Vec<Vec<usize>> = poems.iter().map(|poem| vocab.encode(&poem.content)).collect();
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.shuffle(&mut StdRng::seed_from_u64(args.seed));
    let shuffled: Vec<Vec<usize>> = order.chunks(args.batch_size).map(<[usize]>::to_vec).collect();
    let bucketed = buckets(&ids, args.batch_size, Some(args.seed));
    let batches = if args.buckets { &bucketed } else { &shuffled };
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
    let Padding { file_order, .. } = Padding::of(&ids, args.batch_size);
    let (shuffled, bucketed) = (waste(&ids, &shuffled), waste(&ids, &bucketed));
    let [batch_size, seq_len] = batch.inputs.dims();
    let [here, file_percent, shuffled_percent, bucketed_percent] =
        [xray.waste(), file_order, shuffled, bucketed].map(|share| 100.0 * share);
    let note = say!("padding in this batch: {here:.1} %", "这一批的填充：{here:.1} %");
    let pictures = xray.grids(&vocab);
    if let Some(path) = &args.svg {
        files::write_whole(path, grids_svg(&pictures, &note).as_bytes())?;
    }
    if args.json {
        let titles: Vec<&str> = rows.iter().map(|&k| poems[k].title.as_str()).collect();
        let figures = json!({
            "shape": [batch_size, seq_len],
            "titles": titles,
            "inputs": xray.inputs, "targets": xray.targets, "mask": xray.mask,
            "waste": { "batch": xray.waste(), "file_order": file_order, "shuffled": shuffled, "buckets": bucketed },
        });
        return out(&figures.to_string());
    }
    out(&say!(
        "Batch {number} of {last}: B = {batch_size} poems, T = {seq_len} steps\n▶ begin (BOS), ■ \
         end (EOS), · padding (PAD)\n",
        "第 {number} 批，共 {last} 批：B = {batch_size} 首，T = {seq_len} 步\n▶ 起始（BOS），■ \
         结束（EOS），· 填充（PAD）\n"
    ))?;
    out(&grids(&pictures, PER_LINE, Color::detect()))?;
    let size = args.batch_size;
    out(&format!("\n{note}"))?;
    out(&say!(
        "padding of the whole corpus, {size} poems a batch:\n  \
         in the order of the file {file_percent:>5.1} %\n  shuffled                 {shuffled_percent:>5.1} %\n  \
         in buckets of length     {bucketed_percent:>5.1} %",
        "整个语料的填充，每批 {size} 首：\n  \
         按文件顺序 {file_percent:>5.1} %\n  随机打乱   {shuffled_percent:>5.1} %\n  按长度分桶 {bucketed_percent:>5.1} %"
    ))
}
