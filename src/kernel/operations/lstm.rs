//! The sequence of the LSTM as an operation of Burn.

use burn::prelude::*;

use super::sequence::{SequenceKernel, Slices, sequence};
use crate::kernel::{
    lstm,
    machine::{Machine, Precision},
    sequence::{Incoming, Sizes},
};

/// A whole LSTM sequence, `x [B, T, D]` from the state h_0 and c_0 (`[B, H]` each):
/// `(h_1 … h_T [B, T, H], c_T [B, H])`.
///
/// The same numbers as stepping the [`LstmCell`](crate::cell::LstmCell) with these weights, but for
/// rounding, and the same gradients. Call it only where
/// [`Kernel::Fused`](crate::kernel::Kernel::runs_on) runs.
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::kernel::{Precision, operations::lstm_sequence};
///
/// let device = Device::flex();
/// let zeros = |rows: usize, width: usize| Tensor::<2>::zeros([rows, width], &device);
/// let x = Tensor::<3>::zeros([5, 28, 3], &device);
/// let (w_x, w_h, bias) = (zeros(3, 8), zeros(2, 8), Tensor::zeros([8], &device));
/// let (outputs, cell) = lstm_sequence(x, w_x, w_h, bias, zeros(5, 2), zeros(5, 2), Precision::F32);
/// assert_eq!((outputs.dims(), cell.dims()), ([5, 28, 2], [5, 2]));
/// ```
pub fn lstm_sequence(
    x: Tensor<3>,
    w_x: Tensor<2>,
    w_h: Tensor<2>,
    bias: Tensor<1>,
    hidden: Tensor<2>,
    cell: Tensor<2>,
    precision: Precision,
) -> (Tensor<3>, Tensor<2>) {
    let (outputs, cell) = sequence::<Lstm, 2>(x, [w_x, w_h], bias, hidden, cell, precision);
    (outputs, cell.expect("the LSTM's kernel gives c_T"))
}

/// The kernel of [`kernel::lstm`](lstm); c_0 is its own.
#[derive(Clone, Debug)]
struct Lstm;

impl SequenceKernel for Lstm {
    type Kept = lstm::Kept;

    #[cfg(feature = "cubecl")]
    const EQUATIONS: crate::kernel::gpu::Equations = crate::kernel::gpu::Equations::Lstm;

    fn forward(
        machine: Machine,
        sizes: Sizes,
        [x, w_x, w_h, bias, hidden, cell]: Slices,
    ) -> (Vec<f32>, lstm::Kept) {
        lstm::forward(machine, sizes, lstm::Inputs { x, w_x, w_h, bias, hidden, cell })
    }

    fn last_cell(sizes: Sizes, kept: &lstm::Kept) -> Option<Vec<f32>> {
        Some(lstm::last_cell(sizes, kept))
    }

    fn backward(
        machine: Machine,
        sizes: Sizes,
        [x, w_x, w_h, bias, hidden, cell]: Slices,
        outputs: &[f32],
        kept: lstm::Kept,
        incoming: Incoming,
        wants_x: bool,
    ) -> [Vec<f32>; 6] {
        let inputs = lstm::Inputs { x, w_x, w_h, bias, hidden, cell };
        let lstm::Gradients { x, w_x, w_h, bias, hidden, cell } =
            lstm::backward(machine, sizes, inputs, outputs, kept, incoming, wants_x);
        [x, w_x, w_h, bias, hidden, cell]
    }
}
