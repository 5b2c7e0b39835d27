//! The values of the metrics, as the learner reports them batch by batch.

use burn::train::{
    metric::{MetricAttributes, MetricDefinition, MetricEntry, NumericEntry},
    renderer::MetricState,
};

use super::summary::MetricValue;

/// Each metric's last value of the running epoch; at its end that is the mean over the epoch.
#[derive(Default)]
pub(super) struct Metrics {
    definitions: Vec<MetricDefinition>,
    pub train: Vec<MetricValue>,
    pub valid: Vec<MetricValue>,
}

impl Metrics {
    /// Values of this metric will come.
    pub fn register(&mut self, definition: MetricDefinition) {
        self.definitions.push(definition);
    }

    /// An epoch begins.
    pub fn clear(&mut self) {
        self.train.clear();
        self.valid.clear();
    }

    /// Records a value in place of the one before, and returns it with its metric's name; `None`
    /// if it is no number, or of a metric that nobody has registered.
    pub fn record(
        &mut self,
        state: &MetricState,
        training: bool,
        labels: &[(String, String)],
    ) -> Option<(String, NumericEntry)> {
        let MetricState::Numeric(MetricEntry { metric_id, .. }, Some(entry)) = state else {
            return None;
        };
        let metric = self.definitions.iter().find(|metric| metric.metric_id == *metric_id)?;
        let (name, value) = (metric.name.to_string(), entry.current());
        let unit = match &metric.attributes {
            MetricAttributes::Numeric(numeric) => numeric.unit.clone(),
            MetricAttributes::None => None,
        };
        let label = labels.iter().find(|(registered, _)| *registered == name);
        let label = label.map_or_else(|| name.to_lowercase(), |(_, shown)| shown.clone());
        let values = if training { &mut self.train } else { &mut self.valid };
        match values.iter_mut().find(|known| known.name == name) {
            Some(known) => known.value = value,
            None => values.push(MetricValue { name: name.clone(), label, value, unit }),
        }
        Some((name, entry.clone()))
    }
}
