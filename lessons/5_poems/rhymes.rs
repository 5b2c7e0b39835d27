//! Making the shipped table of rhymes anew from its two sources.

use std::{fs, path::PathBuf};

use clap::Args;
use lstm_lessons::{
    poems::{
        text::{corpus::Corpus, vocab::is_han},
        verse::rhymes::{RhymeBook, derive::derive},
    },
    say,
    shell::{
        self,
        error::{Error, Result},
        files,
    },
};

#[derive(Args)]
pub struct DeriveRhymes {
    #[arg(long, help = say!("Guangyun, CSV", "广韵（CSV）"))]
    guangyun: PathBuf,
    #[arg(long, help = say!("the book of 106 rhymes, JSON", "平水韵（JSON）"))]
    pingshui: PathBuf,
    #[arg(long, help = say!("the table to write", "写到哪个文件"))]
    to: PathBuf,
    #[arg(long, help = say!(
        "count how much of this corpus the table covers",
        "统计该表对此语料的覆盖率"
    ))]
    corpus: Option<PathBuf>,
}

pub fn run(args: &DeriveRhymes) -> Result<()> {
    let text = |path: &PathBuf| {
        String::from_utf8(files::read_whole(path)?).map_err(|_| {
            let path = path.display();
            Error::user(say!(
                "{path} is not UTF-8; convert it first",
                "{path} 不是 UTF-8 编码；请先转换"
            ))
        })
    };
    let derived = derive(&text(&args.guangyun)?, &text(&args.pingshui)?)?;
    files::write_whole(&args.to, derived.table.as_bytes())?;
    shell::note(derived.report);
    let (path, bytes) = (args.to.display(), fs::metadata(&args.to).map_or(0, |file| file.len()));
    shell::note(say!("{path}: {bytes} bytes", "{path}：{bytes} 字节"));
    match &args.corpus {
        Some(corpus) => coverage(&RhymeBook::parse(&derived.table), &Corpus::read(corpus)?),
        None => Ok(()),
    }
}

/// How many of the corpus's Han characters the book knows, and the most frequent that it does not.
fn coverage(book: &RhymeBook, corpus: &Corpus) -> Result<()> {
    let mut missing = std::collections::BTreeMap::<char, usize>::new();
    let mut all = 0;
    for c in corpus.poems.iter().flat_map(|poem| poem.content.chars()).filter(|&c| is_han(c)) {
        all += 1;
        if !book.knows(c) {
            *missing.entry(c).or_default() += 1;
        }
    }
    let known = 100.0 * (1.0 - missing.values().sum::<usize>() as f64 / all.max(1) as f64);
    let mut most: Vec<(char, usize)> = missing.into_iter().collect();
    most.sort_by_key(|&(c, count)| (std::cmp::Reverse(count), c));
    let most: String = most.iter().take(12).map(|(c, count)| format!(" {c} {count}")).collect();
    shell::note(say!(
        "{known:.2} % of {all} Han characters are in the table; most frequent without:{most}",
        "{all} 个汉字中 {known:.2} % 在表内；表外最常见的：{most}"
    ));
    Ok(())
}
