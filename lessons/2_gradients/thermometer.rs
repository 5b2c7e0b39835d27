//! |∂L/∂h_t| for every step, RNN beside LSTM.

use burn::prelude::Device;
use lstm_lessons::{
    cell::CellKind,
    demos::gradients::gradient_norms,
    look::{Color, Column, thermometer, thermometer::FAINT, thermometer_svg},
    say,
    shell::{cli::out, error::Result, write_svg},
};
use serde_json::json;

use crate::{
    args::{Args, Part},
    measured::{fresh, random_inputs},
};

pub fn show(args: &Args, device: &Device) -> Result<()> {
    let tracked = device.clone().autodiff();
    let biases = args.forget_bias.map_or(vec![1.0, 2.0], |b| vec![b]);
    let cells = std::iter::once((CellKind::Rnn, 0.0))
        .chain(biases.into_iter().map(|b| (CellKind::Lstm, b)));
    let columns: Vec<Column> = cells
        .map(|(kind, forget_bias)| {
            let name = match kind {
                CellKind::Rnn => "RNN".to_string(),
                _ => say!("LSTM, forget bias {forget_bias}", "LSTM，遗忘门偏置 {forget_bias}"),
            };
            let cell = fresh(kind, args.hidden, forget_bias, args.seed, &tracked);
            let inputs = random_inputs(args.seq_len, args.seed, &tracked);
            let norms = gradient_norms(&cell, inputs, |last| last.hidden.sum()).hidden;
            let at_the_end = norms[norms.len() - 1];
            Column { name, left: norms.iter().map(|norm| norm / at_the_end).collect() }
        })
        .collect();
    if let Some(file) = args.svg_of(Part::Thermometer) {
        let picture = thermometer_svg(
            &columns,
            &say!("What is left of ∂L/∂h_t in the backward pass", "反向传播中 ∂L/∂h_t 还剩多少"),
            [
                &say!("step t (the loss stands at the right end)", "步 t（损失在最右端）"),
                &say!("share of |∂L/∂h_T| that is left", "|∂L/∂h_T| 还剩的份额"),
            ],
            &say!(
                "below this line f32 loses it beside a 1",
                "低于此线，与 1 相加时 f32 已分辨不出"
            ),
        );
        write_svg(file, &picture, args.json)?;
    }
    if args.json {
        return columns.iter().try_for_each(|column| {
            let Column { name, left } = column;
            out(&json!({"part": "thermometer", "cell": name, "left": left, "faint_from": first_faint(left)})
                .to_string())
        });
    }
    out(&say!(
        "What is left of |∂L/∂h_t| in the backward pass from the last step\n\
         (a block is a factor of ten; hollow: beside a 1, f32 can no longer hold it)\n",
        "从最后一步反向传播，|∂L/∂h_t| 还剩多少\n\
         （一格是十倍；空心：与 1 相加时 f32 已分辨不出）\n"
    ))?;
    out(&thermometer(&columns, args.seq_len.div_ceil(20), Color::detect()))?;
    out("")?;
    for Column { name, left } in &columns {
        match first_faint(left) {
            Some(back) => {
                out(&say!("{name}: lost {back} steps back", "{name}：往回 {back} 步就丢失了"))?
            }
            None => out(&say!("{name}: reaches the first step", "{name}：能传到第一步"))?,
        }
    }
    Ok(())
}

/// How many steps back less than the last digit of f32 is left.
fn first_faint(left: &[f64]) -> Option<usize> {
    left.iter().rev().position(|&share| share < FAINT)
}
