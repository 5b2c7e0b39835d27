//! Data parallelism by hand: two halves of a batch, and what their gradients come to.

use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::GradientsParams,
    prelude::*,
};
use burn_train::{TrainOutput, TrainStep};

use crate::training::{Divide, Measured, micro_batches::Mean};

/// How far the mean of two gradients lies from the gradient of the whole batch: the largest difference
/// of two numbers, as a share of the largest number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Halves {
    /// What counts in each half.
    pub counts: [usize; 2],
    /// With weights n_k.
    pub weighted: f64,
    /// With both weights alike.
    pub plain: f64,
}

/// Takes the gradient of a batch whole and from its halves, as two devices would.
///
/// ```text
/// g = (n_1 g_1 + n_2 g_2) / (n_1 + n_2)        not (g_1 + g_2) / 2, unless n_1 = n_2
/// ```
///
/// # Panics
/// If the batch has fewer than two rows.
pub fn averaged<M>(model: &M, batch: M::Input) -> Halves
where
    M: Module + TrainStep<Output = Measured>,
    M::Input: Divide + Clone,
{
    let whole = TrainStep::step(model, batch.clone()).grads;
    let [first, second] = batch.divide(2).try_into().ok().expect("two rows at least");
    let (one, two) = (TrainStep::step(model, first), TrainStep::step(model, second));
    let counts = [one.item.count, two.item.count];
    let alike = |half: &TrainOutput<Measured>| TrainOutput {
        grads: copied(model, &half.grads),
        item: Measured { count: 1, ..half.item },
    };
    let plain = mean(model, [alike(&one), alike(&two)]);
    let weighted = mean(model, [one, two]);
    let [weighted, plain] = [weighted, plain].map(|grads| difference(model, &grads, &whole));
    Halves { counts, weighted, plain }
}

/// The mean of two gradients, weighted by what counts.
fn mean<M: Module>(model: &M, halves: [TrainOutput<Measured>; 2]) -> GradientsParams {
    let mut mean = Mean::default();
    halves.into_iter().for_each(|half| mean.add(model, half));
    mean.finish(model).1
}

fn copied<M: Module>(model: &M, grads: &GradientsParams) -> GradientsParams {
    struct Copy<'a>(&'a GradientsParams, GradientsParams);
    impl ModuleVisitor for Copy<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Some(g) = self.0.get::<D>(param.id) {
                self.1.register::<D>(param.id, g);
            }
        }
    }
    let mut copy = Copy(grads, GradientsParams::new());
    model.visit(&mut copy);
    copy.1
}

/// The largest difference of two numbers, as a share of the largest number.
fn difference<M: Module>(model: &M, one: &GradientsParams, other: &GradientsParams) -> f64 {
    struct Largest<'a> {
        one: &'a GradientsParams,
        other: &'a GradientsParams,
        difference: f64,
        number: f64,
    }
    impl ModuleVisitor for Largest<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let pair = self.one.get::<D>(param.id).zip(self.other.get::<D>(param.id));
            let Some((one, other)) = pair else { return };
            let largest = |g: Tensor<D>| g.abs().max().into_scalar::<f64>();
            self.number = self.number.max(largest(other.clone()));
            self.difference = self.difference.max(largest(one - other));
        }
    }
    let mut largest = Largest { one, other, difference: 0.0, number: 0.0 };
    model.visit(&mut largest);
    largest.difference / largest.number
}
