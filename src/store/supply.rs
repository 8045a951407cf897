//! Provides the bytes of source files, and keeps what was computed from them.
//!
//! In: the root, and the folder in `.kisah/` where results are kept. Out: bytes that match their
//! digest, or a diagnostic. A damaged result counts as none, and one that cannot be kept is
//! computed again by the next build.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::disk::Disk;
use super::problem;
use crate::base::{Diagnostic, Digest, Hasher, Set};
use crate::plan::manifest::Manifest;
use crate::source::Asset;
use crate::source::derived::Supply;

/// The files below a root.
pub struct SourceFiles<'d> {
    disk: &'d dyn Disk,
    root: PathBuf,
    results: Option<Results<'d>>,
}

/// What builds have computed: a file for each key, beginning with a digest of key and result.
pub struct Results<'d> {
    disk: &'d dyn Disk,
    dir: PathBuf,
    /// Keys that were asked for.
    used: Mutex<Set<Digest>>,
}

impl<'d> SourceFiles<'d> {
    /// The files below a root; `results` if results may be kept.
    pub fn new(disk: &'d dyn Disk, root: &Path, results: Option<Results<'d>>) -> Self {
        SourceFiles { disk, root: root.to_owned(), results }
    }

    /// The disk they are on.
    pub(crate) fn disk(&self) -> &'d dyn Disk {
        self.disk
    }

    /// Forgets results that are no longer needed: neither asked for nor in the output.
    pub(crate) fn forget_others(&self, manifest: &Manifest) {
        if let Some(results) = &self.results {
            results.forget_others(manifest);
        }
    }
}

impl Supply for SourceFiles<'_> {
    fn read(&self, asset: &Asset) -> Result<Vec<u8>, Box<Diagnostic>> {
        let path = asset.path.as_str();
        match self.disk.read(&self.root.join(path)) {
            Ok(bytes) if Digest::of(&bytes) == asset.digest => Ok(bytes),
            Ok(_) => Err(problem::changed(path).into()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                Err(problem::changed(path).into())
            }
            Err(e) => Err(problem::cannot("read the file", path, &e).into()),
        }
    }

    fn known(&self, key: Digest) -> Option<Vec<u8>> {
        self.results.as_ref()?.get(key)
    }

    fn keep(&self, key: Digest, made: &[u8]) {
        if let Some(results) = &self.results {
            results.put(key, made);
        }
    }
}

impl<'d> Results<'d> {
    /// The results in a folder, which need not exist yet.
    pub(super) fn new(disk: &'d dyn Disk, dir: PathBuf) -> Self {
        Results { disk, dir, used: Mutex::default() }
    }

    fn get(&self, key: Digest) -> Option<Vec<u8>> {
        self.used().insert(key);
        let mut bytes = self.disk.read(&self.dir.join(key.to_string())).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let digest = Digest::parse(std::str::from_utf8(&bytes[..end]).ok()?)?;
        bytes.drain(..=end);
        (seal(key, &bytes) == digest).then_some(bytes)
    }

    fn put(&self, key: Digest, made: &[u8]) {
        let _ = self.disk.create_dir(&self.dir);
        let (new, file) = (self.dir.join(format!("{key}.new")), self.dir.join(key.to_string()));
        let _ = self.disk.remove_file(&new);
        let bytes = [format!("{}\n", seal(key, made)).as_bytes(), made].concat();
        if self.disk.write_new(&new, &bytes).is_ok() {
            let _ = self.disk.rename(&new, &file);
        }
    }

    fn forget_others(&self, manifest: &Manifest) {
        let Ok(list) = self.disk.read_dir(&self.dir) else { return };
        let mut used = self.used();
        used.extend(manifest.entries.values().map(|entry| entry.key));
        for entry in list {
            let key = entry.name.to_str().and_then(Digest::parse);
            if key.is_none_or(|key| !used.contains(&key)) {
                let _ = self.disk.remove_file(&self.dir.join(&entry.name));
            }
        }
    }

    fn used(&self) -> std::sync::MutexGuard<'_, Set<Digest>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Digest of a result and its key: a result that was renamed counts as none.
fn seal(key: Digest, made: &[u8]) -> Digest {
    Hasher::new().digest(key).bytes(made).finish()
}
