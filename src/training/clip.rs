//! Clipping: a gradient that explodes is shortened as a whole.

use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::GradientsParams,
    prelude::*,
};

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
    let mut squares = Squares { grads: &grads, sums: Vec::new() };
    model.visit(&mut squares);
    let norm = squares.sum().sqrt();
    if norm > max_norm {
        model.visit(&mut Scale { grads: &mut grads, factor: max_norm / norm });
    }
    (grads, norm)
}

struct Squares<'a> {
    grads: &'a GradientsParams,
    sums: Vec<Tensor<1>>,
}

impl Squares<'_> {
    /// Of all parameters together, read at once: a GPU is waited for one time.
    fn sum(self) -> f64 {
        match self.sums.is_empty() {
            true => 0.0,
            false => Tensor::cat(self.sums, 0).into_data().iter::<f64>().sum(),
        }
    }
}

impl ModuleVisitor for Squares<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(g) = self.grads.get::<D>(param.id) {
            self.sums.push(g.square().sum());
        }
    }
}

struct Scale<'a> {
    grads: &'a mut GradientsParams,
    factor: f64,
}

impl ModuleVisitor for Scale<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(g) = self.grads.remove::<D>(param.id) {
            self.grads.register::<D>(param.id, g.mul_scalar(self.factor));
        }
    }
}
