//! What a longer sequence costs: every step must be kept until the backward pass has reached it.

use std::time::Instant;

use burn::prelude::*;
use lstm_lessons::{
    cell::{CellKind, Layer},
    say,
    shell::{cli::out, error::Result},
};
use serde_json::json;

use crate::{
    args::Args,
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
    for &seq_len in lengths {
        let cost = |kind| {
            let seconds = (0..REPEATS)
                .map(|_| time(kind, seq_len, args, device))
                .fold(f64::INFINITY, f64::min);
            (1000.0 * seconds, kept(kind, seq_len, d_hidden))
        };
        let (rnn, lstm) = (cost(CellKind::Rnn), cost(CellKind::Lstm));
        if args.json {
            let object = |(ms, numbers): (f64, usize)| json!({"ms": ms, "numbers": numbers});
            out(&json!({"part": "cost", "seq_len": seq_len, "rnn": object(rnn), "lstm": object(lstm)}).to_string())?;
            continue;
        }
        let cell =
            |(ms, numbers): (f64, usize)| format!("{ms:7.1} ms {:9.2} M", numbers as f64 / 1e6);
        out(&format!("{seq_len:<7}{:<30}{}", cell(rnn), cell(lstm)))?;
    }
    Ok(())
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
