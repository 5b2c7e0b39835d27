//! After how many steps is half of it gone? Predicted from the forget bias, and measured.

use burn::prelude::Device;
use lstm_lessons::{
    cell::{Cell, CellKind, State},
    demos::gradients::{gradient_norms, half_life, kept_per_step, sigmoid},
    say,
    shell::{cli::out, error::Result},
};
use serde_json::json;

use crate::{
    args::Args,
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
        if args.json {
            let steps = |kept: Option<f64>| kept.filter(|&kept| kept < 1.0).map(half_life);
            out(&json!({
                "part": "half_life", "forget_bias": b, "predicted": predicted,
                "measured_deaf": steps(kept_deaf), "measured_whole": steps(kept_whole), "kept_whole": kept_whole,
            })
            .to_string())?;
            continue;
        }
        let steps = |kept: Option<f64>| match kept {
            Some(kept) if kept < 1.0 => format!("{:.1}", half_life(kept)),
            _ => say!("never, it grows", "不减反增"),
        };
        let (sigma, deaf, whole) = (sigmoid(f64::from(b)), steps(kept_deaf), steps(kept_whole));
        out(&format!("{b:<10}{sigma:<15.3}{predicted:<20.1}{deaf:<16}{whole}"))?;
    }
    Ok(())
}
