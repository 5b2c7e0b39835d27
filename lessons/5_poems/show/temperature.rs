//! One seed and one beginning at several temperatures, side by side.

use std::{collections::HashSet, path::PathBuf};

use super::{
    temperature_figures::{Column, in_columns, table},
    temperature_slide::slide,
};
use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    look::{WIDTH, fit, pad},
    poems::{
        bundle::Bundle,
        inspect::{measures::measure, score::evaluate},
        text::{corpus::Poem, punctuation::PUNCTUATION},
        verse::{prosody::Form, rhymes::RhymeBook},
        write::{
            beginning::Beginning,
            choose::{SamplingConfig, ln_softmax},
            reader::Reader,
            sample::{Sampler, Written},
        },
    },
    say,
    shell::{
        cli::{above_zero, out},
        error::{Error, Result},
        write_svg,
    },
};

/// A line of seven characters and its punctuation, in columns.
const COLUMN: usize = 16;
/// The likeliest first characters that are shown.
const SHOWN: usize = 6;

#[derive(Args)]
pub struct TemperatureArgs {
    #[command(flatten)]
    pub model: super::Model,
    #[arg(long, default_value = "月", help = say!(
        "the character (or characters) to begin with",
        "以这个字（或几个字）开头"
    ))]
    begin: String,
    #[arg(long, default_value_t = 5, help = say!(
        "the same seed for every temperature",
        "各温度使用同一个种子"
    ))]
    seed: u64,
    #[arg(long, value_delimiter = ',', default_values_t = [0.3, 0.6, 0.8, 1.0, 1.3], value_name = "T,T,…", help = say!(
        "up to five temperatures above 0", "最多五个大于 0 的温度"))]
    temperatures: Vec<f64>,
    #[arg(long, default_value_t = 20, value_parser = above_zero, help = say!(
        "how many poems of each to measure",
        "每个温度写多少首来衡量"
    ))]
    count: usize,
    #[arg(long, value_name = "FILE", help = say!(
        "draw the probabilities and the figures into this file",
        "把概率与各项统计画进此文件"
    ))]
    svg: Option<PathBuf>,
    #[arg(long, help = say!(
        "one JSON object a temperature, nothing else",
        "每个温度输出一个 JSON 对象"
    ))]
    json: bool,
}

pub fn run(args: &TemperatureArgs, bundle: &Bundle, device: &Device) -> Result<()> {
    let possible = |t: &f64| *t > 0.0 && t.is_finite();
    if args.temperatures.len() > WIDTH / COLUMN || !args.temperatures.iter().all(possible) {
        return Err(Error::user(say!(
            "give one to five temperatures above 0, e.g. --temperatures 0.3,0.8,1.3",
            "请给出一到五个大于 0 的温度，例如 --temperatures 0.3,0.8,1.3"
        )));
    }
    let begin = Beginning::parse(&args.begin, &bundle.vocab)?;
    let reader = Reader::new(bundle, device);
    let columns: Vec<Column> = args
        .temperatures
        .iter()
        .map(|&temperature| column(args, &reader, &begin, temperature, device))
        .collect();
    let next = next_characters(&reader, &begin, &args.temperatures);
    if let Some(file) = &args.svg {
        write_svg(file, &slide(&next, &columns, &begin.text, args.count), args.json)?;
    }
    if args.json {
        return columns.iter().try_for_each(|column| {
            out(&serde_json::to_string(column).map_err(|e| Error::ours(e.to_string()))?)
        });
    }
    let (seed, count, text) = (args.seed, args.count, &begin.text);
    out(&say!(
        "p = softmax(z / temperature) of what may follow {text}, in per cent",
        "“{text}”之后的 p = softmax(z / 温度)，百分数"
    ))?;
    out(&in_columns("", args.temperatures.iter().map(|t| format!("{t:?}"))))?;
    for (c, shares) in &next {
        out(&in_columns(c, shares.iter().map(|p| format!("{:.1}", 100.0 * p))))?;
    }
    out(&say!(
        "\nSeed {seed} at each temperature (nothing cut off: top-p 1)",
        "\n同一种子 {seed}（不截断：top-p 为 1）"
    ))?;
    out(&side_by_side(&columns))?;
    out(&say!(
        "\nOf {count} poems each, with seeds from {seed} on",
        "\n每个温度 {count} 首，种子从 {seed} 起"
    ))?;
    out(&table(&columns))
}

/// Writes and measures `count` poems of one temperature.
fn column(
    args: &TemperatureArgs,
    reader: &Reader,
    begin: &Beginning,
    temperature: f64,
    device: &Device,
) -> Column {
    let sampling = SamplingConfig { temperature, ..SamplingConfig::PLAIN };
    let sampler = Sampler::new(reader, sampling);
    let seeds = (0..args.count as u64).map(|k| args.seed.wrapping_add(k));
    let written: Vec<Written> =
        seeds.map(|seed| sampler.write(begin, None, seed, &mut |_| ())).collect();
    let poems: Vec<Poem> = written
        .iter()
        .map(|poem| Poem { title: String::new(), content: poem.text.clone() })
        .collect();
    let poem = poems[0].content.clone(); // --count is above zero
    Column {
        temperature,
        nats_per_token: evaluate(reader.bundle, &poems, device).nats_per_token,
        nats_of_poem: evaluate(reader.bundle, &poems[..1], device).nats_per_token,
        form: Form::of(&poem).map(Form::name),
        measures: measure(
            poems.iter().map(|poem| poem.content.as_str()),
            &HashSet::new(),
            RhymeBook::shipped(),
        ),
        ended: written.iter().filter(|poem| poem.ended).count() as f64 / args.count as f64,
        poem,
    }
}

/// The likeliest next characters and their probability at every temperature.
fn next_characters(
    reader: &Reader,
    begin: &Beginning,
    temperatures: &[f64],
) -> Vec<(String, Vec<f64>)> {
    let vocab = &reader.bundle.vocab;
    let mut stream = reader.start(None);
    begin.ids.iter().for_each(|&id| stream.read(id));
    let z = stream.logits();
    let mut ids: Vec<usize> = (0..z.len()).filter(|&id| vocab.char(id).is_some()).collect();
    ids.sort_by(|&a, &b| z[b].total_cmp(&z[a]));
    let tempered: Vec<Vec<f32>> =
        temperatures.iter().map(|&t| z.iter().map(|z| z / t as f32).collect()).collect();
    let row = |&id: &usize| {
        let c = vocab.char(id).map(String::from).unwrap_or_default();
        (c, tempered.iter().map(|z| ln_softmax(z, id).exp()).collect())
    };
    ids.iter().take(SHOWN).map(row).collect()
}

/// Each poem in a column of its own, a verse a line; what is longer than seven characters is
/// continued below.
fn side_by_side(columns: &[Column]) -> String {
    let verses = |column: &Column| {
        let mut lines = vec![format!("{:?}", column.temperature), "─".repeat(COLUMN - 2)];
        for verse in column.poem.split_inclusive(|c| PUNCTUATION.contains(c)) {
            let characters: Vec<char> = verse.chars().collect();
            lines.extend(characters.chunks(COLUMN / 2).map(|part| part.iter().collect::<String>()));
        }
        lines
    };
    let all: Vec<Vec<String>> = columns.iter().map(verses).collect();
    let rows = all.iter().map(Vec::len).max().unwrap_or(0);
    let cell =
        |column: &Vec<String>, row: usize| pad(column.get(row).map_or("", String::as_str), COLUMN);
    let line =
        |row| all.iter().map(|column| cell(column, row)).collect::<String>().trim_end().to_string();
    let mut lines: Vec<String> = (0..rows).map(line).collect();
    let foot = |of: &dyn Fn(&Column) -> String| {
        columns
            .iter()
            .map(|column| pad(&fit(&of(column), COLUMN - 1), COLUMN))
            .collect::<String>()
            .trim_end()
            .to_string()
    };
    lines.push(foot(&|column| {
        let ln_p = -column.nats_of_poem;
        say!("mean ln p {ln_p:.1}", "平均 ln p {ln_p:.1}")
    }));
    lines.push(foot(&|column| {
        column.form.map_or_else(|| say!("no regular form", "非固定体裁"), str::to_string)
    }));
    lines.join("\n")
}
