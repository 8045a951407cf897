//! A disk that fails or dies on command, for tests.
//!
//! In: the number of the changing operation that goes wrong, and how. Out: the real disk's answers
//! until then. Reading never counts; after a death nothing works any more, as after `kill -9`.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::disk::{Copied, CopyError, Disk, Listed, Meta, RealDisk};

/// Wraps [`RealDisk`] and counts the operations that change something, from 1.
#[derive(Debug)]
pub struct FaultyDisk {
    at: u64,
    fault: Fault,
    refused: Vec<PathBuf>,
    count: AtomicU64,
    dead: AtomicBool,
}

/// What happens at the chosen operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails once with this error; half of what it writes is written.
    Fails(io::ErrorKind),
    /// It and everything after it does nothing.
    Dies,
    /// As [`Fault::Dies`], but half of the bytes it writes are written.
    DiesTorn,
}

impl FaultyDisk {
    /// Goes wrong at the changing operation number `at` (from 1).
    pub fn new(at: u64, fault: Fault) -> Self {
        FaultyDisk {
            at,
            fault,
            refused: Vec::new(),
            count: AtomicU64::new(0),
            dead: AtomicBool::new(false),
        }
    }

    /// Also refuses to read this file or folder, as if it belonged to someone else.
    #[must_use]
    pub fn refusing(mut self, path: impl Into<PathBuf>) -> Self {
        self.refused.push(path.into());
        self
    }

    /// Never goes wrong; counts.
    pub fn counting() -> Self {
        Self::new(0, Fault::Dies)
    }

    /// How many changing operations there were, the failed ones included.
    pub fn operations(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    fn alive(&self) -> io::Result<()> {
        if self.dead.load(Ordering::SeqCst) { Err(died()) } else { Ok(()) }
    }

    fn readable(&self, path: &Path) -> io::Result<()> {
        self.alive()?;
        if self.refused.iter().any(|refused| refused == path) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(())
    }

    /// Counts one changing operation. The error says that it goes wrong, and how.
    fn change(&self) -> Result<(), Fault> {
        if self.dead.load(Ordering::SeqCst) {
            return Err(Fault::Dies);
        }
        if self.count.fetch_add(1, Ordering::SeqCst) + 1 != self.at {
            return Ok(());
        }
        if !matches!(self.fault, Fault::Fails(_)) {
            self.dead.store(true, Ordering::SeqCst);
        }
        Err(self.fault)
    }

    fn changing<T>(&self, operation: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        match self.change() {
            Ok(()) => operation(),
            Err(fault) => Err(fault.error()),
        }
    }
}

impl Fault {
    fn error(self) -> io::Error {
        match self {
            Fault::Fails(kind) => kind.into(),
            Fault::Dies | Fault::DiesTorn => died(),
        }
    }

    fn tears(self) -> bool {
        self != Fault::Dies
    }
}

fn died() -> io::Error {
    io::Error::other("the process is dead")
}

impl Disk for FaultyDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.readable(path)?;
        RealDisk.read(path)
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        self.readable(path)?;
        RealDisk.open(path)
    }

    fn metadata(&self, path: &Path) -> io::Result<Meta> {
        self.alive()?;
        RealDisk.metadata(path)
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<Meta> {
        self.alive()?;
        RealDisk.symlink_metadata(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Listed>> {
        self.readable(path)?;
        RealDisk.read_dir(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.alive()?;
        RealDisk.canonicalize(path)
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.change().or_else(|fault| {
            if fault.tears() {
                RealDisk.write_new(path, &bytes[..bytes.len() / 2])?;
            }
            Err(fault.error())
        })?;
        RealDisk.write_new(path, bytes)
    }

    fn copy_new(&self, from: &Path, to: &Path) -> Result<Copied, CopyError> {
        self.change().or_else(|fault| {
            if fault.tears() {
                let bytes = RealDisk.read(from).map_err(CopyError::From)?;
                RealDisk.write_new(to, &bytes[..bytes.len() / 2]).map_err(CopyError::To)?;
            }
            Err(CopyError::To(fault.error()))
        })?;
        RealDisk.copy_new(from, to)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.changing(|| RealDisk.rename(from, to))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.changing(|| RealDisk.remove_file(path))
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.changing(|| RealDisk.remove_dir(path))
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.changing(|| RealDisk.create_dir(path))
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<File>> {
        self.changing(|| RealDisk.try_lock(path))
    }
}
