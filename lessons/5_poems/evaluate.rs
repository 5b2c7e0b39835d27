//! How surprised a model is by poems.

use std::path::PathBuf;

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    cli::out,
    poems::{corpus::Corpus, score},
    say,
    trouble::{Result, Trouble},
};

use crate::write::bundle;

#[derive(Args)]
pub struct Evaluate {
    #[arg(long, help = say!("the poems to judge by, title:content a line", "用来衡量的诗，每行“标题:内容”"))]
    corpus: PathBuf,
    #[arg(long, help = say!("the run folder of a model; without it, the shipped one", "模型所在的训练文件夹；不给则用自带的模型"))]
    run: Option<PathBuf>,
    #[arg(long, help = say!("one JSON object, nothing else", "只输出一个 JSON 对象"))]
    json: bool,
}

pub fn run(args: &Evaluate, device: &Device) -> Result<()> {
    let corpus = Corpus::read(&args.corpus)?;
    let bundle = bundle(args.run.as_ref(), device)?;
    let score = score::evaluate(&bundle, &corpus.poems, device);
    if args.json {
        return out(&serde_json::to_string(&score).map_err(|e| Trouble::ours(e.to_string()))?);
    }
    eprintln!("{}", corpus.report());
    let score::Score { nats_per_token, perplexity, nats_per_han_character, tokens, poems } = score;
    let uniform = (bundle.vocab.size() as f64).ln();
    let story = &bundle.story;
    out(&say!(
        "model: {story}\n\
         nats per token          {nats_per_token:.3}   (guessing blindly: {uniform:.3})\n\
         perplexity              {perplexity:.1}\n\
         nats per Han character  {nats_per_han_character:.3}\n\
         tokens                  {tokens} in {poems} poems",
        "模型：{story}\n\
         每词元奈特数    {nats_per_token:.3}（盲猜为 {uniform:.3}）\n\
         困惑度          {perplexity:.1}\n\
         每汉字奈特数    {nats_per_han_character:.3}\n\
         词元            {tokens} 个，{poems} 首诗"
    ))
}
