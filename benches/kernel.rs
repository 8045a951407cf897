//! What the kernel says about the machine and a process. Only Linux does; elsewhere nothing is
//! known.

use std::fs;

/// How many threads wanted to run in the last minute, on average; with a warning if many did.
pub fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    let load = text.split_whitespace().next()?.parse().ok()?;
    if load > 0.5 {
        eprintln!(
            "warning: the machine was busy in the last minute; if it still is, times are too long"
        );
    }
    Some(load)
}

/// The load before anything was started, for the report.
pub fn load_line(load: Option<f64>) -> String {
    load.map_or("load: unknown".to_owned(), |load| {
        format!(
            "load before the first run: {load} (above 0.5, other work may have slowed the runs)"
        )
    })
}

/// A size of a running process in KiB: `VmRSS` is what it has in memory now, `VmHWM` the most that
/// it ever had.
pub fn kib(pid: u32, name: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let rest = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    rest.trim().trim_end_matches(" kB").parse().ok()
}
