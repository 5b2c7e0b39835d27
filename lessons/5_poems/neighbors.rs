//! Which characters are alike to the model.

use std::path::PathBuf;

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    look::{Color, WIDTH, bars, beside},
    poems::{
        inspect::neighbors::{Neighbor, Neighbors, neighbors},
        write::beginning::Beginning,
    },
    say,
    shell::{
        cli::{above_zero, out},
        error::{Error, Result},
        program,
    },
};

use crate::write::bundle;

#[derive(Args)]
pub struct NeighborsArgs {
    #[arg(value_name = "CHARACTER", help = say!("one character, e.g. 月", "一个字，例如 月"))]
    character: String,
    #[arg(long, default_value_t = 10, value_parser = above_zero, help = say!(
        "how many neighbours",
        "几个近邻"
    ))]
    count: usize,
    #[arg(long, default_value_t = 3000, value_parser = above_zero, help = say!(
        "among so many of the most frequent characters",
        "只在最常用的若干个字中找"
    ))]
    among: usize,
    #[arg(long, help = say!(
        "the run folder of a model; without it, the shipped one",
        "模型所在的训练文件夹；不给则用自带的模型"
    ))]
    run: Option<PathBuf>,
    #[arg(long, help = say!("one JSON object, nothing else", "只输出一个 JSON 对象"))]
    json: bool,
}

pub fn run(args: &NeighborsArgs, device: &Device) -> Result<()> {
    let bundle = bundle(args.run.as_ref(), None, device)?;
    let asked = args.character.trim();
    if asked.chars().count() != 1 {
        return Err(Error::user(say!(
            "neighbors takes one character, not \"{asked}\"; try: {poems} neighbors 月",
            "neighbors 需要一个字，而不是“{asked}”；例如：{poems} neighbors 月",
            poems = program("lesson_poems")
        )));
    }
    let Beginning { text, .. } = Beginning::parse(asked, &bundle.vocab)?;
    let character = text.chars().next().expect("one was typed");
    let found =
        neighbors(&bundle, character, args.count, args.among).expect("the vocabulary has it");
    if args.json {
        let mut json = serde_json::to_value(&found).map_err(|e| Error::ours(e.to_string()))?;
        json["character"] = text.into();
        return out(&json.to_string());
    }
    out(&picture(character, &found, bundle.shape.tied))
}

/// Columns of bars, and what they mean; of a `tied` model, whose embedding is its projection, two.
fn picture(character: char, found: &Neighbors, tied: bool) -> String {
    const GAP: usize = 3;
    let color = Color::detect();
    let column = |title: String, rows: &[Neighbor], numbered: bool| {
        let label = |n: &Neighbor| {
            if numbered { format!("{} {:>4}", n.character, n.id) } else { n.character.to_string() }
        };
        let rows: Vec<(String, f64)> = rows.iter().map(|n| (label(n), n.cosine)).collect();
        format!("{title}\n{}", bars(&rows, (WIDTH - 2 * GAP) / 3, color).join("\n"))
    };
    let (id, chance) = (found.id, found.by_chance * 100.0);
    let embedding =
        column(say!("{character} by embedding", "{character}：按嵌入"), &found.by_embedding, false);
    let projection = column(
        say!("{character} by projection", "{character}：按投影"),
        &found.by_projection,
        false,
    );
    let number = column(
        say!("{character} by number ({id})", "{character}：按编号（{id}）"),
        &found.by_number,
        true,
    );
    let learned = match tied {
        true => say!(
            "The embedding reads a character and, transposed, scores it: one learned matrix.",
            "嵌入既用于读入一个字，转置后也用于给字打分：同一个学到的矩阵。"
        ),
        false => say!(
            "The embedding reads a character, the projection scores it; both are learned.",
            "嵌入用于读入一个字，投影用于给一个字打分，两者都是学到的。"
        ),
    };
    let meaning = say!(
        "Bars are cosines: 100 % is the same direction, one-hot vectors all stand at 0 %.\n\
         {learned}\n\
         Random vectors would reach {chance:.0} % in the embedding: what is below is noise.\n\
         A number says only how frequent a character is: near by number is by chance.",
        "条形为余弦：100 % 表示方向相同，独热向量两两都是 0 %。\n\
         {learned}\n\
         随机向量在嵌入中也能达到 {chance:.0} %：低于它的只是噪声。\n\
         编号只反映字频，编号相邻的字意义相近只是巧合。"
    );
    let learned = if tied { embedding } else { beside(&embedding, &projection, GAP) };
    format!("{}\n\n{meaning}", beside(&learned, &number, GAP))
}
