//! A disk that fails or dies on command, for tests.
//!
//! In: the number of the changing operation that goes wrong, and how. Out: the real disk's answers
//! until then. Reads never count; after a death nothing works any more, as after `kill -9`.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::disk::{Copied, CopyError, DirEntry, Disk, Metadata, RealDisk};

/// Wraps [`RealDisk`] and counts the operations that change something, from 1.
#[derive(Debug)]
pub(crate) struct FaultyDisk {
    faults: Vec<(u64, Fault)>,
    refused: Vec<PathBuf>,
    sealed: Vec<PathBuf>,
    unknown: Vec<&'static str>,
    count: AtomicU64,
    done: Mutex<Vec<DoneOperation>>,
    dead: AtomicBool,
}

/// A changing operation that was carried out: its name, and the path that it changed.
pub(crate) type DoneOperation = (&'static str, PathBuf);

/// What happens at the chosen operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It fails once with this error; half of what it writes is written.
    Fails(io::ErrorKind),
    /// It and every change after it fails with this error; half of what is written is written.
    FailsFrom(io::ErrorKind),
    /// It and everything after it does nothing.
    Dies,
    /// Like [`Fault::Dies`], but half of the bytes it writes are written.
    DiesTorn,
}

impl FaultyDisk {
    /// Goes wrong at the changing operation number `at` (from 1).
    pub(crate) fn new(at: u64, fault: Fault) -> Self {
        FaultyDisk {
            faults: vec![(at, fault)],
            refused: Vec::new(),
            sealed: Vec::new(),
            unknown: Vec::new(),
            done: Mutex::default(),
            count: AtomicU64::new(0),
            dead: AtomicBool::new(false),
        }
    }

    /// Also goes wrong at another operation.
    #[must_use]
    pub(crate) fn and(mut self, at: u64, fault: Fault) -> Self {
        self.faults.push((at, fault));
        self
    }

    /// Also refuses to read this file or folder, as if it belonged to someone else.
    #[must_use]
    pub(crate) fn refusing(mut self, path: impl Into<PathBuf>) -> Self {
        self.refused.push(path.into());
        self
    }

    /// Also refuses to change what is in this folder, as if the folder belonged to someone else.
    #[must_use]
    pub(crate) fn sealing(mut self, folder: impl Into<PathBuf>) -> Self {
        self.sealed.push(folder.into());
        self
    }

    /// Does not know these operations, like some file systems.
    #[must_use]
    pub(crate) fn without(mut self, operations: &[&'static str]) -> Self {
        self.unknown.extend(operations);
        self
    }

    /// The changes that were made, in order.
    pub(crate) fn operations_done(&self) -> Vec<DoneOperation> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Never goes wrong; only counts.
    pub(crate) fn counting() -> Self {
        Self::new(0, Fault::Dies)
    }

    /// How many changing operations there were, including failed ones.
    pub(crate) fn operations(&self) -> u64 {
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

    /// Counts one changing operation. An error says that it goes wrong, and how.
    fn change(&self) -> Result<(), Fault> {
        if self.dead.load(Ordering::SeqCst) {
            return Err(Fault::Dies);
        }
        let number = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        let goes_wrong = |(at, fault): &&(u64, Fault)| match fault {
            Fault::FailsFrom(_) => number >= *at,
            _ => number == *at,
        };
        let Some((_, fault)) = self.faults.iter().find(goes_wrong) else { return Ok(()) };
        if matches!(fault, Fault::Dies | Fault::DiesTorn) {
            self.dead.store(true, Ordering::SeqCst);
        }
        Err(*fault)
    }

    fn unsealed(&self, paths: &[&Path]) -> io::Result<()> {
        let is_sealed = |path: &&Path| self.sealed.iter().any(|s| path.parent() == Some(s));
        if paths.iter().any(is_sealed) {
            Err(io::ErrorKind::PermissionDenied.into())
        } else {
            Ok(())
        }
    }

    /// Changes entries of folders: of the last path's folder, and of those before it.
    fn changing<T>(
        &self,
        name: &'static str,
        paths: &[&Path],
        operation: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        if self.unknown.contains(&name) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        self.change().map_err(Fault::error)?;
        self.unsealed(paths)?;
        let result = operation()?;
        self.record(name, paths);
        Ok(result)
    }

    fn record(&self, name: &'static str, paths: &[&Path]) {
        let path = paths.last().map(|path| path.to_path_buf()).unwrap_or_default();
        self.done.lock().unwrap_or_else(PoisonError::into_inner).push((name, path));
    }
}

impl Fault {
    fn error(self) -> io::Error {
        match self {
            Fault::Fails(kind) | Fault::FailsFrom(kind) => kind.into(),
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

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.alive()?;
        RealDisk.metadata(path)
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.alive()?;
        RealDisk.symlink_metadata(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
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
        self.unsealed(&[path])?;
        RealDisk.write_new(path, bytes)?;
        self.record("write", &[path]);
        Ok(())
    }

    fn copy_new(&self, from: &Path, to: &Path) -> Result<Copied, CopyError> {
        self.change().or_else(|fault| {
            if fault.tears() {
                let bytes = RealDisk.read(from).map_err(CopyError::From)?;
                RealDisk.write_new(to, &bytes[..bytes.len() / 2]).map_err(CopyError::To)?;
            }
            Err(CopyError::To(fault.error()))
        })?;
        self.unsealed(&[to]).map_err(CopyError::To)?;
        let copied = RealDisk.copy_new(from, to)?;
        self.record("write", &[to]);
        Ok(copied)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.changing("rename", &[from, to], || RealDisk.rename(from, to))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.changing("remove", &[path], || RealDisk.remove_file(path))
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.changing("remove folder", &[path], || RealDisk.remove_dir(path))
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.changing("make folder", &[path], || RealDisk.create_dir(path))
    }

    fn exchange(&self, a: &Path, b: &Path) -> io::Result<()> {
        self.changing("exchange", &[a, b], || RealDisk.exchange(a, b))
    }

    fn hard_link(&self, file: &Path, name: &Path) -> io::Result<()> {
        self.changing("link", &[name], || RealDisk.hard_link(file, name))
    }

    fn writable(&self, folder: &Path) -> io::Result<()> {
        self.alive()?;
        self.unsealed(&[&folder.join("any")])?;
        RealDisk.writable(folder)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.changing("sync", &[path], || RealDisk.sync_file(path))
    }

    fn sync_all(&self, folder: &Path) -> io::Result<()> {
        self.changing("sync all", &[folder], || RealDisk.sync_all(folder))
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<File>> {
        self.changing("lock", &[path], || RealDisk.try_lock(path))
    }
}
