//! Single units that tell something about a poem, found by correlation: a unit that counts (after
//! Karpathy, Johnson and Li 2015, "Visualizing and Understanding Recurrent Networks").

use burn::prelude::*;
use serde::Serialize;

use super::{batch::PoemBatch, bundle::Bundle, gates::traces, punctuation::PUNCTUATION};
use crate::cell::Signal;

/// Poems that are read side by side.
const BATCH: usize = 64;

/// What a unit may tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// How many characters of the line have been read: 0 after BOS and after a mark, then 1, 2, 3,
    /// …
    PositionInLine,
    /// How many lines have ended.
    LinesEnded,
}

impl Told {
    /// y_t after BOS and after each character of a poem.
    ///
    /// ```
    /// use lstm_lessons::poems::neuron::Told;
    ///
    /// assert_eq!(Told::PositionInLine.after_each("床前明，月光"), [0., 1., 2., 3., 0., 1., 2.]);
    /// assert_eq!(Told::LinesEnded.after_each("床前明，月光"), [0., 0., 0., 0., 1., 1., 1.]);
    /// ```
    pub fn after_each(self, poem: &str) -> Vec<f64> {
        let (mut position, mut ended) = (0.0, 0.0);
        let mut told = vec![0.0];
        for c in poem.chars() {
            match PUNCTUATION.contains(c) {
                true => (position, ended) = (0.0, ended + 1.0),
                false => position += 1.0,
            }
            told.push(match self {
                Told::PositionInLine => position,
                Told::LinesEnded => ended,
            });
        }
        told
    }
}

/// Which number of the model: a unit's hidden state or its memory cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// From 1.
    pub layer: usize,
    /// "h" or "c".
    pub part: &'static str,
    /// From 0.
    pub number: usize,
}

impl Unit {
    /// e.g. `c1[37]`: memory cell 37 of layer 1.
    pub fn name(&self) -> String {
        format!("{}{}[{}]", self.part, self.layer, self.number)
    }
}

/// What one unit did while poems were read.
pub struct Recorded {
    pub unit: Unit,
    /// Its value after BOS and after each character, poem after poem.
    pub values: Vec<f64>,
}

/// Every h and c of the model after BOS and after each character of `poems`, unit by unit.
pub fn record(bundle: &Bundle, poems: &[&str], device: &Device) -> Vec<Recorded> {
    let ids: Vec<Vec<usize>> = poems.iter().map(|poem| bundle.vocab.encode(poem)).collect();
    let mut recorded: Vec<Recorded> = Vec::new();
    for some in ids.chunks(BATCH) {
        let batch = PoemBatch::new(&some.iter().map(Vec::as_slice).collect::<Vec<_>>(), device);
        let mut units = recorded.iter_mut();
        let mut fresh = Vec::new();
        for (k, trace) in traces(bundle, &batch).into_iter().enumerate() {
            for (gate, values) in trace {
                let part = match gate {
                    Signal::Hidden => "h",
                    Signal::Cell => "c",
                    _ => continue,
                };
                let [_, seq_len, d_hidden] = values.dims();
                let values: Vec<f32> = values.into_data().iter().collect(); // [B·T·H]
                for number in 0..d_hidden {
                    let at = |b: usize, t: usize| {
                        f64::from(values[(b * seq_len + t) * d_hidden + number])
                    };
                    let steps = batch
                        .lengths
                        .iter()
                        .enumerate()
                        .flat_map(|(b, &n)| (0..n).map(move |t| (b, t)));
                    let here = steps.map(|(b, t)| at(b, t)); // without padding
                    match units.next() {
                        Some(unit) => unit.values.extend(here),
                        None => fresh.push(Recorded {
                            unit: Unit { layer: k + 1, part, number },
                            values: here.collect(),
                        }),
                    }
                }
            }
        }
        recorded.extend(fresh);
    }
    recorded
}

/// What a unit says about y, on a straight line.
///
/// ```text
/// ŷ = a + b u,    b = Σ (u - ū)(y - ȳ) / Σ (u - ū)²,    a = ȳ - b ū
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Line {
    pub a: f64,
    pub b: f64,
}

impl Line {
    /// The line through the values `u` of a unit that comes nearest to `y`; flat where the unit
    /// never changes.
    pub fn fit(u: &[f64], y: &[f64]) -> Self {
        let (u_mean, y_mean) = (mean(u), mean(y));
        let (mut uy, mut uu) = (0.0, 0.0);
        for (u, y) in u.iter().zip(y) {
            uy += (u - u_mean) * (y - y_mean);
            uu += (u - u_mean).powi(2);
        }
        let b = if uu > 0.0 { uy / uu } else { 0.0 };
        Self { a: y_mean - b * u_mean, b }
    }

    /// ŷ for one value of the unit.
    pub fn says(&self, u: f64) -> f64 {
        self.a + self.b * u
    }

    /// The share of y's variance that the line explains: 1 is perfect, 0 no better than the mean of
    /// y, below 0 worse than that.
    ///
    /// ```text
    /// r² = 1 - Σ (y - ŷ)² / Σ (y - ȳ)²
    /// ```
    ///
    /// ```
    /// use lstm_lessons::poems::neuron::Line;
    ///
    /// let (u, y) = ([3., 2., 1.], [10., 20., 30.]);
    /// let line = Line::fit(&u, &y); // a falling unit tells as much as a rising one
    /// assert_eq!((line.says(0.), line.r_squared(&u, &y)), (40., 1.));
    /// ```
    pub fn r_squared(&self, u: &[f64], y: &[f64]) -> f64 {
        let y_mean = mean(y);
        let left: f64 = u.iter().zip(y).map(|(&u, y)| (y - self.says(u)).powi(2)).sum();
        let all: f64 = y.iter().map(|y| (y - y_mean).powi(2)).sum();
        if all > 0.0 { 1.0 - left / all } else { 0.0 }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// A unit that was chosen by some poems and judged by others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    pub told: Told,
    pub unit: Unit,
    /// Fitted to the poems by which the unit was chosen.
    pub line: Line,
    /// r² on these poems: flattered, for the best of many is best partly by luck.
    pub chosen: f64,
    /// r² of the same line on poems that had no say.
    pub judged: f64,
}

/// The unit of `layer` (from 1) that best tells `told`: chosen by the poems `choosing`, judged by
/// the poems `judging`.
///
/// Both are poems with what [`record`] returned for them. `None` where the model has no such layer.
pub fn find(
    told: Told,
    layer: usize,
    choosing: (&[&str], &[Recorded]),
    judging: (&[&str], &[Recorded]),
) -> Option<Found> {
    let y_of =
        |poems: &[&str]| poems.iter().flat_map(|poem| told.after_each(poem)).collect::<Vec<f64>>();
    let (y, y_judging) = (y_of(choosing.0), y_of(judging.0));
    let fitted = |recorded: &Recorded| {
        let line = Line::fit(&recorded.values, &y);
        (line, line.r_squared(&recorded.values, &y))
    };
    let of_layer =
        choosing.1.iter().enumerate().filter(|(_, recorded)| recorded.unit.layer == layer);
    let (k, (line, chosen)) = of_layer
        .map(|(k, recorded)| (k, fitted(recorded)))
        .max_by(|a, b| a.1.1.total_cmp(&b.1.1))?;
    let Recorded { unit, values } = judging.1.get(k)?;
    Some(Found { told, unit: *unit, line, chosen, judged: line.r_squared(values, &y_judging) })
}
