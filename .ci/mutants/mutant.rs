//! Which mutant is switched on. Part of the copy in target/mutants only.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The number in `MUTANT`; none without it.
static ACTIVE: LazyLock<Option<usize>> =
    LazyLock::new(|| std::env::var("MUTANT").ok()?.parse().ok());

/// Where the numbers of the switches that were reached are noted.
static REACHED: LazyLock<Option<PathBuf>> =
    LazyLock::new(|| Some(std::env::var_os("MUTANTS_REACHED")?.into()));

static SEEN: [AtomicBool; 100_000] = [const { AtomicBool::new(false) }; 100_000];

/// Whether that mutant is switched on.
pub fn on(id: usize) -> bool {
    if let Some(file) = &*REACHED
        && !SEEN[id].swap(true, Ordering::Relaxed)
    {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(file);
        file.and_then(|mut file| file.write_all(format!("{id}\n").as_bytes())).expect("a file");
    }
    *ACTIVE == Some(id)
}
