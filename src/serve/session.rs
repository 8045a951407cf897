//! The inputs of a site, read again and again.
//!
//! In: what was asked on the command line, and what day it is. Out: the compiled site, if any of
//! its inputs differs from the last time. Files are compared by digest: that a file was written
//! again, or that the disk says so, does not mean that it changed.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::civil;

use super::snapshot::Snapshot;
use crate::base::{Digest, Map, SourceText};
use crate::build::{self, Compiled, Inputs, Memory, Request, Today};
use crate::site::DocId;
use crate::source::Source;
use crate::store::read::{self, Scope};
use crate::store::{Disk, SourceFiles, memo, stamp};

/// Reads and compiles one site.
pub struct Session {
    disk: &'static dyn Disk,
    request: Request,
    known: LastInputs,
    /// The files as they were last read.
    files: memo::Known,
    memory: Memory,
    output_dir: PathBuf,
    symlinks: Vec<String>,
}

/// A file touched this shortly before a look is never believed to be the same without reading it:
/// the clocks of disks are coarse, and those of other computers are wrong.
pub(super) const RACY: Duration = Duration::from_secs(2);

/// What the site was made from.
#[derive(Default, PartialEq, Eq)]
struct LastInputs {
    files: BTreeMap<Arc<str>, Digest>,
    /// What could not be read.
    problems: Vec<String>,
    day: Option<civil::Date>,
}

/// What happened to a file of the sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Below the root.
    pub(crate) path: String,
    /// What happened to it.
    pub(crate) how: How,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// It is new.
    Added,
    /// Its content has changed.
    Changed,
    /// It is gone.
    Removed,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.how {
            How::Added => "added",
            How::Changed => "changed",
            How::Removed => "removed",
        };
        write!(f, "{} {how}", self.path)
    }
}

/// A site that differs from the last one.
pub struct Refreshed {
    /// The site.
    pub compiled: Compiled,
    /// Which files differ; empty if only the day changed.
    pub(crate) changes: Vec<Change>,
}

impl Session {
    /// Starts with nothing read.
    pub fn new(disk: &'static dyn Disk, request: Request) -> Self {
        let output_dir = request.root.join("public");
        let (known, files, memory) =
            (LastInputs::default(), memo::Known::default(), Memory::default());
        Session { disk, request, known, files, memory, output_dir, symlinks: Vec::new() }
    }

    /// The folder of the site.
    pub(crate) fn root(&self) -> &Path {
        &self.request.root
    }

    /// The configuration files besides kisah.toml.
    pub(crate) fn config_files(&self) -> &[PathBuf] {
        &self.request.config_files
    }

    /// Where `build` would write: not part of the sources.
    pub(crate) fn output_dir(&self) -> &Path {
        &self.output_dir
    }

    /// Symbolic links that may lead out of the project, according to kisah.toml when it was last
    /// read.
    pub(crate) fn symlinks(&self) -> &[String] {
        &self.symlinks
    }

    /// The page of the document at an absolute path as it will be, if nothing but its body has
    /// changed since the last [`Session::refresh`]; in a few milliseconds, however large the site.
    ///
    /// Only a look ahead: the next refresh finds out about everything else, and about mistakes.
    pub fn look_ahead(&mut self, path: &Path, snapshot: &Snapshot) -> Option<Snapshot> {
        let root = self.disk.canonicalize(&self.request.root).ok()?;
        let below = path.strip_prefix(&root).ok()?.to_str()?;
        let site = snapshot.plan().site();
        let documents = &site.documents;
        let at = documents.binary_search_by(|d| d.doc.source.path.as_str().cmp(below)).ok()?;
        let text = String::from_utf8(self.disk.read(path).ok()?).ok()?;
        let old = &documents[at].doc.source;
        if **old.text == *text {
            return None;
        }
        let source = SourceText::new(old.path.clone(), text);
        let parsed = self.memory.parse(&source, &site.config);
        let doc = parsed.doc.filter(|_| parsed.diagnostics.is_empty())?;
        snapshot.with_body(DocId(at), doc)
    }

    /// Reads the sources, and compiles them if they have changed or the day has. Never fails: what
    /// is wrong is reported in the compiled site.
    pub fn refresh(&mut self, today: Today) -> Option<Refreshed> {
        let Request { root, config_files, overrides, .. } = &self.request;
        let (files, problem) = match read::config_files(self.disk, root, config_files) {
            Ok(files) => (files, None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        let (look, output_dir) = build::first_look(&files, &self.request);
        self.output_dir = output_dir;
        self.symlinks.clone_from(&look.symlinks);
        let scope = Scope::new(root, &look, &self.output_dir);
        let taken = SystemTime::now().checked_sub(RACY).and_then(stamp::nanoseconds);
        let tree = read::stamped_tree(self.disk, &scope, &self.files);
        let mut source = tree.source;
        self.files = memo::Known {
            taken: taken.unwrap_or_default(),
            problems: tree.listed,
            files: tree.seen,
            texts: texts(&source).map(|text| (text.path.shared(), text.clone())).collect(),
        };
        source.problems.extend(problem);
        let known =
            LastInputs::new(&files, &source, &self.files.files, today.in_zone(&look.timezone));
        if known == self.known {
            return None;
        }
        // At first everything is new, which nobody needs to be told.
        let is_first = self.known.day.is_none();
        let changes = if is_first { Vec::new() } else { self.known.changes(&known) };
        self.known = known;
        let inputs = Inputs {
            config_files: &files,
            source: &source,
            supply: &SourceFiles::new(self.disk, root, None),
            overrides,
            today,
            whole_views: false,
        };
        let compiled = build::compile(&inputs, &mut self.memory);
        Some(Refreshed { compiled, changes })
    }
}

/// All texts of the sources.
fn texts(source: &Source) -> impl Iterator<Item = &SourceText> {
    let templates = source.templates.iter().map(|t| &t.source);
    source.documents.iter().chain(templates).chain(&source.data).chain(&source.i18n)
}

impl LastInputs {
    /// `seen` has the digests of most files already.
    fn new(
        config: &[SourceText],
        source: &Source,
        seen: &Map<Arc<str>, memo::Seen>,
        day: civil::Date,
    ) -> Self {
        let mut files: BTreeMap<Arc<str>, Digest> =
            seen.iter().map(|(path, seen)| (Arc::clone(path), seen.digest)).collect();
        for text in config.iter().chain(texts(source)) {
            let digest = || Digest::of(text.text.as_bytes());
            files.entry(text.path.shared()).or_insert_with(digest);
        }
        for asset in &source.assets {
            files.entry(asset.path.shared()).or_insert(asset.digest);
        }
        let problems = source.problems.iter().map(|p| format!("{p:?}")).collect();
        LastInputs { files, problems, day: Some(day) }
    }

    fn changes(&self, new: &LastInputs) -> Vec<Change> {
        let change = |path: &Arc<str>, how| Change { path: path.to_string(), how };
        let mut changes = Vec::new();
        for (path, digest) in &new.files {
            match self.files.get(path) {
                None => changes.push(change(path, How::Added)),
                Some(old) if old != digest => changes.push(change(path, How::Changed)),
                Some(_) => {}
            }
        }
        let gone = self.files.keys().filter(|path| !new.files.contains_key(*path));
        changes.extend(gone.map(|path| change(path, How::Removed)));
        changes
    }
}
