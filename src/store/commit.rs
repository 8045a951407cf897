//! Takes an output directory from the old site to the new one, or back.
//!
//! In: a journal already written to the output directory. Out: the new site or, if that fails, the
//! old one, with its bytes and their times. Nothing that the new site replaces or removes is lost
//! before the new manifest is in place: until then it is kept in the staging folder.
//!
//! # The order
//!
//! First comes what readers cannot see: folders are made. Most of what can go wrong (no permission,
//! no inodes) goes wrong here, or was found earlier. Then files that are in the way are moved to
//! the staging folder, new ones are renamed into place, outdated ones are moved to the staging
//! folder, and the manifest is renamed (or, if it says the same as the old one, removed from the
//! staging folder). At that moment the new site is there; what follows only tidies up.
//!
//! # What the disk says about a commit
//!
//! How far a commit has got can be told from the staging folder alone, at any moment and whatever
//! died. For a file with number 7:
//!
//! | `7` | `7.old` | in its place is |
//! |---|---|---|
//! | there | – | what was there before |
//! | the old file | – | the new file: they have changed places |
//! | – | – | the new file, which replaces nothing |
//!
//! The bytes of `7` tell whether the two have changed places: the new manifest has the digest of
//! the new file's. Where the file system cannot exchange files, the old one gets a second name, or
//! is moved if there are no second names either:
//!
//! | `7` | `7.old` | in its place is |
//! |---|---|---|
//! | there | there | what was there before, or nothing for a moment |
//! | – | there | the new file |
//!
//! Files to be removed have only `7.old`. `manifest` is there until the new manifest is in place.
//! One step leads from each line to the next, and one leads back. So every state can be left in
//! both directions, and dying on the way back is no different from dying on the way forward.
//! Exchanging files is a single step for readers, too, who find a page at every moment, and it
//! costs hardly more than overwriting: for 10,000 files in memory at most 0.1 s of processor time,
//! where second names cost 0.2 s.
//!
//! This relies on the file system keeping the order of renames and removals when the power fails,
//! as journaling file systems do.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{self, Disk, FileType};
use super::folders::{Folders, folder_of, folders_of, is_absence, kind_at, stands_as_spelt};
use super::journal::{Arrival, Arrivals, JOURNAL, Journal, Leaving, MANIFEST, SITE, STAGING};
use crate::base::{OutputPath, Set, text};
use crate::plan::manifest::Manifest;

/// Name of the new manifest in the staging folder.
pub(super) const NEXT_MANIFEST: &str = "manifest";

/// A journal, and where to carry it out.
pub(super) struct Commit<'a> {
    pub(super) disk: &'a dyn Disk,
    /// The output directory.
    pub(super) dir: &'a Path,
    pub(super) journal: &'a Journal,
}

/// What the staging folder says about a commit.
#[derive(Default)]
pub(super) struct CommitState {
    /// Numbers of files that are waiting.
    staged: Set<u64>,
    /// Numbers of files that have changed places with the old ones.
    exchanged: Set<u64>,
    /// Numbers of files that are kept.
    kept: Set<u64>,
    /// Whether the new manifest is waiting.
    pub(super) manifest: bool,
}

/// A step that failed: what it was about, and why.
#[derive(Debug)]
pub(super) struct Failed {
    /// Below the output directory.
    pub(super) path: String,
    pub(super) error: io::Error,
}

impl Failed {
    pub(super) fn at(path: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        move |error| Failed { path: path.into(), error }
    }
}

/// A site that is neither the old nor the new one. Paths are below the output directory.
#[derive(Default)]
pub(super) struct Mixture {
    /// Files that belong to the new site.
    pub(super) new: Vec<String>,
    /// Files of the old site that are not in their places.
    pub(super) gone: Vec<String>,
    /// Files that are as before, but should not be.
    pub(super) old: Vec<String>,
}

impl Mixture {
    /// Whether a reader of the site could notice.
    pub(super) fn shows(&self) -> bool {
        !self.new.is_empty() || !self.gone.is_empty()
    }
}

impl CommitState {
    /// Before the first step.
    pub(super) fn fresh(journal: &Journal) -> Self {
        let staged = journal.each().iter().map(|arrival| arrival.number).collect();
        CommitState { staged, manifest: true, ..CommitState::default() }
    }
}

/// Finds out what can be known before the journal is written: which folders must be made, which it
/// adds to the journal, and whether the others can be written to.
pub(super) fn prepare(disk: &dyn Disk, dir: &Path, journal: &mut Journal) -> Result<(), Failed> {
    // Where case does not count, a file to be cleared away may answer to the name of a new one.
    let cleared: Set<String> = journal.clears.iter().map(|gone| gone.path.folded()).collect();
    let emptied: Set<&str> =
        journal.clears.iter().flat_map(|gone| folders_of(gone.path.as_str())).collect();
    let twins: Set<String> = emptied.iter().map(|folder| text::fold(folder)).collect();
    let is_twin = |folder: &str| {
        twins.contains(&text::fold(folder))
            && !emptied.contains(folder)
            && !stands_as_spelt(disk, dir, folder)
    };
    let (mut seen, mut new) = (Set::<&str>::default(), Set::<&str>::default());
    for folder in journal.each().iter().flat_map(|arrival| folders_of(arrival.path.as_str())) {
        if !seen.insert(folder) {
            continue;
        }
        let there = kind_at(disk, &dir.join(folder)).map_err(Failed::at(folder))?;
        let is_new = match there {
            None => true,
            Some(FileType::Dir) => !twins.is_empty() && is_twin(folder),
            Some(_) if cleared.contains(&text::fold(folder)) => true,
            Some(_) => return Err(Failed::at(folder)(io::ErrorKind::NotADirectory.into())),
        };
        if is_new {
            new.insert(folder);
        }
    }
    let leaving = journal.clears.iter().chain(&journal.removals).map(|gone| gone.path.as_str());
    let arriving = journal.each().iter().map(|arrival| arrival.path.as_str());
    let written: Set<&str> =
        leaving.chain(arriving).chain(new.iter().copied()).map(folder_of).collect();
    // The output directory itself has just been written to.
    for folder in written.iter().filter(|folder| !folder.is_empty() && !new.contains(**folder)) {
        match disk.writable(&dir.join(folder)) {
            Err(e) if !is_absence(&e) => return Err(Failed::at(*folder)(e)),
            _ => {}
        }
    }
    let new = new.into_iter().filter_map(|folder| OutputPath::new(folder).ok()).collect();
    journal.folders = new;
    Ok(())
}

impl Commit<'_> {
    /// Reads the state from the staging folder.
    pub(super) fn look(&self) -> Result<CommitState, Failed> {
        let list = match self.disk.read_dir(&self.dir.join(STAGING)) {
            Ok(list) => list,
            Err(e) if is_absence(&e) => Vec::new(),
            Err(error) => return Err(Failed::at(STAGING)(error)),
        };
        let mut state = CommitState::default();
        for name in list.iter().filter_map(|entry| entry.name.to_str()) {
            if let Ok(number) = name.parse() {
                state.staged.insert(number);
            } else if let Some(number) = name.strip_suffix(".old").and_then(|n| n.parse().ok()) {
                state.kept.insert(number);
            }
        }
        let new = self.new_manifest();
        for Arrival { number, path, replaces } in self.journal.each() {
            let alone = state.staged.contains(number) && !state.kept.contains(number);
            let there = || disk::digest_at(self.disk, &self.staging(&number.to_string()));
            if *replaces && alone && there() != new.entries.get(path).map(|entry| entry.content) {
                state.staged.swap_remove(number);
                state.exchanged.insert(*number);
            }
        }
        let next = self.disk.read(&self.staging(NEXT_MANIFEST));
        state.manifest = next.is_ok_and(|bytes| bytes == self.journal.manifest.as_bytes());
        Ok(state)
    }

    /// Whether the output directory already has the new manifest.
    pub(super) fn manifest_stands(&self) -> bool {
        let there = self.disk.read(&self.dir.join(MANIFEST));
        there.is_ok_and(|bytes| bytes == self.journal.manifest.as_bytes())
    }

    /// The new manifest. What the journal holds was written by [`Manifest::to_text`].
    pub(super) fn new_manifest(&self) -> Manifest {
        Manifest::parse(&self.journal.manifest).unwrap_or_default()
    }

    /// Every path at which the commit puts something or from which it takes something.
    pub(super) fn touched<'m>(&'m self, new: &'m Manifest) -> Vec<&'m OutputPath> {
        match &self.journal.arrivals {
            Arrivals::Whole(_) => new.entries.keys().collect(),
            Arrivals::Each(arrivals) => {
                let leaving = self.journal.clears.iter().chain(&self.journal.removals);
                arrivals.iter().map(|a| &a.path).chain(leaving.map(|gone| &gone.path)).collect()
            }
        }
    }

    /// New files that are neither in the staging folder nor in their places.
    pub(super) fn lost(&self, state: &CommitState) -> Vec<String> {
        let new = self.new_manifest();
        let is_lost = |path: &OutputPath, waits: bool| !waits && !self.has_arrived(path, &new);
        let lost: Vec<&OutputPath> = match &self.journal.arrivals {
            Arrivals::Whole(_) => {
                let waits = |path: &OutputPath| {
                    let path = self.staging(SITE).join(path.as_str());
                    kind_at(self.disk, &path).is_ok_and(|kind| kind == Some(FileType::File))
                };
                new.entries.keys().filter(|path| is_lost(path, waits(path))).collect()
            }
            Arrivals::Each(arrivals) => {
                let waits = |arrival: &Arrival| state.staged.contains(&arrival.number);
                let lost = arrivals.iter().filter(|a| is_lost(&a.path, waits(a)));
                lost.map(|arrival| &arrival.path).collect()
            }
        };
        lost.into_iter().map(ToString::to_string).collect()
    }

    /// The state of the site, if it is neither the old nor the new one.
    pub(super) fn mixture(&self) -> Mixture {
        let (mut mixture, new) = (Mixture::default(), self.new_manifest());
        let Ok(state) = self.look() else { return mixture };
        let each = self.journal.each();
        let waits: Set<&OutputPath> =
            each.iter().filter(|a| state.staged.contains(&a.number)).map(|a| &a.path).collect();
        let added: Set<&OutputPath> =
            each.iter().filter(|a| !a.replaces).map(|a| &a.path).collect();
        let whole = matches!(self.journal.arrivals, Arrivals::Whole(_));
        for path in self.touched(&new) {
            let there = kind_at(self.disk, &self.dir.join(path.as_str()));
            let list = if !waits.contains(path) && self.has_arrived(path, &new) {
                &mut mixture.new
            } else if whole || added.contains(path) {
                continue;
            } else if there.is_ok_and(|kind| kind != Some(FileType::File)) {
                &mut mixture.gone
            } else {
                &mut mixture.old
            };
            list.push(path.to_string());
        }
        mixture
    }

    /// Goes forward to the new site.
    pub(super) fn forward(&self, state: &CommitState) -> Result<(), Failed> {
        match &self.journal.arrivals {
            Arrivals::Whole(_) => move_all(self.disk, &self.staging(SITE), self.dir, "")?,
            Arrivals::Each(arrivals) => self.replace_each(arrivals, state)?,
        }
        self.put_manifest(state).map_err(Failed::at(MANIFEST))
    }

    fn replace_each(&self, arrivals: &[Arrival], state: &CommitState) -> Result<(), Failed> {
        let Commit { disk, dir, journal } = *self;
        let waiting = || arrivals.iter().filter(|a| state.staged.contains(&a.number));
        let mut folders = Folders::default();
        for Arrival { path, .. } in waiting() {
            match folders.make_for(disk, dir, path) {
                // What is in the way is cleared away below.
                Err(e) if is_absence(&e) && !journal.clears.is_empty() => {}
                result => result.map_err(Failed::at(path.as_str()))?,
            }
        }
        if !journal.clears.is_empty() {
            self.take_away(&journal.clears, state, true)?;
            folders = Folders::default();
            for Arrival { path, .. } in waiting() {
                folders.make_for(disk, dir, path).map_err(Failed::at(path.as_str()))?;
            }
        }
        for arrival in waiting() {
            self.arrive(arrival, state).map_err(Failed::at(arrival.path.as_str()))?;
        }
        self.take_away(&journal.removals, state, false)
    }

    /// Puts a file in its place. A file found there is kept if it belongs to the old site;
    /// otherwise it is in the way, since it appeared after everything had been checked.
    fn arrive(&self, arrival: &Arrival, state: &CommitState) -> io::Result<()> {
        let Arrival { number, path, replaces } = arrival;
        let (place, kept) = (self.dir.join(path.as_str()), self.kept(*number));
        let staged = self.staging(&number.to_string());
        let in_the_way = || Err(io::ErrorKind::AlreadyExists.into());
        match kind_at(self.disk, &place)? {
            None => {}
            Some(FileType::File) if *replaces => {
                if state.kept.contains(number) {
                    if !self.is_one(&place, &kept)? {
                        return in_the_way();
                    }
                } else if self.disk.exchange(&staged, &place).is_ok() {
                    return Ok(());
                } else if self.disk.hard_link(&place, &kept).is_err() {
                    self.disk.rename(&place, &kept)?;
                }
            }
            Some(_) => return in_the_way(),
        }
        self.disk.rename(&staged, &place)
    }

    /// Moves files to the staging folder, and removes folders that this leaves empty.
    fn take_away(
        &self,
        list: &[Leaving],
        state: &CommitState,
        clearing: bool,
    ) -> Result<(), Failed> {
        let mut folders = Folders::default();
        let mut emptied = BTreeSet::new();
        for gone in list {
            let path = gone.path.as_str();
            let real =
                folders.real_of(self.disk, self.dir, &gone.path).map_err(Failed::at(path))?;
            // Also if the file is already gone: an earlier run may have died before this.
            emptied.extend(folders_of(path).take(real));
            if real == folders_of(path).count() {
                self.take_one(gone, state, clearing).map_err(Failed::at(path))?;
            }
        }
        let needed: Set<&str> = if emptied.is_empty() {
            Set::default()
        } else {
            self.journal.each().iter().flat_map(|a| folders_of(a.path.as_str())).collect()
        };
        // A folder sorts before what is in it.
        for folder in emptied.into_iter().rev().filter(|folder| !needed.contains(*folder)) {
            remove_if_empty(self.disk, &self.dir.join(folder)).map_err(Failed::at(folder))?;
        }
        Ok(())
    }

    fn take_one(&self, gone: &Leaving, state: &CommitState, clearing: bool) -> io::Result<()> {
        let (place, kept) = (self.dir.join(gone.path.as_str()), self.kept(gone.number));
        // What someone else put there instead is not ours.
        if kind_at(self.disk, &place)? != Some(FileType::File) {
            return Ok(());
        }
        if !state.kept.contains(&gone.number) {
            return self.disk.rename(&place, &kept);
        }
        // It was taken away before. If it came back, it would be in the way again.
        if clearing && !self.may_be_new(gone, state) && same_bytes(self.disk, &place, &kept)? {
            return self.disk.remove_file(&place);
        }
        Ok(())
    }

    /// Whether, where case does not count, what is found under the name of an outdated file may be
    /// a new file that has already arrived.
    fn may_be_new(&self, gone: &Leaving, state: &CommitState) -> bool {
        let come = self.journal.each().iter().filter(|a| !state.staged.contains(&a.number));
        let folded = gone.path.folded();
        come.map(|arrival| arrival.path.folded()).any(|path| path == folded)
    }

    fn put_manifest(&self, state: &CommitState) -> io::Result<()> {
        let next = self.staging(NEXT_MANIFEST);
        let put = if self.manifest_stands() {
            // Files that somebody changed by hand were made again: the manifest keeps its old time.
            self.disk.remove_file(&next)
        } else {
            if !state.manifest {
                self.stage_manifest(&self.journal.manifest)?;
            }
            self.disk.rename(&next, &self.dir.join(MANIFEST))
        };
        match put {
            // On a network a step can succeed although it is reported as failed.
            Err(_) if self.manifest_stands() && kind_at(self.disk, &next)?.is_none() => Ok(()),
            result => result,
        }
    }

    /// Writes a manifest to the staging folder.
    pub(super) fn stage_manifest(&self, text: &str) -> io::Result<()> {
        let next = self.staging(NEXT_MANIFEST);
        self.make_staging()?;
        match self.disk.remove_file(&next) {
            Err(e) if !is_absence(&e) => return Err(e),
            _ => {}
        }
        self.disk.write_new(&next, text.as_bytes())?;
        self.disk.sync_file(&next)
    }

    /// Makes the staging folder, if somebody has removed it.
    pub(super) fn make_staging(&self) -> io::Result<()> {
        let staging = self.dir.join(STAGING);
        match kind_at(self.disk, &staging)? {
            Some(FileType::Dir) => Ok(()),
            _ => self.disk.create_dir(&staging),
        }
    }

    /// Goes back to the old site. Does as much as it can, and returns the first failure. With
    /// `lossy`, kept files may have been taken from the staging folder: then a new file stays where
    /// there is no old one to put in its place.
    pub(super) fn back(&self, lossy: bool) -> Result<(), Failed> {
        let (state, new) = (self.look()?, self.new_manifest());
        let mut first = Ok(());
        let mut note = |result: Result<(), Failed>| {
            if first.is_ok() {
                first = result;
            }
        };
        if let Arrivals::Whole(_) = &self.journal.arrivals {
            self.take_back_whole(&new, &mut note);
        }
        let restore = |Leaving { number, path }: &Leaving| {
            if !state.kept.contains(number) {
                return Ok(());
            }
            self.restore(*number, path).map_err(Failed::at(path.as_str()))
        };
        self.journal.removals.iter().rev().for_each(|gone| note(restore(gone)));
        for Arrival { number, path, replaces } in self.journal.each().iter().rev() {
            let (place, staged) = (self.dir.join(path.as_str()), self.staging(&number.to_string()));
            if state.exchanged.contains(number) {
                let back = match kind_at(self.disk, &place) {
                    Ok(None) => self.disk.rename(&staged, &place),
                    Ok(_) if self.has_arrived(path, &new) => self.disk.exchange(&staged, &place),
                    Ok(_) if lossy => Ok(()),
                    Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
                    Err(error) => Err(error),
                };
                note(back.map_err(Failed::at(path.as_str())));
                continue;
            }
            if lossy && *replaces && !state.kept.contains(number) {
                continue;
            }
            let mut taken = Ok(());
            if !state.staged.contains(number) && self.has_arrived(path, &new) {
                taken = self.disk.rename(&place, &staged);
            }
            note(
                taken
                    .map_err(Failed::at(path.as_str()))
                    .and_then(|()| restore(&Leaving { number: *number, path: path.clone() })),
            );
        }
        for folder in self.journal.folders.iter().rev() {
            let removed = remove_if_empty(self.disk, &self.dir.join(folder.as_str()));
            note(removed.map_err(Failed::at(folder.as_str())));
        }
        self.journal.clears.iter().rev().for_each(|gone| note(restore(gone)));
        first
    }

    /// Removes the files of a first build, with their folders. They are not kept: where there was
    /// nothing, there is always a way back.
    fn take_back_whole(&self, new: &Manifest, note: &mut dyn FnMut(Result<(), Failed>)) {
        let site = self.staging(SITE);
        for path in new.entries.keys() {
            let waits = kind_at(self.disk, &site.join(path.as_str())).unwrap_or(None).is_some();
            if !waits && self.has_arrived(path, new) {
                let removed = self.disk.remove_file(&self.dir.join(path.as_str()));
                note(removed.map_err(Failed::at(path.as_str())));
            }
        }
        remove_folders_of(self.disk, self.dir, new.entries.keys(), note);
    }

    /// Puts back what was kept.
    fn restore(&self, number: u64, path: &OutputPath) -> io::Result<()> {
        let (place, kept) = (self.dir.join(path.as_str()), self.kept(number));
        if kind_at(self.disk, &place)?.is_none() {
            Folders::default().make_for(self.disk, self.dir, path)?;
            return self.disk.rename(&kept, &place);
        }
        if self.is_one(&place, &kept)? {
            return self.disk.remove_file(&kept);
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Whether the new file is at a path.
    fn has_arrived(&self, path: &OutputPath, new: &Manifest) -> bool {
        let there = disk::digest_at(self.disk, &self.dir.join(path.as_str()));
        there.is_some() && there == new.entries.get(path).map(|entry| entry.content)
    }

    /// Whether two paths are names of the same file; where the system cannot tell, whether the
    /// bytes are the same.
    fn is_one(&self, a: &Path, b: &Path) -> io::Result<bool> {
        let id = |path| self.disk.symlink_metadata(path).map(|meta| meta.id);
        match (id(a)?, id(b)?) {
            (Some(a), Some(b)) => Ok(a == b),
            _ => same_bytes(self.disk, a, b),
        }
    }

    /// A path in the staging folder.
    pub(super) fn staging(&self, name: &str) -> PathBuf {
        self.dir.join(STAGING).join(name)
    }

    /// Where an old file is kept.
    fn kept(&self, number: u64) -> PathBuf {
        self.staging(&format!("{number}.old"))
    }

    /// Ends a commit: first removes the journal, then what may be left of the staging folder.
    pub(super) fn finish(&self) -> io::Result<()> {
        match self.disk.remove_file(&self.dir.join(JOURNAL)) {
            Err(e) if !is_absence(&e) => return Err(e),
            _ => {}
        }
        disk::remove_tree(self.disk, &self.dir.join(STAGING))
    }
}

fn same_bytes(disk: &dyn Disk, a: &Path, b: &Path) -> io::Result<bool> {
    Ok(disk.read(a)? == disk.read(b)?)
}

/// Removes the folders of removed files, where nothing else is in them.
pub(super) fn remove_folders_of<'p>(
    disk: &dyn Disk,
    dir: &Path,
    paths: impl Iterator<Item = &'p OutputPath>,
    note: &mut dyn FnMut(Result<(), Failed>),
) {
    let folders: BTreeSet<_> = paths.flat_map(|path| folders_of(path.as_str())).collect();
    // A folder sorts before what is in it.
    for folder in folders.into_iter().rev() {
        note(remove_if_empty(disk, &dir.join(folder)).map_err(Failed::at(folder)));
    }
}

fn remove_if_empty(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    match disk.remove_dir(folder) {
        Err(e) if e.kind() != io::ErrorKind::DirectoryNotEmpty && !is_absence(&e) => Err(e),
        _ => Ok(()),
    }
}

/// Moves everything in one folder into another, which was empty when it was staged. Folders that
/// somebody has made there since are kept, and filled; anything else of theirs is in the way.
/// `shown` is the path so far.
fn move_all(disk: &dyn Disk, from: &Path, to: &Path, shown: &str) -> Result<(), Failed> {
    let list = match disk.read_dir(from) {
        Ok(list) => list,
        // Everything was moved before.
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failed { path: shown.to_owned(), error }),
    };
    for entry in list {
        let path = format!("{shown}{}", entry.name.to_string_lossy());
        let (from, to) = (from.join(&entry.name), to.join(&entry.name));
        let failed = |error| Failed { path: path.clone(), error };
        match kind_at(disk, &to).map_err(failed)? {
            Some(FileType::Dir) if entry.kind == FileType::Dir => {
                move_all(disk, &from, &to, &format!("{path}/"))?;
            }
            Some(_) => return Err(failed(io::ErrorKind::AlreadyExists.into())),
            None => disk.rename(&from, &to).map_err(failed)?,
        }
    }
    Ok(())
}
