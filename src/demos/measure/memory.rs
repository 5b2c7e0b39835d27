//! The most memory that this process ever held.

/// The peak resident memory of this process in megabytes (10^6 bytes), where the system reports it
/// (Linux does, by `VmHWM`).
pub fn peak_mb() -> Option<f64> {
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
        assert_eq!(
            super::peak_of("VmPeak:\t  9 kB\nVmHWM:\t  125000 kB\nVmRSS:\t 7 kB\n"),
            Some(128.0)
        );
        assert_eq!(super::peak_of("VmRSS:\t 7 kB\n"), None);
    }
}
