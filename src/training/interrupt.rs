//! Ctrl-C stops a training after its step, and so do a closed window and `kill`.

use std::{
    sync::{Mutex, MutexGuard, Once, PoisonError},
    time::{Duration, Instant},
};

use burn_train::Interrupter;

/// A second Ctrl-C counts only after this time: a terminal and a shell may both pass on the first.
const PATIENCE: Duration = Duration::from_millis(500);

/// Who is to stop, and since when it has known.
struct Current {
    running: Option<Interrupter>,
    asked: Option<Instant>,
}

static CURRENT: Mutex<Current> = Mutex::new(Current { running: None, asked: None });

fn current() -> MutexGuard<'static, Current> {
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on Ctrl-C (SIGINT), SIGTERM and SIGHUP stop `interrupter`'s training after its step; a
/// second one, half a second later or more, ends the program at once (exit code 2).
pub fn stop_on_ctrl_c(interrupter: Interrupter) {
    static FIRST: Once = Once::new();
    *current() = Current { running: Some(interrupter), asked: None };
    FIRST.call_once(|| listen(asked_to_stop));
}

/// The training is over: from now on the first signal ends the program at once.
pub fn over() {
    current().running = None;
}

fn asked_to_stop() {
    let mut current = current();
    match current.running.take() {
        Some(interrupter) => {
            interrupter.stop(Some("ctrl-c"));
            current.asked = Some(Instant::now());
        }
        None if current.asked.is_some_and(|asked| asked.elapsed() < PATIENCE) => {}
        None => std::process::exit(2),
    }
}

/// Calls `asked` at every SIGINT, SIGTERM and SIGHUP. Where that cannot be set up, a signal still ends the program,
/// in the middle of a step: the last checkpoint is whole, so there is nothing to report.
#[cfg(unix)]
pub fn listen(mut asked: impl FnMut() + Send + 'static) {
    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
    };
    let mut signals = vec![SIGINT, SIGTERM];
    if !hangs_up_unheard() {
        signals.push(SIGHUP);
    }
    if let Ok(mut signals) = Signals::new(signals) {
        std::thread::spawn(move || signals.forever().for_each(|_| asked()));
    }
}

/// Calls `asked` at every Ctrl-C.
#[cfg(not(unix))]
pub fn listen(asked: impl FnMut() + Send + 'static) {
    let _ = ctrlc::set_handler(asked);
}

/// Whether the program was started by `nohup`, to go on when its window is closed (as far as the
/// system says so in `/proc`).
#[cfg(unix)]
fn hangs_up_unheard() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 << (signal_hook::consts::SIGHUP - 1) != 0)
}
