//! One, eight, sixty-four devices on paper: what they would cost and bring.

use burn::{module::Module, prelude::Device};
use lstm_lessons::{
    demos::scale::{Terms, paper::line},
    look::{
        Align::{Left, Right},
        Color, Table, bars,
        chart::{Axis, Chart, Panel},
        chart_svg, thousands,
    },
    say,
    shell::{cli::out, error::Result, write_svg},
};
use serde_json::json;

use crate::{
    args::{Args, Part},
    launches::sum_of,
    step::{LENGTHS, batch, model, time},
};

/// The numbers of devices in the table.
const DEVICES: [usize; 3] = [1, 8, 64];

/// Measures the terms, and does the sums.
pub fn show(args: &Args, device: &Device) -> Result<()> {
    let (terms, points) = measure(args, device);
    let larger = terms.larger(args.times);
    if args.json {
        json_lines(args, &terms, &larger)?;
    } else {
        introduce(args, &terms, &points)?;
        for each in [false, true] {
            table(args, &terms, &larger, each)?;
        }
        shares(args, &terms, &larger)?;
    }
    match args.svg_of(Part::Gpus) {
        Some(file) => write_svg(file, &picture(args, &terms, &larger), args.json),
        None => Ok(()),
    }
}

/// The terms on this device, and the steps that a and b are read from: rows and seconds.
fn measure(args: &Args, device: &Device) -> (Terms, Vec<(f64, f64)>) {
    let rows: &[usize] = if args.quick { &[1, 4, 16] } else { &[1, 4, 16, 64, 256] };
    let model = model(args, device);
    let points: Vec<(f64, f64)> = rows
        .iter()
        .map(|&rows| {
            let batch = batch(rows, &LENGTHS[..1], args, device);
            (rows as f64, time(model.clone(), &batch, 1, args).0)
        })
        .collect();
    let (fixed, per_row) = line(&points);
    let large = if args.quick { 100_000 } else { 1_000_000 };
    let copied = 8.0 * large as f64 / sum_of(large, args, device); // read once, written once
    let terms = Terms {
        fixed: fixed.max(0.0),
        per_row,
        parameters: model.num_params() as f64,
        bandwidth: args.link.map_or(copied, |gigabytes| 1e9 * gigabytes),
        latency: args.latency.map_or_else(|| sum_of(1, args, device), |us| us / 1e6),
    };
    (terms, points)
}

fn introduce(args: &Args, terms: &Terms, points: &[(f64, f64)]) -> Result<()> {
    let Terms { fixed, per_row, parameters, bandwidth, latency } = *terms;
    let steps = LENGTHS[0];
    let measured: Vec<String> =
        points.iter().map(|(rows, seconds)| format!("{rows:.0}: {:.1}", 1e3 * seconds)).collect();
    let (measured, kernel) = (measured.join("   "), format!("{:?}", args.kernel).to_lowercase());
    let (a, b, p) = (1e3 * fixed, 1e3 * per_row, thousands(parameters as u64));
    let (w, l) = (bandwidth / 1e9, 1e6 * latency);
    out(&say!(
        "\nA training step of the poem model ({kernel}, T = {steps}), ms by rows:  {measured}\n\n\
         t(N, B) = a + b B / N + 2 (N-1)/N · 4P/W + 2 (N-1) l\n\
         a = {a:.2} ms   b = {b:.3} ms a row   P = {p}   W = {w:.1} GB/s   l = {l:.1} μs",
        "\n写诗模型的一个训练步（{kernel}，T = {steps}），各行数的毫秒：{measured}\n\n\
         t(N, B) = a + b B / N + 2 (N-1)/N · 4P/W + 2 (N-1) l\n\
         a = {a:.2} 毫秒   b = {b:.3} 毫秒/行   P = {p}   W = {w:.1} GB/s   l = {l:.1} 微秒"
    ))
}

/// A step, the gain and the price of one, eight and sixty-four devices, for both models.
fn table(args: &Args, terms: &Terms, larger: &Terms, each: bool) -> Result<()> {
    let rows = args.batch_size;
    out(&match each {
        false => say!("\nThe same {rows} rows dealt out\n", "\n同样的 {rows} 行分给各设备\n"),
        true => say!("\n{rows} rows on each device\n", "\n每个设备 {rows} 行\n"),
    })?;
    let table = Table::new([Left(9), Right(12), Right(9), Right(9), Right(14), Right(9), Right(9)]);
    let [gain, price] = [say!("gain", "提速"), say!("price", "代价")];
    let ms = |name: String| say!("{name}, ms", "{name} 毫秒");
    let heads = [
        say!("devices", "设备数"),
        ms(say!("model", "模型")),
        gain.clone(),
        price.clone(),
        ms(format!("x {}", args.times)),
        gain,
        price,
    ];
    let lines = DEVICES.map(|devices| {
        let cells = [terms, larger].map(|terms| {
            let gain = terms.gain(devices, rows as f64, each);
            let all = (if each { devices * rows } else { rows }) as f64;
            [
                format!("{:.1}", 1e3 * terms.step(devices, all)),
                format!("x {gain:.1}"),
                format!("x {:.1}", devices as f64 / gain),
            ]
        });
        [vec![devices.to_string()], cells.concat()].concat()
    });
    table.lines(heads, lines).iter().try_for_each(|line| out(line))
}

/// What of sixty-four devices works, as bars.
fn shares(args: &Args, terms: &Terms, larger: &Terms) -> Result<()> {
    let (devices, rows) = (DEVICES[2], args.batch_size as f64);
    let times = args.times;
    let share = |terms: &Terms, each| terms.gain(devices, rows, each) / devices as f64;
    let all = [
        (say!("dealt out, model", "分批量，模型"), share(terms, false)),
        (say!("dealt out, x {times}", "分批量，x {times}"), share(larger, false)),
        (say!("each, model", "各自批量，模型"), share(terms, true)),
        (say!("each, x {times}", "各自批量，x {times}"), share(larger, true)),
    ];
    out(&say!(
        "\nHow much of {devices} devices works (gain / devices)\n",
        "\n{devices} 个设备中有多少在干活（提速 / 设备数）\n"
    ))?;
    bars(&all, 78, Color::detect()).iter().try_for_each(|line| out(line))
}

fn json_lines(args: &Args, terms: &Terms, larger: &Terms) -> Result<()> {
    let Terms { fixed, per_row, parameters, bandwidth, latency } = *terms;
    out(&json!({
        "part": "gpus", "a_seconds": fixed, "b_seconds_a_row": per_row, "parameters": parameters,
        "bytes_a_second": bandwidth, "latency_seconds": latency,
    })
    .to_string())?;
    for (times, terms) in [(1.0, terms), (args.times, larger)] {
        for each in [false, true] {
            for devices in DEVICES {
                let gain = terms.gain(devices, args.batch_size as f64, each);
                out(&json!({
                    "part": "gpus", "times": times, "devices": devices, "rows": args.batch_size,
                    "rows_each": each, "gain": gain, "price": devices as f64 / gain,
                })
                .to_string())?;
            }
        }
    }
    Ok(())
}

/// gain / devices over the number of devices.
fn picture(args: &Args, terms: &Terms, larger: &Terms) -> String {
    let line = |terms: &Terms, each: bool| -> Vec<(f64, f64)> {
        (0..=6)
            .map(|k| 1usize << k)
            .map(|n| (n as f64, 100.0 * terms.gain(n, args.batch_size as f64, each) / n as f64))
            .collect()
    };
    let (rows, times) = (args.batch_size, args.times);
    let panel = |title: String, each: bool| Panel {
        title,
        x: Axis::logarithmic(say!("devices N", "设备数 N"))
            .with_ticks([1, 2, 4, 8, 16, 32, 64].map(|n| (f64::from(n), n.to_string())).to_vec()),
        y: Axis::linear(say!("% of them that work (more is better)", "其中在干活的 %（越多越好）"))
            .reaching(0.0)
            .reaching(100.0),
        first_is_wide: true,
        lines: vec![line(terms, each), line(larger, each)],
        ..Panel::default()
    };
    chart_svg(&Chart {
        title: say!("What more devices bring, on paper", "更多设备带来什么（纸上推算）"),
        names: vec![
            say!("the poem model", "写诗模型"),
            say!("{times} times as large", "大 {times} 倍"),
        ],
        panels: vec![
            panel(say!("{rows} rows dealt out", "{rows} 行分给各设备"), false),
            panel(say!("{rows} rows on each", "每个设备 {rows} 行"), true),
        ],
        ..Chart::default()
    })
}
