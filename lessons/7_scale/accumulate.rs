//! A batch in parts on one device: the same step, with less memory.

use std::process::Command;

use burn::prelude::Device;
use clap::ValueEnum;
use lstm_lessons::{
    demos::measure::peak_mb,
    look::{Align::Right, Table},
    say,
    shell::{
        cli::out,
        error::{Error, Result},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    args::Args,
    step::{LENGTHS, batch, model, time},
};

/// What a child prints.
#[derive(Serialize, Deserialize)]
struct Child {
    seconds: f64,
    loss: f64,
    /// In units of 10^6 bytes; nothing where the system does not report it.
    peak_memory_mb: Option<f64>,
}

/// The same batch in 1, 4 and more parts, each in a process of its own, so that they do not mix.
pub fn show(args: &Args) -> Result<()> {
    let parts: &[usize] = if args.quick { &[1, 4] } else { &[1, 4, 16, 64] };
    let children: Vec<(usize, Child)> =
        parts.iter().map(|&parts| Ok((parts, child(parts, args)?))).collect::<Result<_>>()?;
    let rows = rows(args);
    if args.json {
        return children.iter().try_for_each(|(parts, child)| {
            out(&json!({
                "part": "accumulate", "rows": rows, "parts": parts, "loss": child.loss,
                "milliseconds": 1e3 * child.seconds, "peak_memory_mb": child.peak_memory_mb,
            })
            .to_string())
        });
    }
    out(&say!(
        "\nA step of {rows} texts in parts, on one device (--accumulate)\n",
        "\n在一个设备上把 {rows} 篇文本分份走一步（--accumulate）\n"
    ))?;
    let table = Table::new([Right(8), Right(16), Right(14), Right(12), Right(12)]);
    let heads = [
        say!("parts", "份数"),
        say!("texts a part", "每份篇数"),
        say!("loss", "损失"),
        say!("ms", "毫秒"),
        match args.common.device.as_str() {
            "flex" | "ndarray" => "MB".into(),
            _ => say!("MB, host", "MB，主机"),
        },
    ];
    let lines = children.iter().map(|(parts, child)| {
        let mb = child.peak_memory_mb.map_or("–".into(), |mb| format!("{mb:.0}"));
        [
            parts.to_string(),
            rows.div_ceil(*parts).to_string(),
            format!("{:.5}", child.loss),
            format!("{:.1}", 1e3 * child.seconds),
            mb,
        ]
    });
    table.lines(heads, lines).iter().try_for_each(|line| out(line))
}

fn rows(args: &Args) -> usize {
    if args.quick { 16 } else { 256 }
}

/// Starts this program once more for some steps of so many parts.
fn child(parts: usize, args: &Args) -> Result<Child> {
    let kernel = args.kernel.to_possible_value().map(|value| value.get_name().to_string());
    let mut child =
        Command::new(std::env::current_exe().map_err(|e| failed(parts, &e.to_string()))?);
    child.args(["accumulate", "--child", &format!("--parts={parts}")]);
    child.args(["--device", &args.common.device, &format!("--seed={}", args.seed)]);
    child.args(kernel.iter().flat_map(|kernel| ["--kernel", kernel]));
    child.args(args.quick.then_some("--quick"));
    let output = child.output().map_err(|e| failed(parts, &e.to_string()))?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let told = String::from_utf8_lossy(&output.stderr);
        let says = |line: &&str| !line.trim().is_empty() && !line.starts_with("note:");
        // What the system ends by a signal had no memory left, as a rule.
        let killed = say!("most likely it needs more memory than there is", "很可能是内存不足");
        let why = output.status.code().and_then(|_| told.lines().rfind(says)).unwrap_or(&killed);
        failed(parts, why)
    })
}

fn failed(parts: usize, why: &str) -> Error {
    Error::user(say!(
        "the step in {parts} parts came to no end: {why}",
        "分 {parts} 份的训练步没能完成：{why}"
    ))
}

/// What that child does.
pub fn run_as_child(args: &Args, device: &Device) -> Result<()> {
    let batch = batch(rows(args), &LENGTHS[..1], args, device);
    let (seconds, loss) = time(model(args, device), &batch, args.parts, args);
    let child = Child { seconds, loss, peak_memory_mb: peak_mb() };
    out(&serde_json::to_string(&child).map_err(|e| Error::ours(e.to_string()))?)
}
