//! A training that another thread watches, and may stop.

use std::{
    fmt, ptr,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Where a training stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// The epoch that runs, counted from 1.
    pub epoch: usize,
    /// Epochs in all.
    pub epochs: usize,
    /// How much of the epoch's training is done, 0 to 1.
    pub trained: f64,
    /// Its training is done, and it is being validated.
    pub validating: bool,
    /// The training loss of the last batches; `None` before the first.
    pub loss: Option<f64>,
    /// Images or characters a second.
    pub units_per_second: f64,
    /// Seconds until the end, as far as that can be told.
    pub left: Option<f64>,
}

/// What a training tells whoever watches it, and what it is told: to stop.
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicBool, Ordering}};
/// use lstm_lessons::shell::Watch;
///
/// let (watch, stopped) = (Watch::default(), Arc::new(AtomicBool::new(false)));
/// watch.stop(); // before the training has begun
/// let told = stopped.clone();
/// watch.on_stop(move || told.store(true, Ordering::Relaxed));
/// assert!(stopped.load(Ordering::Relaxed));
/// ```
#[derive(Default)]
pub struct Watch(Mutex<State>);

#[derive(Default)]
struct State {
    standing: Option<Standing>,
    asked: bool,
    stop: Option<Box<dyn FnOnce() + Send>>,
}

impl Watch {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the training stands; `None` before its first batch.
    pub fn standing(&self) -> Option<Standing> {
        self.state().standing
    }

    /// Called by the training.
    pub fn tell(&self, standing: Standing) {
        self.state().standing = Some(standing);
    }

    /// Asks the training to stop after its step, or before its first one.
    pub fn stop(&self) {
        let mut state = self.state();
        state.asked = true;
        if let Some(stop) = state.stop.take() {
            stop();
        }
    }

    /// Whether it was asked to.
    pub fn was_stopped(&self) -> bool {
        self.state().asked
    }

    /// Called by the training: `stop` is what stops it.
    pub fn on_stop(&self, stop: impl FnOnce() + Send + 'static) {
        let mut state = self.state();
        match state.asked {
            true => stop(),
            false => state.stop = Some(Box::new(stop)),
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watch").field(&self.standing()).finish()
    }
}

/// Each is equal to itself alone.
impl PartialEq for Watch {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self, other)
    }
}

impl Eq for Watch {}
