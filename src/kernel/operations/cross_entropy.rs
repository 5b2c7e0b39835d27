//! The projection with its loss as an operation of Burn.
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
        tensor::{FloatTensor, IntTensor},
    },
    prelude::*,
};

use super::host::HostTensors;
use crate::kernel::{
    cross_entropy,
    machine::{Machine, Precision},
};

/// The operation that Burn does not have.
#[backend_extension(Flex, NdArray: cfg(feature = "ndarray"), Autodiff)]
pub trait LossOperation: Backend {
    /// [`linear_cross_entropy`].
    fn linear_cross_entropy(
        hidden: FloatTensor<Self>,
        w: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        targets: IntTensor<Self>,
        weights: FloatTensor<Self>,
        tied: bool,
        precision: Precision,
    ) -> FloatTensor<Self>;
}

/// The loss of [`linear_cross_entropy`] and, if asked for, its gradients.
fn cross_entropy<B: HostTensors>(
    [hidden, w, bias, weights]: [&FloatTensor<B>; 4],
    targets: IntTensor<B>,
    tied: bool,
    precision: Precision,
    wants_gradients: bool,
) -> (FloatTensor<B>, Option<cross_entropy::Gradients>) {
    let inputs = cross_entropy::Inputs {
        hidden: &B::host(hidden),
        d_hidden: hidden.shape()[1],
        w: &B::host(w),
        tied,
        bias: &B::host(bias),
        targets: &B::host_ids(targets),
        weights: &B::host(weights),
    };
    let (loss, gradients) = cross_entropy::loss(Machine::whole(precision), inputs, wants_gradients);
    (B::tensor(vec![loss as f32], [1], hidden), gradients)
}

impl<B: HostTensors> LossOperation for B {
    fn linear_cross_entropy(
        hidden: FloatTensor<Self>,
        w: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        targets: IntTensor<Self>,
        weights: FloatTensor<Self>,
        tied: bool,
        precision: Precision,
    ) -> FloatTensor<Self> {
        cross_entropy::<B>([&hidden, &w, &bias, &weights], targets, tied, precision, false).0
    }
}

/// The backward pass from a loss whose gradients are known already: they are multiplied by what
/// reaches the loss.
#[derive(Debug)]
struct LossBackward;

impl<B: HostTensors> Backward<B, 3> for LossBackward {
    type State = [FloatTensor<B>; 3];

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let d_loss = grads.consume::<B>(&ops.node);
        let scale = B::host(&d_loss)[0]; // the loss is one number
        for (parent, gradient) in ops.parents.into_iter().zip(ops.state) {
            if let Some(parent) = parent {
                let gradient = if scale == 1.0 {
                    gradient
                } else {
                    B::float_mul_scalar(gradient, scale.into())
                };
                grads.register::<B>(parent.id, gradient);
            }
        }
    }
}

impl<B: HostTensors, C: CheckpointStrategy> LossOperation for Autodiff<B, C> {
    fn linear_cross_entropy(
        hidden: FloatTensor<Self>,
        w: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        targets: IntTensor<Self>,
        weights: FloatTensor<Self>,
        tied: bool,
        precision: Precision,
    ) -> FloatTensor<Self> {
        let nodes = [hidden.node(), w.node(), bias.node()];
        let [hidden, w, bias, weights] =
            [hidden, w, bias, weights].map(|tensor| tensor.into_primitive());
        match LossBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let (loss, gradients) = cross_entropy::<B>(
                    [&hidden, &w, &bias, &weights],
                    targets,
                    tied,
                    precision,
                    true,
                );
                let cross_entropy::Gradients { hidden: d_hidden, w: d_w, bias: d_bias } =
                    gradients.expect("gradients were asked for");
                let like = |values, tensor: &FloatTensor<B>| {
                    B::tensor(values, tensor.shape().to_vec(), tensor)
                };
                prepared.finish([like(d_hidden, &hidden), like(d_w, &w), like(d_bias, &bias)], loss)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(B::linear_cross_entropy(
                hidden, w, bias, targets, weights, tied, precision,
            )),
        }
    }
}

/// `Σ_n weight_n · -ln softmax(h_n W + b)[y_n]`, `[1]`: `hidden [N, H]`, `targets` and
/// `weights [N]`, W `[H, V]` or, if `tied`, `[V, H]`.
///
/// Rows of weight 0 cost nothing, and nothing as large as `[N, V]` is ever made. Call it only where
/// [`Kernel::Fused`](crate::kernel::Kernel::runs_on) runs.
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::kernel::{Precision, operations::linear_cross_entropy};
///
/// let device = Device::flex();
/// let hidden = Tensor::<2>::ones([3, 4], &device);
/// let (w, bias) = (Tensor::<2>::zeros([4, 10], &device), Tensor::<1>::zeros([10], &device));
/// let (targets, weights) = (Tensor::<1, Int>::zeros([3], &device), Tensor::<1>::ones([3], &device));
/// let loss = linear_cross_entropy(hidden, w, bias, targets, weights, false, Precision::F32);
/// assert!((loss.into_scalar::<f32>() - 3.0 * 10f32.ln()).abs() < 1e-5); // who knows nothing pays ln V
/// ```
///
/// # Panics
/// If a target is not below V.
pub fn linear_cross_entropy(
    hidden: Tensor<2>,
    w: Tensor<2>,
    bias: Tensor<1>,
    targets: Tensor<1, Int>,
    weights: Tensor<1>,
    tied: bool,
    precision: Precision,
) -> Tensor<1> {
    Tensor::from_dispatch(<Dispatch as LossOperation>::linear_cross_entropy(
        hidden.into_dispatch(),
        w.into_dispatch(),
        bias.into_dispatch(),
        targets.into_dispatch(),
        weights.into_dispatch(),
        tied,
        precision,
    ))
}
