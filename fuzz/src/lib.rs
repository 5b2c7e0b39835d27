//! The targets of `tests/attacks` for libFuzzer.

#[path = "../../tests/attacks/targets.rs"]
pub mod targets;

pub use libfuzzer_sys;

/// A fuzz target that hands libFuzzer's bytes to the target of this name.
#[macro_export]
macro_rules! fuzz {
    ($name:literal) => {
        $crate::libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
            let target = $crate::targets::TARGETS.iter().find(|target| target.name == $name);
            (target.expect("it is in the list").read)(bytes)
        });
    };
}
