//! Runs one program and measures it: wall time, processor time, peak resident memory.
//!
//! Memory is the kernel's own count: GNU `time` reports `ru_maxrss` of the child it waited for.
//! Without GNU `time`, `/proc/PID/status` is read every millisecond until the child ends, which can
//! miss a peak in the last millisecond; elsewhere memory is unknown.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::job::Job;
use crate::kernel;

const GNU_TIME: &str = "/usr/bin/time";

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub wall: Duration,
    /// User and system time of all threads.
    pub cpu: Option<Duration>,
    pub peak_kib: Option<u64>,
}

/// Measures runs. Its folder contains what the programs printed.
pub struct Meter {
    folder: PathBuf,
    gnu_time: bool,
}

impl Meter {
    pub fn new(folder: &Path) -> io::Result<Meter> {
        fs::create_dir_all(folder)?;
        let report = folder.join("probe");
        let probe = wrapped(&Job::new("true"), &report).status();
        let gnu_time = probe.is_ok_and(|status| status.success()) && read_report(&report).is_some();
        Ok(Meter { folder: folder.to_owned(), gnu_time })
    }

    fn said(&self) -> PathBuf {
        self.folder.join("said")
    }

    /// The last line that the last program printed.
    pub fn last_line(&self) -> String {
        last_lines(&self.said(), 1)
    }

    /// How memory is measured.
    pub fn method(&self) -> &'static str {
        if self.gnu_time {
            "ru_maxrss, from /usr/bin/time"
        } else if Path::new("/proc/self/status").exists() {
            "VmHWM, from /proc, read every millisecond"
        } else {
            "not measured here"
        }
    }

    /// Runs the job to its end; the error of a failure contains the end of what it printed.
    pub fn run(&self, job: &Job) -> io::Result<Run> {
        let report = self.folder.join("time");
        let said = self.said();
        let mut command = if self.gnu_time { wrapped(job, &report) } else { job.command() };
        let log = fs::File::create(&said)?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let start = Instant::now();
        let mut child = command
            .spawn()
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", job.text())))?;
        let (status, polled) = if self.gnu_time {
            (child.wait(), None)
        } else {
            watch_memory(child.id(), || child.wait())
        };
        let wall = start.elapsed();
        let status = status?;
        if !status.success() {
            let end = last_lines(&said, 20);
            return Err(io::Error::other(format!("{} ended with {status}\n{end}", job.text())));
        }
        let (peak_kib, cpu) = match self.gnu_time.then(|| read_report(&report)).flatten() {
            Some((peak, cpu)) => (Some(peak), Some(cpu)),
            None => (polled, None),
        };
        Ok(Run { wall, cpu, peak_kib })
    }
}

fn wrapped(job: &Job, report: &Path) -> Command {
    let time = Job::new(GNU_TIME).arg("-q").with("-f", "%M %U %S").with("-o", report);
    job.args.iter().fold(time.arg(&job.program), Job::arg).command()
}

/// Peak memory in KiB and processor time, in the form that [`wrapped`] asks for.
fn read_report(path: &Path) -> Option<(u64, Duration)> {
    let text = fs::read_to_string(path).ok()?;
    let mut fields = text.split_whitespace();
    let peak = fields.next()?.parse().ok()?;
    let mut seconds = || fields.next()?.parse::<f64>().ok();
    let cpu = Duration::try_from_secs_f64(seconds()? + seconds()?).ok()?;
    Some((peak, cpu))
}

/// Waits, reading the child's largest resident size meanwhile.
fn watch_memory<T>(pid: u32, wait: impl FnOnce() -> T) -> (T, Option<u64>) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut peak = None;
            while !done.load(Ordering::Relaxed) {
                peak = peak.max(kernel::kib(pid, "VmHWM"));
                thread::sleep(Duration::from_millis(1));
            }
            peak
        });
        let result = wait();
        done.store(true, Ordering::Relaxed);
        (result, watcher.join().unwrap_or_default())
    })
}

fn last_lines(path: &Path, count: usize) -> String {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// How many files a folder contains, and their bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tree {
    pub files: u64,
    pub bytes: u64,
}

/// Counts the files below `folder`.
pub fn tree(folder: &Path) -> io::Result<Tree> {
    let mut tree = Tree::default();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        if data.is_dir() {
            let below = self::tree(&entry.path())?;
            tree.files += below.files;
            tree.bytes += below.bytes;
        } else {
            tree.files += 1;
            tree.bytes += data.len();
        }
    }
    Ok(tree)
}
