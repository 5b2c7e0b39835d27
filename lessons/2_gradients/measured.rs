//! What the parts of this lesson measure: fresh cells on random inputs.

use burn::prelude::*;
use lstm_lessons::cell::{Cell, CellKind};
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// Features of a random input step.
pub const D_INPUT: usize = 8;

/// One sequence of random inputs, `[1, T, 8]`, the same for every cell with the same seed.
pub fn random_inputs(seq_len: usize, seed: u64, device: &Device) -> Tensor<3> {
    let mut rng = StdRng::seed_from_u64(seed);
    let values: Vec<f32> = (0..seq_len * D_INPUT).map(|_| rng.random_range(-1.0..=1.0)).collect();
    Tensor::from_data(TensorData::new(values, [1, seq_len, D_INPUT]), device)
}

/// A fresh cell for such inputs.
pub fn fresh(
    kind: CellKind,
    d_hidden: usize,
    forget_bias: f32,
    seed: u64,
    device: &Device,
) -> Cell {
    Cell::new(kind, D_INPUT, d_hidden, forget_bias, &mut StdRng::seed_from_u64(seed), device)
}
