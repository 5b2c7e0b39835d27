//! The metrics of a finished epoch.

/// The value of one metric over one epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricValue {
    /// As registered with the learner.
    pub name: String,
    /// As shown to the user.
    pub label: String,
    /// The mean over the epoch, as the metric computes it.
    pub value: f64,
    /// The unit that the metric gives itself, such as `%`.
    pub unit: Option<String>,
}

/// The metrics, the speed and the time of an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochSummary {
    /// Counted from 1.
    pub epoch: usize,
    /// How many the run will have at most.
    pub epochs: usize,
    /// The final values of training, in the order in which the metrics were registered.
    pub train: Vec<MetricValue>,
    /// The final values of validation.
    pub valid: Vec<MetricValue>,
    /// Units trained a second; the time of the validation is not in it.
    pub units_per_second: f64,
    /// How long the epoch trained.
    pub training_seconds: f64,
    /// Training and validation together.
    pub seconds: f64,
}

impl EpochSummary {
    /// The training value of the metric registered as `name`.
    pub fn train(&self, name: &str) -> Option<f64> {
        self.train.iter().find(|f| f.name == name).map(|f| f.value)
    }

    /// The validation value of the metric registered as `name`.
    pub fn valid(&self, name: &str) -> Option<f64> {
        self.valid.iter().find(|f| f.name == name).map(|f| f.value)
    }
}
