//! Back-propagation through time without autodiff: two inputs, two units, two answers, and numbers
//! that a calculator can follow.

use burn::{module::Param, prelude::*, tensor::activation::log_softmax};

use crate::cell::{Cell, Layer, RnnCell};

/// A vector of two numbers.
pub type Pair = [f64; 2];
/// Two rows of two numbers.
pub type Square = [Pair; 2];

/// The course's three matrices, two by two; a row is what one input contributes, so the products
/// are x U, s W, s V.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// U: from the input to the memory.
    pub u: Square,
    /// W: from the memory to the memory.
    pub w: Square,
    /// V: from the memory to the answer.
    pub v: Square,
}

/// The forward pass: s_0 = 0, s_1 … s_T, the last answer and its loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    /// s_0 … s_T.
    pub s: Vec<Pair>,
    /// o_T = softmax(s_T V).
    pub o: Pair,
    /// `L = -ln o_T[target]`.
    pub loss: f64,
}

/// The backward pass: the gradient of every weight and of every state.
#[derive(Clone, Debug, PartialEq)]
pub struct Backward {
    /// ∂L/∂U, ∂L/∂W, ∂L/∂V.
    pub gradients: Weights,
    /// ∂L/∂s_t for t = 1 … T.
    pub d_s: Vec<Pair>,
}

/// Reads the inputs x_1 … x_T.
///
/// ```text
/// s_t = tanh(x_t U + s_{t-1} W)        o_T = softmax(s_T V)        L = -ln o_T[target]
/// ```
///
/// # Panics
/// If there is no input.
pub fn forward(weights: &Weights, x: &[Pair], target: usize) -> Forward {
    let mut s = vec![[0.0, 0.0]];
    for x_t in x {
        let before = s[s.len() - 1];
        let (fed, kept) = (times(*x_t, weights.u), times(before, weights.w));
        s.push([(fed[0] + kept[0]).tanh(), (fed[1] + kept[1]).tanh()]);
    }
    let logits = times(s[x.len()], weights.v);
    let [a, b] = logits.map(f64::exp);
    let o = [a / (a + b), b / (a + b)];
    Forward { s, o, loss: -o[target].ln() }
}

/// Back-propagation through the same steps, last first, by the chain rule.
///
/// ```text
/// e = o_T - y                       the answer minus the truth
/// ∂L/∂V = s_Tᵀ e                    ∂L/∂s_T = e Vᵀ
/// δ_t = ∂L/∂s_t ⊙ (1 - s_t²)        through tanh
/// ∂L/∂U += x_tᵀ δ_t                 ∂L/∂W += s_{t-1}ᵀ δ_t
/// ∂L/∂s_{t-1} = δ_t Wᵀ              one step further back
/// ```
///
/// W stands in every step, so every step adds to its gradient ("每一步都会对前面的进行更新", course
/// section 1-3).
///
/// ```
/// use lstm_lessons::demos::rnn::by_hand::{EXAMPLE, INPUTS, TARGET, backward, forward};
///
/// let read = forward(&EXAMPLE, &INPUTS, TARGET);
/// let d_s = backward(&EXAMPLE, &INPUTS, TARGET, &read).d_s;
/// assert!(d_s[0][0].abs() < d_s[2][0].abs()); // step 1 matters less than step 3
/// ```
pub fn backward(weights: &Weights, x: &[Pair], target: usize, read: &Forward) -> Backward {
    let mut gradients = Weights { u: [[0.0; 2]; 2], w: [[0.0; 2]; 2], v: [[0.0; 2]; 2] };
    let mut e = read.o;
    e[target] -= 1.0;
    add_outer(&mut gradients.v, read.s[x.len()], e);
    let mut d_s = vec![[0.0, 0.0]; x.len()];
    let mut d_s_t = times(e, transposed(weights.v));
    for t in (1..=x.len()).rev() {
        d_s[t - 1] = d_s_t;
        let s_t = read.s[t];
        let delta = [d_s_t[0] * (1.0 - s_t[0] * s_t[0]), d_s_t[1] * (1.0 - s_t[1] * s_t[1])];
        add_outer(&mut gradients.u, x[t - 1], delta);
        add_outer(&mut gradients.w, read.s[t - 1], delta);
        d_s_t = times(delta, transposed(weights.w));
    }
    Backward { gradients, d_s }
}

/// The same three gradients by Burn's autodiff, through the crate's own RNN cell; `device` without
/// autodiff.
pub fn by_autodiff(weights: &Weights, x: &[Pair], target: usize, device: &Device) -> Weights {
    let device = device.clone().autodiff();
    let leaf = |m: Square| {
        Tensor::<2>::from_data(m.map(|row| row.map(|v| v as f32)), &device).require_grad()
    }; // [2, 2]
    let (u, w, v) = (leaf(weights.u), leaf(weights.w), leaf(weights.v));
    let bias = Param::from_tensor(Tensor::zeros([2], &device));
    let cell = RnnCell { u: Param::from_tensor(u.clone()), w: Param::from_tensor(w.clone()), bias };
    let inputs: Vec<f32> = x.as_flattened().iter().map(|&v| v as f32).collect();
    let inputs = Tensor::<3>::from_data(TensorData::new(inputs, [1, x.len(), 2]), &device); // [1, T, 2]
    let (_, last) = Layer::new(Cell::Rnn(cell)).forward(inputs, None);
    let ln_o = log_softmax(last.hidden.matmul(v.clone()), 1); // [1, 2]
    let grads = ln_o.narrow(1, target, 1).sum().neg().backward();
    let read = |leaf: &Tensor<2>| -> Square {
        let gradient = leaf.grad(&grads).expect("the loss depends on U, W and V");
        let values: Vec<f64> = gradient.into_data().iter().collect();
        [[values[0], values[1]], [values[2], values[3]]]
    };
    Weights { u: read(&u), w: read(&w), v: read(&v) }
}

/// The example of the lesson.
pub const EXAMPLE: Weights = Weights {
    u: [[0.5, -0.3], [0.8, 0.2]],
    w: [[0.4, 0.1], [-0.2, 0.6]],
    v: [[0.7, -0.4], [-0.5, 0.9]],
};
/// Its three inputs: the first thing, the second, the first again.
pub const INPUTS: [Pair; 3] = [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]];
/// The answer that would have been right.
pub const TARGET: usize = 1;

/// The row a times the matrix m.
fn times(a: Pair, m: Square) -> Pair {
    [a[0] * m[0][0] + a[1] * m[1][0], a[0] * m[0][1] + a[1] * m[1][1]]
}

fn transposed(m: Square) -> Square {
    [[m[0][0], m[1][0]], [m[0][1], m[1][1]]]
}

/// m += aᵀ b.
fn add_outer(m: &mut Square, a: Pair, b: Pair) {
    for (row, a) in m.iter_mut().zip(a) {
        for (entry, b) in row.iter_mut().zip(b) {
            *entry += a * b;
        }
    }
}
