//! Where a site must not be written.
//!
//! In: the site's root and the output directory as the user named it. Out: where that directory
//! really is, or why it is refused. It writes nothing, and does not look inside the directory.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::disk::{Disk, FileType};
use super::problem;
use crate::base::{Diagnostic, Place, Set, codes, text};
use crate::source::folders;

/// What belongs to the sources, below the root.
fn sources() -> impl Iterator<Item = &'static str> {
    ["kisah.toml"].into_iter().chain(folders::ALL).chain([".git", ".kisah"])
}

/// An output directory that may be written to, if everything in it is ours.
pub(super) struct OutputDir {
    /// Without symbolic links.
    pub(super) dir: PathBuf,
    /// As the user knows it.
    pub(super) shown: String,
    /// Whether it exists yet.
    pub(super) exists: bool,
}

/// Finds the output directory and refuses one that is not separate from the sources.
pub(super) fn check(disk: &dyn Disk, root: &Path, dir: &Path) -> Result<OutputDir, Diagnostic> {
    let shown = problem::shown(root, dir);
    let refuse = |why: String| {
        Diagnostic::error(&codes::OUTPUT_DIR, why)
            .at(Place::file(&*shown))
            .help("choose a new or empty folder, such as `public`")
    };
    let root = disk
        .canonicalize(root)
        .map_err(|e| problem::cannot("open the site's folder", &root.to_string_lossy(), &e))?;
    let real = match resolve(disk, dir) {
        Ok(real) => real,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            return Err(refuse(format!(
                "`{shown}` is or contains a symbolic link that leads nowhere"
            )));
        }
        Err(e) => return Err(problem::cannot("open the output directory", &shown, &e)),
    };
    match relation(disk, &root, &real) {
        Relation::Apart => {}
        Relation::Root => return Err(refuse(format!("`{shown}` is the site's own folder"))),
        Relation::Holds(name) => {
            return Err(refuse(format!(
                "`{shown}` contains `{name}`, which belongs to the sources"
            )));
        }
        Relation::Inside(name) => {
            return Err(refuse(format!(
                "`{shown}` is or lies inside `{name}`, which belongs to the sources"
            )));
        }
    }
    match disk.symlink_metadata(&real) {
        Ok(meta) if meta.kind == FileType::Dir => Ok(OutputDir { dir: real, shown, exists: true }),
        Ok(_) => Err(refuse(format!("`{shown}` is a file"))),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            Ok(OutputDir { dir: real, shown, exists: false })
        }
        Err(e) => Err(problem::cannot("open the output directory", &shown, &e)),
    }
}

/// Refuses a file that a build must not write because it is, or lies among, the sources.
pub(super) fn check_file(disk: &dyn Disk, root: &Path, file: &Path) -> Result<(), Diagnostic> {
    let shown = problem::shown(root, file);
    let failed = |e: io::Error| problem::cannot("write the file", &shown, &e);
    let real = resolve(disk, file).map_err(failed)?;
    let root = disk.canonicalize(root).map_err(failed)?;
    let name = match relation(disk, &root, &real) {
        Relation::Apart => return Ok(()),
        Relation::Root => ".".to_owned(),
        Relation::Holds(name) => name,
        Relation::Inside(name) => name.to_owned(),
    };
    let message = format!("`{shown}` is or lies inside `{name}`, which belongs to the sources");
    Err(Diagnostic::error(&codes::IO, message)
        .at(Place::file(&*shown))
        .help("choose a file outside the site's folders"))
}

enum Relation {
    Apart,
    Root,
    Holds(String),
    Inside(&'static str),
}

fn relation(disk: &dyn Disk, root: &Path, out: &Path) -> Relation {
    if out == root {
        return Relation::Root;
    }
    // Folders that do not exist yet are judged by their paths; those that do by their identities,
    // whatever the file system makes of upper and lower case, and however often they are mounted.
    let id = |path: &Path| disk.metadata(path).ok().and_then(|meta| meta.id);
    let out_id = id(out);
    let out_and_above: Set<_> = out.ancestors().filter_map(id).collect();
    let holds = |path: &Path| {
        path.starts_with(out)
            || (out_id.is_some() && path.ancestors().any(|above| id(above) == out_id))
    };
    if out_id.is_some() && out_id == id(root) {
        return Relation::Root;
    }
    if holds(root) {
        return Relation::Holds(problem::shown(Path::new(""), root));
    }
    let first = out.strip_prefix(root).ok().and_then(|below| below.components().next());
    let first = first.map(|c| text::fold(&c.as_os_str().to_string_lossy()));
    for name in sources() {
        let named = root.join(name);
        let source = disk.canonicalize(&named).unwrap_or(named);
        let same_name = first.as_deref() == Some(name);
        let same_thing = id(&source).is_some_and(|id| out_and_above.contains(&id));
        if same_name || same_thing || out.starts_with(&source) {
            return Relation::Inside(name);
        }
        if holds(&source) {
            return Relation::Holds(name.to_owned());
        }
    }
    // The site may lie inside a repository.
    if out.components().any(|c| c.as_os_str().eq_ignore_ascii_case(".git")) {
        return Relation::Inside(".git");
    }
    Relation::Apart
}

/// The absolute path, without symbolic links, `.` and `..`, of something that may not exist yet.
///
/// A symbolic link that leads nowhere is [`io::ErrorKind::NotFound`].
pub(super) fn resolve(disk: &dyn Disk, path: &Path) -> io::Result<PathBuf> {
    let mut real = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        match part {
            Component::CurDir => {}
            // The path so far is real, so its parent is the parent that was meant.
            Component::ParentDir => {
                real.pop();
            }
            Component::Prefix(_) | Component::RootDir => real.push(part),
            Component::Normal(name) => {
                real.push(name);
                match disk.symlink_metadata(&real) {
                    Ok(meta) if meta.kind == FileType::Link => real = disk.canonicalize(&real)?,
                    Ok(_) => {}
                    // `ENOTDIR`: a path that cannot exist is refused when it is made.
                    Err(e)
                        if matches!(
                            e.kind(),
                            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                        ) => {}
                    Err(e) => return Err(e),
                }
            }
        }
    }
    // Gives names the case they have on disk, where case does not count.
    Ok(disk.canonicalize(&real).unwrap_or(real))
}
