//! Writing poems with a trained model.

use std::{io::IsTerminal, path::PathBuf};

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    cli::out,
    poems::{
        bundle::Bundle,
        sample::{Sampler, Taste, in_lines},
    },
    say,
    trouble::{Result, Trouble},
};

#[derive(Args)]
pub struct Write {
    #[arg(long, help = say!("the character (or characters) to begin with", "以这个字（或几个字）开头"))]
    begin: Option<String>,
    #[arg(long, default_value_t = 0.8, help = say!("below 1 plainer, above 1 wilder, 0 always the likeliest", "小于 1 更平稳，大于 1 更大胆，0 总取最可能的字"))]
    temperature: f64,
    #[arg(long, default_value_t = 0, help = say!("choose among the k likeliest, 0 for all", "只在最可能的 k 个字中选，0 表示全部"))]
    top_k: usize,
    #[arg(long, default_value_t = 0.95, help = say!("choose among the likeliest that together have this probability", "只在累计概率达到此值的字中选"))]
    top_p: f64,
    #[arg(long, help = say!("the same seed gives the same poems; without it, a new one each time", "相同的种子写出相同的诗；不给则每次不同"))]
    seed: Option<u64>,
    #[arg(long, default_value_t = 1, help = say!("how many poems", "写几首"))]
    count: usize,
    #[arg(long, help = say!("one JSON object a poem, nothing else", "每首诗输出一个 JSON 对象"))]
    json: bool,
    #[arg(long, help = say!("the run folder of a model; without it, the shipped one", "模型所在的训练文件夹；不给则用自带的模型"))]
    run: Option<PathBuf>,
}

/// The model in `run`, or the one that ships.
pub fn bundle(run: Option<&PathBuf>, device: &Device) -> Result<Bundle> {
    match run {
        Some(folder) => Bundle::load(folder, device),
        None => Bundle::shipped(device),
    }
}

pub fn run(args: &Write, device: &Device) -> Result<()> {
    if args.temperature < 0.0 || !args.temperature.is_finite() || !(args.top_p > 0.0 && args.top_p <= 1.0) {
        return Err(Trouble::user(say!(
            "--temperature must be 0 or more and --top-p above 0 and at most 1",
            "--temperature 须不小于 0，--top-p 须大于 0 且不超过 1"
        )));
    }
    let taste = Taste { temperature: args.temperature, top_k: args.top_k, top_p: args.top_p };
    let seed = args.seed.unwrap_or_else(rand::random);
    let bundle = bundle(args.run.as_ref(), device)?;
    let sampler = Sampler::new(&bundle, device);
    let begin = match &args.begin {
        Some(begin) => begin.trim().to_string(),
        None if std::io::stdin().is_terminal() && !args.json => ask(&sampler)?,
        None => sampler.first_character(taste, seed),
    };
    for k in 0..args.count {
        let poem = sampler.compose(&begin, taste, seed.wrapping_add(k as u64))?;
        if args.json {
            out(&serde_json::json!({ "text": poem }).to_string())?;
        } else {
            out(&format!("{}{}", if k > 0 { "\n" } else { "" }, in_lines(&poem)))?;
        }
    }
    if args.seed.is_none() && !args.json {
        eprintln!("{}", say!("(seed {seed})", "（种子 {seed}）"));
    }
    Ok(())
}

/// Asks for the first character, as the course does, until it gets one that the model knows.
fn ask(sampler: &Sampler) -> Result<String> {
    loop {
        eprint!("{}", say!("First character: ", "请输入第一个字："));
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line).unwrap_or(0);
        let begin = line.trim().to_string();
        match sampler.check(&begin) {
            Ok(()) => return Ok(begin),
            Err(trouble) if read == 0 => return Err(trouble),
            Err(trouble) => eprintln!("{trouble}"),
        }
    }
}
