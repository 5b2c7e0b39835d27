//! Which characters the model holds to be alike.

use std::path::PathBuf;

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    cli::above_zero,
    look::{Color, WIDTH, bars, beside},
    poems::{
        neighbors::{Neighbor, neighbors},
        sample::Sampler,
        simplify::simplified,
    },
    say,
    trouble::{Result, Trouble},
};

use crate::write::{bundle, out};

#[derive(Args)]
pub struct NeighborsArgs {
    #[arg(value_name = "CHARACTER", help = say!("one character, e.g. 月", "一个字，例如 月"))]
    character: String,
    #[arg(long, default_value_t = 10, value_parser = above_zero, help = say!("how many neighbours", "几个近邻"))]
    count: usize,
    #[arg(long, help = say!("the run folder of a model; without it, the shipped one", "模型所在的训练文件夹；不给则用自带的模型"))]
    run: Option<PathBuf>,
    #[arg(long, help = say!("one JSON object, nothing else", "只输出一个 JSON 对象"))]
    json: bool,
}

pub fn run(args: &NeighborsArgs, device: &Device) -> Result<()> {
    let asked = simplified(args.character.trim());
    let mut characters = asked.chars();
    let (Some(character), None) = (characters.next(), characters.next()) else {
        return Err(Trouble::user(say!(
            "neighbors takes one character, not \"{asked}\"; try: lesson_poems neighbors 月",
            "neighbors 需要一个字，而不是“{asked}”；例如：lesson_poems neighbors 月"
        )));
    };
    let bundle = bundle(args.run.as_ref(), device)?;
    Sampler::new(&bundle, device).check(&asked)?;
    let found = neighbors(&bundle, character, args.count)
        .ok_or_else(|| Trouble::ours(format!("{character} passed the check but has no id")))?;
    if args.json {
        let mut json = serde_json::to_value(&found).map_err(|e| Trouble::ours(e.to_string()))?;
        json["character"] = asked.into();
        return out(&json.to_string());
    }
    let color = Color::detect();
    let width = (WIDTH - 4) / 2;
    let column = |title: String, rows: &[Neighbor], label: fn(&Neighbor) -> String| {
        let rows: Vec<(String, f64)> = rows.iter().map(|n| (label(n), n.cosine)).collect();
        let mean = rows.iter().map(|(_, cosine)| cosine).sum::<f64>() / rows.len().max(1) as f64 * 100.0;
        let mean = say!("{mean:.1} % on average", "平均 {mean:.1} %");
        format!("{title}\n{}\n{mean}", bars(&rows, width, color).join("\n"))
    };
    let id = found.id;
    let by_vector =
        column(say!("{character} by vector", "{character}：按向量"), &found.by_vector, |n| n.character.to_string());
    let by_number =
        column(say!("{character} by number ({id})", "{character}：按编号（{id}）"), &found.by_number, |n| {
            format!("{} {:>4}", n.character, n.id)
        });
    out(&beside(&by_vector, &by_number, 4))?;
    out(&say!(
        "\nThe bars are cosines, 100 % the same direction. A number only tells how frequent a\n\
         character is, so its neighbours by number are strangers; one-hot vectors would all\n\
         stand at 0 %. The vectors on the left were learned from the company it keeps.",
        "\n条形为余弦，100 % 表示方向相同。编号只反映字频，编号相邻的字并无关联；\n\
         独热向量两两之间都是 0 %。左边的向量是从上下文中学到的。"
    ))
}
