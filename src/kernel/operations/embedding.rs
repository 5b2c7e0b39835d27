//! An embedding on a GPU as an operation of Burn, for the sake of its backward pass.

use burn::{
    backend::{
        Autodiff, Backend, Cube, Dispatch, TensorMetadata,
        autodiff::{
            checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
            grads::Gradients,
            ops::{Backward, Ops, OpsKind},
        },
        backend_extension,
        ops::{FloatTensorOps, IntTensorOps},
        tensor::{FloatTensor, IntTensor},
    },
    prelude::*,
    tensor::IntDType,
};

use crate::kernel::gpu::embedding::gradient;

/// A backend with a kernel for it.
pub trait EmbeddingBackend: Backend {
    /// δE from δx and the ids: `[N, E]` and `[N]` give `[V, E]`.
    fn embedding_gradient(
        d_x: FloatTensor<Self>,
        ids: IntTensor<Self>,
        vocab_size: usize,
    ) -> FloatTensor<Self>;
}

impl EmbeddingBackend for Cube {
    fn embedding_gradient(
        d_x: FloatTensor<Self>,
        ids: IntTensor<Self>,
        vocab_size: usize,
    ) -> FloatTensor<Self> {
        gradient(d_x, Cube::int_cast(ids, IntDType::I32), vocab_size)
    }
}

/// The operation with this backward pass.
#[backend_extension(Cube, Autodiff)]
pub trait EmbeddingOperation: Backend {
    /// The rows of E that the ids name: `[V, E]` and `[N]` give `[N, E]`.
    fn embedded(e: FloatTensor<Self>, ids: IntTensor<Self>) -> FloatTensor<Self>;
}

impl EmbeddingOperation for Cube {
    fn embedded(e: FloatTensor<Self>, ids: IntTensor<Self>) -> FloatTensor<Self> {
        Cube::float_select(e, 0, ids)
    }
}

/// The backward pass.
#[derive(Debug)]
struct EmbeddingBackward;

impl<B: EmbeddingBackend> Backward<B, 1> for EmbeddingBackward {
    type State = (IntTensor<B>, usize);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let d_x = grads.consume::<B>(&ops.node);
        let ((ids, vocab_size), [parent]) = (ops.state, ops.parents);
        if let Some(parent) = parent {
            grads.register::<B>(parent.id, B::embedding_gradient(d_x, ids, vocab_size));
        }
    }
}

impl<B: EmbeddingBackend, C: CheckpointStrategy> EmbeddingOperation for Autodiff<B, C> {
    fn embedded(e: FloatTensor<Self>, ids: IntTensor<Self>) -> FloatTensor<Self> {
        let (node, e) = (e.node(), e.into_primitive());
        let vocab_size = e.shape()[0];
        let x = B::float_select(e, 0, ids.clone());
        match EmbeddingBackward.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish((ids, vocab_size), x),
            OpsKind::UnTracked(prepared) => prepared.finish(x),
        }
    }
}

/// The rows of E that the ids name, on a GPU: `[V, E]` and `[B, T]` give `[B, T, E]`.
pub fn embedding_on_gpu(e: Tensor<2>, ids: Tensor<2, Int>) -> Tensor<3> {
    let ([batch, seq_len], [_, d_embed]) = (ids.dims(), e.dims());
    let ids: Tensor<1, Int> = ids.flatten(0, 1);
    let x = <Dispatch as EmbeddingOperation>::embedded(e.into_dispatch(), ids.into_dispatch());
    Tensor::<2>::from_dispatch(x).reshape([batch, seq_len, d_embed])
}
