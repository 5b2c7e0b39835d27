//! The opposite: a gradient that grows in the backward pass, and the clip that shortens it.

use burn::prelude::Device;
use lstm_lessons::{
    cell::CellKind,
    demos::gradients::{Descent, descend, gradient_norms, with_gain},
    look::{
        Mark,
        chart::{Axis, Chart, Panel},
        chart_svg,
    },
    say,
    shell::{cli::out, error::Result, write_svg},
    training::MAX_NORM,
};
use serde_json::json;

use crate::{
    args::{Args, Part},
    measured::{fresh, random_inputs},
};

/// Steps of the backward pass.
const BACK: usize = 100;
/// A short sequence and a bold step: what a growing gradient makes of plain gradient descent.
const GAIN: f32 = 3.0;
const SEQ_LEN: usize = 10;
const STEPS: usize = 60;
const LR: f64 = 1.0;

pub fn show(args: &Args, device: &Device) -> Result<()> {
    let tracked = device.clone().autodiff();
    if !args.json {
        out(&say!(
            "\nThe same RNN with W multiplied: |∂L/∂h_1| / |∂L/∂h_{BACK}|, {BACK} steps back\n",
            "\n同一个 RNN，把 W 放大：往回 {BACK} 步，|∂L/∂h_1| / |∂L/∂h_{BACK}|\n"
        ))?;
    }
    let mut ratios = Vec::new();
    for gain in [1.0f32, 1.5, 2.0, 3.0, 4.0] {
        let cell = with_gain(fresh(CellKind::Rnn, args.hidden, 0.0, args.seed, &tracked), gain);
        let inputs = random_inputs(BACK, args.seed, &tracked);
        let norms = gradient_norms(&cell, inputs, |last| last.hidden.sum()).hidden;
        let ratio = norms[0] / norms[BACK - 1];
        ratios.push((f64::from(gain), ratio));
        match args.json {
            true => out(&json!({"part": "explode", "gain": gain, "ratio": ratio}).to_string())?,
            false => out(&format!("  W × {gain:<4} {ratio:>8.0e}"))?,
        }
    }
    let descent = |max_norm| descend(GAIN, SEQ_LEN, STEPS, LR, max_norm, args.seed, device);
    let (free, clipped) = (descent(f64::INFINITY), descent(MAX_NORM));
    if let Some(file) = args.svg_of(Part::Explode) {
        write_svg(file, &slide(ratios, [&free, &clipped]), args.json)?;
    }
    if args.json {
        let last = |descent: &Descent| descent.losses[STEPS - 1];
        return out(&json!({
            "part": "clip", "loss_free": last(&free), "loss_clipped": last(&clipped), "longest_gradient": longest(&free),
        })
        .to_string());
    }
    out(&say!(
        "\nW × {GAIN}, first of {SEQ_LEN} symbols, plain gradient descent, learning rate {LR}: the loss\n\n\
         step      gradient as it is    |g| shortened to {MAX_NORM}",
        "\nW × {GAIN}，{SEQ_LEN} 个符号中的第一个，普通梯度下降，学习率 {LR}：损失\n\n\
         步        梯度原样             |g| 缩短到 {MAX_NORM}"
    ))?;
    for k in [0, 1, 2, 4, 9, 19, STEPS - 1] {
        out(&format!("{:<10}{:<21.3}{:.3}", k + 1, free.losses[k], clipped.losses[k]))?;
    }
    let (longest, guess) =
        (longest(&free), (lstm_lessons::demos::gradients::first_symbol::SYMBOLS as f64).ln());
    out(&say!(
        "\nThe longest gradient was {longest:.0}; knowing nothing would cost ln 4 = {guess:.3}.",
        "\n最长的梯度是 {longest:.0}；什么都不知道的代价是 ln 4 = {guess:.3}。"
    ))
}

/// How the gradient grows with W, beside the loss with and without the clip.
fn slide(ratios: Vec<(f64, f64)>, descents: [&Descent; 2]) -> String {
    let growing = Panel {
        title: say!("{BACK} steps back", "往回 {BACK} 步"),
        x: Axis::linear(say!("W times", "W 的倍数")),
        y: Axis::logarithmic("|∂L/∂h_1| / |∂L/∂h_T|"),
        lines: vec![ratios],
        levels: vec![Mark { name: say!("as long as before", "长度不变"), value: 1.0 }],
        ..Panel::default()
    };
    let guess = (lstm_lessons::demos::gradients::first_symbol::SYMBOLS as f64).ln();
    let losses = |descent: &Descent| {
        descent.losses.iter().zip(1u32..).map(|(&loss, step)| (f64::from(step), loss)).collect()
    };
    let learning = Panel {
        title: say!("W × {GAIN}, gradient descent", "W × {GAIN}，梯度下降"),
        x: Axis::linear(say!("step of training", "训练步")),
        y: Axis::linear(say!("loss, nats (lower is better)", "损失，纳特（越低越好）"))
            .reaching(0.0),
        lines: descents.map(losses).to_vec(),
        levels: vec![Mark { name: say!("guessing: ln 4", "瞎猜：ln 4"), value: guess }],
        ..Panel::default()
    };
    chart_svg(&Chart {
        title: say!(
            "A gradient that grows, and the clip that shortens it",
            "不断增长的梯度，与缩短它的裁剪"
        ),
        names: vec![
            say!("gradient as it is", "梯度原样"),
            say!("|g| shortened to {MAX_NORM}", "|g| 缩短到 {MAX_NORM}"),
        ],
        panels: vec![growing, learning],
        ..Chart::default()
    })
}

fn longest(descent: &Descent) -> f64 {
    descent.norms.iter().copied().fold(0.0, f64::max)
}
