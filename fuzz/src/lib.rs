//! The targets of `tests/attacks` for libFuzzer.

#[path = "../../tests/attacks/targets.rs"]
mod targets;

/// Hands bytes to the target of this name.
pub fn read(name: &str, bytes: &[u8]) {
    let target = targets::TARGETS.iter().find(|target| target.name == name);
    (target.expect("it is in the list").read)(bytes);
}
