//! The fused operations compute what the readable equations say: the same outputs, the same
//! gradients, the same learning, whatever the shape, the number of threads and the vector
//! registers. Every test of tensors runs on every device of the build.

mod adam;
mod cross_entropy;
mod functions;
mod layers;
pub mod learning;
mod matmul;
mod product;
mod slices;

use burn::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::support;

/// `cases` random cases, the same in every run.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Fails unless the numbers are the same up to `tolerance` times the largest of those wanted (or
/// times 1).
#[track_caller]
pub fn assert_near(what: &str, got: &[f32], want: &[f32], tolerance: f32) {
    let largest = want.iter().fold(1.0f32, |largest, w| largest.max(w.abs()));
    support::assert_close(what, got, want, tolerance * largest);
}

/// One number that depends on all numbers of the tensor, on each in another way.
fn scored<const D: usize>(tensor: Tensor<D>, seed: u64) -> Tensor<1> {
    let scores = support::random_tensor(tensor.dims(), 1.0, seed, &tensor.device());
    (tensor * scores).sum()
}

/// The bits, so that -0 is not 0 and NaN is NaN.
fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// The numbers of a matrix whose rows lie `width` apart, up to its last number and no further.
fn tight([rows, cols]: [usize; 2], width: usize, seed: u64) -> Vec<f32> {
    support::random(if rows == 0 || cols == 0 { 0 } else { (rows - 1) * width + cols }, 1.0, seed)
}
