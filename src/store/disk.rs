//! The file operations that the store needs, and nothing else.
//!
//! In: absolute paths. Out: bytes and facts, or the operating system's error as it is.
//! It decides nothing: callers say what an error means.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use xxhash_rust::xxh3::Xxh3;

use crate::base::Digest;

/// A disk. [`RealDisk`] is the one there is; `FaultyDisk` is for tests.
pub trait Disk: Sync {
    /// All bytes of a regular file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Opens a regular file for reading piece by piece.
    fn open(&self, path: &Path) -> io::Result<File>;
    /// Facts about what a path leads to, through symbolic links.
    fn metadata(&self, path: &Path) -> io::Result<Metadata>;
    /// Facts about what is at a path, even if that is a symbolic link.
    fn symlink_metadata(&self, path: &Path) -> io::Result<Metadata>;
    /// The entries of a folder, sorted by name.
    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>>;
    /// The absolute path without symbolic links, `.` and `..`.
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;

    /// Writes a file that must not exist yet.
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Copies into a file that must not exist yet. Says what was copied, and which side failed.
    fn copy_new(&self, from: &Path, to: &Path) -> Result<Copied, CopyError>;
    /// Moves a file, over another if one is there.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file or a symbolic link.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty folder.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    /// Makes one folder, whose parent must exist.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Lets two files change places in one step; an error where the file system cannot.
    fn exchange(&self, a: &Path, b: &Path) -> io::Result<()>;
    /// Gives a file a second name, which must not be taken yet.
    fn hard_link(&self, file: &Path, name: &Path) -> io::Result<()>;
    /// Whether entries of a folder can be made and removed, as far as the system can tell
    /// beforehand.
    fn writable(&self, folder: &Path) -> io::Result<()>;
    /// Returns once the bytes of a file are safe from a power failure.
    fn sync_file(&self, path: &Path) -> io::Result<()>;
    /// Does the same for all files on a folder's file system, at once, where the system can.
    fn sync_all(&self, folder: &Path) -> io::Result<()>;
    /// Makes the file if need be and locks it until the returned handle is dropped; `None` if
    /// another process holds the lock.
    fn try_lock(&self, path: &Path) -> io::Result<Option<File>>;
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FileType {
    /// A regular file.
    File,
    /// A folder.
    Dir,
    /// A symbolic link.
    Link,
    /// A pipe, a socket or a device.
    Other,
}

/// Facts about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// What it is.
    pub(crate) kind: FileType,
    /// Length in bytes.
    pub(crate) len: u64,
    /// Last change, where the file system says.
    pub(crate) modified: Option<SystemTime>,
    /// Last change of anything about it, in nanoseconds since 1970. Unix only.
    pub(crate) changed: Option<i64>,
    /// Device and number: two paths with the same ones are the same thing. Unix only.
    pub(crate) id: Option<(u64, u64)>,
}

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirEntry {
    /// Its name.
    pub(crate) name: OsString,
    /// What it is; links are not followed.
    pub(crate) kind: FileType,
}

impl From<fs::FileType> for FileType {
    fn from(kind: fs::FileType) -> Self {
        if kind.is_symlink() {
            FileType::Link
        } else if kind.is_dir() {
            FileType::Dir
        } else if kind.is_file() {
            FileType::File
        } else {
            FileType::Other
        }
    }
}

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Digest of the bytes.
    pub(crate) digest: Digest,
    /// Length in bytes.
    pub(crate) size: u64,
}

/// Why a copy failed.
#[derive(Debug)]
pub enum CopyError {
    /// The original could not be read.
    From(io::Error),
    /// The copy could not be written.
    To(io::Error),
}

/// The operating system's files.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

/// Bytes to read at once where a file is not read whole.
const PIECE: usize = 256 * 1024;

impl Disk for RealDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut file = open_regular(path)?;
        let len = usize::try_from(file.metadata()?.len()).unwrap_or(0);
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len)?;
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        open_regular(path)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        fs::metadata(path).map(|meta| Metadata::from(&meta))
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<Metadata> {
        fs::symlink_metadata(path).map(|meta| Metadata::from(&meta))
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let mut list = fs::read_dir(path)?
            .map(|entry| {
                let entry = entry?;
                Ok(DirEntry { kind: entry.file_type()?.into(), name: entry.file_name() })
            })
            .collect::<io::Result<Vec<_>>>()?;
        list.sort();
        Ok(list)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        File::create_new(path)?.write_all(bytes)
    }

    fn copy_new(&self, from: &Path, to: &Path) -> Result<Copied, CopyError> {
        let mut from = open_regular(from).map_err(CopyError::From)?;
        let mut to = File::create_new(to).map_err(CopyError::To)?;
        digest_of(&mut from, CopyError::From, |piece| to.write_all(piece).map_err(CopyError::To))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn exchange(&self, a: &Path, b: &Path) -> io::Result<()> {
        exchange(a, b)
    }

    fn hard_link(&self, file: &Path, name: &Path) -> io::Result<()> {
        fs::hard_link(file, name)
    }

    fn writable(&self, folder: &Path) -> io::Result<()> {
        writable(folder)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        // Windows wants the file to be opened for writing.
        File::options().write(true).open(path)?.sync_all()
    }

    fn sync_all(&self, folder: &Path) -> io::Result<()> {
        sync_all(folder)
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<File>> {
        loop {
            let file =
                File::options().read(true).write(true).create(true).truncate(false).open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                // Some network file systems have no locks; a site must build there, too.
                Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(e)) => return Err(e),
            }
            // Whoever held the lock removes the file in the end: what we have locked may be a file
            // that no longer has a name, while another process makes and locks a new one.
            let ours = Metadata::from(&file.metadata()?);
            match fs::symlink_metadata(path) {
                Ok(there) if Metadata::from(&there).id == ours.id => return Ok(Some(file)),
                Ok(_) => {}
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(e),
            }
        }
    }
}

/// Opens a path for reading if it is a regular file: reading from a pipe could wait for ever, and
/// reading from a device might never end. It is checked before it is opened, since opening a device
/// can have an effect, and again afterwards, since it may be another file by then.
fn open_regular(path: &Path) -> io::Result<File> {
    regular(fs::metadata(path)?.file_type())?;
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    let file = options.open(path)?;
    regular(file.metadata()?.file_type())?;
    Ok(file)
}

fn regular(kind: fs::FileType) -> io::Result<()> {
    match FileType::from(kind) {
        FileType::File => Ok(()),
        FileType::Dir => Err(io::ErrorKind::IsADirectory.into()),
        FileType::Link | FileType::Other => {
            Err(io::Error::other("it is a pipe, a socket or a device"))
        }
    }
}

impl From<&fs::Metadata> for Metadata {
    fn from(meta: &fs::Metadata) -> Self {
        Metadata {
            kind: meta.file_type().into(),
            len: meta.len(),
            modified: meta.modified().ok(),
            changed: changed(meta),
            id: file_id(meta),
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn writable(folder: &Path) -> io::Result<()> {
    use rustix::fs::{Access, access};
    Ok(access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
}

#[cfg(not(unix))]
fn writable(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn sync_all(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

// The system call may return before everything is written.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn sync_all(_: &Path) -> io::Result<()> {
    rustix::fs::sync();
    Ok(())
}

#[cfg(not(unix))]
fn sync_all(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps)]
fn file_id(meta: &fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
fn file_id(_: &fs::Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(unix)]
fn changed(meta: &fs::Metadata) -> Option<i64> {
    use std::os::unix::fs::MetadataExt;
    meta.ctime().checked_mul(1_000_000_000)?.checked_add(meta.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(_: &fs::Metadata) -> Option<i64> {
    None
}

/// Reads to the end, hands each piece on, and returns the digest and size of the whole.
pub(super) fn digest_of<E>(
    from: &mut impl Read,
    failed: impl Fn(io::Error) -> E,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<Copied, E> {
    let mut hasher = Xxh3::new();
    let mut piece = vec![0; PIECE];
    let mut size = 0;
    loop {
        let n = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(failed(e)),
        };
        hasher.update(&piece[..n]);
        take(&piece[..n])?;
        size += n as u64;
    }
    Ok(Copied { digest: Digest(hasher.digest128()), size })
}

/// Digest of the regular file at a path; `None` if there is none or it cannot be read.
pub(super) fn digest_at(disk: &dyn Disk, path: &Path) -> Option<Digest> {
    let meta = disk.symlink_metadata(path).ok()?;
    if meta.kind == FileType::File { digest_of_file(disk, path, meta.len) } else { None }
}

/// Digest of a regular file of that length, if it can be read.
pub(super) fn digest_of_file(disk: &dyn Disk, path: &Path, len: u64) -> Option<Digest> {
    if len < 1024 * 1024 {
        return Some(Digest::of(&disk.read(path).ok()?));
    }
    let mut file = disk.open(path).ok()?;
    digest_of(&mut file, |_| (), |_| Ok(())).ok().map(|copied| copied.digest)
}

/// Makes a folder and those above it, while others may be doing the same. Adds those it made itself
/// to `made`, the topmost first.
pub(super) fn create_dirs(disk: &dyn Disk, path: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut result = disk.create_dir(path);
    if let Err(e) = &result
        && e.kind() == io::ErrorKind::NotFound
        && let Some(parent) = path.parent()
    {
        create_dirs(disk, parent, made)?;
        result = disk.create_dir(path);
    }
    match result {
        Ok(()) => made.push(path.to_owned()),
        Err(e) => match disk.metadata(path) {
            Ok(meta) if meta.kind == FileType::Dir => {}
            _ => return Err(e),
        },
    }
    Ok(())
}

/// Removes a folder with everything in it. Links are removed, not followed.
pub(super) fn remove_tree(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    match disk.symlink_metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(e),
        Ok(meta) if meta.kind != FileType::Dir => return disk.remove_file(path),
        Ok(_) => {}
    }
    for entry in disk.read_dir(path)? {
        let below = path.join(&entry.name);
        if entry.kind == FileType::Dir {
            remove_tree(disk, &below)?;
        } else {
            disk.remove_file(&below)?;
        }
    }
    disk.remove_dir(path)
}
