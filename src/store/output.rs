//! The output directory as the last build left it.
//!
//! In: the site's root and the directory. Out: its manifest, once the directory is known to be safe
//! and ours and any interrupted commit has been finished or undone. It writes nothing into a
//! directory that is not ours, and creates none.

use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::disk::{self, Disk, FileType};
use super::journal::{self, JOURNAL, MANIFEST, STAGING};
use super::lock::{LOCK, Lock};
use super::memo::Kept;
use super::staging::Staging;
use super::stamp::{self, Stamp};
use super::{foreign, guard, problem, recover};
use crate::base::{Diagnostic, Digest, OutputPath, Place, codes};
use crate::plan::manifest::{Damage, Manifest};

/// An output directory, locked against other builds while this value lives.
pub(crate) struct Output<'d> {
    pub(super) disk: &'d dyn Disk,
    /// The site's folder, for paths in messages.
    pub(super) root: PathBuf,
    /// Without symbolic links.
    pub(super) dir: PathBuf,
    /// The directory as the user knows it.
    pub(super) shown: String,
    /// What the last build wrote.
    pub(super) manifest: Manifest,
    /// Digest of the text of the manifest on disk, if there is one.
    pub(super) manifest_digest: Option<Digest>,
    /// What the files are known to contain.
    pub(super) kept: Kept,
    /// Whether the directory is empty, apart from kisah's own files.
    pub(super) empty: bool,
    /// `None` while the directory does not exist.
    pub(super) lock: Option<Lock<'d>>,
}

impl<'d> Output<'d> {
    /// Opens the output directory `dir` (relative to the working directory, or absolute) of the
    /// site at `root`.
    ///
    /// Refuses a directory that is not separate from the sources, or that is not empty and not
    /// ours. Finishes or undoes an interrupted commit. Makes nothing if the directory does not
    /// exist.
    pub(crate) fn open(
        disk: &'d dyn Disk,
        root: &Path,
        dir: &Path,
    ) -> Result<Self, Vec<Diagnostic>> {
        let target = guard::check(disk, root, dir).map_err(|d| vec![d])?;
        let mut output = Output {
            disk,
            root: root.to_owned(),
            dir: target.dir,
            shown: target.shown,
            manifest: Manifest::default(),
            manifest_digest: None,
            kept: Kept::default(),
            empty: true,
            lock: None,
        };
        if target.exists {
            output.take_over().map_err(|d| vec![d])?;
        }
        Ok(output)
    }

    /// What the last build wrote; empty if there was none.
    pub(crate) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What is not ours and is where the planned files must go: files that the manifest does not
    /// list, folders with something foreign in them, symbolic links. All of it.
    ///
    /// Call this before [`Output::begin`]: the commit relies on the answer.
    pub(crate) fn foreign(
        &self,
        planned: &mut dyn Iterator<Item = &OutputPath>,
    ) -> Vec<Diagnostic> {
        if self.lock.is_none() {
            return Vec::new();
        }
        foreign::find(self.disk, &self.dir, &self.shown, &self.manifest, planned)
    }

    /// The digest of the manifest's text, if there is one on disk.
    pub(crate) fn manifest_digest(&self) -> Option<Digest> {
        self.manifest_digest
    }

    /// What is known about the files.
    pub(crate) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Allows files left by the last build, and touched by nobody, to be recognised without
    /// reading.
    pub(crate) fn trust(&mut self, kept: Kept) {
        self.kept = kept;
    }

    /// What every file of a manifest contains, as far as the file system can tell. Call this after
    /// the commit, while the directory is still locked.
    pub(crate) fn keep(&self, manifest: &Manifest) -> Kept {
        let entries: Vec<_> = manifest.entries.iter().collect();
        let files = entries.into_par_iter().filter_map(|(path, entry)| {
            let stamp = stamp::of_path(self.disk, &self.dir.join(path.as_str()))?;
            Some((path.clone(), (stamp, entry.content)))
        });
        let files: Vec<_> = files.collect();
        Kept { taken: 0, files: files.into_iter().collect() }
    }

    /// Whether every file of the manifest is known to be there as it was written.
    pub(crate) fn is_untouched(&self) -> bool {
        let entries: Vec<_> = self.manifest.entries.iter().collect();
        let present = |path: &OutputPath| self.kept.get(path, &self.stamp(path)?);
        self.manifest_digest.is_some()
            && self.kept.files.len() == entries.len()
            && entries.into_par_iter().all(|(path, entry)| present(path) == Some(entry.content))
    }

    fn stamp(&self, path: &OutputPath) -> Option<Stamp> {
        stamp::of_path(self.disk, &self.dir.join(path.as_str()))
    }

    /// Digest of the regular file at a path; `None` if there is none or it cannot be read.
    pub(crate) fn present(&self, file: &OutputPath) -> Option<Digest> {
        let path = self.dir.join(file.as_str());
        let meta = self.disk.symlink_metadata(&path).ok()?;
        if meta.kind != FileType::File {
            return None;
        }
        if let Some(known) = Stamp::of(&meta).and_then(|stamp| self.kept.get(file, &stamp)) {
            return Some(known);
        }
        disk::digest_of_file(self.disk, &path, meta.len)
    }

    /// Starts writing: makes the directory, if need be, and the staging folder in it.
    pub(crate) fn begin(self) -> Result<Staging<'d>, Diagnostic> {
        Staging::begin(self)
    }

    /// Locks the directory, which must exist, and reads what the last build left.
    fn take_over(&mut self) -> Result<(), Diagnostic> {
        let before = self.look()?;
        self.lock = Some(Lock::take(self.disk, &self.dir, &self.shown)?);
        // Another build may have ended between the look and the lock.
        let journal =
            journal::find(self.disk, &self.dir).map_err(|e| self.cannot("read", JOURNAL, &e))?;
        if let Some(journal) = journal {
            let journal = journal.map_err(|()| self.damaged(JOURNAL, "is damaged"))?;
            let old = || match self.manifest_on_disk()? {
                DirContents::Manifest(_, manifest) => Ok(manifest),
                _ => Ok(Manifest::default()),
            };
            recover::recover(self.disk, &self.dir, &self.shown, &journal, old)?;
        } else {
            // Without a journal nothing was decided: staged files are leftovers.
            let tidied = disk::remove_tree(self.disk, &self.dir.join(STAGING));
            tidied.map_err(|e| self.cannot("remove", STAGING, &e))?;
        }
        let found = match before {
            DirContents::Manifest(bytes, manifest)
                if self.read(MANIFEST)?.as_ref() == Some(&bytes) =>
            {
                DirContents::Manifest(bytes, manifest)
            }
            _ => self.manifest_on_disk()?,
        };
        let own = [LOCK, STAGING, MANIFEST, JOURNAL];
        let list = self.disk.read_dir(&self.dir).map_err(|e| self.cannot_open(&e))?;
        self.empty = list.iter().all(|e| own.iter().any(|name| e.name.to_str() == Some(name)));
        if let DirContents::Manifest(bytes, manifest) = found {
            self.empty &= manifest.entries.is_empty();
            self.manifest_digest = (!bytes.is_empty()).then(|| Digest::of(&bytes));
            self.manifest = manifest;
        }
        Ok(())
    }

    /// Whether the directory is empty or ours. Writes nothing.
    fn look(&self) -> Result<DirContents, Diagnostic> {
        let list = self.disk.read_dir(&self.dir).map_err(|e| self.cannot_open(&e))?;
        match journal::find(self.disk, &self.dir).map_err(|e| self.cannot("read", JOURNAL, &e))? {
            Some(Ok(_)) => return Ok(DirContents::Journal),
            Some(Err(())) => return Err(self.damaged(JOURNAL, "is damaged")),
            None => {}
        }
        let found = self.manifest_on_disk()?;
        let foreign = list
            .iter()
            .find(|entry| ![LOCK, STAGING].iter().any(|name| entry.name.to_str() == Some(name)));
        match (&found, foreign) {
            (DirContents::Nothing, Some(foreign)) => Err(Diagnostic::error(
                &codes::OUTPUT_DIR,
                format!(
                    "`{}` is not empty, and kisah did not make it: it contains `{}`",
                    self.shown,
                    foreign.name.to_string_lossy()
                ),
            )
            .at(Place::file(&*self.shown))
            .note(format!(
                "a directory that kisah made contains `{MANIFEST}`, the list of its files"
            ))
            .help(format!(
                "choose an empty or new folder, or empty this one; if its files are meant to stay \
                 beside the site's, make an empty file `{}`",
                self.name_of(MANIFEST)
            ))),
            _ => Ok(found),
        }
    }

    fn manifest_on_disk(&self) -> Result<DirContents, Diagnostic> {
        let Some(bytes) = self.read(MANIFEST)? else { return Ok(DirContents::Nothing) };
        // Users can create an empty manifest to say that a folder may be written to.
        if bytes.trim_ascii().is_empty() {
            return Ok(DirContents::Manifest(Vec::new(), Manifest::default()));
        }
        let changed = |_| self.damaged(MANIFEST, "is damaged");
        let text = std::str::from_utf8(&bytes).map_err(changed)?;
        let manifest = Manifest::parse(text).map_err(|damage| match damage {
            Damage::Line(line) => self.damaged(MANIFEST, &format!("is damaged in line {line}")),
            Damage::Cut => self.damaged(MANIFEST, "is cut short"),
            Damage::Changed => self.damaged(MANIFEST, "was changed"),
        })?;
        Ok(DirContents::Manifest(bytes, manifest))
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Diagnostic> {
        match self.disk.read(&self.dir.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(self.cannot("read", name, &e)),
        }
    }

    /// Without the list of its own files kisah cannot tell them from other people's. The way out
    /// keeps everything: nothing in the directory is removed or overwritten.
    fn damaged(&self, name: &str, how: &str) -> Diagnostic {
        let shown = self.shown.trim_end_matches('/');
        Diagnostic::error(
            &codes::OUTPUT_DIR,
            format!("`{name}` {how}, so kisah cannot tell which files are its own"),
        )
        .at(Place::file(self.name_of(name)))
        .note("nothing was changed or removed")
        .help(format!(
            "rename `{shown}` to `{shown}.old` and build again; then move what you put there \
             yourself back from `{shown}.old`, and delete the rest"
        ))
    }

    fn cannot_open(&self, error: &io::Error) -> Diagnostic {
        problem::cannot("open the output directory", &self.shown, error)
    }

    fn cannot(&self, verb: &str, name: &str, error: &io::Error) -> Diagnostic {
        problem::cannot(&format!("{verb} `{name}`"), &self.name_of(name), error)
    }

    /// An error about a file of the output.
    pub(crate) fn problem(
        &self,
        code: &'static codes::Code,
        path: &str,
        message: &str,
    ) -> Diagnostic {
        Diagnostic::error(code, message).at(Place::file(self.name_of(path))).help(format!(
            "delete `{}` and build again; please report how it came to be, if nothing else wrote \
             there",
            self.shown
        ))
    }

    /// A path of the output as the user knows it.
    pub(super) fn name_of(&self, path: &str) -> String {
        name_of(&self.shown, path)
    }
}

/// A path below the output directory as the user knows it.
pub(super) fn name_of(shown: &str, path: &str) -> String {
    format!("{}/{path}", shown.trim_end_matches('/'))
}

/// What a directory contains of ours.
enum DirContents {
    Nothing,
    Journal,
    /// Its bytes (none if it is blank) and what they say.
    Manifest(Vec<u8>, Manifest),
}
