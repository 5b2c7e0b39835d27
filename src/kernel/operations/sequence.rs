//! A whole sequence of any of the three cells as one operation of Burn.
#![allow(deprecated)] // naming NdArray is: it is here because the course asks for it

use std::{
    fmt::Debug,
    marker::PhantomData,
    sync::{Arc, Mutex, PoisonError},
};

use burn::{
    backend::{
        Autodiff, AutodiffBackend, Backend, Dispatch, TensorMetadata,
        autodiff::{
            checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
            grads::Gradients,
            ops::{Backward, Ops, OpsKind},
        },
        backend_extension,
        tensor::FloatTensor,
    },
    prelude::*,
    tensor::Shape,
};

use crate::kernel::{
    machine::{Machine, Precision},
    sequence::{Incoming, Sizes},
};

/// What goes into a sequence, as slices: x `[B, T, D]`, W_x `[D, G·H]`, W_h `[H, G·H]`, b `[G·H]`,
/// h_0 `[B, H]`, and what this cell alone has (G gates in one matrix: RNN 1, GRU 3, LSTM 4).
pub(super) type Slices<'a> = [&'a [f32]; 6];

/// The kernel of a cell, as the operation calls it.
pub trait SequenceKernel: Clone + Debug + Send + 'static {
    /// What the backward pass needs besides what went in and what came out.
    type Kept: Clone + Debug + Send + 'static;

    /// Which of the kernels for GPUs it is.
    #[cfg(feature = "cubecl")]
    const EQUATIONS: crate::kernel::gpu::Equations;

    /// h_1 … h_T, `[B, T, H]`.
    fn forward(machine: Machine, sizes: Sizes, inputs: Slices) -> (Vec<f32>, Self::Kept);

    /// c_T, `[B, H]`, of a cell that has c.
    fn last_cell(_: Sizes, _: &Self::Kept) -> Option<Vec<f32>> {
        None
    }

    /// The gradient of everything that went in; that of x only if `wants_x`.
    fn backward(
        machine: Machine,
        sizes: Sizes,
        inputs: Slices,
        outputs: &[f32],
        kept: Self::Kept,
        incoming: Incoming,
        wants_x: bool,
    ) -> [Vec<f32>; 6];
}

/// The tensors of [`Slices`].
pub(super) type Tensors<B> = [FloatTensor<B>; 6];

/// A backend with kernels for whole sequences.
pub trait SequenceBackend: Backend {
    /// What its backward pass needs.
    type Kept<K: SequenceKernel>: Clone + Debug + Send + 'static;

    /// `(h_1 … h_T [B, T, H], c_T [B, H] of a cell that has c, what the backward pass needs)`.
    #[allow(clippy::type_complexity)]
    fn sequence_forward<K: SequenceKernel>(
        tensors: &[FloatTensor<Self>; 6],
        precision: Precision,
    ) -> (FloatTensor<Self>, Option<FloatTensor<Self>>, Self::Kept<K>);

    /// The gradient of everything that went in, from ∂L/∂h_t and ∂L/∂c_T; that of x only if
    /// `wants_x`, and of what a cell alone has only if it has that.
    fn sequence_backward<K: SequenceKernel>(
        tensors: [FloatTensor<Self>; 6],
        outputs: FloatTensor<Self>,
        kept: Self::Kept<K>,
        incoming: (FloatTensor<Self>, Option<FloatTensor<Self>>),
        wants_x: bool,
        precision: Precision,
    ) -> [Option<FloatTensor<Self>>; 6];
}

/// The operation that Burn does not have.
#[backend_extension(
    Flex,
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cubecl"),
    Autodiff
)]
pub trait SequenceOperation: Backend {
    /// `(h_1 … h_T [B, T, H], c_T [B, H] of a cell that has c)`; `own` is what this cell alone has.
    fn sequence<K: SequenceKernel>(
        x: FloatTensor<Self>,
        w_x: FloatTensor<Self>,
        w_h: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
        own: FloatTensor<Self>,
        precision: Precision,
    ) -> (FloatTensor<Self>, Option<FloatTensor<Self>>);
}

/// The operation on tensors of any device.
pub(super) fn sequence<K: SequenceKernel, const OWN: usize>(
    x: Tensor<3>,
    [w_x, w_h]: [Tensor<2>; 2],
    bias: Tensor<1>,
    hidden: Tensor<2>,
    own: Tensor<OWN>,
    precision: Precision,
) -> (Tensor<3>, Option<Tensor<2>>) {
    let (outputs, cell) = <Dispatch as SequenceOperation>::sequence::<K>(
        x.into_dispatch(),
        w_x.into_dispatch(),
        w_h.into_dispatch(),
        bias.into_dispatch(),
        hidden.into_dispatch(),
        own.into_dispatch(),
        precision,
    );
    (Tensor::from_dispatch(outputs), cell.map(Tensor::from_dispatch))
}

impl<B: SequenceBackend> SequenceOperation for B {
    fn sequence<K: SequenceKernel>(
        x: FloatTensor<Self>,
        w_x: FloatTensor<Self>,
        w_h: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
        own: FloatTensor<Self>,
        precision: Precision,
    ) -> (FloatTensor<Self>, Option<FloatTensor<Self>>) {
        let tensors = [x, w_x, w_h, bias, hidden, own];
        let (outputs, cell, _) = B::sequence_forward::<K>(&tensors, precision);
        (outputs, cell)
    }
}

impl<B: SequenceBackend, C: CheckpointStrategy> SequenceOperation for Autodiff<B, C> {
    fn sequence<K: SequenceKernel>(
        x: FloatTensor<Self>,
        w_x: FloatTensor<Self>,
        w_h: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
        own: FloatTensor<Self>,
        precision: Precision,
    ) -> (FloatTensor<Self>, Option<FloatTensor<Self>>) {
        let tensors = [x, w_x, w_h, bias, hidden, own];
        let nodes = tensors.each_ref().map(|tensor| tensor.node());
        let tensors = tensors.map(|tensor| tensor.into_primitive());
        let (outputs, cell, kept) = B::sequence_forward::<K>(&tensors, precision);
        match SequenceBackward::<K>(PhantomData).prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let d_cell = CellGradient::<B>::default();
                let state = Kept::<B, K> {
                    tensors,
                    outputs: outputs.clone(),
                    kept,
                    d_cell: d_cell.clone(),
                    precision,
                };
                let outputs = prepared.finish(state, outputs);
                let cell = cell.map(|cell| last_cell::<B, C>(cell, &outputs, d_cell));
                (outputs, cell)
            }
            OpsKind::UnTracked(prepared) => {
                (prepared.finish(outputs), cell.map(<Self as AutodiffBackend>::from_inner))
            }
        }
    }
}

/// The backward pass through a sequence.
#[derive(Debug)]
struct SequenceBackward<K>(PhantomData<K>);

#[derive(Clone, Debug)]
struct Kept<B: SequenceBackend, K: SequenceKernel> {
    tensors: Tensors<B>,
    outputs: FloatTensor<B>,
    kept: B::Kept<K>,
    d_cell: CellGradient<B>,
    precision: Precision,
}

impl<B: SequenceBackend, K: SequenceKernel> Backward<B, 6> for SequenceBackward<K> {
    type State = Kept<B, K>;

    fn backward(self, ops: Ops<Self::State, 6>, grads: &mut Gradients, _: &mut Checkpointer) {
        let d_outputs = grads.consume::<B>(&ops.node);
        let Kept { tensors, outputs, kept, d_cell, precision } = ops.state;
        let d_cell = d_cell.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (incoming, wants_x) = ((d_outputs, d_cell), ops.parents[0].is_some());
        let gradients =
            B::sequence_backward::<K>(tensors, outputs, kept, incoming, wants_x, precision);
        for (parent, gradient) in ops.parents.into_iter().zip(gradients) {
            if let (Some(parent), Some(gradient)) = (parent, gradient) {
                grads.register::<B>(parent.id, gradient);
            }
        }
    }
}

/// Where ∂L/∂c_T waits until the backward pass of the sequence asks for it.
type CellGradient<B> = Arc<Mutex<Option<FloatTensor<B>>>>;

/// c_T as a second output that a gradient can enter by.
///
/// Burn lets each operation have one output with a gradient, and ours is the sequence of h_t. So c_T
/// hangs on that output as an operation of its own, whose backward pass runs before the sequence's:
/// it puts ∂L/∂c_T where the sequence will look for it.
fn last_cell<B: Backend, C: CheckpointStrategy>(
    cell: FloatTensor<B>,
    outputs: &FloatTensor<Autodiff<B, C>>,
    d_cell: CellGradient<B>,
) -> FloatTensor<Autodiff<B, C>> {
    let operation = LastCellBackward(PhantomData::<B>);
    match operation.prepare::<C>([outputs.node()]).compute_bound().stateful() {
        OpsKind::Tracked(prepared) => prepared.finish((d_cell, outputs.shape()), cell),
        OpsKind::UnTracked(_) => unreachable!("the outputs that c_T hangs on are tracked"),
    }
}

#[derive(Debug)]
struct LastCellBackward<B>(PhantomData<B>);

impl<B: Backend> Backward<B, 1> for LastCellBackward<B> {
    type State = (CellGradient<B>, Shape);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let d_cell = grads.consume::<B>(&ops.node);
        let (waiting, shape) = ops.state;
        // No gradient reaches h_t through c_T here, but the sequence's backward pass must run.
        let zeros = B::float_zeros(shape, &d_cell.device(), d_cell.dtype().into());
        *waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(d_cell);
        let [outputs] = ops.parents;
        let outputs = outputs.expect("the outputs that c_T hangs on are tracked");
        grads.register::<B>(outputs.id, zeros);
    }
}
