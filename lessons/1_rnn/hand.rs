//! `hand`: three steps forward, three steps back, and Burn's autodiff beside them.

use burn::prelude::Device;
use lstm_lessons::{
    cli::out,
    rnn::by_hand::{EXAMPLE, INPUTS, Pair, Square, TARGET, Weights, backward, by_autodiff, forward},
    say,
    trouble::Result,
};
use serde_json::json;

use crate::Args;

pub fn hand(args: &Args, device: &Device) -> Result<()> {
    let read = forward(&EXAMPLE, &INPUTS, TARGET);
    let back = backward(&EXAMPLE, &INPUTS, TARGET, &read);
    let burn = by_autodiff(&EXAMPLE, &INPUTS, TARGET, device);
    let apart = largest_difference(&back.gradients, &burn);
    if args.json {
        let named = |w: &Weights| json!({"u": w.u, "w": w.w, "v": w.v});
        return out(&json!({
            "loss": read.loss, "s": read.s, "felt": back.felt,
            "by_hand": named(&back.gradients), "by_autodiff": named(&burn), "largest_difference": apart,
        })
        .to_string());
    }
    let Weights { u, w, v } = EXAMPLE;
    out(&format!("U = {}   W = {}   V = {}\n", matrix(u), matrix(w), matrix(v)))?;
    out(&say!("Forward: s_t = tanh(x_t U + s_{{t-1}} W)", "前向：s_t = tanh(x_t U + s_{{t-1}} W)"))?;
    for (k, x_t) in INPUTS.iter().enumerate() {
        let (t, s_t) = (k + 1, pair(read.s[k + 1]));
        out(&format!("  t = {t}   x_{t} = {}   s_{t} = {s_t}", pair(*x_t)))?;
    }
    let (o, loss) = (pair(read.o), read.loss);
    out(&say!(
        "  o_3 = softmax(s_3 V) = {o}   L = -ln o_3[{TARGET}] = {loss:.4}\n",
        "  o_3 = softmax(s_3 V) = {o}   L = -ln o_3[{TARGET}] = {loss:.4}\n"
    ))?;
    out(&say!("Backward, the last step first:", "反向，从最后一步开始："))?;
    for t in (1..=INPUTS.len()).rev() {
        let felt = back.felt[t - 1];
        let length = felt[0].hypot(felt[1]);
        out(&format!("  t = {t}   ∂L/∂s_{t} = {}   |∂L/∂s_{t}| = {length:.4}", pair(felt)))?;
    }
    out("")?;
    let both =
        [("∂L/∂U", back.gradients.u, burn.u), ("∂L/∂W", back.gradients.w, burn.w), ("∂L/∂V", back.gradients.v, burn.v)];
    for (name, by_hand, by_burn) in both {
        out(&say!("{name}   by hand {}   Burn {}", "{name}   手算 {}   Burn {}", matrix(by_hand), matrix(by_burn)))?;
    }
    out(&say!("\nLargest difference: {apart:.0e}", "\n最大差异：{apart:.0e}"))
}

fn largest_difference(a: &Weights, b: &Weights) -> f64 {
    let all = |w: &Weights| [w.u, w.w, w.v].concat().concat();
    all(a).iter().zip(all(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn pair(p: Pair) -> String {
    format!("({:+.4} {:+.4})", p[0], p[1])
}

fn matrix(m: Square) -> String {
    let row = |r: Pair| format!("{:+.4} {:+.4}", r[0], r[1]);
    format!("[{} | {}]", row(m[0]), row(m[1]))
}
