//! The sequence of the GRU as an operation of Burn.

use burn::prelude::*;

use super::sequence::{SequenceKernel, Slices, sequence};
use crate::kernel::{
    gru,
    machine::{Machine, Precision},
    sequence::{Incoming, Sizes},
};

/// A whole GRU sequence, `x [B, T, D]` from h_0 (`[B, H]`): h_1 … h_T, `[B, T, H]`.
///
/// The same numbers as stepping the [`GruCell`](crate::cell::GruCell) with these weights, but for
/// rounding, and the same gradients. Call it only where
/// [`Kernel::Fused`](crate::kernel::Kernel::runs_on) runs.
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::kernel::{Precision, operations::gru_sequence};
///
/// // Without weights every gate is ½ and every candidate 0: each step keeps one half.
/// let device = Device::flex();
/// let (x, w_x, w_h) = (Tensor::zeros([1, 3, 5], &device), Tensor::zeros([5, 3], &device), Tensor::zeros([1, 3], &device));
/// let (bias, bias_hn) = (Tensor::zeros([3], &device), Tensor::zeros([1], &device));
/// let h_0 = Tensor::ones([1, 1], &device);
/// let outputs = gru_sequence(x, w_x, w_h, bias, bias_hn, h_0, Precision::F32);
/// assert_eq!(outputs.try_to_vec_as::<f32>()?, [0.5, 0.25, 0.125]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn gru_sequence(
    x: Tensor<3>,
    w_x: Tensor<2>,
    w_h: Tensor<2>,
    bias: Tensor<1>,
    bias_hn: Tensor<1>,
    hidden: Tensor<2>,
    precision: Precision,
) -> Tensor<3> {
    sequence::<Gru, 1>(x, [w_x, w_h], bias, hidden, bias_hn, precision).0
}

/// The kernel of [`kernel::gru`](gru); b_hn is its own.
#[derive(Clone, Debug)]
struct Gru;

impl SequenceKernel for Gru {
    type Kept = gru::Kept;

    #[cfg(feature = "cubecl")]
    const EQUATIONS: crate::kernel::gpu::Equations = crate::kernel::gpu::Equations::Gru;

    fn forward(
        machine: Machine,
        sizes: Sizes,
        [x, w_x, w_h, bias, hidden, bias_hn]: Slices,
    ) -> (Vec<f32>, gru::Kept) {
        gru::forward(machine, sizes, gru::Inputs { x, w_x, w_h, bias, bias_hn, hidden })
    }

    fn backward(
        machine: Machine,
        sizes: Sizes,
        [x, w_x, w_h, bias, hidden, bias_hn]: Slices,
        outputs: &[f32],
        kept: gru::Kept,
        Incoming { d_outputs, .. }: Incoming,
        wants_x: bool,
    ) -> [Vec<f32>; 6] {
        let inputs = gru::Inputs { x, w_x, w_h, bias, bias_hn, hidden };
        let gru::Gradients { x, w_x, w_h, bias, bias_hn, hidden } =
            gru::backward(machine, sizes, inputs, outputs, kept, d_outputs, wants_x);
        [x, w_x, w_h, bias, hidden, bias_hn]
    }
}
