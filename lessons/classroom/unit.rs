//! One LSTM unit whose gates are turned by hand, and the thermometer of gradients beside it.

use lstm_lessons::{
    cell::CellKind,
    demos::{
        gradients::gradient_norms,
        lstm::{
            Held,
            by_hand::{Unit, follow},
        },
    },
    say,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    measured::{fresh, random_inputs},
    models::Models,
    reply::Refusal,
};

/// The most steps that the page shows.
const STEPS: usize = 12;
/// The largest weight or input that can be meant.
const LARGEST: f64 = 100.0;
/// H under the thermometer, as in lesson 2.
const WIDTH: usize = 64;
/// The longest sequence under the thermometer.
const LONGEST: usize = 300;

/// A unit and what it reads.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turned {
    unit: Unit,
    inputs: Vec<f64>,
    held: Held,
}

/// Every number of every step.
///
/// # Errors
/// Numbers that cannot be meant.
pub fn turn(turned: &Turned) -> Result<Value, Refusal> {
    let Turned { unit, inputs, held } = turned;
    let weights = unit.w_x.iter().chain(&unit.w_h).chain(&unit.bias);
    let gates = [held.input, held.forget, held.output].into_iter().flatten();
    let fine = (1..=STEPS).contains(&inputs.len())
        && weights.chain(inputs).all(|v| v.abs() <= LARGEST)
        && gates.into_iter().all(|gate| (0.0..=1.0).contains(&gate));
    match fine {
        true => Ok(json!({ "steps": follow(unit, inputs, *held) })),
        false => Err(Refusal::bad(|| {
            say!(
                "1 to {STEPS} inputs, no number beyond {LARGEST}, gates between 0 and 1.",
                "输入 1～{STEPS} 个，数值不超过 {LARGEST}，门在 0 与 1 之间。"
            )
        })),
    }
}

/// How far back gradients are measured, and with which forget bias.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    seq_len: usize,
    forget_bias: f32,
}

/// |∂L/∂h_t| at every step, as a share of that at the last: of a fresh RNN, and of a fresh LSTM.
///
/// # Errors
/// A length or a bias out of bounds.
pub fn measure(measured: &Measured, models: &Models) -> Result<Value, Refusal> {
    let &Measured { seq_len, forget_bias } = measured;
    if !(2..=LONGEST).contains(&seq_len) || !(-10.0..=10.0).contains(&forget_bias) {
        return Err(Refusal::bad(|| {
            say!(
                "2 to {LONGEST} steps and a forget bias between -10 and 10.",
                "步数 2～{LONGEST}，遗忘门偏置在 -10 与 10 之间。"
            )
        }));
    }
    let tracked = models.device.clone().autodiff();
    let left = |kind| {
        let cell = fresh(kind, WIDTH, forget_bias, 1, &tracked);
        let inputs = random_inputs(seq_len, 1, &tracked);
        let norms = gradient_norms(&cell, inputs, |last| last.hidden.sum()).hidden;
        let last = norms.last().copied().unwrap_or(1.0);
        norms.into_iter().map(|norm| norm / last).collect::<Vec<f64>>()
    };
    Ok(json!({ "rnn": left(CellKind::Rnn), "lstm": left(CellKind::Lstm) }))
}
