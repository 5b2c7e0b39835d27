//! The projection with its loss as an operation of Burn.
#![allow(deprecated)] // naming NdArray is: it is here because the course asks for it

use std::sync::Arc;

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
    sparse_bias::SparseBias,
};

/// What decides how the loss is computed, besides the tensors.
#[derive(Clone, Debug)]
pub struct LossOptions {
    /// W lies as an embedding does, a row for each character.
    pub tied: bool,
    /// Of the numbers that go into the products.
    pub precision: Precision,
    /// What is added to a few logits of each row.
    pub sparse: Option<Arc<SparseBias>>,
}

/// The operation that Burn does not have.
#[backend_extension(
    Flex,
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cubecl"),
    Autodiff
)]
pub trait LossOperation: Backend {
    /// [`linear_cross_entropy`].
    fn linear_cross_entropy(
        hidden: FloatTensor<Self>,
        w: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        targets: IntTensor<Self>,
        weights: FloatTensor<Self>,
        sparse_w: FloatTensor<Self>,
        options: LossOptions,
    ) -> FloatTensor<Self>;
}

/// hidden, w, bias, weights, and the weights of the sparse bias.
type Tensors<B> = [FloatTensor<B>; 5];

/// A backend with a kernel for the loss.
pub trait LossBackend: Backend {
    /// The loss of [`linear_cross_entropy`] and, if asked for, the gradients of hidden, w, bias and the
    /// weights of the sparse bias.
    #[allow(clippy::type_complexity)]
    fn loss(
        tensors: &[FloatTensor<Self>; 5],
        targets: IntTensor<Self>,
        options: &LossOptions,
        wants_gradients: bool,
    ) -> (FloatTensor<Self>, Option<[FloatTensor<Self>; 4]>);

    /// The gradients times ∂L/∂loss, one number.
    fn scaled(
        gradients: [FloatTensor<Self>; 4],
        d_loss: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 4];
}

impl<B: HostTensors> LossBackend for B {
    fn loss(
        [hidden, w, bias, weights, sparse_w]: &Tensors<B>,
        targets: IntTensor<B>,
        options: &LossOptions,
        wants_gradients: bool,
    ) -> (FloatTensor<B>, Option<[FloatTensor<B>; 4]>) {
        let LossOptions { tied, precision, ref sparse } = *options;
        let sparse_numbers = B::host(sparse_w);
        let inputs = cross_entropy::Inputs {
            hidden: &B::host(hidden),
            d_hidden: hidden.shape()[1],
            w: &B::host(w),
            tied,
            bias: &B::host(bias),
            targets: &B::host_ids(targets),
            weights: &B::host(weights),
            sparse: sparse.as_deref().map(|sparse| (sparse, &sparse_numbers[..])),
        };
        let machine = Machine::whole(precision);
        let (loss, gradients) = cross_entropy::loss(machine, inputs, wants_gradients);
        let like =
            |values, tensor: &FloatTensor<B>| B::tensor(values, tensor.shape().to_vec(), tensor);
        let gradients = gradients.map(|mut gradients| {
            gradients.sparse.resize(sparse_w.shape()[0], 0.0); // without a sparse bias it has none
            [
                like(gradients.hidden, hidden),
                like(gradients.w, w),
                like(gradients.bias, bias),
                like(gradients.sparse, sparse_w),
            ]
        });
        (B::tensor(vec![loss as f32], [1], hidden), gradients)
    }

    fn scaled(gradients: [FloatTensor<B>; 4], d_loss: FloatTensor<B>) -> [FloatTensor<B>; 4] {
        match B::host(&d_loss)[0] {
            1.0 => gradients,
            scale => gradients.map(|gradient| B::float_mul_scalar(gradient, scale.into())),
        }
    }
}

#[cfg(feature = "cubecl")]
impl LossBackend for burn::backend::Cube {
    fn loss(
        [hidden, w, bias, weights, sparse_w]: &Tensors<Self>,
        targets: IntTensor<Self>,
        options: &LossOptions,
        wants_gradients: bool,
    ) -> (FloatTensor<Self>, Option<[FloatTensor<Self>; 4]>) {
        use crate::kernel::gpu::loss;
        let [hidden, w, bias, weights, sparse_w] =
            [hidden, w, bias, weights, sparse_w].map(|tensor| tensor.clone());
        let (tied, sparse) = (options.tied, options.sparse.clone());
        let inputs = loss::Inputs { hidden, w, bias, targets, weights, tied, sparse, sparse_w };
        loss::loss(inputs, wants_gradients)
    }

    fn scaled(
        gradients: [FloatTensor<Self>; 4],
        d_loss: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 4] {
        crate::kernel::gpu::loss::scaled(gradients, d_loss)
    }
}

impl<B: LossBackend> LossOperation for B {
    fn linear_cross_entropy(
        hidden: FloatTensor<Self>,
        w: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        targets: IntTensor<Self>,
        weights: FloatTensor<Self>,
        sparse_w: FloatTensor<Self>,
        options: LossOptions,
    ) -> FloatTensor<Self> {
        let tensors = [hidden, w, bias, weights, sparse_w];
        B::loss(&tensors, targets, &options, false).0
    }
}

/// The backward pass from a loss whose gradients are known already: they are multiplied by what
/// reaches the loss.
#[derive(Debug)]
struct LossBackward;

impl<B: LossBackend> Backward<B, 4> for LossBackward {
    type State = [FloatTensor<B>; 4];

    fn backward(self, ops: Ops<Self::State, 4>, grads: &mut Gradients, _: &mut Checkpointer) {
        let d_loss = grads.consume::<B>(&ops.node);
        for (parent, gradient) in ops.parents.into_iter().zip(B::scaled(ops.state, d_loss)) {
            if let Some(parent) = parent {
                grads.register::<B>(parent.id, gradient);
            }
        }
    }
}

impl<B: LossBackend, C: CheckpointStrategy> LossOperation for Autodiff<B, C> {
    fn linear_cross_entropy(
        hidden: FloatTensor<Self>,
        w: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        targets: IntTensor<Self>,
        weights: FloatTensor<Self>,
        sparse_w: FloatTensor<Self>,
        options: LossOptions,
    ) -> FloatTensor<Self> {
        let nodes = [hidden.node(), w.node(), bias.node(), sparse_w.node()];
        let [hidden, w, bias, weights, sparse_w] =
            [hidden, w, bias, weights, sparse_w].map(|tensor| tensor.into_primitive());
        match LossBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let tensors = [hidden, w, bias, weights, sparse_w];
                let (loss, gradients) = B::loss(&tensors, targets, &options, true);
                prepared.finish(gradients.expect("gradients were asked for"), loss)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(B::linear_cross_entropy(
                hidden, w, bias, targets, weights, sparse_w, options,
            )),
        }
    }
}

/// `Σ_n weight_n · -ln softmax(h_n W + b + sparse_n)[y_n]`, `[1]`: `hidden [N, H]`, `targets` and
/// `weights [N]`, W `[H, V]` or, if `tied`, `[V, H]`, `sparse_w` the weights of the sparse bias.
///
/// On a CPU rows of weight 0 cost nothing, and nothing as large as `[N, V]` is ever made; on a GPU at
/// most 2^25 logits lie in memory together. Call it only where
/// [`Kernel::Fused`](crate::kernel::Kernel::runs_on) runs, or [on a GPU](crate::kernel::Kernel::runs_on_gpu).
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::kernel::{Precision, operations::{LossOptions, linear_cross_entropy}};
///
/// let device = Device::flex();
/// let hidden = Tensor::<2>::ones([3, 4], &device);
/// let (w, bias) = (Tensor::<2>::zeros([4, 10], &device), Tensor::<1>::zeros([10], &device));
/// let (targets, weights) = (Tensor::<1, Int>::zeros([3], &device), Tensor::<1>::ones([3], &device));
/// let options = LossOptions { tied: false, precision: Precision::F32, sparse: None };
/// let loss = linear_cross_entropy(hidden, w, bias, targets, weights, None, options);
/// assert!((loss.into_scalar::<f32>() - 3.0 * 10f32.ln()).abs() < 1e-5); // who knows nothing pays ln V
/// ```
///
/// # Panics
/// On a CPU, if a target is not below V; on a GPU the last one counts in its place.
pub fn linear_cross_entropy(
    hidden: Tensor<2>,
    w: Tensor<2>,
    bias: Tensor<1>,
    targets: Tensor<1, Int>,
    weights: Tensor<1>,
    sparse_w: Option<Tensor<1>>,
    options: LossOptions,
) -> Tensor<1> {
    // Without a sparse bias its weights are nothing that anybody reads; a tensor there must be.
    let sparse_w = sparse_w.unwrap_or_else(|| weights.clone().detach());
    Tensor::from_dispatch(<Dispatch as LossOperation>::linear_cross_entropy(
        hidden.into_dispatch(),
        w.into_dispatch(),
        bias.into_dispatch(),
        targets.into_dispatch(),
        weights.into_dispatch(),
        sparse_w.into_dispatch(),
        options,
    ))
}
