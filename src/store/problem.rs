//! What the operating system refused, in words that a writer understands.
//!
//! In: an error and the path as the user knows it. Out: a diagnostic. It reads nothing.

use std::io;
use std::path::Path;

use crate::base::{Diagnostic, Place, codes};

/// For example `cannot read the file: permission denied`, at a path as the user knows it.
pub(super) fn cannot(what: &str, shown: &str, error: &io::Error) -> Diagnostic {
    let diagnostic = Diagnostic::error(&codes::IO, format!("cannot {what}: {}", reason(error)))
        .at(Place::file(shown));
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            diagnostic.help("free some space, then build again")
        }
        io::ErrorKind::PermissionDenied => {
            diagnostic.help("check who owns it, and who may read and write it")
        }
        io::ErrorKind::ReadOnlyFilesystem => diagnostic.help("choose another output directory"),
        _ => diagnostic,
    }
}

/// The reason, in lower case, and without the error's number where the kind says it all.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::QuotaExceeded => "your disk quota is used up".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is not a folder".to_owned(),
        io::ErrorKind::AlreadyExists => "something else is already there".to_owned(),
        io::ErrorKind::DirectoryNotEmpty => "the folder is not empty".to_owned(),
        io::ErrorKind::InvalidFilename => {
            "the path is too long, or contains a character that the file system refuses".to_owned()
        }
        _ => error.to_string(),
    }
}

/// A path as the user knows it: relative to the root if it is below it, otherwise as given; with
/// `/`.
pub(super) fn shown(root: &Path, path: &Path) -> String {
    let short = path.strip_prefix(root).unwrap_or(path);
    let text = short.to_string_lossy();
    let text =
        if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace('\\', "/") };
    if text.is_empty() { ".".to_owned() } else { text }
}

/// A source that has changed since it was read.
pub(super) fn changed(shown: &str) -> Diagnostic {
    Diagnostic::error(&codes::IO, "the file changed while the build ran")
        .at(Place::file(shown))
        .help("build again")
}
