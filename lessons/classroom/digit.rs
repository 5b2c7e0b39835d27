//! A digit read row by row: drawn by a finger, by this crate, or one of those that are misread.

use hyper::StatusCode;
use lstm_lessons::{
    cell::Signal,
    mnist::{
        Digits,
        digits::{STEPS, WIDTH},
        drawn::{draw, traced},
        evaluate::prediction,
        order::Order,
        signals::signals,
        watch::changes_of_mind,
    },
    say,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{models::Models, reply::Refusal};

/// Points of all strokes together that can be meant.
const POINTS: usize = 5_000;

/// What is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Where it comes from.
    from: From,
    /// Which half is read; the other is paper.
    #[serde(default)]
    half: Option<Half>,
    /// Whether the rows come in the fixed random order of lesson 4.
    #[serde(default)]
    shuffled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum From {
    /// What a finger drew: stroke by stroke, point by point, x and y.
    Strokes(Vec<Vec<[f32; 2]>>),
    /// Drawn by this crate: the digit and the seed.
    Drawn(u8, u64),
    /// One of the worst mistakes.
    Worst(usize),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Half {
    Upper,
    Lower,
}

/// Reads the digit: its pixels as they are read, the ten beliefs after each row, and every gate.
///
/// # Errors
/// No digit at all.
pub fn read(asked: &Asked, models: &Models) -> Result<Value, Refusal> {
    let (mut pixels, truth) = image(&asked.from, models)?;
    let middle = STEPS / 2 * WIDTH;
    match asked.half {
        Some(Half::Upper) => pixels[middle..].fill(0),
        Some(Half::Lower) => pixels[..middle].fill(0),
        None => {}
    }
    if asked.shuffled {
        pixels = Order::Shuffled.arrange(&Digits::one(&pixels, 0)).image(0).to_vec();
    }
    let read = signals(&models.classifier, &pixels, &models.device);
    let signal = |(signal, rows): &(Signal, Vec<Vec<f32>>)| {
        let name = format!("{signal:?}").to_lowercase();
        json!({ "name": name, "rows": rows.iter().map(|row| hex(*signal, row)).collect::<Vec<_>>() })
    };
    Ok(json!({
        "pixels": pixels.iter().map(|v| format!("{v:02x}")).collect::<String>(),
        "truth": truth,
        "read": read.beliefs.last().map(prediction),
        "beliefs": read.beliefs,
        "changes": changes_of_mind(&read.beliefs),
        "signals": read.units.iter().map(signal).collect::<Vec<_>>(),
    }))
}

/// The image, and what it shows if that is known.
fn image(from: &From, models: &Models) -> Result<(Vec<u8>, Option<u8>), Refusal> {
    match from {
        From::Strokes(strokes) => {
            if strokes.iter().map(Vec::len).sum::<usize>() > POINTS {
                return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, || {
                    say!("This drawing has too many points.", "这幅图的点太多了。")
                }));
            }
            let drawn = traced(strokes).map(|image| (image.to_vec(), None));
            drawn.ok_or_else(|| Refusal::bad(|| say!("Draw a digit first.", "请先写一个数字。")))
        }
        From::Drawn(digit, seed) if *digit < 10 => Ok((draw(*digit, *seed).to_vec(), Some(*digit))),
        From::Drawn(..) => Err(Refusal::bad(|| say!("A digit is 0 to 9.", "数字只有 0 到 9。"))),
        From::Worst(k) => {
            let worst = models.worst();
            let count = worst.len().max(1);
            let k = k % count;
            match worst.is_empty() {
                true => Err(Refusal::bad(|| say!("It misread none.", "没有读错的数字。"))),
                false => Ok((worst.image(k).to_vec(), Some(worst.labels[k]))),
            }
        }
    }
}

/// A number for each unit as two hexadecimal digits: 00 is the lowest that the signal can be, ff
/// the highest.
fn hex(signal: Signal, row: &[f32]) -> String {
    use Signal::{Candidate, Cell, Hidden};
    let share = |v: f32| match signal {
        Candidate | Hidden => (v + 1.0) / 2.0,
        Cell => (v.tanh() + 1.0) / 2.0, // c_t has no bounds
        _ => v,
    };
    row.iter().map(|&v| format!("{:02x}", (255.0 * share(v)).round() as u8)).collect()
}
