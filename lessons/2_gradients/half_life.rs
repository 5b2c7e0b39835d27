//! After how many steps is half of it gone? Predicted from the forget bias, and measured.

use burn::prelude::Device;
use lstm_lessons::{
    cell::{Cell, CellKind, State},
    demos::gradients::{gradient_norms, half_life, kept_per_step, sigmoid},
    look::{
        chart::{Axis, Chart, Panel},
        chart_svg,
    },
    say,
    shell::{cli::out, error::Result, write_svg},
};
use serde_json::json;

use crate::{
    args::{Args, Part},
    measured::{fresh, random_inputs},
};

/// Long enough for the slowest, short enough for f32 to hold the fastest.
const STEPS: usize = 100;

pub fn show(args: &Args, device: &Device) -> Result<()> {
    let tracked = device.clone().autodiff();
    if !args.json {
        out(&say!(
            "\nHalf of ∂L/∂c_t is gone after … steps\n\n\
             forget    kept a step    predicted           measured,       measured,\n\
             bias b    σ(b)           ln ½ / ln σ(b)      gates deaf      whole cell",
            "\n多少步之后 ∂L/∂c_t 只剩一半？\n\n\
             遗忘门    每步保留       预测                实测            实测\n\
             偏置 b    σ(b)           ln ½ / ln σ(b)      门听不到 h      完整单元"
        ))?;
    }
    let mut measured = Vec::new();
    for b in args.forget_bias.map_or(vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0], |b| vec![b]) {
        let whole = fresh(CellKind::Lstm, args.hidden, b, args.seed, &tracked);
        // With W_h = 0 no gate hears h, so that c reaches c along one way alone: through f.
        let Cell::Lstm(mut deaf) = whole.clone() else { unreachable!("built as an LSTM") };
        deaf.w_h = deaf.w_h.map(|w_h| w_h.zeros_like());
        let kept = |cell: &Cell| {
            let x = random_inputs(STEPS, args.seed, &tracked);
            let c_last = |last: State| last.cell.expect("an LSTM has a c").sum();
            kept_per_step(&gradient_norms(cell, x, c_last).cell)
        };
        let (kept_deaf, kept_whole) = (kept(&Cell::Lstm(deaf)), kept(&whole));
        let predicted = half_life(sigmoid(f64::from(b)));
        measured.push(Measured { b: f64::from(b), predicted, kept_deaf, kept_whole });
        if args.json {
            out(&json!({
                "part": "half_life", "forget_bias": b, "predicted": predicted,
                "measured_deaf": steps(kept_deaf), "measured_whole": steps(kept_whole), "kept_whole": kept_whole,
            })
            .to_string())?;
            continue;
        }
        let said = |kept| match steps(kept) {
            Some(steps) => format!("{steps:.1}"),
            None => say!("never, it grows", "不减反增"),
        };
        let (sigma, deaf, whole) = (sigmoid(f64::from(b)), said(kept_deaf), said(kept_whole));
        out(&format!("{b:<10}{sigma:<15.3}{predicted:<20.1}{deaf:<16}{whole}"))?;
    }
    match args.svg_of(Part::HalfLife) {
        Some(file) => write_svg(file, &slide(&measured), args.json),
        None => Ok(()),
    }
}

/// What is known of one forget bias.
struct Measured {
    b: f64,
    predicted: f64,
    kept_deaf: Option<f64>,
    kept_whole: Option<f64>,
}

/// The half-life of what keeps so much a step; what grows has none.
fn steps(kept: Option<f64>) -> Option<f64> {
    kept.filter(|&kept| kept < 1.0).map(half_life)
}

/// The three columns as lines over the forget bias.
fn slide(measured: &[Measured]) -> String {
    let line = |steps: fn(&Measured) -> Option<f64>| {
        measured.iter().filter_map(|row| Some((row.b, steps(row)?))).collect::<Vec<_>>()
    };
    let panel = Panel {
        x: Axis::linear(say!("forget bias b at the start", "遗忘门偏置 b 的初值")),
        y: Axis::logarithmic(say!(
            "steps until half of ∂L/∂c_t is gone (more: remembers longer)",
            "∂L/∂c_t 只剩一半所需的步数（越多，记得越久）"
        )),
        first_is_wide: true,
        lines: vec![
            line(|row| Some(row.predicted)),
            line(|row| steps(row.kept_deaf)),
            line(|row| steps(row.kept_whole)),
        ],
        ..Panel::default()
    };
    chart_svg(&Chart {
        title: say!("The half-life of a gradient", "梯度的半衰期"),
        names: vec![
            say!("predicted: ln ½ / ln σ(b)", "预测：ln ½ / ln σ(b)"),
            say!("measured, gates deaf to h", "实测，门听不到 h"),
            say!("measured, whole cell", "实测，完整单元"),
        ],
        panels: vec![panel],
        ..Chart::default()
    })
}
