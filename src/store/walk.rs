//! Which files are below a folder of the sources.
//!
//! In: a folder's name below the root. Out: its files as root-relative paths, and what is wrong
//! with names and links. It opens no file; it follows a symbolic link only inside the root, and
//! lists a folder that many links lead to only a limited number of times. Both reading and watching
//! walk the sources this way.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{DirEntry, Disk, FileType};
use super::problem;
use crate::base::{Diagnostic, Map, Place, SourcePath, codes};

/// The number of ways by which symbolic links may lead to one folder. Folders whose links lead to
/// each other could otherwise form a practically endless tree: twenty with two links each give a
/// million ways.
const WAYS: u32 = 1000;

/// A file of the sources.
#[derive(Debug)]
pub(super) struct FoundFile {
    /// Below the root.
    pub(super) path: SourcePath,
    /// Absolute.
    pub(super) at: PathBuf,
}

/// How names that begin with a dot are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DotFiles {
    /// Skipped.
    Hidden,
    /// Like other files: `.well-known`, `.nojekyll`.
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

/// What a walk meets. Paths are absolute.
pub(super) enum Visit<'a> {
    /// A folder, before its contents.
    Folder(&'a Path),
    /// A file, and its path below the root.
    File(&'a Path, SourcePath),
    /// A symbolic link; if it is followed, this comes before its target.
    Link(&'a Path),
    /// Something that cannot be used, and why.
    Problem(&'a Path, Diagnostic),
}

/// A folder that the walk is in.
struct Level {
    at: PathBuf,
    /// Without symbolic links.
    real: PathBuf,
    /// Whether a symbolic link led here.
    linked: bool,
    rest: std::vec::IntoIter<DirEntry>,
}

/// A walk in progress.
struct Walk<'w, 'see> {
    walker: &'w Walker<'w>,
    dots: DotFiles,
    levels: Vec<Level>,
    /// How often links led to a folder.
    ways: Map<PathBuf, u32>,
    /// Whether links led to one too often.
    overrun: bool,
    see: &'see mut dyn FnMut(Visit<'_>),
}

impl Walker<'_> {
    /// All files below a folder, sorted by path. A folder that does not exist has none.
    pub(super) fn files(
        &self,
        folder: &str,
        dots: DotFiles,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<FoundFile> {
        let mut files = Vec::new();
        self.walk(folder, dots, &mut |visit| match visit {
            Visit::File(at, path) => files.push(FoundFile { path, at: at.to_owned() }),
            Visit::Problem(_, problem) => problems.push(problem),
            Visit::Folder(_) | Visit::Link(_) => {}
        });
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    /// Visits a folder and everything below it, in name order.
    pub(super) fn walk(&self, folder: &str, dots: DotFiles, see: &mut dyn FnMut(Visit<'_>)) {
        let top = self.root.join(folder);
        match self.disk.metadata(&top) {
            Ok(meta) if meta.kind != FileType::Dir => {
                let problem = Diagnostic::error(&codes::IO, format!("`{folder}` is not a folder"))
                    .at(Place::file(folder))
                    .help("rename the file");
                return see(Visit::Problem(&top, problem));
            }
            // No such folder; but a link that points nowhere is a mistake, and is found below.
            Err(e)
                if e.kind() == io::ErrorKind::NotFound
                    && self.disk.symlink_metadata(&top).is_err() =>
            {
                return;
            }
            _ => {}
        }
        let kind = match self.disk.symlink_metadata(&top) {
            Ok(meta) => meta.kind,
            Err(e) => {
                let problem = self.unreadable(&top, &e);
                return see(Visit::Problem(&top, problem));
            }
        };
        // `themes/NAME` may be a link, which the walk would not notice.
        let above = top.parent().unwrap_or(self.root);
        let real = self.disk.canonicalize(above).unwrap_or_else(|_| above.to_owned());
        let linked = real != above;
        let name = top.file_name().unwrap_or_default().to_owned();
        let rest = vec![DirEntry { name, kind }].into_iter();
        let level = Level { at: above.to_owned(), real, linked, rest };
        let (ways, overrun) = (Map::default(), false);
        Walk { walker: self, dots, levels: vec![level], ways, overrun, see }.run();
    }

    /// Checks whether a link, or a folder reached through one, may be followed to its target.
    fn may_follow(&self, path: &Path, target: &Path) -> Result<(), Diagnostic> {
        if target.starts_with(self.root) || self.may_leave(path, target) {
            return Ok(());
        }
        let message =
            format!("the symbolic link leads out of the project, to `{}`", target.display());
        Err(Diagnostic::error(&codes::LINK_OUTSIDE, message).help(format!(
            "copy what it leads to into the project, or allow the link in kisah.toml: \
                 `symlinks = [\"{}\"]`",
            self.shown(path)
        )))
    }

    /// Whether an entry outside the root was reached in a way the site allows: through a link that
    /// it names. A link found there must stay inside.
    fn may_leave(&self, path: &Path, target: &Path) -> bool {
        self.symlinks.iter().any(|named| {
            let link = self.root.join(named);
            path == link
                || (path.starts_with(&link)
                    && self.disk.canonicalize(&link).is_ok_and(|real| target.starts_with(real)))
        })
    }

    fn loops_back(&self, to: &Path) -> Diagnostic {
        let to = self.shown(to);
        let message = format!("the symbolic link leads back to `{to}`, a folder that it is in");
        Diagnostic::error(&codes::IO, message).help("delete the link")
    }

    fn unreadable(&self, path: &Path, error: &io::Error) -> Diagnostic {
        problem::cannot("read the file or folder", &self.shown(path), error)
    }

    fn shown(&self, path: &Path) -> String {
        problem::shown(self.root, path)
    }
}

impl Walk<'_, '_> {
    fn run(mut self) {
        while let Some(level) = self.levels.last_mut() {
            match level.rest.next() {
                Some(entry) => {
                    let path = level.at.join(&entry.name);
                    if let Err(problem) = self.meet(&path, &entry) {
                        let problem = problem.at(Place::file(self.walker.shown(&path)));
                        (self.see)(Visit::Problem(&path, problem));
                    }
                }
                None => _ = self.levels.pop(),
            }
        }
    }

    /// One entry of the folder that the walk is in.
    fn meet(&mut self, path: &Path, entry: &DirEntry) -> Result<(), Diagnostic> {
        let Walker { disk, exclude, .. } = *self.walker;
        let is_top = self.levels.len() == 1;
        let is_link = entry.kind == FileType::Link;
        // An editor's lock is a symbolic link that points nowhere.
        let is_litter = |kind| !is_top && is_litter(&entry.name, kind, self.dots);
        let kind = match entry.kind {
            FileType::Link => match disk.metadata(path) {
                Ok(meta) => meta.kind,
                Err(_) if is_litter(FileType::Link) => return Ok(()),
                Err(error) => {
                    (self.see)(Visit::Link(path));
                    return Err(leads_nowhere(&error));
                }
            },
            kind => kind,
        };
        if is_litter(kind) {
            return Ok(());
        }
        if is_link {
            (self.see)(Visit::Link(path));
        }
        let Some(level) = self.levels.last() else { return Ok(()) };
        let linked = is_link || level.linked;
        let mut real = level.real.join(&entry.name);
        if is_link {
            let follow = |e| problem::cannot("follow the symbolic link", "", &e);
            real = disk.canonicalize(path).map_err(follow)?;
        }
        if is_link || (linked && kind == FileType::Dir) {
            self.walker.may_follow(path, &real)?;
            if is_link && kind == FileType::Dir {
                self.does_not_loop(&real)?;
            }
        }
        if real == exclude {
            return Ok(());
        }
        match kind {
            FileType::Dir => self.enter(path, real, linked),
            FileType::File => {
                let path_below = self.source_path(path)?;
                (self.see)(Visit::File(path, path_below));
                Ok(())
            }
            FileType::Link | FileType::Other => Err(Diagnostic::warning(
                &codes::UNUSED,
                "this is a pipe, a socket or a device, and is skipped",
            )
            .help("move it out of the site's folders")),
        }
    }

    /// Refuses a link to a folder that contains it.
    fn does_not_loop(&self, real: &Path) -> Result<(), Diagnostic> {
        // It may have another name than the one by which the walk got there.
        if let Some(level) = self.levels[1..].iter().find(|level| level.real == real) {
            return Err(self.walker.loops_back(&level.at));
        }
        match self.levels.last() {
            Some(level) if level.real.starts_with(real) => Err(self.walker.loops_back(real)),
            _ => Ok(()),
        }
    }

    fn enter(&mut self, path: &Path, real: PathBuf, linked: bool) -> Result<(), Diagnostic> {
        self.source_path(path)?;
        if linked {
            let ways = self.ways.entry(real.clone()).or_default();
            *ways += 1;
            if *ways > WAYS {
                // The target is no longer listed; that is reported once.
                if std::mem::replace(&mut self.overrun, true) {
                    return Ok(());
                }
                let to = self.walker.shown(&real);
                let message =
                    format!("symbolic links lead to the folder `{to}` in more than {WAYS} ways");
                return Err(Diagnostic::error(&codes::IO, message)
                    .help("delete some of the links between the folders of this path"));
            }
        }
        (self.see)(Visit::Folder(path));
        match self.walker.disk.read_dir(path) {
            Ok(list) => {
                let (at, rest) = (path.to_owned(), list.into_iter());
                self.levels.push(Level { at, real, linked, rest });
                Ok(())
            }
            Err(error) => Err(self.walker.unreadable(path, &error)),
        }
    }

    /// Below the root.
    fn source_path(&self, path: &Path) -> Result<SourcePath, Diagnostic> {
        match path.strip_prefix(self.walker.root).ok().and_then(Path::to_str) {
            Some(path) => Ok(SourcePath::new(with_slashes(path))),
            None => {
                Err(Diagnostic::error(&codes::BAD_ENCODING, "the name of the file is not UTF-8")
                    .help("rename it; each `\u{fffd}` in the path above marks what is wrong"))
            }
        }
    }
}

fn leads_nowhere(error: &io::Error) -> Diagnostic {
    if error.kind() == io::ErrorKind::NotFound {
        Diagnostic::error(&codes::IO, "the symbolic link leads nowhere")
            .help("delete the link, or put back what it led to")
    } else {
        problem::cannot("follow the symbolic link", "", error)
    }
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
pub(super) fn is_litter(name: &OsStr, kind: FileType, dots: DotFiles) -> bool {
    let bytes = name.as_encoded_bytes();
    if bytes.starts_with(b".") && (dots == DotFiles::Hidden || bytes.starts_with(b".#")) {
        return true;
    }
    let always: [&[u8]; 6] = [b".git", b".hg", b".svn", b".DS_Store", b"Thumbs.db", b"desktop.ini"];
    if always.contains(&bytes) {
        return true;
    }
    // Vim asks whether it may write a folder by making a file named 4913.
    kind != FileType::Dir
        && (bytes == b"4913"
            || LEFTOVERS.iter().any(|end| ends_with(bytes, end))
            || (bytes.len() > 1 && bytes.starts_with(b"#") && bytes.ends_with(b"#")))
}

/// Endings of the files that editors, merges and patches leave beside the originals. They are not
/// part of a site: they may hold text that has been withdrawn.
const LEFTOVERS: [&[u8]; 9] =
    [b"~", b".bak", b".markdown#", b".md#", b".orig", b".rej", b".swo", b".swp", b".tmp"];

fn ends_with(name: &[u8], end: &[u8]) -> bool {
    name.len() > end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
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
            "x.md.orig",
            "x.md.BAK",
            "x.rej",
            "x.swo",
            "x.tmp",
            "x.md#",
        ] {
            assert!(is_litter(OsStr::new(name), FileType::File, DotFiles::Shown), "{name}");
        }
        for name in [
            ".well-known",
            ".nojekyll",
            ".htaccess",
            "_redirects",
            "#",
            "c#",
            "49131",
            "bak",
            ".tmp",
            "~",
        ] {
            assert!(!is_litter(OsStr::new(name), FileType::File, DotFiles::Shown), "{name}");
        }
        assert!(is_litter(OsStr::new(".nojekyll"), FileType::File, DotFiles::Hidden));
        assert!(!is_litter(OsStr::new("4913"), FileType::Dir, DotFiles::Hidden));
    }
}
