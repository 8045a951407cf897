//! The folder that a bench works in: a new one, in memory if possible, removed at the end.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::time::{SystemTime, UNIX_EPOCH};

/// In memory if possible, so that the disk is not measured.
pub fn default_folder() -> PathBuf {
    let shared = PathBuf::from("/dev/shm");
    let parent = if shared.is_dir() { shared } else { env::temp_dir() };
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_millis());
    parent.join(format!("kisah-bench-{}-{now}", process::id()))
}

/// Makes the folder; refuses one that contains anything, since it is removed at the end.
pub fn claim(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", folder.display())))?;
    if fs::read_dir(folder)?.next().is_some() {
        return Err(io::Error::other(format!(
            "{} is not empty; give a new folder",
            folder.display()
        )));
    }
    Ok(())
}

/// Removes the folder, if it exists, with everything in it.
pub fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io::Error::new(
            error.kind(),
            format!("cannot remove {}: {error}", folder.display()),
        )),
        _ => Ok(()),
    }
}
