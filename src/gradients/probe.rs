//! A thermometer for gradients: how strongly does a loss at the end depend on what was remembered
//! at step t?

use burn::prelude::*;

use crate::cell::{Cell, State, steps};

/// Gradient lengths, one a step; index 0 is the first step.
#[derive(Clone, Debug, PartialEq)]
pub struct Felt {
    /// |∂L/∂h_t|.
    pub hidden: Vec<f64>,
    /// |∂L/∂c_t|; empty where the cell has no c.
    pub cell: Vec<f64>,
}

/// Reads `x` (`[B, T, D]`, on an autodiff device) step by step and measures how far the loss of the
/// last state reaches back.
///
/// A tensor of zeros is added to every state on its way to the next step. It changes nothing, but
/// the loss can be differentiated by it, and ∂L/∂zero_t = ∂L/∂h_t. The lengths are taken over the
/// whole batch.
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
/// use lstm_lessons::{cell::{Cell, CellKind}, gradients::felt};
/// use rand::{SeedableRng, rngs::StdRng};
///
/// let device = Device::flex().autodiff();
/// let cell = Cell::new(CellKind::Rnn, 4, 8, 0.0, &mut StdRng::seed_from_u64(1), &device);
/// let felt = felt(&cell, Tensor::ones([1, 30, 4], &device), |last| last.hidden.sum());
/// assert!(felt.hidden[0] < felt.hidden[29]); // the first step is hardly felt at the last
/// ```
pub fn felt(cell: &Cell, x: Tensor<3>, loss: impl FnOnce(State) -> Tensor<1>) -> Felt {
    let [batch, _, _] = x.dims();
    let device = x.device();
    let zero = || Tensor::<2>::zeros([batch, cell.d_hidden()], &device).require_grad(); // [B, H]
    let mut state = cell.zero_state(batch, &device);
    let mut probes = Vec::new();
    for projected in steps(cell.project(x)) {
        let after = cell.step(projected, state);
        let probe = State { hidden: zero(), cell: after.cell.as_ref().map(|_| zero()) };
        state = State {
            hidden: after.hidden + probe.hidden.clone(),
            cell: after.cell.zip(probe.cell.clone()).map(|(c, zero)| c + zero),
        };
        probes.push(probe);
    }
    let grads = loss(state).backward();
    // A probe that the loss does not reach has no gradient at all.
    let length = |probe: &Tensor<2>| probe.grad(&grads).map_or(0.0, |g| length(&g));
    Felt {
        hidden: probes.iter().map(|probe| length(&probe.hidden)).collect(),
        cell: probes.iter().filter_map(|probe| probe.cell.as_ref().map(length)).collect(),
    }
}

/// |g| in f64: squares of numbers as small as these would vanish in f32 before their root is taken.
fn length(g: &Tensor<2>) -> f64 {
    g.to_data().iter::<f64>().map(|v| v * v).sum::<f64>().sqrt()
}
