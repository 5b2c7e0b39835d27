//! What a step reports, and the two metrics made of it.

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

/// Three numbers of a batch, already on the host: no logits travel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The mean loss of the batch, nats.
    pub loss: f64,
    /// How many of the things that count were predicted right.
    pub correct: usize,
    /// The things that count: images, or tokens that are not padding.
    pub count: usize,
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

/// The mean loss, each batch weighted by what counts in it (Burn's own `LossMetric` weighs a batch
/// of 5 like one of 64).
#[derive(Clone, Default)]
pub struct Loss(NumericMetricState);

/// The share of right predictions, in per cent.
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
