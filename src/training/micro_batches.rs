//! One step from several parts of its batch: one after the other on one device (gradient
//! accumulation), side by side on several (data parallelism), or both.
//!
//! A loss is a mean over what counts, so its gradient is one too, and a mean can be taken in parts:
//!
//! ```text
//! L = Σ_k n_k L_k / Σ_k n_k        ∂L/∂w = Σ_k n_k ∂L_k/∂w / Σ_k n_k        n_k what counts in part k
//! ```
//!
//! Weighted by n_k, not by 1: a part of short poems has fewer characters than one of long poems. What
//! comes out is the gradient of the whole batch, but for the order of its sums (and for the noise of
//! dropout, which each part draws for itself); clipping and the optimizer see no difference.

use std::ops::Range;

use burn::{
    data::{
        dataloader::{DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    module::{Module, ModuleVisitor, Param},
    optim::GradientsParams,
    prelude::*,
};
use burn_train::{
    LearnerModel, TrainOutput, TrainStep,
    train::{MultiDeviceStepError, MultiDevicesTrainStep},
};

use super::{
    Measured,
    device::{Devices, Lost, guarded, one_line},
};

/// A batch whose rows can be dealt out.
pub trait Divide: Sized {
    /// At most `parts` parts with rows of their own, in order; each row lies in one.
    fn divide(self, parts: usize) -> Vec<Self>;

    /// The same rows on another device.
    fn to_device(self, device: &Device) -> Self;
}

/// The rows of each of at most `parts` parts, as equal as can be with the larger first.
///
/// ```
/// use lstm_lessons::training::micro_batches::shares;
///
/// assert_eq!(shares(10, 4).collect::<Vec<_>>(), [0..3, 3..6, 6..8, 8..10]);
/// assert_eq!(shares(2, 4).count(), 2); // no part is empty
/// ```
pub fn shares(rows: usize, parts: usize) -> impl Iterator<Item = Range<usize>> {
    let parts = parts.clamp(1, rows.max(1));
    let begin = move |k: usize| k * (rows / parts) + k.min(rows % parts);
    (0..parts).map(move |k| begin(k)..begin(k + 1))
}

/// Whole numbers on another device, which may keep them in another width.
pub fn numbers_to<const D: usize>(numbers: Tensor<D, Int>, device: &Device) -> Tensor<D, Int> {
    Tensor::from_data(numbers.into_data(), device)
}

/// Into how many parts a batch goes, and which devices compute them.
#[derive(Clone, Debug)]
pub struct MicroBatches {
    /// With autodiff; each computes one part at a time. None: the device of the model.
    pub workers: Vec<Device>,
    /// Of the workers.
    pub names: Vec<String>,
    /// How many parts each device computes, one after the other, for one step.
    pub accumulate: usize,
}

impl Default for MicroBatches {
    /// The batch is one part.
    fn default() -> Self {
        Self { workers: Vec::new(), names: Vec::new(), accumulate: 1 }
    }
}

impl MicroBatches {
    /// `accumulate` parts on each of these devices.
    pub fn of(devices: &Devices, accumulate: usize) -> Self {
        let workers = devices.workers.iter().map(|device| device.clone().autodiff()).collect();
        Self { workers, names: devices.names.clone(), accumulate }
    }

    /// What takes the steps of `M`; the workers are burn-train's, a thread each.
    pub(super) fn start<M: LearnerModel>(&self) -> Steps<M> {
        let any = !self.workers.is_empty();
        Steps {
            parts: self.clone(),
            workers: any.then(|| MultiDevicesTrainStep::new(&self.workers)),
        }
    }
}

/// Takes the forward and backward passes of one step.
pub(super) struct Steps<M: LearnerModel> {
    parts: MicroBatches,
    workers: Option<MultiDevicesTrainStep<M>>,
}

impl<M> Steps<M>
where
    M: LearnerModel + TrainStep<Output = Measured>,
    <M as TrainStep>::Input: Divide,
{
    /// What is measured of the batch, and its gradient.
    ///
    /// # Errors
    /// A device that failed.
    pub fn step(
        &self,
        model: &M,
        batch: <M as TrainStep>::Input,
    ) -> Result<(Measured, GradientsParams), MultiDeviceStepError> {
        let each = self.parts.accumulate * self.parts.workers.len().max(1);
        if each == 1 && self.workers.is_none() {
            let TrainOutput { grads, item } = TrainStep::step(model, batch);
            return Ok((item, grads));
        }
        let mut micro_batches = batch.divide(each).into_iter();
        let mut sum = Mean::default();
        match &self.workers {
            None => micro_batches.for_each(|part| sum.add(model, TrainStep::step(model, part))),
            Some(workers) => {
                let home = model.devices().first().cloned().unwrap_or_default();
                while micro_batches.len() > 0 {
                    let (outputs, _) =
                        workers.step(&mut self.next_round(&mut micro_batches), model)?;
                    let mut outputs: Vec<_> = outputs.into_iter().map(|one| one.output).collect();
                    // They come in the order in which the devices are done, which is another every
                    // time; a sum in one order gives the same bytes.
                    outputs.sort_by(|a, b| a.item.loss.total_cmp(&b.item.loss));
                    for TrainOutput { grads, item } in outputs {
                        let grads = grads.to_device(&home, model);
                        sum.add(model, TrainOutput { grads, item });
                    }
                }
            }
        }
        Ok(sum.finish(model))
    }

    /// What `work` returns; where devices share a batch, or which of them failed in it: whatever is sent to
    /// a device or read back from it may fail on this thread, too.
    pub fn guarded<T>(&self, work: impl FnOnce() -> T) -> Result<T, Lost> {
        match &self.workers {
            Some(_) => guarded(work),
            None => Ok(work()),
        }
    }

    /// The devices that failed, by name, and what the first of them says.
    pub fn lost(&self, error: &MultiDeviceStepError) -> Option<Lost> {
        let MultiDeviceStepError::Workers(failures) = error else { return None };
        let names = failures.iter().filter_map(|failure| self.parts.names.get(failure.device_id));
        let device = names.map(String::as_str).collect::<Vec<_>>().join(", ");
        Some(Lost { device, why: one_line(&failures.first()?.message) })
    }

    /// One part for each device, and none where there are no more.
    fn next_round(
        &self,
        micro_batches: &mut impl Iterator<Item = <M as TrainStep>::Input>,
    ) -> Vec<Box<dyn DataLoaderIterator<<M as TrainStep>::Input>>> {
        let part_for = |device| One(micro_batches.next().map(|part| part.to_device(device)));
        self.parts.workers.iter().map(part_for).map(|one| Box::new(one) as Box<_>).collect()
    }
}

/// A loader's iterator over one part, as burn-train's workers want it.
struct One<I>(Option<I>);

impl<I> Iterator for One<I> {
    type Item = Result<I, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl<I> DataLoaderIterator<I> for One<I> {
    fn progress(&self) -> Progress {
        Progress::new(1, 1, None) // the epoch's own is reported
    }
}

/// The mean over the parts, in the making.
#[derive(Default)]
pub struct Mean {
    /// Σ n_k ∂L_k/∂w.
    grads: GradientsParams,
    measured: Vec<Measured>,
}

impl Mean {
    /// One part more.
    ///
    /// ```text
    /// g <- g + n_k g_k
    /// ```
    pub fn add<M: Module>(&mut self, model: &M, part: TrainOutput<Measured>) {
        let TrainOutput { mut grads, item } = part;
        let to = &mut self.grads;
        model.visit(&mut AddTimes { from: &mut grads, factor: item.count as f64, to });
        self.measured.push(item);
    }

    /// What the parts come to: their [mean](Measured::mean), and its gradient.
    pub fn finish<M: Module>(mut self, model: &M) -> (Measured, GradientsParams) {
        let measured = Measured::mean(&self.measured);
        let mut mean = GradientsParams::new();
        let factor = 1.0 / measured.count as f64;
        model.visit(&mut AddTimes { from: &mut self.grads, factor, to: &mut mean });
        (measured, mean)
    }
}

/// `to <- to + factor · from` for each parameter; `from` is empty afterwards.
struct AddTimes<'a> {
    from: &'a mut GradientsParams,
    factor: f64,
    to: &'a mut GradientsParams,
}

impl ModuleVisitor for AddTimes<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(g) = self.from.remove::<D>(param.id) else { return };
        let g = g.mul_scalar(self.factor);
        let sum = match self.to.remove::<D>(param.id) {
            Some(sum) => sum + g,
            None => g,
        };
        self.to.register::<D>(param.id, sum);
    }
}
