//! What is measured of a batch or of an epoch, and the two metrics made of it.

use std::sync::Arc;

use burn::tensor::{ExecutionError, TensorReadError};
use burn_train::{
    ItemLazy,
    metric::{
        Adaptor, Metric, MetricAttributes, MetricMetadata, MetricName, Numeric, NumericAttributes,
        NumericEntry, SerializedEntry,
        state::{FormatOptions, NumericMetricState},
    },
};
use serde::{Deserialize, Serialize};

/// Three numbers of a batch, or of all batches of an epoch. They lie on the host already: no logits
/// travel.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The mean loss, nats.
    pub loss: f64,
    /// How many predictions were right; 0 where that is not measured.
    pub correct: usize,
    /// How many predictions count: one an image, or one a token that is not padding.
    pub count: usize,
}

impl Measured {
    /// Many batches as one, each weighted by what counts in it; the loss is NaN if nothing does.
    ///
    /// ```text
    /// loss = Σ_k count_k · loss_k / Σ_k count_k
    /// ```
    ///
    /// ```
    /// use lstm_lessons::training::Measured;
    ///
    /// let batches = [(1.0, 4), (4.0, 2)].map(|(loss, count)| Measured { loss, correct: 1, count });
    /// assert_eq!(Measured::mean(&batches), Measured { loss: 2.0, correct: 2, count: 6 });
    /// ```
    pub fn mean(batches: &[Self]) -> Self {
        let count = batches.iter().map(|batch| batch.count).sum();
        let nats: f64 = batches.iter().map(|batch| batch.loss * batch.count as f64).sum();
        let correct = batches.iter().map(|batch| batch.correct).sum();
        Self { loss: nats / count as f64, correct, count }
    }
}

impl ItemLazy for Measured {
    fn sync(self) -> Result<Self, ExecutionError> {
        Ok(self)
    }
}

impl Adaptor<Measured> for Measured {
    fn adapt(&self) -> Measured {
        *self
    }
}

/// The mean loss as in [`Measured::mean`]. (Burn's own `LossMetric` weights a batch of 5 like one
/// of 64.)
#[derive(Clone, Default)]
pub struct Loss(NumericMetricState);

/// The share of right predictions, in per cent, weighted alike.
#[derive(Clone, Default)]
pub struct Accuracy(NumericMetricState);

macro_rules! metric {
    ($metric:ident, $name:literal, $unit:expr, $higher:literal, $value:expr) => {
        impl $metric {
            /// The name under which it is registered.
            pub const NAME: &'static str = $name;
        }

        impl Metric for $metric {
            type Input = Measured;

            fn name(&self) -> MetricName {
                Arc::new(Self::NAME.into())
            }

            fn attributes(&self) -> MetricAttributes {
                NumericAttributes { unit: $unit, higher_is_better: $higher }.into()
            }

            fn update(
                &mut self,
                item: &Measured,
                _: &MetricMetadata,
            ) -> Result<SerializedEntry, TensorReadError> {
                let value: fn(&Measured) -> f64 = $value;
                self.0.update(value(item), item.count);
                Ok(self.0.compute_update(FormatOptions::new(self.name()).precision(4)))
            }

            fn compute(&mut self) -> Result<SerializedEntry, TensorReadError> {
                Ok(self.0.compute_final(FormatOptions::new(self.name()).precision(4)))
            }

            fn clear(&mut self) {
                self.0.reset();
            }
        }

        impl Numeric for $metric {
            fn value(&self) -> Option<NumericEntry> {
                Some(self.0.current_value())
            }

            fn running_value(&self) -> Option<NumericEntry> {
                Some(self.0.running_value())
            }

            fn final_value(&self) -> NumericEntry {
                self.0.final_value()
            }
        }
    };
}

metric!(Loss, "Loss", None, false, |m| m.loss);
metric!(Accuracy, "Accuracy", Some("%".into()), true, |m| 100.0 * m.correct as f64
    / m.count.max(1) as f64);
