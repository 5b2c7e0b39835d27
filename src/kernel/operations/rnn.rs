//! The sequence of the plain recurrent cell as an operation of Burn.
#![allow(deprecated)] // naming NdArray is: it is here because the course asks for it

use burn::{
    backend::{
        Autodiff, Backend, Dispatch, TensorMetadata,
        autodiff::{
            checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
            grads::Gradients,
            ops::{Backward, Ops, OpsKind},
        },
        backend_extension,
        tensor::FloatTensor,
    },
    prelude::*,
};

use super::host::{HostTensors, on_host};
use crate::kernel::{Machine, rnn};

/// The operation that Burn does not have.
#[backend_extension(Flex, NdArray: cfg(feature = "ndarray"), Autodiff)]
pub trait RnnOperation: Backend {
    fn rnn_sequence(
        x: FloatTensor<Self>,
        u: FloatTensor<Self>,
        w: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// The tensors x, U, W, b, s_0.
type RnnTensors<B> = [FloatTensor<B>; 5];

/// Calls `work` with the sizes and slices of the five tensors.
fn with_rnn<B: HostTensors, R>(
    tensors: &RnnTensors<B>,
    work: impl FnOnce(rnn::Sizes, rnn::Inputs) -> R,
) -> R {
    let [x, u, w, bias, hidden] = tensors;
    let (x_shape, w_shape) = (x.shape(), w.shape());
    let sizes = rnn::Sizes {
        batch: x_shape[0],
        seq_len: x_shape[1],
        d_input: x_shape[2],
        d_hidden: w_shape[0],
    };
    let inputs = rnn::Inputs {
        x: &B::host(x),
        u: &B::host(u),
        w: &B::host(w),
        bias: &B::host(bias),
        hidden: &B::host(hidden),
    };
    work(sizes, inputs)
}

/// s_1 … s_T, `[B, T, H]`.
fn outputs<B: HostTensors>(tensors: &RnnTensors<B>) -> FloatTensor<B> {
    with_rnn::<B, _>(tensors, |sizes, inputs| {
        let values = rnn::forward(Machine::whole(), sizes, inputs);
        B::tensor(values, [sizes.batch, sizes.seq_len, sizes.d_hidden], &tensors[0])
    })
}

on_host!(RnnOperation {
    fn rnn_sequence(
        x: FloatTensor<Self>,
        u: FloatTensor<Self>,
        w: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        outputs::<Self>(&[x, u, w, bias, hidden])
    }
});

#[derive(Debug)]
struct RnnBackward;

impl<B: HostTensors> Backward<B, 5> for RnnBackward {
    type State = (RnnTensors<B>, FloatTensor<B>);

    fn backward(self, ops: Ops<Self::State, 5>, grads: &mut Gradients, _: &mut Checkpointer) {
        let d_outputs = grads.consume::<B>(&ops.node);
        let (tensors, outputs) = ops.state;
        let wants_x = ops.parents[0].is_some();
        let gradients = with_rnn::<B, _>(&tensors, |sizes, inputs| {
            rnn::backward(
                Machine::whole(),
                sizes,
                inputs,
                &B::host(&outputs),
                &B::host(&d_outputs),
                wants_x,
            )
        });
        let rnn::Gradients { x, u, w, bias, hidden } = gradients;
        for ((parent, values), like) in
            ops.parents.into_iter().zip([x, u, w, bias, hidden]).zip(tensors)
        {
            if let Some(parent) = parent {
                grads.register::<B>(parent.id, B::tensor(values, like.shape().to_vec(), &like));
            }
        }
    }
}

impl<B: HostTensors + RnnOperation, C: CheckpointStrategy> RnnOperation for Autodiff<B, C> {
    fn rnn_sequence(
        x: FloatTensor<Self>,
        u: FloatTensor<Self>,
        w: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), u.node(), w.node(), bias.node(), hidden.node()];
        let tensors = [x, u, w, bias, hidden].map(|tensor| tensor.into_primitive());
        let outputs = outputs::<B>(&tensors);
        match RnnBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish((tensors, outputs.clone()), outputs),
            OpsKind::UnTracked(prepared) => prepared.finish(outputs),
        }
    }
}

/// A whole sequence of the plain recurrent cell, `x [B, T, D]` from s_0 (`[B, H]`): s_1 … s_T,
/// `[B, T, H]`.
///
/// The same numbers as stepping the [`RnnCell`](crate::cell::RnnCell) with these weights, but for
/// rounding, and the same gradients. Call it only where
/// [`Kernel::Fused`](crate::kernel::Kernel::runs_on) runs.
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::kernel::operations::rnn_sequence;
///
/// // U = 1, W = 0.5, b = 0, s_0 = 0.2: s_1 = tanh(1 · 0.8 + 0.5 · 0.2) = tanh(0.9)
/// let device = Device::flex();
/// let number = |v: f32| Tensor::<2>::from_data([[v]], &device);
/// let x = number(0.8).unsqueeze_dim(1); // [B, T, D]
/// let outputs = rnn_sequence(x, number(1.0), number(0.5), Tensor::zeros([1], &device), number(0.2));
/// assert!((outputs.into_scalar::<f32>() - 0.9f32.tanh()).abs() < 1e-6);
/// ```
pub fn rnn_sequence(
    x: Tensor<3>,
    u: Tensor<2>,
    w: Tensor<2>,
    bias: Tensor<1>,
    hidden: Tensor<2>,
) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as RnnOperation>::rnn_sequence(
        x.into_dispatch(),
        u.into_dispatch(),
        w.into_dispatch(),
        bias.into_dispatch(),
        hidden.into_dispatch(),
    ))
}
