//! A new site, written beside the old one and put in its place at once.
//!
//! In: bytes and files to copy, from many threads, and the new manifest at the end. Out: the new
//! site, or the old one as it was. Until [`Staging::commit`] nothing outside the staging folder
//! changes, and no file's bytes stay in memory longer than it takes to write them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::commit::{self, Commit, CommitState, Failed, Mixture, NEXT_MANIFEST};
use super::disk::{self, CopyError, Disk, FileType};
use super::folders::{folders_of, is_absence};
use super::journal::{JOURNAL, Journal, SITE, STAGING, Staged};
use super::lock::{LOCK, Lock};
use super::output::Output;
use super::{problem, recover};
use crate::base::{Diagnostic, Digest, OutputPath, Place, codes};
use crate::plan::Phase;
use crate::plan::manifest::Manifest;
use crate::source::AssetBytes;
use crate::source::derived::Payload;

/// What happened to one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The same bytes are already in place; the file is not touched.
    Unchanged,
    /// It waits for the commit.
    Staged,
}

/// What a commit did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Summary {
    /// Files that are new or have new bytes.
    pub(crate) written: usize,
    /// Files of the site that were left as they are.
    pub(crate) unchanged: usize,
    /// Files of the last build that are gone.
    pub(crate) removed: usize,
}

/// A build that writes. Dropping it leaves the old site as it was.
pub(crate) struct Staging<'d> {
    output: Output<'d>,
    /// Folders that did not exist before, the topmost first.
    made: Vec<PathBuf>,
    next: AtomicU64,
    staged: Mutex<Vec<Staged>>,
    /// Whether the output directory was empty: then files wait in their final folders.
    first: bool,
    state: StagingState,
}

/// A commit that failed.
#[derive(Debug)]
pub(crate) struct Broken {
    /// Why.
    pub(crate) diagnostic: Diagnostic,
    /// What is in the output directory now.
    pub(crate) standing: Standing,
}

impl From<Diagnostic> for Broken {
    fn from(diagnostic: Diagnostic) -> Self {
        Broken { diagnostic, standing: Standing::Untouched }
    }
}

/// What is in the output directory after a build that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// The old site, untouched.
    #[default]
    Untouched,
    /// The old site again.
    PutBack,
    /// Neither the old site nor the new one: the disk refused to go forward and to go back.
    Mixed,
}

/// Who owns the staging folder.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StagingState {
    /// Nobody yet; one that exists is another build's.
    Opening,
    /// This build.
    Open,
    /// The journal.
    Decided,
}

impl<'d> Staging<'d> {
    pub(super) fn begin(output: Output<'d>) -> Result<Self, Diagnostic> {
        let mut staging = Staging {
            output,
            made: Vec::new(),
            next: AtomicU64::new(0),
            staged: Mutex::new(Vec::new()),
            first: false,
            state: StagingState::Opening,
        };
        let disk = staging.disk();
        if staging.output.lock.is_none() {
            staging.make_dir()?;
        }
        staging.first = staging.output.empty;
        let Output { dir, shown, .. } = &staging.output;
        let failed = |e| problem::cannot("write to the output directory", shown, &e);
        disk.create_dir(&dir.join(STAGING)).map_err(failed)?;
        staging.state = StagingState::Open;
        if staging.first {
            disk.create_dir(&dir.join(STAGING).join(SITE)).map_err(failed)?;
        }
        Ok(staging)
    }

    /// Makes and locks the output directory, which did not exist.
    fn make_dir(&mut self) -> Result<(), Diagnostic> {
        let Output { disk, dir, shown, .. } = &self.output;
        let failed = |e| problem::cannot("make the output directory", shown, &e);
        disk::create_dirs(*disk, dir, &mut self.made).map_err(failed)?;
        let lock = Lock::take(*disk, dir, shown)?;
        let list = disk.read_dir(dir).map_err(failed)?;
        self.output.lock = Some(lock);
        if list.iter().all(|entry| entry.name.to_str() == Some(LOCK)) {
            return Ok(());
        }
        let shown = &*self.output.shown;
        Err(Diagnostic::error(
            &codes::OUTPUT_DIR,
            format!("something else wrote to `{shown}` during the build"),
        )
        .at(Place::file(shown))
        .help("build again"))
    }

    /// Puts one file in place, unless it is already there with the same bytes.
    pub(crate) fn place(
        &self,
        path: &OutputPath,
        phase: Phase,
        payload: &Payload,
    ) -> Result<Outcome, Diagnostic> {
        match payload {
            Payload::Made(bytes) => self.put(path, phase, bytes),
            Payload::Source(asset) => match &asset.bytes {
                AssetBytes::Here(bytes) => self.put(path, phase, bytes),
                AssetBytes::OnDisk => {
                    let from = self.output.root.join(asset.path.as_str());
                    self.copy(path, phase, &from, asset.digest, asset.size)
                }
            },
        }
    }

    /// Writes one file, unless it is already in place with the same bytes.
    pub(super) fn put(
        &self,
        path: &OutputPath,
        phase: Phase,
        bytes: &[u8],
    ) -> Result<Outcome, Diagnostic> {
        if self.stands(path, bytes.len() as u64)
            && self.disk().read(&self.place_of(path)).is_ok_and(|old| old == bytes)
        {
            return Ok(Outcome::Unchanged);
        }
        let failed = |e| problem::cannot("write the file", &self.output.name_of(path.as_str()), &e);
        let (number, place) = self.room_for(path).map_err(failed)?;
        self.disk().write_new(&place, bytes).map_err(failed)?;
        self.record(path, phase, number);
        Ok(Outcome::Staged)
    }

    /// Copies one file of the sources, unless it is already in place with the same bytes.
    /// `expected` and `size` describe the file as it was when the sources were read: it must still
    /// be the same.
    pub(super) fn copy(
        &self,
        path: &OutputPath,
        phase: Phase,
        from: &Path,
        expected: Digest,
        size: u64,
    ) -> Result<Outcome, Diagnostic> {
        if self.stands(path, size) && self.output.present(path) == Some(expected) {
            return Ok(Outcome::Unchanged);
        }
        let failed = |e| problem::cannot("write the file", &self.output.name_of(path.as_str()), &e);
        let (number, place) = self.room_for(path).map_err(failed)?;
        let shown = || problem::shown(&self.output.root, from);
        match self.disk().copy_new(from, &place) {
            Ok(copied) if copied.digest == expected && copied.size == size => {}
            Ok(_) => return Err(problem::changed(&shown())),
            Err(CopyError::From(e)) if e.kind() == io::ErrorKind::NotFound => {
                return Err(problem::changed(&shown()));
            }
            Err(CopyError::From(e)) => {
                return Err(problem::cannot("read the file", &shown(), &e));
            }
            Err(CopyError::To(e)) => return Err(failed(e)),
        }
        self.record(path, phase, number);
        Ok(Outcome::Staged)
    }

    /// Puts the new site in the old one's place: renames what was staged and is in `new`, and
    /// removes what only the last manifest lists. On an error the old site is put back, unless the
    /// disk refuses that, too; then the next build finishes or undoes the work. The directory stays
    /// locked until this is dropped.
    pub(crate) fn commit(&mut self, new: &Manifest) -> Result<Summary, Broken> {
        let staged =
            std::mem::take(&mut *self.staged.lock().unwrap_or_else(PoisonError::into_inner));
        let old = &self.output.manifest;
        let mut journal = if self.first {
            let files = self.take_back(new, &staged)?;
            Journal::of_first(new, files)
        } else {
            Journal::new(old, new, staged, self.next.load(Ordering::Relaxed))
        };
        let summary = Summary {
            written: journal.written(),
            unchanged: new.entries.len() - journal.written(),
            removed: journal.removed(),
        };
        // A manifest of an older format is also written anew.
        let stands =
            || Some(Digest::of(journal.manifest.as_bytes())) == self.output.manifest_digest;
        if summary.written == 0 && new == old && stands() {
            return Ok(summary);
        }
        commit::prepare(self.output.disk, &self.output.dir, &mut journal).map_err(|failed| {
            let shown = self.output.name_of(&failed.path);
            problem::cannot("write to the folder", &shown, &failed.error)
        })?;
        self.decide(&journal)?;
        let dir = self.output.dir.clone();
        let commit = Commit { disk: self.output.disk, dir: &dir, journal: &journal };
        if let Err(failed) = commit.forward(&CommitState::fresh(&journal)) {
            return Err(self.go_back(&commit, &failed));
        }
        // The site is complete; if this fails, the next build does it.
        let _ = commit.finish();
        Ok(summary)
    }

    /// Puts the old site back after a failed step.
    fn go_back(&mut self, commit: &Commit<'_>, failed: &Failed) -> Broken {
        const WHAT: &str = "put the file in its place";
        let before = commit.mixture();
        let back = commit.back(false);
        let shown = self.output.name_of(&failed.path);
        let diagnostic = problem::cannot(WHAT, &shown, &failed.error);
        if back.is_ok() {
            // If the journal cannot be removed, what is staged must stay: the next build finishes
            // it.
            if self.output.disk.remove_file(&commit.dir.join(JOURNAL)).is_ok() {
                self.state = StagingState::Open;
            }
        }
        let mixture = if back.is_ok() { Mixture::default() } else { commit.mixture() };
        if mixture.shows() {
            let shown = &self.output.shown;
            let diagnostic = recover::half_written(&mixture, shown, WHAT, failed)
                .help("put that right and build again: this finishes the new site or restores the old one");
            Broken { diagnostic, standing: Standing::Mixed }
        } else if before.shows() && !self.first {
            let diagnostic = diagnostic.note("the old site was put back");
            Broken { diagnostic, standing: Standing::PutBack }
        } else {
            diagnostic.into()
        }
    }

    /// Removes what was staged for a first build and is not listed, and returns how much is left.
    fn take_back(&self, new: &Manifest, staged: &[Staged]) -> Result<usize, Diagnostic> {
        let unlisted = staged.iter().filter(|s| !new.entries.contains_key(&s.path));
        let mut left = staged.len();
        for path in unlisted.map(|s| s.path.as_str()) {
            let site = self.output.dir.join(STAGING).join(SITE);
            let failed = |e| problem::cannot("remove the file", &self.output.name_of(path), &e);
            self.disk().remove_file(&site.join(path)).map_err(failed)?;
            // Its folders, unless something else is in them.
            for folder in folders_of(path).rev() {
                let _ = self.disk().remove_dir(&site.join(folder));
            }
            left -= 1;
        }
        Ok(left)
    }

    /// Writes the journal: from then on the new site is decided.
    ///
    /// Everything the journal mentions is safe from a power failure before the journal is in place:
    /// what was staged, by one call for all of it, the new manifest and the journal itself. In a
    /// first build it is only the last two. There is no old site to lose, and the next build
    /// notices a file that is empty after a power failure, because it does not match the manifest;
    /// waiting until thousands of files are on the disk would cost more than building them again.
    fn decide(&mut self, journal: &Journal) -> Result<(), Diagnostic> {
        let Output { disk, dir, shown, .. } = &self.output;
        let failed = |e| problem::cannot("write to the output directory", shown, &e);
        let staging = dir.join(STAGING);
        let (manifest, next) = (staging.join(NEXT_MANIFEST), staging.join("journal"));
        let (there, text) = (dir.join(JOURNAL), journal.to_text());
        disk.write_new(&manifest, journal.manifest.as_bytes()).map_err(failed)?;
        disk.write_new(&next, text.as_bytes()).map_err(failed)?;
        if !self.first {
            disk.sync_all(&staging).map_err(failed)?;
        }
        disk.sync_file(&manifest).map_err(failed)?;
        disk.sync_file(&next).map_err(failed)?;
        let renamed = disk.rename(&next, &there);
        // On a network a rename can succeed although it is reported as failed.
        let missing = |e: &io::Error| e.kind() == io::ErrorKind::NotFound;
        if renamed.is_ok() || !disk.symlink_metadata(&there).is_err_and(|e| missing(&e)) {
            self.state = StagingState::Decided;
        }
        if disk.read(&there).is_ok_and(|there| there == text.as_bytes()) {
            return Ok(());
        }
        renamed.map_err(failed)
    }

    /// The directory as the last build left it.
    pub(crate) fn output(&self) -> &Output<'d> {
        &self.output
    }

    fn disk(&self) -> &'d dyn Disk {
        self.output.disk
    }

    fn place_of(&self, path: &OutputPath) -> PathBuf {
        self.output.dir.join(path.as_str())
    }

    /// Where a new file waits, and its number.
    fn room_for(&self, path: &OutputPath) -> io::Result<(u64, PathBuf)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let staging = self.output.dir.join(STAGING);
        if !self.first {
            self.probe(path)?;
            return Ok((number, staging.join(number.to_string())));
        }
        let site = staging.join(SITE);
        if let Some((folder, _)) = path.as_str().rsplit_once('/') {
            disk::create_dirs(self.disk(), &site.join(folder), &mut Vec::new())?;
        }
        Ok((number, site.join(path.as_str())))
    }

    fn record(&self, path: &OutputPath, phase: Phase, number: u64) {
        let staged = Staged { phase, path: path.clone(), number };
        self.staged.lock().unwrap_or_else(PoisonError::into_inner).push(staged);
    }

    /// Finds out early that a path is impossible: once the journal is written it would block every
    /// build.
    fn probe(&self, path: &OutputPath) -> io::Result<()> {
        match self.disk().symlink_metadata(&self.place_of(path)) {
            Err(e) if !is_absence(&e) => Err(e),
            _ => Ok(()),
        }
    }

    /// Whether a file of ours of that length is at a path. The manifest is asked first: where case
    /// does not count, a file with another name may answer.
    fn stands(&self, path: &OutputPath, len: u64) -> bool {
        self.output.manifest.entries.contains_key(path)
            && self
                .disk()
                .symlink_metadata(&self.place_of(path))
                .is_ok_and(|meta| meta.kind == FileType::File && meta.len == len)
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        let (disk, dir) = (self.output.disk, &self.output.dir);
        if self.state == StagingState::Decided {
            return;
        }
        // What cannot be removed now is removed by the next build.
        if self.state == StagingState::Open {
            let _ = disk::remove_tree(disk, &dir.join(STAGING));
        }
        // The lock file is in the directory.
        self.output.lock = None;
        for dir in self.made.iter().rev() {
            let _ = disk.remove_dir(dir);
        }
    }
}
