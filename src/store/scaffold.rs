//! Writes files that the user named: new sources for `new` and `init`, never over an existing file,
//! and lists of what a build did.

use std::io;
use std::path::{Path, PathBuf};

use super::disk::{Disk, FileType};
use super::{guard, problem};
use crate::base::{Diagnostic, codes};

/// Whether a folder is empty or does not exist.
pub(crate) fn is_empty(disk: &dyn Disk, dir: &Path) -> Result<bool, Diagnostic> {
    match disk.read_dir(dir) {
        Ok(entries) => Ok(entries.is_empty()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(e) => Err(problem::cannot("read the folder", &dir.display().to_string(), &e)),
    }
}

/// Writes files below `root`, with the folders they need. Stops at the first that already exists or
/// cannot be written; what exists stays as it is.
pub(crate) fn write_new(
    disk: &dyn Disk,
    root: &Path,
    files: &[(PathBuf, String)],
) -> Result<(), Diagnostic> {
    for (path, text) in files {
        let path = root.join(path);
        let shown = path.display().to_string();
        if let Some(folder) = path.parent() {
            create_all(disk, folder).map_err(|e| {
                problem::cannot("make the folder", &folder.display().to_string(), &e)
            })?;
        }
        match disk.write_new(&path, text.as_bytes()) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                let message = format!("`{shown}` already exists, and is left as it is");
                let help = "choose another title, or edit the file";
                return Err(Diagnostic::error(&codes::IO, message).help(help));
            }
            Err(e) => return Err(problem::cannot("write the file", &shown, &e)),
        }
    }
    Ok(())
}

/// Writes a file anew, outside the sources of the site at `root`, with the folders it needs.
pub(crate) fn replace(
    disk: &dyn Disk,
    root: &Path,
    path: &Path,
    bytes: &[u8],
) -> Result<(), Diagnostic> {
    let shown = problem::shown(root, path);
    guard::check_file(disk, root, path)?;
    let failed = |e: io::Error| problem::cannot("write the file", &shown, &e);
    if disk.metadata(path).is_ok_and(|meta| meta.kind != FileType::File) {
        let message = format!("`{shown}` is not a regular file, so it cannot be replaced");
        return Err(Diagnostic::error(&codes::IO, message).help("name a new file"));
    }
    if let Some(folder) = path.parent() {
        create_all(disk, folder).map_err(failed)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".kisah-new");
    let beside = path.with_file_name(name);
    // Left by a build that was interrupted.
    let _ = disk.remove_file(&beside);
    disk.write_new(&beside, bytes).map_err(failed)?;
    disk.rename(&beside, path).map_err(|e| {
        let _ = disk.remove_file(&beside);
        failed(e)
    })
}

fn create_all(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || disk.metadata(folder).is_ok() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        create_all(disk, parent)?;
    }
    match disk.create_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}
