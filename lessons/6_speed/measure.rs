//! One implementation of one work, timed.

use burn::prelude::*;

use crate::{
    digits,
    implementation::Implementation,
    poems,
    training::Timed,
    work::{Task, Work},
    writing,
};
use lstm_lessons::demos::measure::Budget;

/// Times one implementation of one work.
pub fn time(task: Task, implementation: Implementation, budget: Budget, device: &Device) -> Timed {
    match task.work {
        Work::Poems => poems::time(task.size, implementation, budget, device),
        Work::Mnist => digits::time(implementation, budget, device),
        Work::Sampling => writing::time(implementation, budget, device),
    }
}
