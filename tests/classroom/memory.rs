//! A long lesson: what was asked before takes no memory. (Linux alone says how much there is.)

use std::{fs, thread};

use serde_json::json;

use crate::client::Classroom;

/// Requests until every thread has its working space.
const BEFORE: usize = 1_000;
/// And so many more.
const MORE: usize = 800;
/// What these may add, in megabytes: 25 KB for each of them would be too much.
const MOST: usize = 20;

/// The resident memory in megabytes.
fn resident(id: u32) -> Option<usize> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<usize>().ok()? / 1024)
}

/// What a class asks, and what it should not.
fn ask(room: &Classroom, from: usize, count: usize) {
    let one = |k: usize| match k % 20 {
        0 => room.post("/poem", &json!({ "begin": "月", "seed": k }).to_string()),
        1 => room.post("/poem", &json!({ "begin": "<b>", "seed": k }).to_string()),
        2 => room.post("/digit", "{"),
        3 => room.get("/start"),
        _ => room.post("/digit", &json!({ "from": { "drawn": [k % 10, k] } }).to_string()),
    };
    thread::scope(|scope| {
        for first in 0..8 {
            scope.spawn(move || {
                for k in (from + first..from + count).step_by(8) {
                    assert_ne!(one(k).status, 0, "request {k} has a reply");
                }
            });
        }
    });
}

#[test]
fn what_was_asked_takes_no_memory() {
    let room = Classroom::open(&[]);
    ask(&room, 0, BEFORE);
    let Some(before) = resident(room.id()) else {
        println!("skipped: this system does not say how much memory a program has");
        return;
    };
    ask(&room, BEFORE, MORE);
    let after = resident(room.id()).expect("it still runs");
    assert!(
        after <= before + MOST,
        "{before} MB after {BEFORE} requests, {after} after {MORE} more"
    );
}
