//! Which files there are below a folder of the sources.
//!
//! In: a folder's name below the root. Out: its files as root-relative paths, and what is wrong
//! with names and links. It opens no file; it follows a symbolic link only inside the root.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::disk::{Disk, Kind};
use super::problem;
use crate::base::{Diagnostic, Place, SourcePath, codes};

/// A file of the sources.
#[derive(Debug)]
pub(super) struct Found {
    /// Below the root.
    pub(super) path: SourcePath,
    /// Absolute.
    pub(super) at: PathBuf,
}

/// What names that begin with a dot are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DotFiles {
    /// Passed over.
    Hidden,
    /// Files like others: `.well-known`, `.nojekyll`.
    Shown,
}

/// Walks the folders of one site.
pub(super) struct Walker<'a> {
    pub(super) disk: &'a dyn Disk,
    /// Without symbolic links.
    pub(super) root: &'a Path,
    /// The output directory, without symbolic links: never walked into.
    pub(super) exclude: &'a Path,
    /// Links that may lead out of the root, by their paths below it.
    pub(super) symlinks: &'a [String],
}

impl Walker<'_> {
    /// All files below a folder, sorted by path. A folder that does not exist holds none.
    pub(super) fn files(
        &self,
        folder: &str,
        dots: DotFiles,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<Found> {
        let top = self.root.join(folder);
        match self.disk.metadata(&top) {
            Ok(meta) if meta.kind == Kind::Dir => {}
            // No such folder; but a link that leads nowhere is a mistake, and found below.
            Err(e)
                if e.kind() == io::ErrorKind::NotFound
                    && self.disk.symlink_metadata(&top).is_err() =>
            {
                return Vec::new();
            }
            Err(_) => {}
            Ok(_) => {
                problems.push(
                    Diagnostic::error(&codes::IO, format!("`{folder}` is not a folder"))
                        .at(Place::file(folder))
                        .help("rename the file"),
                );
                return Vec::new();
            }
        }
        let mut files = Vec::new();
        // `themes/NAME` may be a link, of which the walk would not know.
        let top_linked = self.disk.canonicalize(&top).is_ok_and(|real| real != top);
        let mut entries = WalkDir::new(&top).follow_links(true).into_iter();
        // Depth of the outermost symbolic link that leads to where the walk is.
        let mut link: Option<usize> = None;
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    problems.extend(self.walk_problem(&error, dots));
                    continue;
                }
            };
            link = link.filter(|depth| entry.depth() > *depth);
            let is_dir = entry.file_type().is_dir();
            let step = self.step(&entry, dots, top_linked || link.is_some());
            if is_dir && entry.path_is_symlink() {
                link = link.or(Some(entry.depth()));
            }
            match step {
                Step::Take(path) if !is_dir => files.push(Found { path, at: entry.into_path() }),
                Step::Take(_) => continue,
                Step::Skip => {}
                Step::Report(problem) => problems.push(*problem),
            }
            if is_dir {
                entries.skip_current_dir();
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    /// What to do with one entry; `linked` if a symbolic link led to the folder it is in.
    fn step(&self, entry: &DirEntry, dots: DotFiles, linked: bool) -> Step {
        let kind = Kind::from(entry.file_type());
        if entry.depth() > 0 && is_litter(entry.file_name(), kind, dots) {
            return Step::Skip;
        }
        let shown = self.shown(entry.path());
        let report =
            |diagnostic: Diagnostic| Step::Report(Box::new(diagnostic.at(Place::file(&*shown))));
        if entry.path_is_symlink() || (linked && kind == Kind::Dir) {
            match self.link_target(entry) {
                Ok(real) if real == self.exclude => return Step::Skip,
                Ok(_) => {}
                Err(problem) => return Step::Report(Box::new(problem.at(Place::file(&*shown)))),
            }
        } else if entry.path() == self.exclude {
            return Step::Skip;
        }
        if kind == Kind::Other {
            return report(
                Diagnostic::warning(
                    &codes::UNUSED,
                    "this is a pipe, a socket or a device, and is passed over",
                )
                .help("move it out of the site's folders"),
            );
        }
        match entry.path().strip_prefix(self.root).ok().and_then(Path::to_str) {
            Some(path) => Step::Take(SourcePath::new(with_slashes(path))),
            None => report(
                Diagnostic::error(&codes::BAD_ENCODING, "the name of the file is not UTF-8")
                    .help("rename it; in the path above each `\u{fffd}` stands for what is wrong"),
            ),
        }
    }

    /// Where a link, or a folder that is reached through one, really is.
    fn link_target(&self, entry: &DirEntry) -> Result<PathBuf, Diagnostic> {
        let path = entry.path();
        let real = |path| {
            let real = self.disk.canonicalize(path);
            real.map_err(|e| problem::cannot("follow the symbolic link", "", &e))
        };
        let target = real(path)?;
        if !target.starts_with(self.root) && !self.may_leave(entry, &target) {
            let message =
                format!("the symbolic link leads out of the project, to `{}`", target.display());
            return Err(Diagnostic::error(&codes::LINK_OUTSIDE, message).help(format!(
                "copy what it leads to into the project, or allow the link in kisah.toml: \
                     `symlinks = [\"{}\"]`",
                self.shown(path)
            )));
        }
        // The walk itself sees only loops that begin below its own top.
        if entry.path_is_symlink()
            && let Some(parent) = path.parent()
            && real(parent)?.starts_with(&target)
        {
            return Err(self.loops_back(&target));
        }
        Ok(target)
    }

    /// Whether an entry outside of the root was reached as the site allows: through a link that it
    /// names. A link that is found there must stay there.
    fn may_leave(&self, entry: &DirEntry, target: &Path) -> bool {
        self.symlinks.iter().any(|named| {
            let link = self.root.join(named);
            entry.path() == link
                || (entry.path().starts_with(&link)
                    && self.disk.canonicalize(&link).is_ok_and(|real| target.starts_with(real)))
        })
    }

    fn loops_back(&self, to: &Path) -> Diagnostic {
        let to = self.shown(to);
        let message = format!("the symbolic link leads back to `{to}`, a folder that it is in");
        Diagnostic::error(&codes::IO, message).help("delete the link")
    }

    fn walk_problem(&self, error: &walkdir::Error, dots: DotFiles) -> Option<Diagnostic> {
        let path = error.path().unwrap_or(self.root);
        // An editor's lock is a symbolic link that leads nowhere.
        if is_litter(path.file_name().unwrap_or_default(), Kind::Link, dots) {
            return None;
        }
        let shown = self.shown(path);
        if let Some(above) = error.loop_ancestor() {
            return Some(self.loops_back(above).at(Place::file(shown)));
        }
        let is_link = self.disk.symlink_metadata(path).is_ok_and(|meta| meta.kind == Kind::Link);
        Some(match error.io_error() {
            Some(e) if is_link && e.kind() == io::ErrorKind::NotFound => {
                Diagnostic::error(&codes::IO, "the symbolic link leads nowhere")
                    .at(Place::file(shown))
                    .help("delete the link, or put back what it led to")
            }
            Some(e) if is_link => problem::cannot("follow the symbolic link", &shown, e),
            Some(e) => problem::cannot("read the file or folder", &shown, e),
            None => Diagnostic::error(&codes::IO, error.to_string()).at(Place::file(shown)),
        })
    }

    fn shown(&self, path: &Path) -> String {
        problem::shown(self.root, path)
    }
}

enum Step {
    Take(SourcePath),
    Skip,
    Report(Box<Diagnostic>),
}

/// With `/` between folders on every system.
fn with_slashes(path: &str) -> String {
    if std::path::MAIN_SEPARATOR == '/' {
        path.to_owned()
    } else {
        path.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// What version control, file managers and editors leave behind.
pub(super) fn is_litter(name: &OsStr, kind: Kind, dots: DotFiles) -> bool {
    let bytes = name.as_encoded_bytes();
    if bytes.starts_with(b".") && (dots == DotFiles::Hidden || bytes.starts_with(b".#")) {
        return true;
    }
    let always: [&[u8]; 6] = [b".git", b".hg", b".svn", b".DS_Store", b"Thumbs.db", b"desktop.ini"];
    if always.contains(&bytes) {
        return true;
    }
    // Vim asks whether it may write a folder by making a file named 4913.
    kind != Kind::Dir
        && (bytes == b"4913"
            || bytes.ends_with(b"~")
            || bytes.ends_with(b".swp")
            || (bytes.len() > 1 && bytes.starts_with(b"#") && bytes.ends_with(b"#")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn litter() {
        for name in [
            ".git",
            ".DS_Store",
            "Thumbs.db",
            "x.md~",
            ".x.md.swp",
            "x.swp",
            ".#x.md",
            "#x.md#",
            "4913",
        ] {
            assert!(is_litter(OsStr::new(name), Kind::File, DotFiles::Shown), "{name}");
        }
        for name in [".well-known", ".nojekyll", ".htaccess", "_redirects", "#", "c#", "49131"] {
            assert!(!is_litter(OsStr::new(name), Kind::File, DotFiles::Shown), "{name}");
        }
        assert!(is_litter(OsStr::new(".nojekyll"), Kind::File, DotFiles::Hidden));
        assert!(!is_litter(OsStr::new("4913"), Kind::Dir, DotFiles::Hidden));
    }
}
