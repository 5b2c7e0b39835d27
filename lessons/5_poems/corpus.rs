//! Reads a corpus, fetches it first where that is asked for, and shows what it is made of.

use std::path::PathBuf;

use clap::Args;
use lstm_lessons::{
    look::Color,
    poems::{
        run::settings::STARTER,
        text::{
            corpus::{self, Corpus, Reading},
            download::{Collection, SUMS, download},
            simplify::simplified,
        },
    },
    say,
    shell::{
        self,
        cli::{above_zero, out},
        error::Result,
        files,
    },
};

use crate::figures::{Figures, Limits, kept};

/// The flags of `corpus`.
#[derive(Args)]
pub struct CorpusArgs {
    #[arg(value_name = "FILE", help = say!(
        "title:content files (UTF-8, GB18030, Big5), chinese-poetry JSON files, or folders of \
         those [default: {STARTER}]",
        "“标题:内容”文本（UTF-8、GB18030、Big5），chinese-poetry 的 JSON 文件，或含有它们的文件夹 [默认：{STARTER}]"))]
    files: Vec<PathBuf>,
    #[arg(long, value_enum, value_name = "tang|song-ci", help = say!(
        "fetch the chinese-poetry collection's Tang poems or Song lyrics from its public \
         repository first",
        "先从公开仓库获取 chinese-poetry 的唐诗或宋词"))]
    download: Option<Collection>,
    #[arg(long, value_name = "URL", requires = "download", help = say!(
        "fetch from this copy of the repository instead", "改从仓库的这个镜像获取"))]
    mirror: Option<String>,
    #[arg(long, value_name = "DIR", requires = "download", help = say!(
        "where the downloaded files go [default: data/chinese-poetry/…]", "下载到哪个文件夹 [默认：data/chinese-poetry/…]"))]
    to: Option<PathBuf>,
    #[arg(long, help = say!(
        "from traditional to simplified characters, by OpenCC",
        "用 OpenCC 将繁体转为简体"
    ))]
    to_simplified: bool,
    #[arg(long, default_value_t = corpus::LONGEST, value_parser = above_zero, help = say!(
        "the longest poem that is kept, in characters",
        "保留的诗最多多少字"
    ))]
    longest: usize,
    #[command(flatten)]
    limits: Limits,
    #[arg(long, value_name = "FILE", help = say!(
        "write the kept poems into one file, ready for train --corpus",
        "把保留的诗写入一个文件，可直接用于 train --corpus"))]
    save: Option<PathBuf>,
    #[arg(long, help = say!("one JSON object, nothing else", "只输出一个 JSON 对象"))]
    json: bool,
}

/// Shows what a corpus holds, what was rejected, and what a vocabulary of it covers.
pub fn run(args: &CorpusArgs) -> Result<()> {
    let (to_simplified, longest) = (args.to_simplified, args.longest);
    let reading = Reading { to_simplified, longest, ..Reading::default() };
    let corpus = Corpus::read_all(&sources(args)?, reading)?;
    if let Some(path) = &args.save {
        files::write_whole(path, corpus.to_text().as_bytes())?;
    }
    if !args.to_simplified && looks_traditional(&corpus) {
        let note = say!(
            "these look like traditional characters; --to-simplified converts them, as the shipped \
             models need",
            "看起来是繁体字；--to-simplified 可转为自带模型所用的简体"
        );
        shell::note(&note);
    }
    let figures = Figures::of(&corpus, &args.limits);
    if args.json {
        return out(&figures.json(&corpus, &args.limits).to_string());
    }
    for part in [
        kept(&corpus),
        figures.shapes(Color::detect()),
        figures.vocabulary(&args.limits),
        figures.padding(&args.limits),
    ] {
        out(&format!("{part}\n"))?;
    }
    if let Some(path) = &args.save {
        let (path, kept) = (path.display(), corpus.poems.len());
        out(&say!("{kept} poems written to {path}", "{kept} 首诗已写入 {path}"))?;
    }
    Ok(())
}

/// The files to read, downloaded first where that is asked for.
fn sources(args: &CorpusArgs) -> Result<Vec<PathBuf>> {
    let mut sources = args.files.clone();
    if let Some(collection) = args.download {
        let folder = args.to.clone().unwrap_or_else(|| collection.folder().into());
        let recorded = download(collection, args.mirror.as_deref(), &folder)?;
        if recorded > 0 {
            let sums = folder.join(SUMS);
            let sums = sums.display();
            let note = say!(
                "{recorded} files came; their repository publishes no checksums, so theirs are \
                 recorded in {sums} for the next time",
                "获取了 {recorded} 个文件；其仓库没有公布校验和，已记入 {sums}，供下次核对"
            );
            shell::note(&note);
        }
        sources.push(folder);
    }
    if sources.is_empty() {
        sources.push(STARTER.into());
    }
    Ok(sources)
}

/// Whether simplifying would change more than a tenth of the characters in the first poems.
fn looks_traditional(corpus: &Corpus) -> bool {
    let text: String = corpus.poems.iter().take(200).map(|poem| poem.content.as_str()).collect();
    let changed = text.chars().zip(simplified(&text).chars()).filter(|(a, b)| a != b).count();
    changed * 10 > text.chars().count()
}
