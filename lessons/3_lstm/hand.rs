//! One unit, three steps, every number on the way.

use burn::prelude::*;
use lstm_lessons::{
    cell::{Cell, Layer},
    demos::lstm::by_hand::{EXAMPLE, INPUTS, Step, as_cell, step},
    say,
    shell::{cli::out, error::Result},
};
use serde_json::json;

use crate::args::Args;

pub fn show(args: &Args, device: &Device) -> Result<()> {
    let inputs = Tensor::<3>::from_data(
        TensorData::new(INPUTS.map(|x| x as f32).to_vec(), [1, INPUTS.len(), 1]),
        device,
    );
    let (outputs, _) = Layer::new(Cell::Lstm(as_cell(&EXAMPLE, device))).forward(inputs, None);
    let by_cell: Vec<f64> = outputs.into_data().iter().collect();
    let (mut h, mut c) = (0.0, 0.0);
    if !args.json {
        out(&say!(
            "One unit, the weights in the order i, f, g, o:",
            "一个单元，权重按 i、f、g、o 的次序："
        ))?;
        for (name, values) in [("w_x", EXAMPLE.w_x), ("w_h", EXAMPLE.w_h), ("b", EXAMPLE.bias)] {
            out(&format!("  {name:<4}{}", values.map(|v| format!("{v:>6.1}")).concat()))?;
        }
    }
    for (k, x) in INPUTS.into_iter().enumerate() {
        let now = step(&EXAMPLE, x, h, c);
        match args.json {
            true => {
                let Step { i, f, g, o, .. } = now;
                let gates = json!({"i": i, "f": f, "g": g, "o": o});
                out(&json!({"part": "hand", "t": k + 1, "gates": gates, "c": now.c, "h": now.h, "h_of_the_cell": by_cell[k]})
                    .to_string())?;
            }
            false => lines(k, x, h, c, now, by_cell[k])?,
        }
        (h, c) = (now.h, now.c);
    }
    Ok(())
}

fn lines(k: usize, x: f64, h: f64, c: f64, now: Step, by_cell: f64) -> Result<()> {
    let (t, before) = (k + 1, k);
    out(&format!("\nt = {t}   x_{t} = {x}   h_{before} = {h:.4}   c_{before} = {c:.4}"))?;
    let gates = [("i", "σ", now.i), ("f", "σ", now.f), ("g", "tanh", now.g), ("o", "σ", now.o)];
    for (gate, (name, function, value)) in gates.into_iter().enumerate() {
        let (w_x, w_h, b, sum) =
            (EXAMPLE.w_x[gate], EXAMPLE.w_h[gate], EXAMPLE.bias[gate], now.sums[gate]);
        out(&format!(
            "  {name} = {function}({x} · {w_x} + {h:.4} · {w_h} + {b}) = {function}({sum:.4}) = \
             {value:.4}"
        ))?;
    }
    let Step { i, f, g, o, c: c_t, h: h_t, .. } = now;
    out(&format!("  c_{t} = f c_{before} + i g = {f:.4} · {c:.4} + {i:.4} · {g:.4} = {c_t:.4}"))?;
    out(&say!(
        "  h_{t} = o tanh(c_{t}) = {o:.4} · {:.4} = {h_t:.4}      the crate's cell: {by_cell:.4}",
        "  h_{t} = o tanh(c_{t}) = {o:.4} · {:.4} = {h_t:.4}      本课程的单元：{by_cell:.4}",
        c_t.tanh()
    ))
}
