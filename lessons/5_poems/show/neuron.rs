//! The unit that counts: found by correlation, judged on other poems, drawn under some of them.

use std::path::PathBuf;

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    cli::{above_zero, out},
    error::{Error, Result},
    files,
    look::{Color, Heat, heat, heat_svg, pad},
    poems::{
        bundle::Bundle,
        corpus::Corpus,
        gates::PER_LINE,
        model::PoemModel,
        neuron::{Found, Recorded, Told, find, record},
        punctuation::SENTENCE_ENDS,
    },
    say,
};
use serde::Serialize;

use crate::train::STARTER;

#[derive(Args)]
pub struct NeuronArgs {
    #[command(flatten)]
    pub model: super::Model,
    #[arg(long, default_value = STARTER, help = say!(
        "the poems to search with and to judge by",
        "用来寻找和检验的诗"
    ))]
    corpus: PathBuf,
    #[arg(long, default_value_t = 200, value_parser = above_zero, help = say!(
        "so many poems of it, spread evenly",
        "均匀取其中这么多首"
    ))]
    poems: usize,
    #[arg(long, value_name = "POEM", help = say!(
        "draw it under this poem [default: two of the corpus]",
        "画在这首诗下面 [默认：语料里的两首]"
    ))]
    text: Option<String>,
    #[arg(long, value_name = "FILE", help = say!(
        "draw the units into this file",
        "把单元画进此文件"
    ))]
    svg: Option<PathBuf>,
    #[arg(long, help = say!("one JSON object, nothing else", "只输出一个 JSON 对象"))]
    json: bool,
}

/// What the units are asked.
const ASKED: [Told; 2] = [Told::PositionInLine, Told::LinesEnded];

/// A unit, and how well the best unit of a model does that has learned nothing.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    found: Found,
    untrained: f64,
}

pub fn run(args: &NeuronArgs, bundle: &Bundle, device: &Device) -> Result<()> {
    let all = Corpus::read(&args.corpus)?.poems;
    let step = all.len().div_ceil(args.poems).max(1);
    let some: Vec<&str> = all.iter().step_by(step).map(|poem| poem.content.as_str()).collect();
    let part = |rest: usize| some.iter().skip(rest).step_by(2).copied().collect::<Vec<&str>>();
    let (choosing, judging) = (part(0), part(1));
    if judging.is_empty() {
        return Err(Error::user(say!(
            "at least two poems are needed, one to search with and one to judge by; give more with \
             --corpus or --poems",
            "至少需要两首诗：一首用来寻找，一首用来检验；请用 --corpus 或 --poems 多给几首"
        )));
    }
    let rows = search(bundle, &choosing, &judging, device);
    let shown = match &args.text {
        Some(text) => vec![bundle.vocab.familiar(text.trim())],
        None => [judging.first(), judging.get(judging.len() / 2)]
            .into_iter()
            .flatten()
            .map(|p| p.to_string())
            .collect(),
    };
    let maps = shown.iter().map(|poem| sentences(&under(poem, &rows, bundle, device)));
    let maps: Vec<Vec<Heat>> = maps.collect();
    if let Some(path) = &args.svg {
        let title = say!(
            "What is to be told, and what each unit says of it (light is 0, dark the most)",
            "要说明的量，以及各单元说出的值（浅为 0，深为最大）"
        );
        files::write_whole(path, heat_svg(&joined(&maps.concat()), PER_LINE, &title).as_bytes())?;
    }
    if args.json {
        let counts = (choosing.len(), judging.len());
        return out(
            &serde_json::json!({ "chosen_by": counts.0, "judged_by": counts.1, "units": rows })
                .to_string(),
        );
    }
    out(&table(&rows, choosing.len(), judging.len()))?;
    for map in &maps {
        let lines: Vec<String> =
            map.iter().map(|line| heat(line, PER_LINE, Color::detect())).collect();
        out(&format!("\n{}", lines.join("\n")))?;
    }
    Ok(())
}

/// The best unit of each layer for each thing that can be told, and the same search in a model of
/// the same shape with fresh weights.
fn search(bundle: &Bundle, choosing: &[&str], judging: &[&str], device: &Device) -> Vec<Row> {
    let fresh = Bundle {
        model: PoemModel::for_vocab(&bundle.config, &bundle.vocab, &bundle.tunes, 1, device),
        vocab: bundle.vocab.clone(),
        config: bundle.config.clone(),
        tunes: bundle.tunes.clone(),
        story: String::new(),
    };
    let both = |bundle: &Bundle| [choosing, judging].map(|poems| record(bundle, poems, device));
    let (learned, untrained) = (both(bundle), both(&fresh));
    let best = |told: Told, layer: usize, recorded: &[Vec<Recorded>; 2]| {
        find(told, layer, (choosing, &recorded[0]), (judging, &recorded[1]))
    };
    let asked = ASKED
        .into_iter()
        .flat_map(|told| (1..=bundle.config.n_layers).map(move |layer| (told, layer)));
    let row = |(told, layer)| {
        let untrained = best(told, layer, &untrained)?.judged;
        Some(Row { found: best(told, layer, &learned)?, untrained })
    };
    asked.filter_map(row).collect()
}

fn name(told: Told) -> String {
    match told {
        Told::PositionInLine => say!("position in line", "句中位置"),
        Told::LinesEnded => say!("lines ended", "已完的句数"),
    }
}

fn table(rows: &[Row], choosing: usize, judging: usize) -> String {
    let in_columns = |cells: [String; 5]| {
        let cells = cells.iter().zip([20, 12, 14, 14, 12]).map(|(cell, width)| pad(cell, width));
        cells.collect::<String>().trim_end().to_string()
    };
    let mut lines = vec![
        say!(
            "Of all h and c of a layer, the unit that tells a thing best (r²; 1 is perfect):",
            "各层全部 h 与 c 中，最能说明一件事的单元（r²，1 为完美）："
        ),
        in_columns([
            String::new(),
            say!("unit", "单元"),
            say!("{choosing} poems", "寻找用 {choosing} 首"),
            say!("{judging} others", "另外 {judging} 首"),
            say!("untrained", "未训练的模型"),
        ]),
    ];
    for Row { found, untrained } in rows {
        let figures = [found.chosen, found.judged, *untrained]
            .map(|r| format!("{:.2}", (100.0 * r).round() / 100.0 + 0.0)); // + 0.0: never -0.00
        let [chosen, judged, untrained] = figures;
        lines.push(in_columns([name(found.told), found.unit.name(), chosen, judged, untrained]));
    }
    lines.push(String::new());
    lines.push(say!(
        "Under the poems: first what is to be told, then what each unit says of it, read\n\
         off by the straight line that fits the first poems (light is 0, dark the most).",
        "诗句下面：先是要说明的量，再是各单元说出的值（浅为 0，深为最大），\n\
         由最适合前一批诗的直线读出。"
    ));
    lines.join("\n")
}

/// What is to be told and what the units say of it, after each character of `poem`, both as a share
/// of the highest.
fn under(poem: &str, rows: &[Row], bundle: &Bundle, device: &Device) -> Heat {
    let recorded = record(bundle, &[poem], device);
    let mut drawn = Vec::new();
    for told in ASKED {
        let truth = told.after_each(poem);
        let highest = truth.iter().copied().fold(1.0, f64::max);
        let shares = |values: &[f64]| values.iter().skip(1).map(|y| y / highest).collect(); // without BOS
        let short = match told {
            Told::PositionInLine => say!("position", "位置"),
            Told::LinesEnded => say!("lines", "句数"),
        };
        drawn.push((short, shares(&truth)));
        for Row { found, .. } in rows.iter().filter(|row| row.found.told == told) {
            if let Some(unit) = recorded.iter().find(|recorded| recorded.unit == found.unit) {
                let said: Vec<f64> = unit.values.iter().map(|&u| found.line.says(u)).collect();
                drawn.push((found.unit.name(), shares(&said)));
            }
        }
    }
    Heat { text: poem.chars().collect(), rows: drawn }
}

/// A picture a sentence.
fn sentences(map: &Heat) -> Vec<Heat> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for (at, c) in map.text.iter().enumerate() {
        if SENTENCE_ENDS.contains(*c) || at + 1 == map.text.len() || at + 1 - from == PER_LINE {
            let rows =
                map.rows.iter().map(|(name, values)| (name.clone(), values[from..=at].to_vec()));
            pieces.push(Heat { text: map.text[from..=at].to_vec(), rows: rows.collect() });
            from = at + 1;
        }
    }
    pieces
}

/// Pictures below each other as one, for the slide: each begins a line of its own.
fn joined(pieces: &[Heat]) -> Heat {
    let mut all = Heat::default();
    for piece in pieces {
        let blank = all.text.len().next_multiple_of(PER_LINE) - all.text.len();
        all.text.extend(std::iter::repeat_n(' ', blank));
        all.text.extend(&piece.text);
        all.rows.resize_with(piece.rows.len(), Default::default);
        for (whole, (name, values)) in all.rows.iter_mut().zip(&piece.rows) {
            whole.0.clone_from(name);
            whole.1.extend(std::iter::repeat_n(0.0, blank));
            whole.1.extend(values);
        }
    }
    all
}
