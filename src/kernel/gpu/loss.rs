//! The projection with its loss on a GPU: products, and between them one launch for the rows of a chunk.

use std::sync::Arc;

use burn::{
    backend::{
        Cube, TensorMetadata,
        ops::{FloatTensorOps, IntTensorOps},
        tensor::IntTensor,
    },
    tensor::{IntDType, Slice},
};
use burn_cubecl::{
    cubecl::{self, calculate_cube_count_elemwise, prelude::*},
    kernel::into_contiguous,
};

use super::{
    cross_entropy::loss_of_rows,
    matmul::{Factor, product},
    sparse_bias::{ByRow, gradient},
    sums::sum_of_rows,
    tensor::{OnGpu, argument, empty, reshaped},
};
use crate::kernel::sparse_bias::SparseBias;

/// Logits that lie in memory at the same time: rows are taken in chunks, so that a large batch needs
/// no more memory than a small one.
const CHUNK: usize = 1 << 25;

/// Rows that are taken together at most: no GPU must run more cubes in one direction.
const MOST_ROWS: usize = 65_535;

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
    let (n, h, vocab_size) = (hidden.shape()[0], hidden.shape()[1], bias.shape().num_elements());
    let [hidden, w, bias, weights, sparse_w] =
        [hidden, w, bias, weights, sparse_w].map(into_contiguous);
    let targets = into_contiguous(Cube::int_cast(targets, IntDType::I32));
    let inputs = Inputs { hidden, w, bias, targets, weights, tied, sparse, sparse_w };
    let chunk = (CHUNK / vocab_size).clamp(1, n.min(MOST_ROWS));
    let (mut losses, mut d_hidden) = (Vec::new(), Vec::new());
    let mut sums: Option<[OnGpu; 3]> = None; // the gradients of W, b and the sparse bias
    for begin in (0..n).step_by(chunk) {
        let (loss, gradients) = inputs.rows(begin, chunk.min(n - begin), wants_gradients);
        losses.push(loss);
        if let Some((d_rows, parts)) = gradients {
            d_hidden.push(d_rows);
            sums = Some(match sums {
                Some(sums) => added(sums, parts),
                None => parts,
            });
        }
    }
    let loss = reshaped(Cube::float_sum(joined(losses)), [1]);
    let gradients =
        sums.map(|[d_w, d_b, d_sparse]| [reshaped(joined(d_hidden), [n, h]), d_w, d_b, d_sparse]);
    (loss, gradients)
}

impl Inputs {
    /// The losses of the rows `begin .. begin + count`, and the gradients: of h for each of these rows,
    /// and what these rows add to those of W, b and the weights of the sparse bias.
    fn rows(
        &self,
        begin: usize,
        count: usize,
        wants_gradients: bool,
    ) -> (OnGpu, Option<(OnGpu, [OnGpu; 3])>) {
        let rows = Slice::from(begin as isize..(begin + count) as isize);
        let all = count == self.hidden.shape()[0];
        let part = |tensor: &OnGpu| match all {
            true => tensor.clone(),
            false => into_contiguous(Cube::float_slice(tensor.clone(), &[rows])),
        };
        let targets = match all {
            true => self.targets.clone(),
            false => into_contiguous(Cube::int_slice(self.targets.clone(), &[rows])),
        };
        let hidden = Factor::new(part(&self.hidden)); // [rows, H]
        let w = Factor::new(self.w.clone());
        let w = if self.tied { w.t() } else { w }; // [H, V]
        let logits = product(hidden.clone(), w.clone()); // [rows, V]
        let told = match &self.sparse {
            Some(bias) => ByRow::new(&logits.client, bias, begin, count),
            None => ByRow::none(&self.bias),
        };
        let weighted = (&targets, &part(&self.weights));
        let told = (&told, &self.sparse_w);
        let losses = loss_of_rows(&logits, &self.bias, weighted, told, wants_gradients);
        if !wants_gradients {
            return (losses, None);
        }
        let d_z = logits;
        let d_rows = Factor::new(d_z.clone());
        let d_hidden = product(d_rows.clone(), w.t()); // [rows, H]
        let d_w = match self.tied {
            true => product(d_rows.t(), hidden),  // [V, H]
            false => product(hidden.t(), d_rows), // [H, V]
        };
        let (vocab_size, facts) = (d_z.shape()[1], self.sparse_w.shape()[0]);
        let d_sparse = match &self.sparse {
            Some(bias) => gradient(&d_z, bias, [begin, count, vocab_size], facts),
            None => empty(&d_z, [1]), // of nothing; nobody reads it
        };
        (losses, Some((d_hidden, [d_w, sum_of_rows(d_z), d_sparse])))
    }
}

/// Units of a cube that multiplies.
const UNITS: usize = 256;

/// The gradients times ∂L/∂loss, which is not read: the program would have to wait for it.
pub fn scaled(gradients: [OnGpu; 4], d_loss: OnGpu) -> [OnGpu; 4] {
    // In place, where nobody else holds one.
    let gradients = gradients.map(|gradient| {
        into_contiguous(match gradient.can_mut() {
            true => gradient,
            false => Cube::float_add_scalar(gradient, 0.0f32.into()),
        })
    });
    let counts = gradients.each_ref().map(|gradient| gradient.shape().num_elements());
    let cube = CubeDim::new_1d(UNITS as u32);
    let most = counts.into_iter().max().unwrap_or(0);
    let [a, b, c, d] = &gradients;
    // SAFETY: a unit writes only numbers that a tensor has.
    #[allow(unsafe_code)]
    unsafe {
        multiply_each::launch_unchecked(
            &a.client,
            calculate_cube_count_elemwise(&a.client, most, cube),
            cube,
            argument(a, 1),
            argument(b, 1),
            argument(c, 1),
            argument(d, 1),
            argument(&d_loss, 1),
            counts[0] as u32,
            counts[1] as u32,
            counts[2] as u32,
            counts[3] as u32,
        );
    }
    gradients
}

/// A unit multiplies one number of each tensor that has so many.
#[cube(launch_unchecked)]
#[allow(clippy::too_many_arguments)]
fn multiply_each(
    a: &mut [f32],
    b: &mut [f32],
    c: &mut [f32],
    d: &mut [f32],
    factor: &[f32],
    a_count: u32,
    b_count: u32,
    c_count: u32,
    d_count: u32,
) {
    let at = ABSOLUTE_POS;
    if at < a_count as usize {
        a[at] *= factor[0];
    }
    if at < b_count as usize {
        b[at] *= factor[0];
    }
    if at < c_count as usize {
        c[at] *= factor[0];
    }
    if at < d_count as usize {
        d[at] *= factor[0];
    }
}

fn added([a, b, c]: [OnGpu; 3], [x, y, z]: [OnGpu; 3]) -> [OnGpu; 3] {
    [Cube::float_add(a, x), Cube::float_add(b, y), Cube::float_add(c, z)]
}

/// Tensors below each other.
fn joined(mut tensors: Vec<OnGpu>) -> OnGpu {
    match tensors.len() {
        1 => tensors.remove(0),
        _ => Cube::float_cat(tensors, 0),
    }
}
