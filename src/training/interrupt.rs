//! Ctrl-C stops a training after its step.

use std::sync::Mutex;

use burn_train::Interrupter;

static CURRENT: Mutex<Option<Interrupter>> = Mutex::new(None);

/// From now on Ctrl-C stops `interrupter`'s training after its step; a second Ctrl-C ends the
/// program at once (exit code 2).
pub fn stop_on_ctrl_c(interrupter: Interrupter) {
    let first_time = {
        let mut current = CURRENT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        current.replace(interrupter).is_none()
    };
    if first_time {
        // Without a handler Ctrl-C still ends the program, in the middle of a step: the last
        // checkpoint is whole, so there is nothing to report.
        let _ = ctrlc::set_handler(|| {
            let asked = CURRENT.lock().ok().and_then(|mut current| current.take());
            match asked {
                Some(interrupter) => interrupter.stop(Some("ctrl-c")),
                None => std::process::exit(2),
            }
        });
    }
}
