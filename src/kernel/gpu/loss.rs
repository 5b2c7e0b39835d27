//! The projection with its loss on a GPU: products by Burn, between them one launch for all rows.

use std::sync::Arc;

use burn::{
    backend::{
        Cube, TensorMetadata,
        ops::{FloatTensorOps, IntTensorOps},
        tensor::{FloatTensor, IntTensor},
    },
    tensor::{IntDType, Slice},
};
use burn_cubecl::{cubecl::prelude::*, kernel::into_contiguous};

use super::{
    cross_entropy::{UNITS, rows},
    matmul::{Factor, product, sum_of_rows},
    sequence::{argument, empty, reshaped},
    sparse_bias::{ByRow, gradient},
};
use crate::kernel::sparse_bias::SparseBias;

/// Logits that lie in memory at the same time: rows are taken in chunks, so that a large batch needs
/// no more memory than a small one.
const CHUNK: usize = 1 << 25;

/// A tensor of a GPU.
type OnGpu = FloatTensor<Cube>;

/// What goes in, as tensors: see [`cross_entropy`](crate::kernel::cross_entropy).
pub struct Inputs {
    /// h, `[N, H]`.
    pub hidden: OnGpu,
    /// W, `[H, V]`, or `[V, H]` if `tied`.
    pub w: OnGpu,
    /// b, `[V]`.
    pub bias: OnGpu,
    /// y, `[N]`.
    pub targets: IntTensor<Cube>,
    /// Of each row, `[N]`.
    pub weights: OnGpu,
    /// W lies as an embedding does.
    pub tied: bool,
    /// What is added to a few logits of each row.
    pub sparse: Option<Arc<SparseBias>>,
    /// Its weights.
    pub sparse_w: OnGpu,
}

/// The loss, `[1]`, and, if asked for, the gradients of h, W, b and the weights of the sparse bias.
pub fn loss(inputs: Inputs, wants_gradients: bool) -> (OnGpu, Option<[OnGpu; 4]>) {
    let Inputs { hidden, w, bias, targets, weights, tied, sparse, sparse_w } = inputs;
    let (n, h, vocab_size) =
        (hidden.shape()[0], hidden.shape()[1], bias.shape().num_elements());
    let [hidden, bias, weights, sparse_w] =
        [hidden, bias, weights, sparse_w].map(into_contiguous);
    let targets = into_contiguous(Cube::int_cast(targets, IntDType::I32));
    let w = Factor::new(w);
    let w = if tied { w.t() } else { w }; // [H, V]
    let chunk = (CHUNK / vocab_size).clamp(1, n);
    let mut losses = Vec::new();
    let mut d_hidden = Vec::new();
    let mut sums: Option<[OnGpu; 3]> = None; // the gradients of W, b and the sparse bias
    for begin in (0..n).step_by(chunk) {
        let count = chunk.min(n - begin);
        let part = |tensor: &OnGpu| into_contiguous(Cube::float_slice(tensor.clone(), &[cut(begin, count)]));
        let hidden = part(&hidden); // [rows, H]
        let hidden = Factor::new(hidden);
        let logits = product(hidden.clone(), w.clone()); // [rows, V]
        let loss = empty(&logits, [count]);
        let told = ByRow::new(&logits.client, sparse.as_deref(), begin, count);
        let (weights, targets) = (
            part(&weights),
            into_contiguous(Cube::int_slice(targets.clone(), &[cut(begin, count)])),
        );
        // SAFETY: every index is a row's or a logit's, and targets are below V.
        #[allow(unsafe_code)]
        unsafe {
            rows::launch_unchecked(
                &logits.client,
                CubeCount::new_1d(count as u32),
                CubeDim::new_1d(UNITS as u32),
                argument(&logits, 1),
                argument(&loss, 1),
                argument(&bias, 1),
                argument(&targets, 1),
                argument(&weights, 1),
                told.begins.argument(),
                told.logits.argument(),
                told.weights.argument(),
                argument(&sparse_w, 1),
                vocab_size as u32,
                wants_gradients,
            );
        }
        losses.push(loss);
        if !wants_gradients {
            continue;
        }
        let d_z = logits;
        let d_rows = Factor::new(d_z.clone());
        d_hidden.push(product(d_rows.clone(), w.clone().t())); // [rows, H]
        let d_w = match tied {
            true => product(d_rows.t(), hidden),  // [V, H]
            false => product(hidden.t(), d_rows), // [H, V]
        };
        let d_sparse = match &sparse {
            Some(bias) => {
                gradient(&d_z, bias, [begin, count, vocab_size], sparse_w.shape()[0])
            }
            None => Cube::float_mul_scalar(sparse_w.clone(), 0.0f32.into()),
        };
        let parts = [d_w, sum_of_rows(d_z), d_sparse];
        sums = Some(match sums {
            Some(sums) => added(sums, parts),
            None => parts,
        });
    }
    let loss = reshaped(Cube::float_sum(joined(losses)), [1]);
    let gradients =
        sums.map(|[d_w, d_b, d_sparse]| [reshaped(joined(d_hidden), [n, h]), d_w, d_b, d_sparse]);
    (loss, gradients)
}

fn added([a, b, c]: [OnGpu; 3], [x, y, z]: [OnGpu; 3]) -> [OnGpu; 3] {
    [Cube::float_add(a, x), Cube::float_add(b, y), Cube::float_add(c, z)]
}

fn cut(begin: usize, count: usize) -> Slice {
    Slice::from(begin as isize..(begin + count) as isize)
}

/// Tensors below each other.
fn joined(mut tensors: Vec<OnGpu>) -> OnGpu {
    match tensors.len() {
        1 => tensors.remove(0),
        _ => Cube::float_cat(tensors, 0),
    }
}
