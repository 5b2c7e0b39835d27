//! Adam's step as one pass over the numbers.
//!
//! Burn's [`Adam`](burn::optim::Adam) makes a tensor of each term of the formula and walks through
//! memory a dozen times; a model of millions of weights has to wait for memory, not for arithmetic.
//! Here every number is read once and written once.

use burn::{
    optim::{AdamConfig, AdamState, AdaptiveMomentumState, LearningRate, Optimizer},
    prelude::*,
};
use rayon::prelude::*;

use super::machine::{Kernel, Machine, Precision};

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-5;
/// Numbers that one task takes.
const TASK: usize = 1 << 15;

/// Adam with Burn's defaults and Burn's state, so that a checkpoint of either can be continued by
/// the other.
///
/// ```text
/// m ← β₁ m + (1 - β₁) g          v ← β₂ v + (1 - β₂) g²          c = √(1 - β₂^k)
/// w ← w - lr · c / (1 - β₁^k) · m / (√v + ε c)                   in step k
/// ```
///
/// Source: Kingma and Ba, *Adam: A Method for Stochastic Optimization* (2015).
///
/// ```
/// use burn::optim::{ModuleOptimizer, Optimizer};
/// use burn::prelude::*;
/// use lstm_lessons::kernel::adam::Adam;
///
/// let device = Device::flex();
/// let (w, g) = (Tensor::<1>::from_data([1.0f32, 2.0], &device), Tensor::from_data([0.5f32, -0.5], &device));
/// let (w, _state) = Adam::default().step(0.1, w, g, None);
/// let w: Vec<f32> = w.into_data().iter().collect();
/// assert!((w[0] - 0.9).abs() < 1e-4 && (w[1] - 2.1).abs() < 1e-4); // the first step is as long as lr
/// let _for_a_model = ModuleOptimizer::from(Adam::default());
/// ```
#[derive(Clone)]
pub struct Adam {
    /// Burn's own, for tensors that none of our kernels takes.
    elsewhere: burn::optim::Adam,
}

impl Default for Adam {
    fn default() -> Self {
        let config =
            AdamConfig::new().with_beta_1(BETA_1).with_beta_2(BETA_2).with_epsilon(EPSILON);
        Self { elsewhere: config.build() }
    }
}

impl Optimizer for Adam {
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        lr: LearningRate,
        w: Tensor<D>,
        g: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        #[cfg(feature = "cubecl")]
        if Kernel::Fused.runs_on_gpu(&w) {
            return on_gpu(lr, w, g, state);
        }
        if !Kernel::Fused.runs_on(&w) {
            return self.elsewhere.step(lr, w, g, state);
        }
        let (device, shape) = (w.device(), w.dims());
        let count = shape.iter().product();
        let (k, m, v) = match state {
            Some(AdamState { momentum: s }) => {
                (s.time + 1, numbers(s.moment_1), numbers(s.moment_2))
            }
            None => (1, vec![0.0; count], vec![0.0; count]),
        };
        let (mut w, mut m, mut v) = (numbers(w), m, v);
        step(Machine::whole(Precision::F32), lr as f32, k, [&mut w, &mut m, &mut v], &numbers(g));
        let tensor = |values: Vec<f32>| Tensor::from_data(TensorData::new(values, shape), &device);
        let momentum = AdaptiveMomentumState::new(k, tensor(m), tensor(v));
        (tensor(w), Some(AdamState::new(momentum)))
    }

    fn to_device<const D: usize>(mut state: AdamState<D>, device: &Device) -> AdamState<D> {
        state.momentum = state.momentum.to_device(device);
        state
    }
}

/// The same on a GPU, where the numbers stay.
#[cfg(feature = "cubecl")]
fn on_gpu<const D: usize>(
    lr: LearningRate,
    w: Tensor<D>,
    g: Tensor<D>,
    state: Option<AdamState<D>>,
) -> (Tensor<D>, Option<AdamState<D>>) {
    let (k, m, v) = match state {
        Some(AdamState { momentum: s }) => (s.time + 1, s.moment_1, s.moment_2),
        None => (1, w.zeros_like(), w.zeros_like()),
    };
    let (length, epsilon) = length_and_epsilon(lr as f32, k);
    let factors = super::gpu::adam::Factors { beta_1: BETA_1, beta_2: BETA_2, length, epsilon };
    let [w, m, v] = super::operations::adam_on_gpu([w, m, v], g, factors);
    (w, Some(AdamState::new(AdaptiveMomentumState::new(k, m, v))))
}

/// lr · c / (1 - β₁^k) and ε c, in step k.
fn length_and_epsilon(lr: f32, k: usize) -> (f32, f32) {
    let c = (1.0 - BETA_2.powi(k as i32)).sqrt();
    (lr * c / (1.0 - BETA_1.powi(k as i32)), EPSILON * c)
}

/// The numbers of a tensor, without a copy if nobody else holds it.
fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().expect("`Kernel::runs_on` lets only f32 come here")
}

/// Step `k` on slices: w, m and v are changed in place.
fn step(machine: Machine, lr: f32, k: usize, [w, m, v]: [&mut [f32]; 3], g: &[f32]) {
    let (length, epsilon) = length_and_epsilon(lr, k);
    w.par_chunks_mut(TASK)
        .zip(m.par_chunks_mut(TASK))
        .zip(v.par_chunks_mut(TASK))
        .zip(g.par_chunks(TASK))
        .for_each(|(((w, m), v), g)| {
            machine.vectors.run(
                #[inline(always)]
                || {
                    for (((w, m), v), &g) in w.iter_mut().zip(m).zip(v).zip(g) {
                        *m = BETA_1 * *m + (1.0 - BETA_1) * g;
                        *v = BETA_2 * *v + (1.0 - BETA_2) * g * g;
                        *w -= length * *m / (v.sqrt() + epsilon);
                    }
                },
            );
        });
}
