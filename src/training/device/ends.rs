//! A device that is lost in the middle of the work ends the program with one sentence.

use std::{
    panic::{self, PanicHookInfo},
    process,
    sync::{
        Mutex, Once, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::Kind;
use crate::shell::{error::Error, note};

/// The devices that may be lost, as they were named.
static OPEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Whether burn-train's workers compute: each of them is a thread, whose panic is caught and told.
static CAUGHT: AtomicBool = AtomicBool::new(false);

/// From now on a panic of what drives a device ends the program on the main thread alone.
pub(super) fn workers_are_caught() {
    CAUGHT.store(true, Ordering::SeqCst);
}

/// From now on a panic of what drives this device ends the program with its sentence.
pub(super) fn in_one_sentence(name: &str) {
    static ONCE: Once = Once::new();
    OPEN.lock().unwrap_or_else(PoisonError::into_inner).push(name.into());
    ONCE.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |panicked| match is_of_the_driver(panicked) {
            true if CAUGHT.load(Ordering::SeqCst) && thread::current().name() != Some("main") => {}
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

/// The device that `why` names; else all that are open, of which it must be one.
fn which(why: &str) -> String {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let named = open.iter().find(|name| why.contains(name.trim_start_matches("remote:")));
    named.cloned().unwrap_or_else(|| open.join(" / "))
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
    BELOW.iter().any(|krate| file.contains(krate))
        || why.contains("ExecutionError")
        || why.contains("Execution(")
}

/// The first line of what a driver says, which may be many; of what Burn says around it, the cause.
pub(super) fn one_line(why: &str) -> String {
    let cause = why.split_once("Caused by:").map_or(why, |(_, cause)| cause);
    cause.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("?").to_string()
}
