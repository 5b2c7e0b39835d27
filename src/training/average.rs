//! The average of the weights: what is validated and kept, while the training goes on from the
//! weights themselves.

use burn::{
    module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId},
    optim::{
        GradientsParams, ModuleOptimizer, lr_scheduler::module_lr_scheduler::ModuleLearningRate,
    },
    prelude::*,
    tensor::container::TensorContainer,
};
use burn_train::{InferenceStep, LearnerModel, TrainOutput, TrainStep};

use super::outside::outside_autodiff;

/// A model that is trained, and the exponential moving average of its weights.
///
/// ```text
/// d_k = min(decay, k / (k + 9))        a_k = a_{k-1} + (1 - d_k) (w_k - a_{k-1})        after step k = 1, 2, …
/// ```
///
/// A step follows the gradient of one batch and lands beside the minimum; the mean over the last
/// 1 / (1 - decay) steps lies nearer to it. In the first steps d_k is smaller, so that the weights
/// with which the training began do not stay in the average.
///
/// Both are parameters of one module, so that every checkpoint holds both and a training that is
/// resumed goes on with the same average. (The optimizer's state would be checkpointed, too, but
/// burn-train lets nobody read it.)
///
/// Sources: Polyak and Juditsky, *Acceleration of Stochastic Approximation by Averaging* (1992);
/// the smaller d_k at first as in TensorFlow's `ExponentialMovingAverage`.
///
/// ```
/// use burn::{nn::LinearConfig, prelude::*};
/// use lstm_lessons::training::Averaged;
///
/// let model = LinearConfig::new(1, 1).with_bias(false).init(&Device::flex());
/// let mut both = Averaged::new(model, 0.999);
/// let before = both.average.weight.val().into_scalar::<f32>();
/// both.model.weight = both.model.weight.map(|w| w + 1.0);
/// both = both.followed();
/// assert!((both.average.weight.val().into_scalar::<f32>() - (before + 0.9)).abs() < 1e-6); // d_1 = 0.1
/// ```
#[derive(Module, Debug)]
pub struct Averaged<M: Module> {
    /// After the last step.
    pub model: M,
    /// Of the weights after every step.
    pub average: M,
    /// k, the steps so far. `[1]`
    steps: Param<Tensor<1, Int>>,
    /// The most that d_k comes to.
    #[module(skip)]
    decay: f64,
}

impl<M: Module> Averaged<M> {
    /// Before the first step: the average is the model. `decay` lies in `0..1`.
    pub fn new(model: M, decay: f64) -> Self {
        let device = model.devices().first().cloned().unwrap_or_default();
        // Not a random id, or the same seed would not write the same bytes.
        let steps = Param::initialized(ParamId::from(0), Tensor::from_data([0], &device));
        Self { average: model.clone().no_grad(), model, steps, decay }
    }

    /// The average after one more step, that which `model` has just taken.
    pub fn followed(mut self) -> Self {
        self.steps = self.steps.map(|k| k.add_scalar(1));
        let k: f64 = self.steps.val().into_scalar();
        let decay = self.decay.min(k / (k + 9.0));
        let mut weights = Weights(TensorContainer::new());
        self.model.visit(&mut weights);
        self.average = self.average.map(&mut Follow { weights, share: 1.0 - decay });
        self
    }
}

/// Weights by their ids, which the average shares with the model.
struct Weights(TensorContainer<ParamId>);

impl ModuleVisitor for Weights {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.register(param.id, param.val().without_autodiff());
    }
}

struct Follow {
    weights: Weights,
    /// 1 - d_k.
    share: f64,
}

impl ModuleMapper for Follow {
    fn map_float<const D: usize>(&mut self, average: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match self.weights.0.get::<Tensor<D>>(&average.id) {
            Some(w) => {
                average.map(|a| outside_autodiff(a, |a| a.clone() + (w - a).mul_scalar(self.share)))
            }
            None => average,
        }
    }
}

impl<M: LearnerModel> TrainStep for Averaged<M> {
    type Input = <M as TrainStep>::Input;
    type Output = <M as TrainStep>::Output;

    fn step(&self, batch: Self::Input) -> TrainOutput<Self::Output> {
        TrainStep::step(&self.model, batch)
    }

    fn optimize(
        mut self,
        optimizer: &mut ModuleOptimizer,
        lr: ModuleLearningRate,
        grads: GradientsParams,
    ) -> Self {
        self.model = self.model.optimize(optimizer, lr, grads);
        self.followed()
    }
}

impl<M: LearnerModel> InferenceStep for Averaged<M> {
    type Input = <M as InferenceStep>::Input;
    type Output = <M as InferenceStep>::Output;

    fn step(&self, batch: Self::Input) -> Self::Output {
        InferenceStep::step(&self.average, batch)
    }
}
