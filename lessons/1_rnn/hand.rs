//! `hand`: three steps forward, three steps back, and Burn's autodiff beside them.

use burn::prelude::Device;
use lstm_lessons::{
    demos::rnn::by_hand::{
        EXAMPLE, INPUTS, Pair, Square, TARGET, Weights, backward, by_autodiff, forward,
    },
    look::shown::columns,
    say,
    shell::{cli::out, error::Result},
};
use serde_json::json;

use crate::args::Args;

/// The columns that two matrices beside each other take.
const WIDE: usize = 75;

pub fn hand(args: &Args, device: &Device) -> Result<()> {
    let read = forward(&EXAMPLE, &INPUTS, TARGET);
    let back = backward(&EXAMPLE, &INPUTS, TARGET, &read);
    let burn = by_autodiff(&EXAMPLE, &INPUTS, TARGET, device);
    let apart = largest_difference(&back.gradients, &burn);
    if args.json {
        let named = |w: &Weights| json!({"u": w.u, "w": w.w, "v": w.v});
        return out(&json!({
            "loss": read.loss, "s": read.s, "d_s": back.d_s,
            "by_hand": named(&back.gradients), "by_autodiff": named(&burn), "largest_difference": apart,
        })
        .to_string());
    }
    for (name, m) in [("U", EXAMPLE.u), ("W", EXAMPLE.w), ("V", EXAMPLE.v)] {
        out(&format!("{name} = {}", matrix(m)))?;
    }
    out(&say!(
        "\nForward: s_t = tanh(x_t U + s_{{t-1}} W)",
        "\n前向：s_t = tanh(x_t U + s_{{t-1}} W)"
    ))?;
    for (k, x_t) in INPUTS.iter().enumerate() {
        let (t, s_t) = (k + 1, pair(read.s[k + 1]));
        out(&format!("  t = {t}   x_{t} = {}   s_{t} = {s_t}", pair(*x_t)))?;
    }
    let (o, loss) = (pair(read.o), read.loss);
    let gap = if columns() < WIDE { "\n  " } else { "   " };
    out(&format!("  o_3 = softmax(s_3 V) = {o}{gap}L = -ln o_3[{TARGET}] = {loss:.4}\n"))?;
    out(&say!("Backward, the last step first:", "反向，从最后一步开始："))?;
    for t in (1..=INPUTS.len()).rev() {
        let d_s = back.d_s[t - 1];
        let norm = d_s[0].hypot(d_s[1]);
        out(&format!("  t = {t}   ∂L/∂s_{t} = {}   |∂L/∂s_{t}| = {norm:.4}", pair(d_s)))?;
    }
    gradients(&back.gradients, &burn)?;
    out(&say!("\nLargest difference: {apart:.0e}", "\n最大差异：{apart:.0e}"))
}

/// The gradients by hand and those of Burn, side by side, or where that is too wide below each other.
fn gradients(hand: &Weights, burn: &Weights) -> Result<()> {
    let side_by_side = columns() >= WIDE;
    let gap = if side_by_side { " ".into() } else { format!("\n{}", " ".repeat(7)) };
    let burn_column = " ".repeat(28);
    out(&match side_by_side {
        true => say!(
            "\n       by hand{burn_column} Burn's autodiff",
            "\n       手算{burn_column}    Burn 自动微分"
        ),
        false => say!(
            "\n       by hand, and below it Burn's autodiff",
            "\n       手算，其下是 Burn 自动微分"
        ),
    })?;
    for (name, hand, burn) in
        [("∂L/∂U", hand.u, burn.u), ("∂L/∂W", hand.w, burn.w), ("∂L/∂V", hand.v, burn.v)]
    {
        out(&format!("{name}  {}{gap}{}", matrix(hand), matrix(burn)))?;
    }
    Ok(())
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
