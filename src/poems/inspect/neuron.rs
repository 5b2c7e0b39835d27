//! Single units that follow a property of the poem, found by correlation: a unit that counts (after
//! Karpathy, Johnson and Li 2015, "Visualizing and Understanding Recurrent Networks").

use burn::prelude::*;
use serde::Serialize;

use super::gates::traces;
use crate::cell::Signal;
use crate::poems::{
    bundle::Bundle,
    text::{genre::Text, punctuation::PUNCTUATION},
};

/// Poems that are read side by side.
const BATCH: usize = 64;

/// What a unit may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Property {
    /// How many characters of the line have been read: 0 after BOS and after a mark, then 1, 2, 3,
    /// …
    PositionInLine,
    /// How many lines have ended.
    LinesEnded,
}

impl Property {
    /// y_t after BOS and after each character of a poem.
    ///
    /// ```
    /// use lstm_lessons::poems::inspect::neuron::Property;
    ///
    /// assert_eq!(Property::PositionInLine.after_each("床前明，月光"), [0., 1., 2., 3., 0., 1., 2.]);
    /// assert_eq!(Property::LinesEnded.after_each("床前明，月光"), [0., 0., 0., 0., 1., 1., 1.]);
    /// ```
    pub fn after_each(self, poem: &str) -> Vec<f64> {
        let (mut position, mut ended) = (0.0, 0.0);
        let mut values = vec![0.0];
        for c in poem.chars() {
            match PUNCTUATION.contains(c) {
                true => (position, ended) = (0.0, ended + 1.0),
                false => position += 1.0,
            }
            values.push(match self {
                Property::PositionInLine => position,
                Property::LinesEnded => ended,
            });
        }
        values
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
    /// Which one.
    pub unit: Unit,
    /// Its value after BOS and after each character, poem after poem.
    pub values: Vec<f64>,
}

/// Every h and c of the model after BOS and after each character of `poems`, unit by unit.
pub fn record(bundle: &Bundle, poems: &[&str], device: &Device) -> Vec<Recorded> {
    let texts: Vec<Text> = poems.iter().map(|poem| Text::poem(bundle.vocab.encode(poem))).collect();
    let mut recorded: Vec<Recorded> = Vec::new();
    for some in texts.chunks(BATCH) {
        let batch = bundle.model.batch(&some.iter().collect::<Vec<_>>(), device);
        let mut units = Vec::new();
        for (layer, trace) in (1..).zip(traces(bundle, &batch)) {
            for (signal, values) in trace {
                let part = match signal {
                    Signal::Hidden => "h",
                    Signal::Cell => "c",
                    _ => continue,
                };
                units.extend(units_of((layer, part), values, &batch.lengths));
            }
        }
        match recorded.is_empty() {
            true => recorded = units,
            false => recorded
                .iter_mut()
                .zip(units)
                .for_each(|(all, here)| all.values.extend(here.values)),
        }
    }
    recorded
}

/// The units of one h or c, `[B, T, H]`, each with its values without padding.
fn units_of(
    (layer, part): (usize, &'static str),
    values: Tensor<3>,
    lengths: &[usize],
) -> Vec<Recorded> {
    let [_, seq_len, d_hidden] = values.dims();
    let values: Vec<f32> = values.into_data().iter().collect(); // [B·T·H]
    let unit = |number: usize| {
        let steps = lengths.iter().zip(0..).flat_map(|(&n, b)| (0..n).map(move |t| (b, t)));
        let at = |(b, t): (usize, usize)| values[(b * seq_len + t) * d_hidden + number];
        Recorded {
            unit: Unit { layer, part, number },
            values: steps.map(|step| f64::from(at(step))).collect(),
        }
    };
    (0..d_hidden).map(unit).collect()
}

/// What a unit says about y, on a straight line.
///
/// ```text
/// ŷ = a + b u,    b = Σ (u - ū)(y - ȳ) / Σ (u - ū)²,    a = ȳ - b ū
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Line {
    /// ŷ where the unit is 0.
    pub a: f64,
    /// How much ŷ grows with the unit.
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
    /// use lstm_lessons::poems::inspect::neuron::Line;
    ///
    /// let (u, y) = ([3., 2., 1.], [10., 20., 30.]);
    /// let line = Line::fit(&u, &y); // a falling unit says as much as a rising one
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

/// A unit that was chosen on some poems and tested on others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// What it follows.
    #[serde(rename = "told")]
    pub property: Property,
    /// Which one it is.
    pub unit: Unit,
    /// Fitted to the poems on which the unit was chosen.
    pub line: Line,
    /// r² on these poems: flattered, for the best of many is best partly by luck.
    pub chosen: f64,
    /// r² of the same line on the other poems.
    #[serde(rename = "judged")]
    pub tested: f64,
}

/// The unit of `layer` (from 1) that best follows `property`: chosen on the poems `choosing`,
/// tested on the poems `testing`.
///
/// Both are poems with what [`record`] returned for them. `None` where the model has no such layer.
pub fn find(
    property: Property,
    layer: usize,
    choosing: (&[&str], &[Recorded]),
    testing: (&[&str], &[Recorded]),
) -> Option<Found> {
    let y_of = |poems: &[&str]| -> Vec<f64> {
        poems.iter().flat_map(|poem| property.after_each(poem)).collect()
    };
    let (y, y_testing) = (y_of(choosing.0), y_of(testing.0));
    let fitted = |recorded: &Recorded| {
        let line = Line::fit(&recorded.values, &y);
        (line, line.r_squared(&recorded.values, &y))
    };
    let of_layer =
        choosing.1.iter().enumerate().filter(|(_, recorded)| recorded.unit.layer == layer);
    let (k, (line, chosen)) = of_layer
        .map(|(k, recorded)| (k, fitted(recorded)))
        .max_by(|a, b| a.1.1.total_cmp(&b.1.1))?;
    let Recorded { unit, values } = testing.1.get(k)?;
    Some(Found { property, unit: *unit, line, chosen, tested: line.r_squared(values, &y_testing) })
}
