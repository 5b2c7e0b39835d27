//! What a report is to show.

/// What a [`Report`](super::Report) shows, and how it calls it.
#[derive(Clone, Debug)]
pub struct ReportOptions {
    /// What is counted for the speed, in the user's language: `say!("images", "张图")`,
    /// `say!("characters", "字")`.
    pub unit: String,
    /// How many units an epoch has. `None` counts those that the loss metric says its batches had
    /// (the `count` of `NumericMetricState::update`): right where batches differ in size.
    pub units_per_epoch: Option<usize>,
    /// The name under which the loss metric is registered.
    pub loss_name: String,
    /// What to call the other metrics, as (registered name, shown name); one that is missing is
    /// shown in lower case.
    pub labels: Vec<(String, String)>,
}
