//! The GRU sequence as an operation of Burn.
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
use crate::kernel::{Machine, gru};

/// The operation that Burn does not have.
#[backend_extension(Flex, NdArray: cfg(feature = "ndarray"), Autodiff)]
pub trait GruOperation: Backend {
    fn gru_sequence(
        x: FloatTensor<Self>,
        w_x: FloatTensor<Self>,
        w_h: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        bias_hn: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// The tensors x, W_x, W_h, b, b_hn, h_0.
type GruTensors<B> = [FloatTensor<B>; 6];

/// Calls `work` with the sizes and slices of the six tensors.
fn with_gru<B: HostTensors, R>(
    tensors: &GruTensors<B>,
    work: impl FnOnce(gru::Sizes, gru::Inputs) -> R,
) -> R {
    let [x, w_x, w_h, bias, bias_hn, hidden] = tensors;
    let (x_shape, w_shape) = (x.shape(), w_h.shape());
    let sizes = gru::Sizes {
        batch: x_shape[0],
        seq_len: x_shape[1],
        d_input: x_shape[2],
        d_hidden: w_shape[0],
    };
    let inputs = gru::Inputs {
        x: &B::host(x),
        w_x: &B::host(w_x),
        w_h: &B::host(w_h),
        bias: &B::host(bias),
        bias_hn: &B::host(bias_hn),
        hidden: &B::host(hidden),
    };
    work(sizes, inputs)
}

/// h_1 … h_T, `[B, T, H]`, and what the way back needs.
fn outputs<B: HostTensors>(tensors: &GruTensors<B>) -> (FloatTensor<B>, gru::Kept) {
    with_gru::<B, _>(tensors, |sizes, inputs| {
        let (values, kept) = gru::forward(Machine::whole(), sizes, inputs);
        (B::tensor(values, [sizes.batch, sizes.seq_len, sizes.d_hidden], &tensors[0]), kept)
    })
}

on_host!(GruOperation {
    fn gru_sequence(
        x: FloatTensor<Self>,
        w_x: FloatTensor<Self>,
        w_h: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        bias_hn: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        outputs::<Self>(&[x, w_x, w_h, bias, bias_hn, hidden]).0
    }
});

#[derive(Clone, Debug)]
struct GruState<B: Backend> {
    tensors: GruTensors<B>,
    outputs: FloatTensor<B>,
    kept: gru::Kept,
}

#[derive(Debug)]
struct GruBackward;

impl<B: HostTensors> Backward<B, 6> for GruBackward {
    type State = GruState<B>;

    fn backward(self, ops: Ops<Self::State, 6>, grads: &mut Gradients, _: &mut Checkpointer) {
        let d_outputs = grads.consume::<B>(&ops.node);
        let GruState { tensors, outputs, kept } = ops.state;
        let wants_x = ops.parents[0].is_some();
        let gradients = with_gru::<B, _>(&tensors, |sizes, inputs| {
            let (outputs, d_outputs) = (B::host(&outputs), B::host(&d_outputs));
            gru::backward(Machine::whole(), sizes, inputs, &outputs, kept, &d_outputs, wants_x)
        });
        let gru::Gradients { x, w_x, w_h, bias, bias_hn, hidden } = gradients;
        let all = [x, w_x, w_h, bias, bias_hn, hidden];
        for ((parent, values), like) in ops.parents.into_iter().zip(all).zip(tensors) {
            if let Some(parent) = parent {
                grads.register::<B>(parent.id, B::tensor(values, like.shape().to_vec(), &like));
            }
        }
    }
}

impl<B: HostTensors + GruOperation, C: CheckpointStrategy> GruOperation for Autodiff<B, C> {
    fn gru_sequence(
        x: FloatTensor<Self>,
        w_x: FloatTensor<Self>,
        w_h: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        bias_hn: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), w_x.node(), w_h.node(), bias.node(), bias_hn.node(), hidden.node()];
        let tensors = [x, w_x, w_h, bias, bias_hn, hidden].map(|tensor| tensor.into_primitive());
        let (outputs, kept) = outputs::<B>(&tensors);
        match GruBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                prepared.finish(GruState { tensors, outputs: outputs.clone(), kept }, outputs)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(outputs),
        }
    }
}

/// A whole GRU sequence, `x [B, T, D]` from h_0 (`[B, H]`): h_1 … h_T, `[B, T, H]`.
///
/// The same numbers as stepping the [`GruCell`](crate::cell::GruCell) with these weights, but for
/// rounding, and the same gradients. Call it only where
/// [`Kernel::Fused`](crate::kernel::Kernel::runs_on) runs.
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::kernel::operations::gru_sequence;
///
/// // Without weights every gate is ½ and every candidate 0: each step keeps one half.
/// let device = Device::flex();
/// let (x, w_x, w_h) = (Tensor::zeros([1, 3, 5], &device), Tensor::zeros([5, 3], &device), Tensor::zeros([1, 3], &device));
/// let (bias, bias_hn) = (Tensor::zeros([3], &device), Tensor::zeros([1], &device));
/// let outputs = gru_sequence(x, w_x, w_h, bias, bias_hn, Tensor::ones([1, 1], &device));
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
) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as GruOperation>::gru_sequence(
        x.into_dispatch(),
        w_x.into_dispatch(),
        w_h.into_dispatch(),
        bias.into_dispatch(),
        bias_hn.into_dispatch(),
        hidden.into_dispatch(),
    ))
}
