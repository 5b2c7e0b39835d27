//! A disk that refuses, for tests: the N-th write, flush, rename or removal below one folder.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// What is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// The N-th step alone, counted from 0: a disk that was full for a moment.
    At(usize),
    /// The N-th step and all after it, tidying up included: what a kill leaves.
    From(usize),
}

struct Plan {
    folder: PathBuf,
    fault: Fault,
    steps: usize,
    /// The files that took their places.
    renamed: Vec<PathBuf>,
}

static PLAN: Mutex<Option<Plan>> = Mutex::new(None);

fn plan() -> MutexGuard<'static, Option<Plan>> {
    PLAN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Calls `run` with a disk that refuses below `folder`; returns what it returned, whether anything
/// was refused, and which files took their places. One at a time: the caller sees to that.
pub fn with<T>(folder: &Path, fault: Fault, run: impl FnOnce() -> T) -> (T, bool, Vec<PathBuf>) {
    *plan() = Some(Plan { folder: folder.into(), fault, steps: 0, renamed: Vec::new() });
    let outcome = run();
    let Plan { steps, renamed, .. } = plan().take().expect("nobody else takes it");
    let (Fault::At(n) | Fault::From(n)) = fault;
    (outcome, steps > n, renamed)
}

/// A file took its place.
pub(super) fn took_place(path: &Path) {
    let mut plan = plan();
    if let Some(plan) = plan.as_mut().filter(|plan| path.starts_with(&plan.folder)) {
        plan.renamed.push(path.to_path_buf());
    }
}

/// Where the disk refuses.
pub(super) fn step(path: &Path) -> io::Result<()> {
    let mut plan = plan();
    let Some(plan) = plan.as_mut().filter(|plan| path.starts_with(&plan.folder)) else {
        return Ok(());
    };
    let step = plan.steps;
    plan.steps += 1;
    match plan.fault {
        Fault::At(n) if step == n => Err(ErrorKind::StorageFull.into()),
        Fault::From(n) if step >= n => Err(ErrorKind::StorageFull.into()),
        _ => Ok(()),
    }
}
