//! Clipping: a gradient that explodes is shortened as a whole.

use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::GradientsParams,
    prelude::*,
};

use crate::kernel::Kernel;

/// The norm to which both lessons clip a longer gradient.
pub const MAX_NORM: f64 = 1.0;

/// Clips the gradient of the whole model to the norm `max_norm` and returns the norm that it had
/// before.
///
/// ```text
/// norm = √(Σ over all parameters |g|²)        g ← g · min(1, max_norm / norm)
/// ```
///
/// All parameters are scaled by the same factor, so the direction of the step stays what it was;
/// Burn's own clipping works on each parameter alone and bends it.
///
/// Source: Pascanu, Mikolov and Bengio, *On the difficulty of training recurrent neural networks*
/// (2013).
pub fn clip_global_norm<M: Module>(
    model: &M,
    mut grads: GradientsParams,
    max_norm: f64,
) -> (GradientsParams, f64) {
    let norm = match squares(model, &grads) {
        sums if sums.is_empty() => 0.0,
        // Of all parameters together, read at once.
        sums => Tensor::cat(sums, 0).into_data().iter::<f64>().sum::<f64>().sqrt(),
    };
    if norm > max_norm {
        model.visit(&mut Scale { grads: &mut grads, factor: Factor::Known(max_norm / norm) });
    }
    (grads, norm)
}

/// The gradient as [`clip_global_norm`] clips it, for a step that shows nobody the norm: that of a GPU
/// stays there, and nothing waits for it.
///
/// ```
/// use burn::{nn::LinearConfig, optim::GradientsParams, prelude::*};
/// use lstm_lessons::training::{clip_global_norm, clipped};
///
/// let device = Device::flex().autodiff();
/// let linear = LinearConfig::new(3, 4).init(&device);
/// let loss = linear.forward(Tensor::<2>::ones([2, 3], &device)).sum() * 100.0;
/// let grads = GradientsParams::from_grads(loss.backward(), &linear);
/// let grads = clipped(&linear, grads, 1.0);
/// let (_, norm) = clip_global_norm(&linear, grads, f64::INFINITY);
/// assert!((norm - 1.0).abs() < 1e-5);
/// ```
pub fn clipped<M: Module>(model: &M, mut grads: GradientsParams, max_norm: f64) -> GradientsParams {
    let sums = squares(model, &grads);
    if !sums.first().is_some_and(|sum| Kernel::Fused.runs_on_gpu(sum)) {
        return clip_global_norm(model, grads, max_norm).0;
    }
    let norm = Tensor::cat(sums, 0).sum().sqrt(); // [1]
    let factor = norm.recip().mul_scalar(max_norm).clamp_max(1.0); // min(1, max_norm / norm)
    model.visit(&mut Scale { grads: &mut grads, factor: Factor::OnDevice(Box::new(factor)) });
    grads
}

/// |g|² of each parameter.
fn squares<M: Module>(model: &M, grads: &GradientsParams) -> Vec<Tensor<1>> {
    let mut squares = Squares { grads, sums: Vec::new() };
    model.visit(&mut squares);
    squares.sums
}

struct Squares<'a> {
    grads: &'a GradientsParams,
    sums: Vec<Tensor<1>>,
}

impl ModuleVisitor for Squares<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(g) = self.grads.get::<D>(param.id) {
            self.sums.push(g.square().sum());
        }
    }
}

/// What all gradients are multiplied by.
enum Factor {
    Known(f64),
    /// `[1]`, on the device of the gradients.
    OnDevice(Box<Tensor<1>>),
}

struct Scale<'a> {
    grads: &'a mut GradientsParams,
    factor: Factor,
}

impl ModuleVisitor for Scale<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(g) = self.grads.remove::<D>(param.id) {
            let g = match &self.factor {
                Factor::Known(factor) => g.mul_scalar(*factor),
                Factor::OnDevice(factor) => g * Tensor::clone(factor).reshape([1; D]),
            };
            self.grads.register::<D>(param.id, g);
        }
    }
}
