//! The progress bar: on a terminal, and only when a build takes longer than a second.

use std::io::{IsTerminal, stderr};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::build::Progress;

/// Shorter builds show nothing: a bar that flashes is noise.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) struct Bar {
    start: Instant,
    shown: bool,
    total: AtomicUsize,
    done: AtomicUsize,
    widget: OnceLock<ProgressBar>,
}

impl Bar {
    pub(super) fn new(start: Instant) -> Self {
        Bar {
            start,
            shown: stderr().is_terminal(),
            total: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            widget: OnceLock::new(),
        }
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = self.widget.get() {
            bar.finish_and_clear();
        }
    }

    fn make(&self) -> ProgressBar {
        let total = self.total.load(Ordering::Relaxed) as u64;
        let bar = ProgressBar::new(total);
        if let Ok(style) = ProgressStyle::with_template("rendering {bar:32} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar
    }
}

impl Progress for Bar {
    fn rendering(&self, files: usize) {
        self.total.store(files, Ordering::Relaxed);
    }

    fn rendered(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        // Asking the time for every file would cost more than the bar is worth.
        if self.shown && done.is_multiple_of(64) && self.start.elapsed() > PATIENCE {
            self.widget.get_or_init(|| self.make()).set_position(done as u64);
        }
    }
}
