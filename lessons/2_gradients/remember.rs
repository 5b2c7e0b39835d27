//! Who can still name the first symbol after the last?

use burn::prelude::Device;
use lstm_lessons::{
    cell::CellKind,
    demos::gradients::first_symbol::{Outcome, SYMBOLS, Trial, attempt},
    look::{
        bar_chart::{Bar, BarGroup, Ink, bar_chart, percent_ticks},
        bars::bar,
    },
    say,
    shell::{cli::out, error::Result, write_svg},
};
use serde_json::json;

use crate::args::{Args, Part};

pub fn show(args: &Args, device: &Device) -> Result<()> {
    let (lengths, steps): (&[usize], usize) =
        if args.quick { (&[40], 120) } else { (&[10, 60], 300) };
    let biases = match args.forget_bias {
        Some(b) => vec![b],
        None if args.quick => vec![4.0],
        None => vec![1.0, 3.0, 5.0],
    };
    let cells: Vec<(CellKind, f32)> = std::iter::once((CellKind::Rnn, 0.0))
        .chain(biases.into_iter().map(|b| (CellKind::Lstm, b)))
        .collect();
    let chance = 100.0 / SYMBOLS as f64;
    if !args.json {
        out(&say!(
            "\nName the first of T random symbols after the last\n({steps} steps of training; \
             guessing: {chance:.0} %)\n",
            "\n读完 T 个随机符号之后说出第一个\n（训练 {steps} 步；瞎猜为 {chance:.0} %）\n"
        ))?;
    }
    let mut groups = Vec::new();
    for &seq_len in lengths {
        let mut bars = Vec::new();
        for &(kind, forget_bias) in &cells {
            let trial = Trial {
                kind,
                forget_bias,
                seq_len,
                d_hidden: 32,
                batch: 32,
                steps,
                lr: 0.005,
                seed: args.seed,
            };
            let Outcome { accuracy, losses } = attempt(&trial, device);
            let name = match kind {
                CellKind::Lstm => format!("LSTM b = {forget_bias}"),
                _ => "RNN".to_string(),
            };
            bars.push(Bar {
                label: name.clone(),
                share: accuracy,
                note: format!("{:.1} %", 100.0 * accuracy),
                ink: if kind == CellKind::Rnn { Ink::Plain } else { Ink::Strong },
            });
            match args.json {
                true => out(&json!({
                    "part": "remember", "seq_len": seq_len, "cell": name, "accuracy": accuracy, "loss": losses.last(),
                })
                .to_string())?,
                false => {
                    let percent = 100.0 * accuracy;
                    out(&format!("T = {seq_len:<4} {name:<12} {} {percent:5.1} %", bar(accuracy, 40)))?;
                }
            }
        }
        bars.push(Bar {
            label: say!("guessing", "瞎猜"),
            share: chance / 100.0,
            note: format!("{chance:.1} %"),
            ink: Ink::Limit,
        });
        groups.push(BarGroup {
            title: say!("T = {seq_len} symbols", "T = {seq_len} 个符号"),
            unit: say!("named rightly (longer is better)", "说对的比例（越长越好）"),
            ticks: percent_ticks(),
            bars,
        });
    }
    let Some(file) = args.svg_of(Part::Remember) else { return Ok(()) };
    let title = say!(
        "Who can still name the first of T symbols after the last? ({steps} steps of training)",
        "读完 T 个符号之后，谁还说得出第一个？（训练 {steps} 步）"
    );
    write_svg(file, &bar_chart(&title, &groups), args.json)
}
