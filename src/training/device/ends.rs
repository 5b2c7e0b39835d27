//! A device that is lost in the middle of the work ends the program with one sentence.

use std::{
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    process,
    sync::{
        Mutex, Once, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{Kind, Lost, one_line, reach::is_silent};
use crate::shell::{error::Error, note};

/// The devices that may be lost, as they were named.
static OPEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Whether somebody waits for the outcome of what is going on: then nothing is said here.
static GUARDED: AtomicBool = AtomicBool::new(false);

/// Why a device failed while it was guarded.
static FAILED: Mutex<Option<String>> = Mutex::new(None);

/// What `work` returns, or which device failed in it, on this thread or on one that works for it.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Lost> {
    let failed = || FAILED.lock().unwrap_or_else(PoisonError::into_inner).take();
    failed(); // of what a worker has told already
    GUARDED.store(true, Ordering::SeqCst);
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.store(false, Ordering::SeqCst);
    outcome.map_err(|panicked| match failed() {
        Some(why) => Lost { device: which(&why), why },
        None => panic::resume_unwind(panicked), // a fault of ours
    })
}

/// From now on a panic of what drives this device ends the program with its sentence.
pub(super) fn in_one_sentence(name: &str) {
    static ONCE: Once = Once::new();
    OPEN.lock().unwrap_or_else(PoisonError::into_inner).push(name.into());
    ONCE.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |panicked| match is_of_the_driver(panicked) {
            true if GUARDED.load(Ordering::SeqCst) => {
                let why = panicked.payload_as_str().map(one_line).unwrap_or_default();
                *FAILED.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
            }
            true => {
                let why = panicked.payload_as_str().map(one_line).unwrap_or_default();
                let error = Error::user(Kind::Refused { name: which(&why), why });
                note(&error);
                process::exit(error.exit_code().into());
            }
            false => hook(panicked),
        }));
    });
}

/// The device that `why` names; else the servers at which nobody answers; else all that are open, of
/// which it must be one.
fn which(why: &str) -> String {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    open.dedup();
    let named = |name: &&String| why.contains(name.trim_start_matches("remote:"));
    let named: Vec<&String> = open.iter().filter(named).collect();
    let silent: Vec<&String> = open.iter().filter(|name| is_silent(name)).collect();
    let found = [named, silent, open.iter().collect()].into_iter().find(|some| !some.is_empty());
    found.unwrap_or_default().into_iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Whether a panic comes from below Burn's tensors: no fault of shapes or of ours.
fn is_of_the_driver(panicked: &PanicHookInfo) -> bool {
    const BELOW: [&str; 8] = [
        "/cubecl-",
        "/burn-cubecl-",
        "/wgpu-",
        "/cudarc-",
        "/cubek-",
        "/burn-remote-",
        "/burn-router-",
        "/burn-communication-",
    ];
    let file = panicked.location().map_or("", |location| location.file()).replace('\\', "/");
    let why = panicked.payload_as_str().unwrap_or("");
    // Where Burn reads a tensor, the panic is its own, and only the words tell whose fault it is.
    const SAYS: [&str; 3] = ["ExecutionError", "Execution(", "An error happened during execution"];
    BELOW.iter().any(|krate| file.contains(krate)) || SAYS.iter().any(|says| why.contains(says))
}
