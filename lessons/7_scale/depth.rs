//! T steps that wait for each other: the same work as many rows of few steps, and as few rows of many.

use burn::{prelude::*, tensor::Distribution};
use lstm_lessons::{
    cell::{Cell, CellKind, Layer},
    demos::measure::Stopwatch,
    kernel::Kernel,
    look::{
        Align::Right,
        Table,
        chart::{Axis, Chart, Panel},
        chart_svg, thousands,
    },
    say,
    shell::{cli::out, error::Result, write_svg},
};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::json;

use crate::args::{Args, Part};

const D_HIDDEN: usize = 128;

/// Forward and backward pass of one layer over `[B, T, H]`.
struct Timed {
    rows: usize,
    steps: usize,
    /// Readable, fused.
    seconds: [f64; 2],
}

/// The same B·T characters, cut into rows of many lengths.
pub fn show(args: &Args, device: &Device) -> Result<()> {
    let characters = if args.quick { 64 } else { 1024 };
    let rows: &[usize] = if args.quick { &[1, 8, 64] } else { &[1, 4, 16, 64, 256] };
    let timed: Vec<Timed> =
        rows.iter().map(|&rows| measure(rows, characters / rows, args, device)).collect();
    if args.json {
        for Timed { rows, steps, seconds: [readable, fused] } in &timed {
            out(&json!({
                "part": "depth", "rows": rows, "steps": steps,
                "readable_milliseconds": 1e3 * readable, "fused_milliseconds": 1e3 * fused,
            })
            .to_string())?;
        }
    } else {
        let shown = thousands(characters as u64);
        out(&say!(
            "\nOne LSTM layer, H = {D_HIDDEN}, forward and back over the same {shown} characters\n",
            "\n一层 LSTM（H = {D_HIDDEN}），前向加反向，同样的 {shown} 个字\n"
        ))?;
        let table = Table::new([Right(8), Right(9), Right(15), Right(12), Right(15), Right(12)]);
        let heads = [
            say!("rows B", "行 B"),
            say!("steps T", "步 T"),
            say!("readable, ms", "逐张量 毫秒"),
            say!("μs a step", "微秒/步"),
            say!("fused, ms", "融合 毫秒"),
            say!("μs a step", "微秒/步"),
        ];
        let lines = timed.iter().map(|Timed { rows, steps, seconds }| {
            let [readable, fused] = seconds.map(|seconds| format!("{:.2}", 1e3 * seconds));
            let [slow, fast] =
                seconds.map(|seconds| format!("{:.1}", 1e6 * seconds / *steps as f64));
            [rows.to_string(), thousands(*steps as u64), readable, slow, fused, fast]
        });
        table.lines(heads, lines).iter().try_for_each(|line| out(line))?;
        let (long, wide) = (&timed[0], &timed[timed.len() - 1]);
        let [slow, fast] = [0, 1].map(|k| format!("{:.1}", long.seconds[k] / wide.seconds[k]));
        out(&say!(
            "\nIn one row the same characters take {slow} times as long as side by side (fused: {fast}).",
            "\n排成一行，同样的字要花并排时 {slow} 倍的时间（融合：{fast} 倍）。"
        ))?;
    }
    match args.svg_of(Part::Depth) {
        Some(file) => write_svg(file, &picture(&timed), args.json),
        None => Ok(()),
    }
}

fn measure(rows: usize, steps: usize, args: &Args, device: &Device) -> Timed {
    let tracked = device.clone().autodiff();
    let mut rng = StdRng::seed_from_u64(args.seed);
    let layer = Layer::new(Cell::new(CellKind::Lstm, D_HIDDEN, D_HIDDEN, 1.0, &mut rng, &tracked));
    let x = Tensor::<3>::random([rows, steps, D_HIDDEN], Distribution::Default, &tracked); // [B, T, H]
    let seconds = [Kernel::Readable, Kernel::Fused].map(|kernel| {
        let layer = Layer { kernel, ..layer.clone() };
        let mut watch = Stopwatch::new(args.budget());
        while !watch.is_done() {
            watch.time(|| {
                let (h, _) = layer.forward(x.clone(), None); // [B, T, H]
                let Cell::Lstm(cell) = &layer.cell else { unreachable!("built as an LSTM") };
                let gradient = cell.w_h.val().grad(&h.sum().backward()); // [H, 4H]
                // Read, so that a device that works on its own is waited for.
                gradient.map(|gradient| gradient.sum().into_data())
            });
        }
        watch.result().1 / 1e3
    });
    Timed { rows, steps, seconds }
}

fn picture(timed: &[Timed]) -> String {
    let line = |k: usize| -> Vec<(f64, f64)> {
        timed.iter().map(|one| (one.rows as f64, 1e3 * one.seconds[k])).collect()
    };
    let rows = timed.iter().map(|one| (one.rows as f64, one.rows.to_string()));
    let panel = Panel {
        x: Axis::logarithmic(say!(
            "rows B beside each other; T = characters / B steps wait for each other",
            "并排的行数 B；T = 字数 / B 步依次等待"
        ))
        .with_ticks(rows.collect()),
        y: Axis::logarithmic(say!("ms (less is better)", "毫秒（越少越好）")),
        lines: vec![line(0), line(1)],
        ..Panel::default()
    };
    chart_svg(&Chart {
        title: say!("The same characters, more or less side by side", "同样的字，并排的多少"),
        names: vec![say!("readable", "逐张量"), say!("fused", "融合")],
        panels: vec![panel],
        ..Chart::default()
    })
}
