//! What a commit does, as text that outlives the process.
//!
//! In: what was staged, the old and the new manifest. Out: the journal (what is cleared away, made,
//! put in place and removed, and the new manifest) and its text. It touches no file of the site:
//! [`super::commit`] carries it out, forward or back, and [`super::recover`] takes it up if a build
//! has left it behind.
//!
//! A first build has nothing to protect: its files wait in their final folders, and the folders are
//! moved as a whole. In an existing site each file has a number, and is put in place or removed by
//! a rename of its own.

use std::io;
use std::path::Path;

use super::disk::Disk;
use super::folders::folders_of;
use crate::base::{Digest, OutputPath, Set};
use crate::plan::Phase;
use crate::plan::manifest::Manifest;

/// Name of the journal, once it is complete.
pub(super) const JOURNAL: &str = ".kisah-journal";
/// Name of the manifest.
pub(super) const MANIFEST: &str = ".kisah-manifest";
/// Folder of staged files.
pub(super) const STAGING: &str = ".kisah-staging";

/// Folder in it that holds the files of a first build in their final layout.
pub(super) const SITE: &str = "site";

/// First line; it changes whenever the format does.
const HEADER: &str = "kisah journal 3";

/// A file waiting in the staging folder.
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
    /// Files to remove before any arrives: they are in the way.
    pub(super) clears: Vec<Leaving>,
    /// Folders that do not exist yet, the topmost first. Going back removes them again.
    pub(super) folders: Vec<OutputPath>,
    pub(super) arrivals: Arrivals,
    /// Files to remove afterwards.
    pub(super) removals: Vec<Leaving>,
    /// Text of the new manifest.
    pub(super) manifest: String,
}

/// How the new files arrive.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrivals {
    /// All at once, with the folders that contain them; how many there are.
    Whole(usize),
    /// One by one, in order.
    Each(Vec<Arrival>),
}

/// A file that arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrival {
    /// Its name in the staging folder; its predecessor is kept there beside it.
    pub(super) number: u64,
    pub(super) path: OutputPath,
    /// Whether the old site has a file with that path.
    pub(super) replaces: bool,
}

/// A file to remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaving {
    /// The number under which it is kept in the staging folder until the end.
    pub(super) number: u64,
    pub(super) path: OutputPath,
}

impl Journal {
    /// Plans the way from nothing to `new`, all of whose staged files are in [`SITE`].
    pub(super) fn of_first(new: &Manifest, staged: usize) -> Self {
        Journal {
            clears: Vec::new(),
            folders: Vec::new(),
            arrivals: Arrivals::Whole(staged),
            removals: Vec::new(),
            manifest: new.to_text(),
        }
    }

    /// Plans the way from `old` to `new`; the folders are still to be added. Numbers from `free` on
    /// are not taken.
    pub(super) fn new(old: &Manifest, new: &Manifest, mut staged: Vec<Staged>, free: u64) -> Self {
        staged.retain(|s| new.entries.contains_key(&s.path));
        staged.sort();
        let gone = old.entries.keys().filter(|path| !new.entries.contains_key(*path));
        let mut added = Added::default();
        for path in new.entries.keys().filter(|path| !old.entries.contains_key(*path)) {
            added.insert(path);
        }
        let gone = gone.zip(free..).map(|(path, number)| Leaving { number, path: path.clone() });
        let (clears, removals) = gone.partition(|leaving| added.is_blocked_by(&leaving.path));
        let arrivals = staged.into_iter().map(|Staged { path, number, .. }| {
            let replaces = old.entries.contains_key(&path);
            Arrival { number, path, replaces }
        });
        Journal {
            clears,
            folders: Vec::new(),
            arrivals: Arrivals::Each(arrivals.collect()),
            removals,
            manifest: new.to_text(),
        }
    }

    /// How many files are new or have new bytes.
    pub(super) fn written(&self) -> usize {
        match &self.arrivals {
            Arrivals::Whole(files) => *files,
            Arrivals::Each(arrivals) => arrivals.len(),
        }
    }

    /// How many files are removed.
    pub(super) fn removed(&self) -> usize {
        self.clears.len() + self.removals.len()
    }

    /// The files that arrive one by one.
    pub(super) fn each(&self) -> &[Arrival] {
        match &self.arrivals {
            Arrivals::Whole(_) => &[],
            Arrivals::Each(arrivals) => arrivals,
        }
    }

    /// The text form. Its last line is the digest of everything before it.
    pub(super) fn to_text(&self) -> String {
        use std::fmt::Write;
        let mut text = format!("{HEADER}\n");
        for Leaving { number, path } in &self.clears {
            let _ = writeln!(text, "clear {number} {path}");
        }
        for path in &self.folders {
            let _ = writeln!(text, "folder {path}");
        }
        match &self.arrivals {
            Arrivals::Whole(files) => _ = writeln!(text, "whole {files}"),
            Arrivals::Each(arrivals) => {
                for Arrival { number, path, replaces } in arrivals {
                    let verb = if *replaces { "replace" } else { "add" };
                    let _ = writeln!(text, "{verb} {number} {path}");
                }
            }
        }
        for Leaving { number, path } in &self.removals {
            let _ = writeln!(text, "remove {number} {path}");
        }
        let _ = write!(text, "manifest\n{}", self.manifest);
        let _ = writeln!(text, "end {}", Digest::of(text.as_bytes()));
        text
    }

    /// Parses the text form; `None` if it is incomplete.
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
        let mut journal = Journal {
            clears: Vec::new(),
            folders: Vec::new(),
            arrivals: Arrivals::Whole(0),
            removals: Vec::new(),
            manifest: manifest.to_owned(),
        };
        let (mut each, mut whole) = (Vec::new(), None);
        for line in lines {
            let (verb, rest) = line.split_once(' ')?;
            let numbered = || {
                let (number, path) = rest.split_once(' ')?;
                let (number, path) = (number.parse().ok()?, OutputPath::new(path).ok()?);
                Some(Leaving { number, path })
            };
            match verb {
                "whole" => whole = Some(Arrivals::Whole(rest.parse().ok()?)),
                "folder" => journal.folders.push(OutputPath::new(rest).ok()?),
                "clear" => journal.clears.push(numbered()?),
                "remove" => journal.removals.push(numbered()?),
                "add" | "replace" => {
                    let Leaving { number, path } = numbered()?;
                    each.push(Arrival { number, path, replaces: verb == "replace" });
                }
                _ => return None,
            }
        }
        journal.arrivals = whole.unwrap_or(Arrivals::Each(each));
        Some(journal)
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

    /// Whether a file to be removed is where one of these must go: in its place, where one of its
    /// folders must be, or below it.
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
        let old = manifest(&["A", "B/x/y.html", "c d", "gone/z", "same"]);
        let new = manifest(&["a/index.html", "b", "c d", "same"]);
        let mut journal = Journal::new(&old, &new, staged.collect(), 3);
        journal.folders.push(OutputPath::new("a").unwrap());
        journal
    }

    #[test]
    fn what_is_in_the_way_goes_first() {
        let journal = journal();
        let names = |list: &[Leaving]| {
            list.iter().map(|l| format!("{} {}", l.number, l.path)).collect::<Vec<_>>()
        };
        assert_eq!(names(&journal.clears), ["3 A", "4 B/x/y.html"]);
        assert_eq!(names(&journal.removals), ["5 gone/z"]);
        let replaces: Vec<_> = journal.each().iter().map(|a| a.replaces).collect();
        assert_eq!(replaces, [false, false, true]);
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
