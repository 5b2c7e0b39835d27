//! The sequence on a GPU: the kernels of [`kernel::gpu`](crate::kernel::gpu).

use burn::backend::{Cube, tensor::FloatTensor};

use super::sequence::{SequenceBackend, SequenceKernel, Tensors};
use crate::kernel::{gpu::sequence, machine::Precision};

impl SequenceBackend for Cube {
    type Kept<K: SequenceKernel> = sequence::Kept;

    fn sequence_forward<K: SequenceKernel>(
        tensors: &Tensors<Cube>,
        _: Precision, // f32: `Kernel::check` refuses another one
    ) -> (FloatTensor<Cube>, Option<FloatTensor<Cube>>, sequence::Kept) {
        sequence::forward(K::EQUATIONS, tensors)
    }

    fn sequence_backward<K: SequenceKernel>(
        tensors: Tensors<Cube>,
        outputs: FloatTensor<Cube>,
        kept: sequence::Kept,
        incoming: (FloatTensor<Cube>, Option<FloatTensor<Cube>>),
        wants_x: bool,
        _: Precision,
    ) -> [Option<FloatTensor<Cube>>; 6] {
        sequence::backward(K::EQUATIONS, tensors, outputs, kept, incoming, wants_x)
    }
}
