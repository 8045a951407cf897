//! From the old site to the new one, in steps that can be taken again.
//!
//! In: what was staged, the old and the new manifest. Out: the journal (a plan of removals, renames
//! and the new manifest), its text, and the means to carry it out. Once its text stands in the
//! output directory the new site is decided: whoever opens the directory next finishes it. It
//! never renders, and never removes what the old manifest does not list.
//!
//! A first build has nothing to take care of: its files wait in the folders that they will be in, and
//! those are moved as they are. A page of an existing site is replaced by a rename of its own.
//!
//! The order: what is in the way is removed (a file where a folder must go, names that differ in
//! case only), staged files are renamed, the rest is removed, the manifest is written. A staged
//! file that is gone has been renamed before; then all that was in the way is gone, too.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{self, Disk, Kind};
use crate::base::{Digest, OutputPath, Set};
use crate::plan::Phase;
use crate::plan::manifest::Manifest;

/// Name of the journal, once it is complete.
pub(super) const JOURNAL: &str = ".kisah-journal";
/// Name of the manifest.
pub(super) const MANIFEST: &str = ".kisah-manifest";
/// Folder of staged files.
pub(super) const STAGING: &str = ".kisah-staging";

/// Folder in it where the files of a first build are, as they will be.
pub(super) const SITE: &str = "site";

/// First line; a change of format changes it.
const HEADER: &str = "kisah journal 2";

/// A file that waits in the staging folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Staged {
    pub(super) phase: Phase,
    pub(super) path: OutputPath,
    /// Its name in the staging folder.
    pub(super) number: u64,
}

/// What a commit does.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Journal {
    /// Removed before anything is renamed.
    in_the_way: Vec<OutputPath>,
    arrivals: Arrivals,
    /// Removed afterwards.
    outdated: Vec<OutputPath>,
    /// Text of the new manifest.
    manifest: String,
}

/// How the new files come.
#[derive(Debug, PartialEq, Eq)]
enum Arrivals {
    /// All at once, so many, with the folders that they lie in.
    Whole(usize),
    /// Number in the staging folder, and where it goes, in order.
    Each(Vec<(u64, OutputPath)>),
}

/// A step that failed: what it was about, and why.
pub(super) struct Failed {
    /// Below the output directory.
    pub(super) path: String,
    pub(super) error: io::Error,
}

impl Journal {
    /// Plans the way from nothing to `new`, of which all that was staged lies in [`SITE`].
    pub(super) fn of_first(new: &Manifest, staged: usize) -> Self {
        Journal {
            in_the_way: Vec::new(),
            arrivals: Arrivals::Whole(staged),
            outdated: Vec::new(),
            manifest: new.to_text(),
        }
    }

    /// Plans the way from `old` to `new`.
    pub(super) fn new(old: &Manifest, new: &Manifest, mut staged: Vec<Staged>) -> Self {
        staged.retain(|s| new.entries.contains_key(&s.path));
        staged.sort();
        let gone = old.entries.keys().filter(|path| !new.entries.contains_key(*path));
        let mut added = Added::default();
        for path in new.entries.keys().filter(|path| !old.entries.contains_key(*path)) {
            added.insert(path);
        }
        let (in_the_way, outdated) = gone.cloned().partition(|path| added.is_blocked_by(path));
        Journal {
            in_the_way,
            arrivals: Arrivals::Each(staged.into_iter().map(|s| (s.number, s.path)).collect()),
            outdated,
            manifest: new.to_text(),
        }
    }

    /// How many files are new or have new bytes.
    pub(super) fn written(&self) -> usize {
        match &self.arrivals {
            Arrivals::Whole(files) => *files,
            Arrivals::Each(renames) => renames.len(),
        }
    }

    /// How many files are removed.
    pub(super) fn removals(&self) -> usize {
        self.in_the_way.len() + self.outdated.len()
    }

    /// The text form. Its last line is the digest of what stands before.
    pub(super) fn to_text(&self) -> String {
        use std::fmt::Write;
        let mut text = format!("{HEADER}\n");
        for path in &self.in_the_way {
            let _ = writeln!(text, "clear {path}");
        }
        match &self.arrivals {
            Arrivals::Whole(files) => _ = writeln!(text, "whole {files}"),
            Arrivals::Each(renames) => {
                for (number, path) in renames {
                    let _ = writeln!(text, "rename {number} {path}");
                }
            }
        }
        for path in &self.outdated {
            let _ = writeln!(text, "remove {path}");
        }
        let _ = write!(text, "manifest\n{}", self.manifest);
        let _ = writeln!(text, "end {}", Digest::of(text.as_bytes()));
        text
    }

    /// Reads the text form; `None` if it is not whole.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let body_len = text.trim_end_matches('\n').rfind('\n')? + 1;
        let (body, end) = text.split_at(body_len);
        if Digest::parse(end.strip_prefix("end ")?.strip_suffix('\n')?)?
            != Digest::of(body.as_bytes())
        {
            return None;
        }
        let (steps, manifest) = body.split_once("\nmanifest\n")?;
        let mut lines = steps.split('\n');
        if lines.next() != Some(HEADER) {
            return None;
        }
        let manifest = manifest.to_owned();
        let (mut in_the_way, mut outdated) = (Vec::new(), Vec::new());
        let (mut renames, mut whole) = (Vec::new(), None);
        for line in lines {
            let (verb, rest) = line.split_once(' ')?;
            match verb {
                "whole" => whole = Some(Arrivals::Whole(rest.parse().ok()?)),
                "clear" => in_the_way.push(OutputPath::new(rest).ok()?),
                "remove" => outdated.push(OutputPath::new(rest).ok()?),
                "rename" => {
                    let (number, path) = rest.split_once(' ')?;
                    renames.push((number.parse().ok()?, OutputPath::new(path).ok()?));
                }
                _ => return None,
            }
        }
        let arrivals = whole.unwrap_or(Arrivals::Each(renames));
        Some(Journal { in_the_way, arrivals, outdated, manifest })
    }

    /// Takes all steps that were not taken yet, in the output directory `dir`.
    pub(super) fn apply(&self, disk: &dyn Disk, dir: &Path) -> Result<(), Failed> {
        match &self.arrivals {
            Arrivals::Whole(_) => move_all(disk, &dir.join(STAGING).join(SITE), dir, "")?,
            Arrivals::Each(renames) => {
                let staged = staged_numbers(disk, dir)?;
                // Nothing is left to do but to tidy up. What is missing may by now be someone
                // else's.
                if staged.is_empty() && self.manifest_stands(disk, dir) {
                    return Ok(());
                }
                self.replace_each(disk, dir, renames, &staged)?;
            }
        }
        self.write_manifest(disk, dir).map_err(|error| Failed { path: MANIFEST.to_owned(), error })
    }

    fn replace_each(
        &self,
        disk: &dyn Disk,
        dir: &Path,
        renames: &[(u64, OutputPath)],
        staged: &Set<u64>,
    ) -> Result<(), Failed> {
        if renames.iter().all(|(number, _)| staged.contains(number)) {
            remove_all(disk, dir, &self.in_the_way)?;
        }
        let mut folders = Folders::default();
        for (number, path) in renames.iter().filter(|(number, _)| staged.contains(number)) {
            let failed = |error| Failed { path: path.as_str().to_owned(), error };
            folders.make_for(disk, dir, path).map_err(failed)?;
            let from = dir.join(STAGING).join(number.to_string());
            disk.rename(&from, &dir.join(path.as_str())).map_err(failed)?;
        }
        remove_all(disk, dir, &self.outdated)
    }

    fn manifest_stands(&self, disk: &dyn Disk, dir: &Path) -> bool {
        disk.read(&dir.join(MANIFEST)).is_ok_and(|bytes| bytes == self.manifest.as_bytes())
    }

    fn write_manifest(&self, disk: &dyn Disk, dir: &Path) -> io::Result<()> {
        let next = dir.join(STAGING).join("manifest");
        if self.manifest_stands(disk, dir) {
            return Ok(());
        }
        match disk.create_dir(&dir.join(STAGING)) {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
            _ => {}
        }
        match disk.remove_file(&next) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        disk.write_new(&next, self.manifest.as_bytes())?;
        disk.rename(&next, &dir.join(MANIFEST))
    }
}

/// Paths that the new site adds, folded, with the folders that they need.
#[derive(Default)]
struct Added {
    files: Set<String>,
    folders: Set<String>,
}

impl Added {
    fn insert(&mut self, path: &OutputPath) {
        let folded = path.folded();
        self.folders.extend(folders_of(&folded).map(str::to_owned));
        self.files.insert(folded);
    }

    /// Whether a file that goes away stands where one of these must go: at its place, where one of
    /// its folders is, or below it.
    fn is_blocked_by(&self, gone: &OutputPath) -> bool {
        if self.files.is_empty() {
            return false;
        }
        let folded = gone.folded();
        self.files.contains(&folded)
            || self.folders.contains(&folded)
            || folders_of(&folded).any(|folder| self.files.contains(folder))
    }
}

/// The folders that a path lies in, the topmost first: `a`, `a/b` of `a/b/c`.
pub(super) fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(i, _)| &path[..i])
}

fn staged_numbers(disk: &dyn Disk, dir: &Path) -> Result<Set<u64>, Failed> {
    match disk.read_dir(&dir.join(STAGING)) {
        Ok(list) => Ok(list.iter().filter_map(|e| e.name.to_str()?.parse().ok()).collect()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Set::default()),
        Err(error) => Err(Failed { path: STAGING.to_owned(), error }),
    }
}

/// Moves all that is in one folder into another, in which there was nothing when it was staged.
/// Folders that somebody has made there since are kept, and filled; anything else of theirs is in
/// the way. `shown` is the path so far.
fn move_all(disk: &dyn Disk, from: &Path, to: &Path, shown: &str) -> Result<(), Failed> {
    let list = match disk.read_dir(from) {
        Ok(list) => list,
        // All was moved before.
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failed { path: shown.to_owned(), error }),
    };
    for entry in list {
        let path = format!("{shown}{}", entry.name.to_string_lossy());
        let (from, to) = (from.join(&entry.name), to.join(&entry.name));
        let failed = |error| Failed { path: path.clone(), error };
        match disk.symlink_metadata(&to) {
            Ok(meta) if meta.kind == Kind::Dir && entry.kind == Kind::Dir => {
                move_all(disk, &from, &to, &format!("{path}/"))?;
            }
            Ok(_) => return Err(failed(io::ErrorKind::AlreadyExists.into())),
            Err(e) if is_absence(&e) => disk.rename(&from, &to).map_err(failed)?,
            Err(e) => return Err(failed(e)),
        }
    }
    Ok(())
}

/// Removes files, and folders that are empty without them.
fn remove_all(disk: &dyn Disk, dir: &Path, paths: &[OutputPath]) -> Result<(), Failed> {
    let mut folders = Folders::default();
    let mut emptied = BTreeSet::new();
    for path in paths {
        let failed = |error| Failed { path: path.as_str().to_owned(), error };
        let real = folders.real_of(disk, dir, path).map_err(failed)?;
        // Also where the file is gone already: an earlier run may have died before this.
        emptied.extend(folders_of(path.as_str()).take(real));
        if real < folders_of(path.as_str()).count() {
            continue;
        }
        let file = dir.join(path.as_str());
        match disk.symlink_metadata(&file) {
            Ok(meta) if meta.kind == Kind::File => disk.remove_file(&file).map_err(failed)?,
            // What someone put there instead is not ours.
            Ok(_) => {}
            Err(e) if is_absence(&e) => {}
            Err(e) => return Err(failed(e)),
        }
    }
    // A folder sorts before what is in it.
    for folder in emptied.into_iter().rev() {
        match disk.remove_dir(&dir.join(folder)) {
            Err(e) if e.kind() != io::ErrorKind::DirectoryNotEmpty && !is_absence(&e) => {
                return Err(Failed { path: folder.to_owned(), error: e });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether an error says that nothing stands at a path.
pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Folders of the output that were looked at: a symbolic link on the way would lead out of it.
#[derive(Default)]
struct Folders<'p> {
    real: Set<&'p str>,
    /// Missing, or something else than a folder.
    absent: Set<&'p str>,
}

impl<'p> Folders<'p> {
    /// How many of the folders that a path lies in, from the top, are there and are folders.
    fn real_of(&mut self, disk: &dyn Disk, dir: &Path, path: &'p OutputPath) -> io::Result<usize> {
        for (i, folder) in folders_of(path.as_str()).enumerate() {
            if self.real.contains(folder) {
                continue;
            }
            if self.absent.contains(folder) || !is_folder(disk, &dir.join(folder))? {
                self.absent.insert(folder);
                return Ok(i);
            }
            self.real.insert(folder);
        }
        Ok(folders_of(path.as_str()).count())
    }

    /// Makes the folders that a path lies in.
    fn make_for(&mut self, disk: &dyn Disk, dir: &Path, path: &'p OutputPath) -> io::Result<()> {
        // Most files share their folder with the one before, or need one new folder.
        for folder in folders_of(path.as_str()) {
            if !self.real.insert(folder) {
                continue;
            }
            let at: PathBuf = dir.join(folder);
            match disk.create_dir(&at) {
                Ok(()) => {}
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                    if !is_folder(disk, &at)? {
                        return Err(io::ErrorKind::NotADirectory.into());
                    }
                }
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}

fn is_folder(disk: &dyn Disk, path: &Path) -> io::Result<bool> {
    match disk.symlink_metadata(path) {
        Ok(meta) => Ok(meta.kind == Kind::Dir),
        Err(e) if is_absence(&e) => Ok(false),
        Err(e) => Err(e),
    }
}

/// Reads the journal of `dir`; `None` if there is none, `Some(Err)` if it is damaged.
pub(super) fn find(disk: &dyn Disk, dir: &Path) -> io::Result<Option<Result<Journal, ()>>> {
    match disk.read(&dir.join(JOURNAL)) {
        Ok(bytes) => {
            let journal = std::str::from_utf8(&bytes).ok().and_then(Journal::parse);
            Ok(Some(journal.ok_or(())))
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Ends a commit: the journal goes first, then what may be left of the staging folder.
pub(super) fn finish(disk: &dyn Disk, dir: &Path) -> io::Result<()> {
    match disk.remove_file(&dir.join(JOURNAL)) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    disk::remove_tree(disk, &dir.join(STAGING))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::manifest::Entry;

    fn manifest(paths: &[&str]) -> Manifest {
        let entry = |path: &&str| {
            let path = OutputPath::new(path).unwrap();
            (path.clone(), Entry { key: Digest(1), content: Digest::of(path.as_str().as_bytes()) })
        };
        Manifest { entries: paths.iter().map(entry).collect() }
    }

    fn journal() -> Journal {
        let staged = ["a/index.html", "b", "c d"].iter().zip(0..).map(|(path, number)| Staged {
            phase: Phase::Page,
            path: OutputPath::new(path).unwrap(),
            number,
        });
        let old = manifest(&["A", "B/x/y.html", "gone/z", "same"]);
        Journal::new(&old, &manifest(&["a/index.html", "b", "c d", "same"]), staged.collect())
    }

    #[test]
    fn what_is_in_the_way_goes_first() {
        let journal = journal();
        let names = |list: &[OutputPath]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(&journal.in_the_way), ["A", "B/x/y.html"]);
        assert_eq!(names(&journal.outdated), ["gone/z"]);
    }

    #[test]
    fn text_form_round_trips_and_shows_damage() {
        let journal = journal();
        let text = journal.to_text();
        for cut in 0..text.len() {
            assert_eq!(Journal::parse(&text[..cut]), None, "{cut}");
        }
        assert_eq!(Journal::parse(&text.replacen("same", "Same", 1)), None);
        assert_eq!(Journal::parse(&text), Some(journal));
    }
}
