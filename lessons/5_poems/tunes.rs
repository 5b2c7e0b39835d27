//! The tunes that a model of lyrics knows by name.

use std::path::PathBuf;

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    look::{WIDTH, visible_width},
    poems::text::{genre::Genre, tune::is_tune},
    say,
    shell::{
        cli::out,
        error::{Error, Result},
    },
};

use crate::write::bundle;

#[derive(Args)]
pub struct Tunes {
    #[arg(long, help = say!(
        "the run folder of a model; without it, the shipped one",
        "模型所在的训练文件夹；不给则用自带的模型"
    ))]
    run: Option<PathBuf>,
    #[arg(long, help = say!("one JSON list, nothing else", "只输出一个 JSON 列表"))]
    json: bool,
}

pub fn run(args: &Tunes, device: &Device) -> Result<()> {
    let mut tunes = bundle(args.run.as_ref(), Some(Genre::Lyric), device)?.tunes;
    tunes.retain(|tune| is_tune(&tune.name));
    if args.json {
        return out(&serde_json::to_string(&tunes).map_err(|e| Error::ours(e.to_string()))?);
    }
    let count = tunes.len();
    out(&say!(
        "{count} tunes, each with how many lyrics to it the model has read:",
        "{count} 个词牌，后为模型读过的首数："
    ))?;
    let mut line = String::new();
    for tune in &tunes {
        let word = format!("{} {}  ", tune.name, tune.lyrics);
        if visible_width(&line) + visible_width(&word) > WIDTH {
            out(line.trim_end())?;
            line.clear();
        }
        line += &word;
    }
    out(line.trim_end())
}
