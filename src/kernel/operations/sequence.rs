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
};

use super::host::HostTensors;
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

/// The operation that Burn does not have.
#[backend_extension(Flex, NdArray: cfg(feature = "ndarray"), Autodiff)]
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

/// The tensors of [`Slices`].
type Tensors<B> = [FloatTensor<B>; 6];

/// Calls `work` with the sizes and the slices of the tensors.
fn on_slices<B: HostTensors, R>(tensors: &Tensors<B>, work: impl FnOnce(Sizes, Slices) -> R) -> R {
    let [x, _, w_h, ..] = tensors;
    let (x_shape, w_shape) = (x.shape(), w_h.shape());
    let sizes =
        Sizes { batch: x_shape[0], seq_len: x_shape[1], d_input: x_shape[2], d_hidden: w_shape[0] };
    let slices = tensors.each_ref().map(|tensor| B::host(tensor));
    work(sizes, slices.each_ref().map(|slice| &slice[..]))
}

/// The outputs, c_T of a cell that has c, and what the backward pass needs.
fn forward<B: HostTensors, K: SequenceKernel>(
    machine: Machine,
    tensors: &Tensors<B>,
) -> (FloatTensor<B>, Option<FloatTensor<B>>, K::Kept) {
    on_slices::<B, _>(tensors, |sizes, slices| {
        let Sizes { batch, seq_len, d_hidden, .. } = sizes;
        let (outputs, kept) = K::forward(machine, sizes, slices);
        let cell = K::last_cell(sizes, &kept);
        let like = &tensors[0];
        let outputs = B::tensor(outputs, [batch, seq_len, d_hidden], like);
        (outputs, cell.map(|cell| B::tensor(cell, [batch, d_hidden], like)), kept)
    })
}

impl<B: HostTensors> SequenceOperation for B {
    fn sequence<K: SequenceKernel>(
        x: FloatTensor<Self>,
        w_x: FloatTensor<Self>,
        w_h: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
        own: FloatTensor<Self>,
        precision: Precision,
    ) -> (FloatTensor<Self>, Option<FloatTensor<Self>>) {
        let (outputs, cell, _) =
            forward::<B, K>(Machine::whole(precision), &[x, w_x, w_h, bias, hidden, own]);
        (outputs, cell)
    }
}

impl<B: HostTensors, C: CheckpointStrategy> SequenceOperation for Autodiff<B, C> {
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
        let machine = Machine::whole(precision);
        let (outputs, cell, kept) = forward::<B, K>(machine, &tensors);
        match SequenceBackward::<K>(PhantomData).prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let d_cell = CellGradient::default();
                let state = Kept::<B, K> {
                    tensors,
                    outputs: outputs.clone(),
                    kept,
                    d_cell: d_cell.clone(),
                    machine,
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
struct Kept<B: Backend, K: SequenceKernel> {
    tensors: Tensors<B>,
    outputs: FloatTensor<B>,
    kept: K::Kept,
    d_cell: CellGradient,
    machine: Machine,
}

impl<B: HostTensors, K: SequenceKernel> Backward<B, 6> for SequenceBackward<K> {
    type State = Kept<B, K>;

    fn backward(self, ops: Ops<Self::State, 6>, grads: &mut Gradients, _: &mut Checkpointer) {
        let d_outputs = grads.consume::<B>(&ops.node);
        let Kept { tensors, outputs, kept, d_cell, machine } = ops.state;
        let d_cell = d_cell.lock().unwrap_or_else(PoisonError::into_inner).take();
        let wants_x = ops.parents[0].is_some();
        let gradients = on_slices::<B, _>(&tensors, |sizes, inputs| {
            let (outputs, d_outputs) = (B::host(&outputs), B::host(&d_outputs));
            let incoming = Incoming { d_outputs: &d_outputs, d_cell };
            K::backward(machine, sizes, inputs, &outputs, kept, incoming, wants_x)
        });
        for ((parent, values), like) in ops.parents.into_iter().zip(gradients).zip(tensors) {
            if let Some(parent) = parent {
                grads.register::<B>(parent.id, B::tensor(values, like.shape().to_vec(), &like));
            }
        }
    }
}

/// Where ∂L/∂c_T waits until the backward pass of the sequence asks for it.
type CellGradient = Arc<Mutex<Option<Vec<f32>>>>;

/// c_T as a second output that a gradient can enter by.
///
/// Burn lets each operation have one output with a gradient, and ours is the sequence of h_t. So c_T
/// hangs on that output as an operation of its own, whose backward pass runs before the sequence's:
/// it puts ∂L/∂c_T where the sequence will look for it.
fn last_cell<B: HostTensors, C: CheckpointStrategy>(
    cell: FloatTensor<B>,
    outputs: &FloatTensor<Autodiff<B, C>>,
    d_cell: CellGradient,
) -> FloatTensor<Autodiff<B, C>> {
    match LastCellBackward.prepare::<C>([outputs.node()]).compute_bound().stateful() {
        OpsKind::Tracked(prepared) => prepared.finish((d_cell, outputs.shape().to_vec()), cell),
        OpsKind::UnTracked(_) => unreachable!("the outputs that c_T hangs on are tracked"),
    }
}

#[derive(Debug)]
struct LastCellBackward;

impl<B: HostTensors> Backward<B, 1> for LastCellBackward {
    type State = (CellGradient, Vec<usize>);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let d_cell = grads.consume::<B>(&ops.node);
        let (waiting, shape) = ops.state;
        *waiting.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(B::host(&d_cell).into_owned());
        // No gradient reaches h_t through c_T here, but the sequence's backward pass must run.
        let [outputs] = ops.parents;
        let outputs = outputs.expect("the outputs that c_T hangs on are tracked");
        let zeros = vec![0.0; shape.iter().product()];
        grads.register::<B>(outputs.id, B::tensor(zeros, shape, &d_cell));
    }
}
