//! The unit that counts: found by correlation, tested on other poems, drawn under some of them.

use std::path::PathBuf;

use burn::prelude::Device;
use clap::Args;
use lstm_lessons::{
    look::{Align::Left, Color, Heat, Table, heat, heat_scale, heat_svg},
    poems::{
        bundle::Bundle,
        inspect::{
            gates::PER_LINE,
            neuron::{Found, Property, Recorded, find, record},
        },
        model::PoemModel,
        run::settings::STARTER,
        text::corpus::Corpus,
    },
    say,
    shell::{
        cli::{above_zero, out},
        error::{Error, Result},
        write_svg,
    },
};
use serde::Serialize;
use serde_json::json;

#[derive(Args)]
pub struct NeuronArgs {
    #[command(flatten)]
    pub model: super::Model,
    #[arg(long, default_value = STARTER, help = say!(
        "the poems to search with and to test on",
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

/// What the units may follow.
const PROPERTIES: [Property; 2] = [Property::PositionInLine, Property::LinesEnded];

/// A unit, and the r² of the best unit of an untrained model.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    found: Found,
    untrained: f64,
}

/// Searches with half of the poems, tests on the others, and draws.
pub fn run(args: &NeuronArgs, bundle: &Bundle, device: &Device) -> Result<()> {
    let all = Corpus::read(&args.corpus)?.poems;
    let step = all.len().div_ceil(args.poems).max(1);
    let some: Vec<&str> = all.iter().step_by(step).map(|poem| poem.content.as_str()).collect();
    let half = |first: usize| some.iter().skip(first).step_by(2).copied().collect::<Vec<&str>>();
    let (choosing, testing) = (half(0), half(1));
    if testing.is_empty() {
        return Err(Error::user(say!(
            "at least two poems are needed, one to search with and one to test on; give more with \
             --corpus or --poems",
            "至少需要两首诗：一首用来寻找，一首用来检验；请用 --corpus 或 --poems 多给几首"
        )));
    }
    let rows = search(bundle, &choosing, &testing, device);
    let shown = match &args.text {
        Some(text) => vec![bundle.vocab.familiar(text.trim())],
        None => [0, testing.len() / 2].map(|k| testing[k].to_string()).to_vec(),
    };
    let maps: Vec<Heat> = shown.iter().map(|poem| under(poem, &rows, bundle, device)).collect();
    if let Some(path) = &args.svg {
        let title = say!(
            "A property of the text, and below it what each unit says of it",
            "文本的一种性质，下面是各单元说出的值"
        );
        let most = say!("the most in the poem", "诗中的最大值");
        let picture = heat_svg(&maps, PER_LINE, &title, ["0", &most]);
        write_svg(path, &picture, args.json)?;
    }
    let (choosing, testing) = (choosing.len(), testing.len());
    if args.json {
        let found = json!({ "chosen_by": choosing, "judged_by": testing, "units": rows });
        return out(&found.to_string());
    }
    let color = Color::detect();
    out(&table(&rows, choosing, testing, color))?;
    for map in &maps {
        out(&format!("\n{}", heat(map, PER_LINE, color)))?;
    }
    Ok(())
}

/// The best unit of each layer for each property, and the same search in a model of the same shape
/// with fresh weights.
fn search(bundle: &Bundle, choosing: &[&str], testing: &[&str], device: &Device) -> Vec<Row> {
    let fresh = Bundle {
        model: PoemModel::for_vocab(
            &bundle.shape,
            &bundle.vocab,
            (&bundle.tunes, &bundle.schemes),
            1,
            device,
        ),
        vocab: bundle.vocab.clone(),
        shape: bundle.shape.clone(),
        tunes: bundle.tunes.clone(),
        schemes: bundle.schemes.clone(),
        story: String::new(),
    };
    let both = |bundle: &Bundle| [choosing, testing].map(|poems| record(bundle, poems, device));
    let (learned, untrained) = (both(bundle), both(&fresh));
    let best = |property: Property, layer: usize, recorded: &[Vec<Recorded>; 2]| {
        find(property, layer, (choosing, &recorded[0]), (testing, &recorded[1]))
    };
    let searches = PROPERTIES
        .into_iter()
        .flat_map(|property| (1..=bundle.shape.n_layers).map(move |layer| (property, layer)));
    let row = |(property, layer)| {
        let untrained = best(property, layer, &untrained)?.tested;
        Some(Row { found: best(property, layer, &learned)?, untrained })
    };
    searches.filter_map(row).collect()
}

fn name(property: Property) -> String {
    match property {
        Property::PositionInLine => say!("position in line", "句中位置"),
        Property::LinesEnded => say!("lines ended", "已完的句数"),
    }
}

fn table(rows: &[Row], choosing: usize, testing: usize, color: Color) -> String {
    let columns = Table::new([20, 12, 14, 14, 12].map(Left));
    let mut lines = vec![
        say!(
            "Of all h and c of a layer, the unit that shows a property best (r²; 1: perfect):",
            "各层全部 h 与 c 中，最能反映某种性质的单元（r²，1 为完美）："
        ),
        columns.row([
            String::new(),
            say!("unit", "单元"),
            say!("{choosing} poems", "寻找用 {choosing} 首"),
            say!("{testing} others", "另外 {testing} 首"),
            say!("untrained", "未训练的模型"),
        ]),
    ];
    for Row { found, untrained } in rows {
        let figures = [found.chosen, found.tested, *untrained]
            .map(|r| format!("{:.2}", (100.0 * r).round() / 100.0 + 0.0)); // + 0.0: never -0.00
        let [chosen, tested, untrained] = figures;
        let (property, unit) = (name(found.property), found.unit.name());
        lines.push(columns.row([property, unit, chosen, tested, untrained]));
    }
    lines.push(String::new());
    let scale = heat_scale(color);
    lines.push(say!(
        "Under the poems: first the property itself, then what each unit says of it, read\n\
         off by the straight line that fits the first poems (0 {scale} the most).",
        "诗句下面：先是性质本身，再是各单元说出的值（0 {scale} 最大），\n\
         由最适合前一批诗的直线读出。"
    ));
    lines.join("\n")
}

/// Each property and what the units say of it, after each character of `poem`, both as a share of
/// the highest.
fn under(poem: &str, rows: &[Row], bundle: &Bundle, device: &Device) -> Heat {
    let recorded = record(bundle, &[poem], device);
    let mut drawn = Vec::new();
    for property in PROPERTIES {
        let truth = property.after_each(poem);
        let highest = truth.iter().copied().fold(1.0, f64::max);
        let shares = |values: &[f64]| values.iter().skip(1).map(|y| y / highest).collect(); // without BOS
        let short = match property {
            Property::PositionInLine => say!("position", "位置"),
            Property::LinesEnded => say!("lines", "句数"),
        };
        drawn.push((short, shares(&truth)));
        for Row { found, .. } in rows.iter().filter(|row| row.found.property == property) {
            if let Some(unit) = recorded.iter().find(|recorded| recorded.unit == found.unit) {
                let read: Vec<f64> = unit.values.iter().map(|&u| found.line.says(u)).collect();
                drawn.push((found.unit.name(), shares(&read)));
            }
        }
    }
    Heat { text: poem.chars().collect(), rows: drawn }
}
