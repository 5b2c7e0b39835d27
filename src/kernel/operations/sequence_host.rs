//! The sequence on a CPU: the tensors' own slices go to the cell's kernel.

use burn::backend::{TensorMetadata, tensor::FloatTensor};

use super::{
    host::HostTensors,
    sequence::{SequenceBackend, SequenceKernel, Slices, Tensors},
};
use crate::kernel::{
    machine::{Machine, Precision},
    sequence::{Incoming, Sizes},
};

impl<B: HostTensors> SequenceBackend for B {
    type Kept<K: SequenceKernel> = K::Kept;

    fn sequence_forward<K: SequenceKernel>(
        tensors: &Tensors<B>,
        precision: Precision,
    ) -> (FloatTensor<B>, Option<FloatTensor<B>>, K::Kept) {
        on_slices::<B, _>(tensors, |sizes, slices| {
            let Sizes { batch, seq_len, d_hidden, .. } = sizes;
            let (outputs, kept) = K::forward(Machine::whole(precision), sizes, slices);
            let cell = K::last_cell(sizes, &kept);
            let like = &tensors[0];
            let outputs = B::tensor(outputs, [batch, seq_len, d_hidden], like);
            (outputs, cell.map(|cell| B::tensor(cell, [batch, d_hidden], like)), kept)
        })
    }

    fn sequence_backward<K: SequenceKernel>(
        tensors: Tensors<B>,
        outputs: FloatTensor<B>,
        kept: K::Kept,
        (d_outputs, d_cell): (FloatTensor<B>, Option<FloatTensor<B>>),
        wants_x: bool,
        precision: Precision,
    ) -> [Option<FloatTensor<B>>; 6] {
        let gradients = on_slices::<B, _>(&tensors, |sizes, inputs| {
            let (outputs, d_outputs) = (B::host(&outputs), B::host(&d_outputs));
            let d_cell = d_cell.map(|d_cell| B::host(&d_cell).into_owned());
            let incoming = Incoming { d_outputs: &d_outputs, d_cell };
            K::backward(Machine::whole(precision), sizes, inputs, &outputs, kept, incoming, wants_x)
        });
        let mut like = tensors.into_iter();
        gradients.map(|values| {
            let like = like.next().expect("a gradient for each tensor");
            // δx may not have been asked for, and the RNN has nothing of its own.
            let given = values.len() == like.shape().num_elements();
            given.then(|| B::tensor(values, like.shape().to_vec(), &like))
        })
    }
}

/// Calls `work` with the sizes and the slices of the tensors.
fn on_slices<B: HostTensors, R>(tensors: &Tensors<B>, work: impl FnOnce(Sizes, Slices) -> R) -> R {
    let [x, _, w_h, ..] = tensors;
    let (x_shape, w_shape) = (x.shape(), w_h.shape());
    let sizes =
        Sizes { batch: x_shape[0], seq_len: x_shape[1], d_input: x_shape[2], d_hidden: w_shape[0] };
    let slices = tensors.each_ref().map(|tensor| B::host(tensor));
    work(sizes, slices.each_ref().map(|slice| &slice[..]))
}
