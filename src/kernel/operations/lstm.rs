//! The LSTM sequence as an operation of Burn.
#![allow(deprecated)] // naming NdArray is: it is here because the course asks for it

use std::sync::{Arc, Mutex, PoisonError};

use burn::{
    backend::{
        Autodiff, AutodiffBackend, Backend, Dispatch, ExtensionType, TensorMetadata,
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
use crate::kernel::{Machine, lstm};

/// What [`lstm_sequence`] gives on a backend.
#[derive(ExtensionType)]
pub struct LstmOutputs<B: Backend> {
    /// h_1 … h_T, `[B, T, H]`.
    pub outputs: FloatTensor<B>,
    /// c_T, `[B, H]`.
    pub cell: FloatTensor<B>,
}

/// The operation that Burn does not have.
#[backend_extension(Flex, NdArray: cfg(feature = "ndarray"), Autodiff)]
pub trait LstmOperation: Backend {
    fn lstm_sequence(
        x: FloatTensor<Self>,
        w_x: FloatTensor<Self>,
        w_h: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
        cell: FloatTensor<Self>,
    ) -> LstmOutputs<Self>;
}

/// The tensors x, W_x, W_h, b, h_0, c_0.
type LstmTensors<B> = [FloatTensor<B>; 6];

/// Calls `work` with the sizes and slices of the six tensors.
fn with_lstm<B: HostTensors, R>(
    tensors: &LstmTensors<B>,
    work: impl FnOnce(lstm::Sizes, lstm::Inputs) -> R,
) -> R {
    let [x, w_x, w_h, bias, hidden, cell] = tensors;
    let (x_shape, w_shape) = (x.shape(), w_h.shape());
    let sizes = lstm::Sizes {
        batch: x_shape[0],
        seq_len: x_shape[1],
        d_input: x_shape[2],
        d_hidden: w_shape[0],
    };
    let inputs = lstm::Inputs {
        x: &B::host(x),
        w_x: &B::host(w_x),
        w_h: &B::host(w_h),
        bias: &B::host(bias),
        hidden: &B::host(hidden),
        cell: &B::host(cell),
    };
    work(sizes, inputs)
}

on_host!(LstmOperation {
    fn lstm_sequence(
        x: FloatTensor<Self>,
        w_x: FloatTensor<Self>,
        w_h: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
        cell: FloatTensor<Self>,
    ) -> LstmOutputs<Self> {
        with_lstm::<Self, _>(&[x.clone(), w_x, w_h, bias, hidden, cell], |sizes, inputs| {
            let (outputs, kept) = lstm::forward(Machine::whole(), sizes, inputs);
            lstm_outputs(outputs, lstm::last_cell(sizes, &kept), sizes, &x)
        })
    }
});

fn lstm_outputs<B: HostTensors>(
    outputs: Vec<f32>,
    cell: Vec<f32>,
    lstm::Sizes { batch, seq_len, d_hidden, .. }: lstm::Sizes,
    like: &FloatTensor<B>,
) -> LstmOutputs<B> {
    LstmOutputs {
        outputs: B::tensor(outputs, [batch, seq_len, d_hidden], like),
        cell: B::tensor(cell, [batch, d_hidden], like),
    }
}

/// Where ∂L/∂c_T waits until the sequence's own way back asks for it.
type CellGradient = Arc<Mutex<Option<Vec<f32>>>>;

/// The way back through a sequence.
#[derive(Debug)]
struct LstmBackward;

#[derive(Clone, Debug)]
struct LstmState<B: Backend> {
    tensors: LstmTensors<B>,
    outputs: FloatTensor<B>,
    kept: lstm::Kept,
    d_cell: CellGradient,
}

impl<B: HostTensors> Backward<B, 6> for LstmBackward {
    type State = LstmState<B>;

    fn backward(self, ops: Ops<Self::State, 6>, grads: &mut Gradients, _: &mut Checkpointer) {
        let d_outputs = grads.consume::<B>(&ops.node);
        let LstmState { tensors, outputs, kept, d_cell } = ops.state;
        let d_cell = d_cell.lock().unwrap_or_else(PoisonError::into_inner).take();
        let wants_x = ops.parents[0].is_some();
        let gradients = with_lstm::<B, _>(&tensors, |sizes, inputs| {
            let (outputs, d_outputs) = (B::host(&outputs), B::host(&d_outputs));
            lstm::backward(
                Machine::whole(),
                sizes,
                inputs,
                &outputs,
                kept,
                lstm::Incoming { d_outputs: &d_outputs, d_cell },
                wants_x,
            )
        });
        let lstm::Gradients { x, w_x, w_h, bias, hidden, cell } = gradients;
        let all = [x, w_x, w_h, bias, hidden, cell];
        for ((parent, values), like) in ops.parents.into_iter().zip(all).zip(tensors) {
            if let Some(parent) = parent {
                grads.register::<B>(parent.id, B::tensor(values, like.shape().to_vec(), &like));
            }
        }
    }
}

/// The way back from c_T.
///
/// Burn gives each operation one output that can be followed back, and ours is the sequence of h_t.
/// So c_T hangs on that output as a second operation, whose way back runs before the sequence's
/// own: it puts ∂L/∂c_T where the sequence will look for it.
#[derive(Debug)]
struct LastCellBackward;

impl<B: HostTensors> Backward<B, 1> for LastCellBackward {
    type State = (CellGradient, [usize; 3]);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let d_cell = grads.consume::<B>(&ops.node);
        let (waiting, shape) = ops.state;
        *waiting.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(B::host(&d_cell).into_owned());
        if let [Some(outputs)] = ops.parents {
            // Nothing reaches the outputs on this way, but the sequence's way back must be taken.
            let zeros = vec![0.0; shape.iter().product()];
            grads.register::<B>(outputs.id, B::tensor(zeros, shape, &d_cell));
        }
    }
}

impl<B: HostTensors + LstmOperation, C: CheckpointStrategy> LstmOperation for Autodiff<B, C> {
    fn lstm_sequence(
        x: FloatTensor<Self>,
        w_x: FloatTensor<Self>,
        w_h: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
        cell: FloatTensor<Self>,
    ) -> LstmOutputs<Self> {
        let nodes = [x.node(), w_x.node(), w_h.node(), bias.node(), hidden.node(), cell.node()];
        let tensors = [x, w_x, w_h, bias, hidden, cell].map(|tensor| tensor.into_primitive());
        match LstmBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let (sizes, (values, kept)) = with_lstm::<B, _>(&tensors, |sizes, inputs| {
                    (sizes, lstm::forward(Machine::whole(), sizes, inputs))
                });
                let last_cell = lstm::last_cell(sizes, &kept);
                let LstmOutputs { outputs, cell } =
                    lstm_outputs::<B>(values, last_cell, sizes, &tensors[0]);
                let d_cell = CellGradient::default();
                let state =
                    LstmState { tensors, outputs: outputs.clone(), kept, d_cell: d_cell.clone() };
                let outputs = prepared.finish(state, outputs);
                let shape = [sizes.batch, sizes.seq_len, sizes.d_hidden];
                let cell = match LastCellBackward
                    .prepare::<C>([outputs.node()])
                    .compute_bound()
                    .stateful()
                {
                    OpsKind::Tracked(prepared) => prepared.finish((d_cell, shape), cell),
                    OpsKind::UnTracked(prepared) => prepared.finish(cell),
                };
                LstmOutputs { outputs, cell }
            }
            OpsKind::UnTracked(prepared) => {
                let [x, w_x, w_h, bias, hidden, cell] = tensors;
                let LstmOutputs { outputs, cell } =
                    B::lstm_sequence(x, w_x, w_h, bias, hidden, cell);
                let outputs = prepared.finish(outputs);
                LstmOutputs { outputs, cell: <Self as AutodiffBackend>::from_inner(cell) }
            }
        }
    }
}

/// A whole LSTM sequence, `x [B, T, D]` from the state h_0 and c_0 (`[B, H]` each):
/// `(h_1 … h_T [B, T, H], c_T [B, H])`.
///
/// The same numbers as stepping the [`LstmCell`](crate::cell::LstmCell) with these weights, but for
/// rounding, and the same gradients. Call it only where
/// [`Kernel::Fused`](crate::kernel::Kernel::runs_on) runs.
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::kernel::operations::lstm_sequence;
///
/// let device = Device::flex();
/// let zeros = |rows: usize, width: usize| Tensor::<2>::zeros([rows, width], &device);
/// let x = Tensor::<3>::zeros([5, 28, 3], &device);
/// let (outputs, cell) = lstm_sequence(x, zeros(3, 8), zeros(2, 8), Tensor::zeros([8], &device), zeros(5, 2), zeros(5, 2));
/// assert_eq!((outputs.dims(), cell.dims()), ([5, 28, 2], [5, 2]));
/// ```
pub fn lstm_sequence(
    x: Tensor<3>,
    w_x: Tensor<2>,
    w_h: Tensor<2>,
    bias: Tensor<1>,
    hidden: Tensor<2>,
    cell: Tensor<2>,
) -> (Tensor<3>, Tensor<2>) {
    let LstmOutputs { outputs, cell } = <Dispatch as LstmOperation>::lstm_sequence(
        x.into_dispatch(),
        w_x.into_dispatch(),
        w_h.into_dispatch(),
        bias.into_dispatch(),
        hidden.into_dispatch(),
        cell.into_dispatch(),
    );
    (Tensor::from_dispatch(outputs), Tensor::from_dispatch(cell))
}
