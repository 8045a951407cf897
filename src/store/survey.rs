//! Where the inputs are, for whoever watches them.
//!
//! In: the site's root. Out: every folder in which a change may change an input, and a stamp that
//! differs whenever a file was written. It reads names and facts, and opens no file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::disk::{Disk, FileType};
use super::guard;
use super::stamp;
use super::walk::{DotFiles, Visit, Walker, is_litter};
use crate::base::{Digest, Hasher};
use crate::source::folders;

/// The inputs of one site.
pub(crate) struct Survey<'a> {
    /// The disk.
    pub(crate) disk: &'a dyn Disk,
    /// The site's folder.
    pub(crate) root: &'a Path,
    /// `--config`.
    pub(crate) config_files: &'a [PathBuf],
    /// The output directory, which may lie in the root.
    pub(crate) exclude: &'a Path,
    /// Symbolic links that may lead out of the root.
    pub(crate) symlinks: &'a [String],
}

/// A state of all inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SurveyStamp {
    /// Digest of all paths, lengths, times and numbers.
    pub(crate) digest: Digest,
    /// When the newest file was written.
    pub(crate) newest: Option<SystemTime>,
}

impl Survey<'_> {
    /// Every folder to watch, without what is below it. Absolute.
    pub(crate) fn folders(&self) -> BTreeSet<PathBuf> {
        let mut folders = BTreeSet::new();
        self.walk(&mut |entry| match entry {
            SurveyEntry::Folder(path) => _ = folders.insert(path.to_owned()),
            SurveyEntry::Link(path) => {
                // What a link points to changes where it really is.
                if let Ok(real) = self.disk.canonicalize(path) {
                    folders.extend(real.parent().map(Path::to_owned));
                }
            }
            SurveyEntry::File(_) => {}
        });
        folders
    }

    /// The state of all inputs, without opening them.
    pub(crate) fn stamp(&self) -> SurveyStamp {
        let mut hasher = Hasher::new();
        let mut newest = None;
        self.walk(&mut |entry| {
            let (SurveyEntry::File(path) | SurveyEntry::Folder(path) | SurveyEntry::Link(path)) =
                entry;
            hasher.bytes(path.as_os_str().as_encoded_bytes());
            let Ok(meta) = self.disk.metadata(path) else { return };
            if meta.kind == FileType::Dir {
                return;
            }
            match stamp::Stamp::of(&meta) {
                Some(stamp) => {
                    hasher.number(stamp.len).number(stamp.id.0).number(stamp.id.1);
                    hasher.bytes(&stamp.modified.to_le_bytes()).bytes(&stamp.changed.to_le_bytes());
                }
                None => _ = hasher.number(meta.len).str(&format!("{:?}", meta.modified)),
            }
            newest = newest.max(meta.modified);
        });
        SurveyStamp { digest: hasher.finish(), newest }
    }

    fn walk(&self, see: &mut dyn FnMut(SurveyEntry<'_>)) {
        let root = self.disk.canonicalize(self.root).unwrap_or_else(|_| self.root.to_owned());
        let exclude = guard::resolve(self.disk, self.exclude).ok();
        see(SurveyEntry::Folder(&root));
        for file in std::iter::once(&root.join("kisah.toml")).chain(self.config_files) {
            let Ok(meta) = self.disk.symlink_metadata(file) else { continue };
            if let Ok(Some(folder)) = std::path::absolute(file).as_deref().map(Path::parent) {
                see(SurveyEntry::Folder(folder));
            }
            see(if meta.kind == FileType::Link {
                SurveyEntry::Link(file)
            } else {
                SurveyEntry::File(file)
            });
        }
        let exclude = exclude.as_deref().unwrap_or(self.exclude);
        let walker = Walker { disk: self.disk, root: &root, exclude, symlinks: self.symlinks };
        for folder in folders::ALL {
            let dots = if folder == folders::CONTENT { DotFiles::Hidden } else { DotFiles::Shown };
            walker.walk(folder, dots, &mut |visit| {
                see(match visit {
                    Visit::Folder(path) => SurveyEntry::Folder(path),
                    Visit::File(path, _) => SurveyEntry::File(path),
                    // A link that points nowhere yet, or a folder that has just gone, is a problem.
                    Visit::Link(path) | Visit::Problem(path, _) => SurveyEntry::Link(path),
                });
            });
        }
    }
}

enum SurveyEntry<'a> {
    Folder(&'a Path),
    File(&'a Path),
    Link(&'a Path),
}

/// Whether a changed entry may concern the site: not an editor's leftovers, and in the root itself
/// nothing whose name begins with a dot, such as `.git` and `.kisah`.
pub(crate) fn concerns(root: &Path, path: &Path) -> bool {
    let in_root = path.parent() == Some(root);
    let dots = if in_root { DotFiles::Hidden } else { DotFiles::Shown };
    !is_litter(path.file_name().unwrap_or_default(), FileType::File, dots)
}
