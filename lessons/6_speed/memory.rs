//! The most memory that a process ever held; a process of its own for each implementation, so that they do not mix.

use std::{process::Command, time::Duration};

use burn::prelude::*;
use lstm_lessons::trouble::Result;

use crate::{args::Args, implementation::Implementation, time, watch::Budget, work::Work};

/// Steps that show the peak: in the second, Adam's two moments lie beside the gradients.
const STEPS: usize = 2;

/// Starts this program once more for a few steps of this implementation and asks how much memory they took.
///
/// Nothing where the system does not tell, or where the child fails.
pub fn of_a_child(implementation: Implementation, args: &Args) -> Option<f64> {
    let mut child = Command::new(std::env::current_exe().ok()?);
    child.args(["--peak-memory", "--work", Work::Poems.name(), "--implementation", implementation.name()]);
    child.args(["--device", &args.device]);
    if let Some(threads) = args.threads {
        child.args(["--threads", &threads.to_string()]);
    }
    let output = child.output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// What that child does.
pub fn run_as_child(asked: &[(Work, Implementation)], device: &Device) -> Result<()> {
    for &(work, implementation) in asked {
        time(work, implementation, Budget { warm_up: 0, at_least: STEPS, time: Duration::ZERO }, device);
    }
    if let Some(megabytes) = peak_mb() {
        println!("{megabytes}");
    }
    Ok(())
}

/// The peak resident memory of this process in megabytes (10^6 bytes), where the system tells it (Linux does, by `VmHWM`).
fn peak_mb() -> Option<f64> {
    peak_of(&std::fs::read_to_string("/proc/self/status").ok()?)
}

fn peak_of(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_line_of_linux_is_read_and_nothing_else() {
        assert_eq!(super::peak_of("VmPeak:\t  9 kB\nVmHWM:\t  125000 kB\nVmRSS:\t 7 kB\n"), Some(128.0));
        assert_eq!(super::peak_of("VmRSS:\t 7 kB\n"), None);
    }
}
