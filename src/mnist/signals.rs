//! The inside of a classifier while it reads one image: every gate and every unit after each row.

use burn::{prelude::*, tensor::activation::softmax};

use super::{
    digits::Digits,
    evaluate::{Belief, in_tens},
    model::RowClassifier,
    rows::RowBatch,
};
use crate::cell::Signal;

/// What happened while an image was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Signals {
    /// What was believed after each row.
    pub beliefs: Vec<Belief>,
    /// The signals of the top layer, row by row, each with the values of its H units: i, f, g, o
    /// and c of an LSTM, then h.
    pub units: Vec<(Signal, Vec<Vec<f32>>)>,
}

/// Reads an image (784 pixels) whose rows are the steps, and keeps every signal of the top layer.
///
/// ```
/// use burn::prelude::Device;
/// use lstm_lessons::mnist::{drawn::draw, evaluate::{beliefs_by_row, prediction}, saved, signals::signals};
///
/// let device = Device::flex();
/// let (model, _) = saved::shipped(&device).unwrap();
/// let seven = signals(&model, &draw(7, 1), &device);
/// assert_eq!(prediction(&seven.beliefs[27]), 7);
/// assert!(seven.units.iter().all(|(_, rows)| rows.len() == 28 && rows[0].len() == 128));
/// ```
pub fn signals(model: &RowClassifier, pixels: &[u8], device: &Device) -> Signals {
    let rows = RowBatch::new(&Digits::one(pixels, 0), &[0], device).rows; // [1, T, D]
    let (outputs, _, mut traces) = model.stack.trace(rows, None); // [1, T, H]
    let beliefs = softmax(model.head.forward(outputs), 2); // [1, T, 10]
    let unit_by_unit = |values: Tensor<3>| {
        let [_, _, d_hidden] = values.dims();
        let values: Vec<f32> = values.into_data().iter().collect(); // [T · H]
        values.chunks(d_hidden.max(1)).map(<[f32]>::to_vec).collect()
    };
    let top = traces.pop().unwrap_or_default();
    Signals {
        beliefs: in_tens(&beliefs.into_data()),
        units: top.into_iter().map(|(signal, values)| (signal, unit_by_unit(values))).collect(),
    }
}
