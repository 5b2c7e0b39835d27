//! One measurement.

use lstm_lessons::kernel::Precision;
use serde::Serialize;

use crate::{implementation::Implementation, peak::Peak, training::Timed, work::Task};

/// What was measured of one implementation at one work.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub task: Task,
    pub implementation: Implementation,
    pub timed: Timed,
    /// The most memory that a process of its own held, in units of 10^6 bytes; measured for the
    /// poem step, where the system reports it.
    pub peak_memory_mb: Option<f64>,
}

impl Row {
    /// Characters or images a second.
    pub fn items_per_second(&self) -> f64 {
        self.task.items() as f64 / (self.timed.ms_per_step / 1e3)
    }

    /// Useful floating-point operations a second, in thousands of millions.
    pub fn gflops(&self) -> f64 {
        self.task.flops() / (self.timed.ms_per_step / 1e3) / 1e9
    }

    /// What its matrices are multiplied from.
    pub fn precision(&self) -> Precision {
        self.implementation.kernel().precision()
    }

    /// The object that `--json` prints.
    pub fn json(&self, peak: Peak) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct Object {
            work: &'static str,
            implementation: &'static str,
            precision: Precision,
            ms_per_step: f64,
            items_per_second: f64,
            percent_of_peak: f64,
            gflops: f64,
            peak_gflops: f64,
            steps: usize,
            threads: usize,
            #[serde(skip_serializing_if = "Option::is_none")]
            first_loss: Option<f64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            peak_memory_mb: Option<f64>,
        }
        serde_json::to_string(&Object {
            work: self.task.work.name(),
            implementation: self.implementation.name(),
            precision: self.precision(),
            ms_per_step: self.timed.ms_per_step,
            items_per_second: self.items_per_second(),
            percent_of_peak: 100.0 * self.gflops() / peak.gflops_in(self.precision()),
            gflops: self.gflops(),
            peak_gflops: peak.gflops_in(self.precision()),
            steps: self.timed.steps,
            threads: rayon::current_num_threads(),
            first_loss: self.timed.first_loss,
            peak_memory_mb: self.peak_memory_mb,
        })
    }
}
