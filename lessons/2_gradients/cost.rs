//! What a longer sequence costs: every step must be kept until the backward pass has reached it.

use std::time::Instant;

use burn::prelude::*;
use lstm_lessons::{
    cell::{CellKind, Layer},
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
    measured::{D_INPUT, fresh},
};

const BATCH: usize = 32;
/// Each length is timed so often; the fastest counts, the others were disturbed.
const REPEATS: usize = 3;

pub fn show(args: &Args, device: &Device) -> Result<()> {
    let lengths: &[usize] = if args.quick { &[25, 50, 100] } else { &[25, 50, 100, 200, 400] };
    let d_hidden = args.hidden;
    if !args.json {
        out(&say!(
            "\nForward and backward, {BATCH} sequences, H = {d_hidden}:\n\
             time, and numbers kept for the backward pass\n\n\
             T         RNN                           LSTM",
            "\n前向加反向，{BATCH} 条序列，H = {d_hidden}：\n\
             用时，以及为反向保存的数\n\n\
             T         RNN                           LSTM"
        ))?;
    }
    let mut costs = Vec::new();
    for &seq_len in lengths {
        let cost = |kind| {
            let seconds = (0..REPEATS)
                .map(|_| time(kind, seq_len, args, device))
                .fold(f64::INFINITY, f64::min);
            (1000.0 * seconds, kept(kind, seq_len, d_hidden))
        };
        let (rnn, lstm) = (cost(CellKind::Rnn), cost(CellKind::Lstm));
        costs.push((seq_len, [rnn, lstm]));
        if args.json {
            let object = |(ms, numbers): (f64, usize)| json!({"ms": ms, "numbers": numbers});
            out(&json!({"part": "cost", "seq_len": seq_len, "rnn": object(rnn), "lstm": object(lstm)}).to_string())?;
            continue;
        }
        let cell =
            |(ms, numbers): (f64, usize)| format!("{ms:7.1} ms {:9.2} M", numbers as f64 / 1e6);
        out(&format!("{seq_len:<7}{:<30}{}", cell(rnn), cell(lstm)))?;
    }
    match args.svg_of(Part::Cost) {
        Some(file) => write_svg(file, &slide(&costs, d_hidden), args.json),
        None => Ok(()),
    }
}

/// Both costs (milliseconds, numbers) of both cells over the length.
fn slide(costs: &[(usize, [(f64, usize); 2])], d_hidden: usize) -> String {
    let panel = |title: String, unit: String, of: fn((f64, usize)) -> f64| {
        let line = |cell: usize| {
            costs.iter().map(|(seq_len, cost)| (*seq_len as f64, of(cost[cell]))).collect()
        };
        Panel {
            title,
            x: Axis::linear(say!("length T of a sequence", "序列长度 T")).reaching(0.0),
            y: Axis::linear(unit).reaching(0.0),
            lines: vec![line(0), line(1)],
            ..Panel::default()
        }
    };
    let time = panel(
        say!("Time, forward and backward", "前向加反向的用时"),
        say!("ms (less is better)", "毫秒（越少越好）"),
        |(ms, _)| ms,
    );
    let memory = panel(
        say!("Kept for the backward pass", "为反向保存的数"),
        say!("millions of numbers (less is better)", "百万个数（越少越好）"),
        |(_, numbers)| numbers as f64 / 1e6,
    );
    chart_svg(&Chart {
        title: say!(
            "What a longer sequence costs: {BATCH} sequences, H = {d_hidden}",
            "更长的序列要付出什么：{BATCH} 条序列，H = {d_hidden}"
        ),
        names: vec!["RNN".into(), "LSTM".into()],
        panels: vec![time, memory],
        ..Chart::default()
    })
}

/// Seconds for one pass forward and back.
fn time(kind: CellKind, seq_len: usize, args: &Args, device: &Device) -> f64 {
    let tracked = device.clone().autodiff();
    let layer = Layer::new(fresh(kind, args.hidden, 1.0, args.seed, &tracked));
    let x = Tensor::<3>::ones([BATCH, seq_len, D_INPUT], &tracked); // [B, T, D]
    let began = Instant::now();
    let (outputs, _) = layer.forward(x, None);
    let _grads = outputs.sum().backward();
    began.elapsed().as_secs_f64()
}

/// The numbers that the equations need again in the backward pass: every gate, c_t and h_t of
/// every step.
fn kept(kind: CellKind, seq_len: usize, d_hidden: usize) -> usize {
    let each_step = match kind {
        CellKind::Rnn => 1,
        CellKind::Gru => 4,
        CellKind::Lstm => 6,
    };
    each_step * BATCH * seq_len * d_hidden
}
