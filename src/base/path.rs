//! Path newtypes: a source path is never an output path, and neither is a URL.

use std::fmt;
use std::sync::Arc;

/// A file of the sources, relative to the site's root, with `/`: `content/posts/x.md`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    /// Takes a root-relative, `/`-separated path.
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        SourcePath(path.into())
    }

    /// The whole path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The whole path, without copying it.
    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }

    /// The folder; empty at the root.
    pub(crate) fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last component.
    pub(crate) fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The last component without its last extension.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    /// The last extension without its dot; empty if there is none.
    pub(crate) fn extension(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or("", |(stem, ext)| if stem.is_empty() { "" } else { ext })
    }

    /// The path relative to `folder/`, if it is in there.
    pub(crate) fn below(&self, folder: &str) -> Option<&str> {
        self.0.strip_prefix(folder)?.strip_prefix('/')
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A file of the output, relative to the output directory: `posts/x/index.html`.
///
/// Always holds: not empty, relative, no empty, `.` or `..` component, no backslash, no control
/// character, no component that Windows refuses, no name that belongs to kisah.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputPath(Arc<str>);

/// Why a text is not an output path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadOutputPath {
    /// Contains `..`.
    Escapes,
    /// Empty, absolute, or with a component that is empty or `.`.
    EmptyPart,
    /// Contains a backslash, a colon or a control character.
    BadCharacter,
    /// A name that belongs to kisah: `.kisah-manifest`, `.kisah-staging`, …
    Reserved,
    /// A component longer than 255 bytes, which no common file system accepts.
    TooLong,
}

impl fmt::Display for BadOutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadOutputPath::Escapes => "it would leave the output directory",
            BadOutputPath::EmptyPart => "a part of it is empty, or a single dot",
            BadOutputPath::BadCharacter => {
                "it contains a backslash, a colon or a control character"
            }
            BadOutputPath::Reserved => "names that begin with `.kisah` belong to kisah",
            BadOutputPath::TooLong => "a part of it is longer than 255 bytes",
        })
    }
}

impl OutputPath {
    /// Checks a path.
    pub fn new(path: &str) -> Result<Self, BadOutputPath> {
        for part in path.split('/') {
            if part == ".." {
                return Err(BadOutputPath::Escapes);
            }
            if part.is_empty() || part == "." {
                return Err(BadOutputPath::EmptyPart);
            }
            if part.contains(['\\', ':']) || part.chars().any(char::is_control) {
                return Err(BadOutputPath::BadCharacter);
            }
            if part.to_ascii_lowercase().starts_with(".kisah") {
                return Err(BadOutputPath::Reserved);
            }
            if part.len() > 255 {
                return Err(BadOutputPath::TooLong);
            }
        }
        Ok(OutputPath(path.into()))
    }

    /// The whole path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two paths are compared for collisions: NFC, lower case. The file systems
    /// of macOS and Windows treat paths with the same form as one file.
    pub(crate) fn folded(&self) -> String {
        super::text::fold(&self.0)
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Joins `relative` to `folder` and resolves `.` and `..`; `None` if that leaves the tree.
pub(crate) fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_paths_stay_inside() {
        for bad in ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "C:/x", "a\\b", "a\0b"] {
            assert!(OutputPath::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(OutputPath::new(".kisah-manifest"), Err(BadOutputPath::Reserved));
        assert_eq!(OutputPath::new("posts/x/index.html").unwrap().as_str(), "posts/x/index.html");
    }

    #[test]
    fn joins_resolve_dots() {
        assert_eq!(join("content/posts", "../a.md").as_deref(), Some("content/a.md"));
        assert_eq!(join("a", "../../b"), None);
    }
}
