//! The folders that contain a path of the output.
//!
//! In: paths below the output directory. Out: which of their folders exist and are real folders: a
//! symbolic link on the way would lead out of the output.

use std::io;
use std::path::Path;

use super::disk::{Disk, FileType};
use crate::base::{OutputPath, Set};

/// The folders that contain a path, the topmost first: `a`, `a/b` for `a/b/c`.
pub(super) fn folders_of(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.match_indices('/').map(|(i, _)| &path[..i])
}

/// The folder that contains a path; `""` for the output directory itself.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether an error says that there is nothing at a path.
pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// What is at a path, if anything.
pub(super) fn kind_at(disk: &dyn Disk, path: &Path) -> io::Result<Option<FileType>> {
    match disk.symlink_metadata(path) {
        Ok(meta) => Ok(Some(meta.kind)),
        Err(e) if is_absence(&e) => Ok(None),
        Err(e) => Err(e),
    }
}

/// Whether a path below `dir` is on disk letter for letter. Where case counts, every path is.
pub(super) fn stands_as_spelt(disk: &dyn Disk, dir: &Path, path: &str) -> bool {
    let mut folder = dir.to_owned();
    path.split('/').all(|name| {
        let listed = disk.read_dir(&folder);
        folder.push(name);
        listed.is_ok_and(|list| list.iter().any(|entry| entry.name.to_str() == Some(name)))
    })
}

/// Folders that have been looked at.
#[derive(Default)]
pub(super) struct Folders<'p> {
    real: Set<&'p str>,
    /// Missing, or not a folder.
    absent: Set<&'p str>,
}

impl<'p> Folders<'p> {
    /// How many of the folders that contain a path, from the top, exist and are folders.
    pub(super) fn real_of(
        &mut self,
        disk: &dyn Disk,
        dir: &Path,
        path: &'p OutputPath,
    ) -> io::Result<usize> {
        for (i, folder) in folders_of(path.as_str()).enumerate() {
            if self.real.contains(folder) {
                continue;
            }
            if self.absent.contains(folder)
                || kind_at(disk, &dir.join(folder))? != Some(FileType::Dir)
            {
                self.absent.insert(folder);
                return Ok(i);
            }
            self.real.insert(folder);
        }
        Ok(folders_of(path.as_str()).count())
    }

    /// Makes those folders that contain a path and do not exist.
    pub(super) fn make_for(
        &mut self,
        disk: &dyn Disk,
        dir: &Path,
        path: &'p OutputPath,
    ) -> io::Result<()> {
        for folder in folders_of(path.as_str()) {
            // Most files share their folder with the one before.
            if self.real.contains(folder) {
                continue;
            }
            let at = dir.join(folder);
            match kind_at(disk, &at)? {
                Some(FileType::Dir) => {}
                Some(_) => return Err(io::ErrorKind::NotADirectory.into()),
                None => match disk.create_dir(&at) {
                    // Somebody else has just made it, if it is a folder.
                    Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                        if kind_at(disk, &at)? != Some(FileType::Dir) {
                            return Err(io::ErrorKind::NotADirectory.into());
                        }
                    }
                    result => result?,
                },
            }
            self.real.insert(folder);
        }
        Ok(())
    }
}
