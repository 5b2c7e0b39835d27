//! First weights, drawn on the host so that one seed gives the same numbers on every device.

use burn::{module::Param, nn, prelude::*};
use rand::{RngExt, rngs::StdRng};

/// A matrix drawn from U(-bound, bound), row by row.
///
/// Recurrent weights use bound = 1/√H (as PyTorch does): the sum of H products then keeps a spread
/// of order one.
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::cell::uniform;
/// use rand::{SeedableRng, rngs::StdRng};
///
/// let w = uniform([4, 3], 0.5, &mut StdRng::seed_from_u64(7), &Device::flex());
/// assert!(w.val().abs().max().into_scalar::<f32>() <= 0.5);
/// ```
pub fn uniform(
    shape: [usize; 2],
    bound: f32,
    rng: &mut StdRng,
    device: &Device,
) -> Param<Tensor<2>> {
    let values: Vec<f32> =
        (0..shape[0] * shape[1]).map(|_| rng.random_range(-bound..=bound)).collect();
    Param::from_data(TensorData::new(values, shape), device)
}

/// The projection that reads a cell's output, `[H] -> [O]`: weights from U(-1/√H, 1/√H), bias 0.
///
/// It starts small, so that the first answer is "all are alike": a loss of ln O.
pub fn head(d_hidden: usize, d_output: usize, rng: &mut StdRng, device: &Device) -> nn::Linear {
    nn::Linear {
        weight: uniform([d_hidden, d_output], recurrent_bound(d_hidden), rng, device),
        bias: Some(bias(vec![0.0; d_output], device)),
    }
}

/// A bias vector with the given values.
pub(super) fn bias(values: Vec<f32>, device: &Device) -> Param<Tensor<1>> {
    let len = values.len();
    Param::from_data(TensorData::new(values, [len]), device)
}

/// 1/√H.
pub(super) fn recurrent_bound(d_hidden: usize) -> f32 {
    1.0 / (d_hidden as f32).sqrt()
}
