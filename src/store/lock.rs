//! Allows one build at a time in an output directory.
//!
//! In: the output directory. Out: a lock that is held until it is dropped. The operating system
//! releases it when a process dies, so a lock file that is left over locks nothing.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::problem;
use crate::base::{Diagnostic, Place, codes};

/// Name of the lock file. It exists only while a build runs.
pub(super) const LOCK: &str = ".kisah-lock";

/// A held lock.
pub(super) struct Lock<'d> {
    disk: &'d dyn Disk,
    path: PathBuf,
    /// Dropped after the file is removed: whoever waits for the lock must find the name gone.
    _file: File,
}

impl<'d> Lock<'d> {
    /// Locks an output directory that exists. `shown` is its name as the user knows it.
    pub(super) fn take(disk: &'d dyn Disk, dir: &Path, shown: &str) -> Result<Self, Diagnostic> {
        let path = dir.join(LOCK);
        match disk.try_lock(&path) {
            Ok(Some(file)) => Ok(Lock { disk, path, _file: file }),
            Ok(None) => Err(Diagnostic::error(
                &codes::OUTPUT_DIR,
                format!("another build is writing to `{shown}`"),
            )
            .at(Place::file(shown))
            .help("wait until it has ended, or choose another output directory")),
            Err(error) => Err(problem::cannot("write to the output directory", shown, &error)),
        }
    }
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        // A lock file that is left behind does no harm.
        let _ = self.disk.remove_file(&self.path);
    }
}
