//! A whole sequence on a GPU: the products before the loop, the loop, the products after it.
//!
//! | what | launches, however many steps |
//! |---|---|
//! | x_t W_x for all steps; the steps | one for each |
//! | W_hᵀ; the steps back | one for each, and one for a δc_T if there is any |
//! | δx, δW_x, δW_h, δb | a product or sum for each and the adding of its parts |

use burn::{
    backend::{Cube, TensorMetadata, ops::FloatTensorOps},
    tensor::Slice,
};
use burn_cubecl::{CubeDevice, kernel::into_contiguous};

use super::{
    Equations,
    backward::backward_steps,
    forward::forward_steps,
    matmul::{Factor, product},
    plan::Plan,
    sums::sum_of_rows,
    tensor::{OnGpu, argument, empty, reshaped},
};
use crate::kernel::sequence::Sizes;

/// x `[B, T, D]`, W_x `[D, G·H]`, W_h `[H, G·H]`, b `[G·H]`, h_0 `[B, H]`, and c_0 (`[B, H]`) of the
/// LSTM or b_hn (`[H]`) of the GRU.
pub type Tensors = [OnGpu; 6];

/// What the backward pass needs.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The gates, `[B, T, G·H]`.
    gates: OnGpu,
    /// c_t of the LSTM, m_t of the GRU, `[B, T, H]`.
    kept: OnGpu,
    /// x, row by row: `[B·T, D]`.
    x: OnGpu,
}

/// How the two loops divide their work, if a layer of H units fits into a cube of this device.
pub(super) fn plans(
    device: &CubeDevice,
    equations: Equations,
    batch: usize,
    h: usize,
) -> Option<[Plan; 2]> {
    let client = device.client();
    let hardware = &client.properties().hardware;
    let columns = equations.gates() * h;
    let forward = Plan::new(hardware, (equations, h), batch, [h, columns], h)?;
    let backward = Plan::new(hardware, (equations, h), batch, [columns, h], columns)?;
    Some([forward, backward])
}

fn fitting_plans(sizes: Sizes, equations: Equations, x: &OnGpu) -> [Plan; 2] {
    plans(&x.device(), equations, sizes.batch, sizes.d_hidden)
        .expect("`Layer::forward` asks first whether the layer fits")
}

/// h_1 … h_T (`[B, T, H]`), c_T (`[B, H]`) of a cell that has c, and what the backward pass needs.
pub fn forward(equations: Equations, tensors: &Tensors) -> (OnGpu, Option<OnGpu>, Kept) {
    let sizes = sizes(tensors);
    let Sizes { batch, seq_len: t_len, d_input: d, d_hidden: h } = sizes;
    let [x, w_x, w_h, bias, hidden, own] = tensors.clone().map(into_contiguous);
    let [plan, _] = fitting_plans(sizes, equations, &x);
    // x_t W_x for all steps
    let x = reshaped(x, [batch * t_len, d]);
    let gates = product(Factor::new(x.clone()), Factor::new(w_x)); // [B·T, G·H]
    let kept = match equations {
        Equations::Rnn => empty(&gates, [1]),
        Equations::Gru | Equations::Lstm => empty(&gates, [batch, t_len, h]),
    };
    let own = if equations == Equations::Rnn { bias.clone() } else { own }; // it has nothing own
    let outputs = empty(&gates, [batch, t_len, h]);
    let cell = match equations {
        Equations::Lstm => empty(&gates, [batch, h]),
        Equations::Rnn | Equations::Gru => empty(&gates, [1]),
    };
    // SAFETY: every index is made from B, T, G and H, and the tensors have these sizes.
    #[allow(unsafe_code)]
    unsafe {
        forward_steps::launch_unchecked(
            &outputs.client,
            plan.cubes(batch),
            plan.cube(),
            plan.vector,
            argument(&gates, 1),
            argument(&kept, 1),
            argument(&outputs, 1),
            argument(&cell, 1),
            argument(&w_h, plan.vector),
            argument(&bias, 1),
            argument(&hidden, 1),
            argument(&own, 1),
            batch as u32,
            t_len as u32,
            plan,
        );
    }
    let cell = (equations == Equations::Lstm).then_some(cell); // c_T
    (outputs, cell, Kept { gates: reshaped(gates, [batch, t_len, plan.columns()]), kept, x })
}

/// The gradient of everything that went in; that of x only if `wants_x`, that of c_0 or b_hn only of
/// a cell that has one. `kept` is used up.
pub fn backward(
    equations: Equations,
    tensors: Tensors,
    outputs: OnGpu,
    Kept { gates, kept, x }: Kept,
    (d_outputs, d_cell): (OnGpu, Option<OnGpu>),
    wants_x: bool,
) -> [Option<OnGpu>; 6] {
    let sizes = sizes(&tensors);
    let Sizes { batch, seq_len: t_len, d_input: d, d_hidden: h } = sizes;
    let [_, w_x, w_h, bias, hidden, own] = tensors;
    let [w_x, w_h, bias, hidden, own] = [w_x, w_h, bias, hidden, own].map(into_contiguous);
    let [_, plan] = fitting_plans(sizes, equations, &x);
    let (outputs, d_outputs) = (into_contiguous(outputs), into_contiguous(d_outputs));
    let w_h_t = into_contiguous(Cube::float_transpose(w_h)); // [G·H, H]
    let has_d_cell = equations == Equations::Lstm && d_cell.is_some();
    let d_cell = match (equations, d_cell) {
        // A copy: the kernel writes into it, and others may still want to read what stands there.
        (Equations::Lstm, Some(d_cell)) => {
            into_contiguous(Cube::float_add_scalar(d_cell, 0.0f32.into()))
        }
        (Equations::Lstm, None) => empty(&gates, [batch, h]),
        _ => empty(&gates, [1]),
    };
    let before = empty(&gates, [batch * t_len, h]); // h_0 … h_{T-1} of every row
    let d_hidden = empty(&gates, [batch, h]);
    let own = if equations == Equations::Rnn { bias } else { own };
    // SAFETY: every index is made from B, T, G and H, and the tensors have these sizes.
    #[allow(unsafe_code)]
    unsafe {
        backward_steps::launch_unchecked(
            &outputs.client,
            plan.cubes(batch),
            plan.cube(),
            plan.vector,
            argument(&gates, 1),
            argument(&kept, 1),
            argument(&d_hidden, 1),
            argument(&d_cell, 1),
            argument(&before, 1),
            argument(&w_h_t, plan.vector),
            argument(&outputs, 1),
            argument(&hidden, 1),
            argument(&own, 1),
            argument(&d_outputs, 1),
            batch as u32,
            t_len as u32,
            has_d_cell,
            plan,
        );
    }
    let d_a = reshaped(gates, [batch * t_len, plan.columns()]);
    let d_bias = sum_of_rows(d_a.clone());
    let d_w_x = product(Factor::new(x).t(), Factor::new(d_a.clone())); // Σ_bt x_tᵀ δa_t
    let past = match equations {
        // What meets h_{t-1} in the GRU's last product is δm, not δa_n.
        Equations::Gru => {
            let d_m = reshaped(kept.clone(), [batch * t_len, h]);
            let first =
                Cube::float_slice(d_a.clone(), &[Slice::from(..), Slice::from(0..2 * h as isize)]);
            Cube::float_cat(vec![first, d_m], 1) // [B·T, 3H]
        }
        _ => d_a.clone(),
    };
    let d_w_h = product(Factor::new(before).t(), Factor::new(past)); // Σ_bt h_{t-1}ᵀ δa_t
    let d_x = wants_x.then(|| {
        let d_x = product(Factor::new(d_a), Factor::new(w_x).t());
        reshaped(d_x, [batch, t_len, d])
    });
    let d_own = match equations {
        Equations::Rnn => None,
        Equations::Gru => Some(sum_of_rows(reshaped(kept, [batch * t_len, h]))),
        Equations::Lstm => Some(d_cell),
    };
    [d_x, Some(d_w_x), Some(d_w_h), Some(d_bias), Some(d_hidden), d_own]
}

fn sizes(tensors: &Tensors) -> Sizes {
    let (x, w_h) = (tensors[0].shape(), tensors[2].shape());
    Sizes { batch: x[0], seq_len: x[1], d_input: x[2], d_hidden: w_h[0] }
}
