//! Whether a file is unchanged, judged by asking the file system instead of reading it.
//!
//! In: what `stat` says now and what it said when the file was last read. Out: whether that proves
//! that its bytes are the same. It never reads a file, and says no where it cannot be sure.
//!
//! The rule is git's for its index ("racy git" in its technical documentation): a stamp proves
//! nothing if the file may have been changed after it was read, but within the same tick of the
//! file system's clock. So a moment of that clock, from before the first file was read, is kept
//! with the stamps, and only files last touched before it are believed. Programs can set back the
//! modification time, so the rule also looks at the time of the last change of anything about the
//! file, which they cannot set, and at the file's number, which differs if another file was put in
//! its place. Systems that know neither give no stamps, and files are read.

use std::time::SystemTime;

use super::disk::{Disk, FileType, Metadata};

/// What the file system says about a file without reading it. Times are nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Length in bytes.
    pub(crate) len: u64,
    /// When its bytes last changed.
    pub(crate) modified: i64,
    /// When anything about it last changed: bytes, name, owner, rights.
    pub(crate) changed: i64,
    /// Device and number of the file.
    pub(crate) id: (u64, u64),
}

impl Stamp {
    /// Stamp of a regular file; `None` where the system does not know all of it.
    pub(crate) fn of(meta: &Metadata) -> Option<Self> {
        if meta.kind != FileType::File {
            return None;
        }
        Some(Stamp {
            len: meta.len,
            modified: nanoseconds(meta.modified?)?,
            changed: meta.changed?,
            id: meta.id?,
        })
    }

    /// Whether nothing touched the file at or after a moment of the file system's clock.
    pub(crate) fn is_before(&self, moment: i64) -> bool {
        self.modified < moment && self.changed < moment
    }
}

/// A time in nanoseconds since 1970.
pub(crate) fn nanoseconds(time: SystemTime) -> Option<i64> {
    i64::try_from(time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_nanos()).ok()
}

/// Stamp of what is at a path; symbolic links are not followed.
pub(super) fn of_path(disk: &dyn Disk, path: &std::path::Path) -> Option<Stamp> {
    Stamp::of(&disk.symlink_metadata(path).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was touched in the same tick of the clock may have been touched after it was read.
    #[test]
    fn only_what_was_touched_before_a_moment_is_before_it() {
        for (modified, changed, is_before) in
            [(4, 4, true), (4, 5, false), (5, 4, false), (5, 5, false), (4, 6, false)]
        {
            let stamp = Stamp { len: 0, modified, changed, id: (0, 0) };
            assert_eq!(stamp.is_before(5), is_before, "{stamp:?}");
        }
    }
}
