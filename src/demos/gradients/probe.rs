//! A thermometer for gradients: how strongly does a loss at the end depend on what was remembered
//! at step t?

use burn::prelude::*;

use crate::cell::{Cell, Recurrent, State};

/// Gradient norms, one a step; index 0 is the first step.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientNorms {
    /// |∂L/∂h_t|.
    pub hidden: Vec<f64>,
    /// |∂L/∂c_t|; empty where the cell has no c.
    pub cell: Vec<f64>,
}

/// Reads `x` (`[B, T, D]`, on an autodiff device) step by step and measures the gradient that the
/// loss of the last state has at every step.
///
/// A tensor of zeros is added to every state between two steps. It changes nothing, but the loss can
/// be differentiated by it, and ∂L/∂zero_t = ∂L/∂h_t. The norms are taken over the whole batch.
///
/// ```text
/// h_t ← h_t + zero_t,   c_t ← c_t + zero'_t,   L = loss(h_T, c_T)
/// ```
///
/// Source: course section 1-3, "梯度消失"; Bengio, Simard and Frasconi, *Learning long-term
/// dependencies with gradient descent is difficult* (1994).
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::{cell::{Cell, CellKind}, demos::gradients::gradient_norms};
/// use rand::{SeedableRng, rngs::StdRng};
///
/// let device = Device::flex().autodiff();
/// let cell = Cell::new(CellKind::Rnn, 4, 8, 0.0, &mut StdRng::seed_from_u64(1), &device);
/// let norms = gradient_norms(&cell, Tensor::ones([1, 30, 4], &device), |last| last.hidden.sum());
/// assert!(norms.hidden[0] < norms.hidden[29]); // the first step hardly matters to the last
/// ```
pub fn gradient_norms(
    cell: &Cell,
    x: Tensor<3>,
    loss: impl FnOnce(State) -> Tensor<1>,
) -> GradientNorms {
    let [batch, _, _] = x.dims();
    let device = x.device();
    let zero = || Tensor::<2>::zeros([batch, cell.d_hidden()], &device).require_grad(); // [B, H]
    let mut state = cell.zero_state(batch, &device);
    let mut probes = Vec::new();
    for x_t in x.iter_dim(1) {
        let after = cell.step(x_t.squeeze_dim(1), state);
        let probe = State { hidden: zero(), cell: after.cell.as_ref().map(|_| zero()) };
        state = State {
            hidden: after.hidden + probe.hidden.clone(),
            cell: after.cell.zip(probe.cell.clone()).map(|(c, zero)| c + zero),
        };
        probes.push(probe);
    }
    let grads = loss(state).backward();
    // A probe that the loss does not reach has no gradient at all.
    let norm_of = |probe: &Tensor<2>| probe.grad(&grads).map_or(0.0, |g| norm(&g));
    GradientNorms {
        hidden: probes.iter().map(|probe| norm_of(&probe.hidden)).collect(),
        cell: probes.iter().filter_map(|probe| probe.cell.as_ref().map(norm_of)).collect(),
    }
}

/// |g| in f64: squares of numbers as small as these would vanish in f32 before their root is taken.
fn norm(g: &Tensor<2>) -> f64 {
    g.to_data().iter::<f64>().map(|v| v * v).sum::<f64>().sqrt()
}
