//! The sequence of the plain recurrent cell as an operation of Burn.

use burn::prelude::*;

use super::sequence::{SequenceKernel, Slices, sequence};
use crate::kernel::{
    machine::{Machine, Precision},
    rnn,
    sequence::{Incoming, Sizes},
};

/// A whole sequence of the plain recurrent cell, `x [B, T, D]` from s_0 (`[B, H]`): s_1 … s_T,
/// `[B, T, H]`.
///
/// The same numbers as stepping the [`RnnCell`](crate::cell::RnnCell) with these weights, but for
/// rounding, and the same gradients. Call it only where
/// [`Kernel::Fused`](crate::kernel::Kernel::runs_on) runs.
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::kernel::{Precision, operations::rnn_sequence};
///
/// // U = 1, W = 0.5, b = 0, s_0 = 0.2: s_1 = tanh(1 · 0.8 + 0.5 · 0.2) = tanh(0.9)
/// let device = Device::flex();
/// let number = |v: f32| Tensor::<2>::from_data([[v]], &device);
/// let x = number(0.8).unsqueeze_dim(1); // [B, T, D]
/// let (u, w, b, s_0) = (number(1.0), number(0.5), Tensor::zeros([1], &device), number(0.2));
/// let outputs = rnn_sequence(x, u, w, b, s_0, Precision::F32);
/// assert!((outputs.into_scalar::<f32>() - 0.9f32.tanh()).abs() < 1e-6);
/// ```
pub fn rnn_sequence(
    x: Tensor<3>,
    u: Tensor<2>,
    w: Tensor<2>,
    bias: Tensor<1>,
    hidden: Tensor<2>,
    precision: Precision,
) -> Tensor<3> {
    let nothing = Tensor::<1>::zeros([0], &x.device()); // it has what the others have, and no more
    sequence::<Rnn, 1>(x, [u, w], bias, hidden, nothing, precision).0
}

/// The kernel of [`kernel::rnn`](rnn).
#[derive(Clone, Debug)]
struct Rnn;

impl SequenceKernel for Rnn {
    type Kept = ();

    #[cfg(feature = "cubecl")]
    const EQUATIONS: crate::kernel::gpu::Equations = crate::kernel::gpu::Equations::Rnn;

    fn forward(
        machine: Machine,
        sizes: Sizes,
        [x, u, w, bias, hidden, _]: Slices,
    ) -> (Vec<f32>, ()) {
        (rnn::forward(machine, sizes, rnn::Inputs { x, u, w, bias, hidden }), ())
    }

    fn backward(
        machine: Machine,
        sizes: Sizes,
        [x, u, w, bias, hidden, _]: Slices,
        outputs: &[f32],
        (): (),
        Incoming { d_outputs, .. }: Incoming,
        wants_x: bool,
    ) -> [Vec<f32>; 6] {
        let inputs = rnn::Inputs { x, u, w, bias, hidden };
        let rnn::Gradients { x, u, w, bias, hidden } =
            rnn::backward(machine, sizes, inputs, outputs, d_outputs, wants_x);
        [x, u, w, bias, hidden, vec![]]
    }
}
