//! Foreign files that are in the way of a new site.
//!
//! In: the planned paths and the manifest of the last build. Out: one error for each thing that
//! someone else put where a planned file or one of its folders must go. It does not read files.
//!
//! The planned paths are walked as a tree. A folder with many planned children is listed; in one
//! with few (most pages have a folder to themselves) each child is looked at, which costs less.

use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::disk::{Disk, FileType};
use super::folders::{folders_of, stands_as_spelt};
use super::output::name_of;
use super::problem;
use crate::base::{Diagnostic, Map, OutputPath, Place, Set, codes, text};
use crate::plan::manifest::Manifest;

/// A folder with this many children or more is listed.
const MANY: usize = 4;

/// Everything that is in the way, in path order.
pub(super) fn find(
    disk: &dyn Disk,
    dir: &Path,
    shown: &str,
    manifest: &Manifest,
    planned: &mut dyn Iterator<Item = &OutputPath>,
) -> Vec<Diagnostic> {
    let mut paths: Vec<&str> = planned.map(OutputPath::as_str).collect();
    paths.sort_unstable();
    paths.dedup();
    let folders = manifest.entries.keys().flat_map(|path| folders_of(path.as_str()));
    let search = Search {
        disk,
        dir,
        shown,
        files: manifest.entries.keys().map(OutputPath::as_str).collect(),
        folders: folders.collect(),
        folded: std::sync::OnceLock::new(),
    };
    let mut found = search.folder("", &paths);
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

struct Search<'a> {
    disk: &'a dyn Disk,
    dir: &'a Path,
    shown: &'a str,
    /// Files of the manifest.
    files: Set<&'a str>,
    /// The folders that they are in.
    folders: Set<&'a str>,
    /// Both, folded; computed only when needed, which is almost never.
    folded: std::sync::OnceLock<Set<String>>,
}

/// A name in a folder, and the planned paths that begin with it.
struct Child<'p> {
    /// From the output directory.
    path: &'p str,
    /// The planned paths below it; empty if it is a planned file.
    below: &'p [&'p str],
}

impl Search<'_> {
    /// Looks through a real folder (`""`, or with a trailing slash) that contains all `paths`.
    fn folder(&self, folder: &str, paths: &[&str]) -> Vec<Diagnostic> {
        let children = children(folder, paths);
        let kinds = match self.kinds(folder, &children) {
            Ok(kinds) => kinds,
            Err(error) => return vec![self.cannot(folder, &error)],
        };
        children
            .par_iter()
            .zip(kinds)
            .flat_map_iter(|(child, kind)| match kind {
                None => Vec::new(),
                Some(FileType::Dir) if child.below.is_empty() => self.folder_for_file(child.path),
                Some(FileType::Dir) => self.folder(&format!("{}/", child.path), child.below),
                // A file of ours makes way for a folder.
                Some(FileType::File) if self.is_ours(child.path, &self.files) => Vec::new(),
                Some(kind) => vec![self.foreign(child.path, kind)],
            })
            .collect()
    }

    /// What is at each child's path.
    fn kinds(&self, folder: &str, children: &[Child]) -> io::Result<Vec<Option<FileType>>> {
        let look = |child: &Child| match self.disk.symlink_metadata(&self.dir.join(child.path)) {
            Ok(meta) => Ok(Some(meta.kind)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        };
        if children.len() < MANY {
            return children.iter().map(look).collect();
        }
        let list = self.disk.read_dir(&self.dir.join(folder))?;
        let by_name: Map<&str, FileType> =
            list.iter().filter_map(|e| Some((e.name.to_str()?, e.kind))).collect();
        let mut twins: Option<Set<String>> = None;
        let mut kind_of = |child: &Child| {
            let name = &child.path[folder.len()..];
            if let Some(kind) = by_name.get(name) {
                return Ok(Some(*kind));
            }
            // Where case does not count, a differently spelt name may answer.
            let twins =
                twins.get_or_insert_with(|| by_name.keys().map(|name| text::fold(name)).collect());
            if twins.contains(&text::fold(name)) { look(child) } else { Ok(None) }
        };
        children.iter().map(&mut kind_of).collect()
    }

    /// A folder is where a file must go: that is fine if nothing foreign is in it.
    fn folder_for_file(&self, path: &str) -> Vec<Diagnostic> {
        if !self.is_ours(path, &self.folders) {
            return vec![self.foreign(path, FileType::Dir)];
        }
        let list = match self.disk.read_dir(&self.dir.join(path)) {
            Ok(list) => list,
            Err(error) => return vec![self.cannot(path, &error)],
        };
        let mut found = Vec::new();
        for entry in list {
            let below = format!("{path}/{}", entry.name.to_string_lossy());
            match entry.kind {
                FileType::Dir => found.extend(self.folder_for_file(&below)),
                FileType::File if self.is_ours(&below, &self.files) => {}
                kind => found.push(self.foreign(&below, kind)),
            }
        }
        found
    }

    /// Whether a path is one of ours, perhaps under a name in another case.
    fn is_ours(&self, path: &str, ours: &Set<&str>) -> bool {
        ours.contains(path)
            || self.folded().contains(&text::fold(path))
                && !stands_as_spelt(self.disk, self.dir, path)
    }

    fn folded(&self) -> &Set<String> {
        self.folded.get_or_init(|| {
            self.files.iter().chain(&self.folders).map(|path| text::fold(path)).collect()
        })
    }

    fn foreign(&self, path: &str, kind: FileType) -> Diagnostic {
        let what = match kind {
            FileType::File => "a file",
            FileType::Dir => "a folder",
            FileType::Link => "a symbolic link",
            FileType::Other => "a special file",
        };
        let help = match kind {
            FileType::File => "move it to `static/` if it belongs to the site, or delete it",
            _ => "move it elsewhere, or delete it",
        };
        Diagnostic::error(
            &codes::FOREIGN_FILE,
            format!("{what} that kisah did not make is in the way of the site"),
        )
        .at(Place::file(name_of(self.shown, path)))
        .help(help)
    }

    fn cannot(&self, path: &str, error: &io::Error) -> Diagnostic {
        problem::cannot("read the folder", &name_of(self.shown, path), error)
    }
}

/// The first names after `folder` in sorted paths, each with the paths that go on below it.
fn children<'p>(folder: &str, paths: &'p [&'p str]) -> Vec<Child<'p>> {
    let mut children = Vec::new();
    let mut rest = paths;
    while let Some(&path) = rest.first() {
        let Some(i) = path[folder.len()..].find('/') else {
            children.push(Child { path, below: &[] });
            rest = &rest[1..];
            continue;
        };
        let with_slash = &path[..=folder.len() + i];
        // Sorted strings with the same beginning are next to each other.
        let n = rest.partition_point(|path| path.starts_with(with_slash));
        children.push(Child { path: &path[..folder.len() + i], below: &rest[..n] });
        rest = &rest[n..];
    }
    children
}
