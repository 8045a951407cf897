//! What the last build wrote: path, key and content digest of every file.
//!
//! The text form is sorted and holds no times, so that equal builds have equal manifests.

use std::collections::BTreeMap;

use crate::base::{Digest, OutputPath};

/// First line of a manifest; a change of format changes it.
const HEADER: &str = "kisah manifest 1";

/// One file of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Digest of everything the file was made from.
    pub key: Digest,
    /// Digest of its bytes.
    pub content: Digest,
}

/// All files of an output directory that are ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// By path.
    pub entries: BTreeMap<OutputPath, Entry>,
}

impl Manifest {
    /// Reads the text form. The error names the line that does not fit.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut lines = text.lines().enumerate();
        if lines.next().map(|(_, line)| line) != Some(HEADER) {
            return Err(1);
        }
        let mut entries = BTreeMap::new();
        for (i, line) in lines {
            let entry = parse_line(line).ok_or(i + 1)?;
            entries.insert(entry.0, entry.1);
        }
        Ok(Manifest { entries })
    }

    /// The text form: a header, then `key content path` a line, sorted by path.
    pub fn to_text(&self) -> String {
        use std::fmt::Write;
        let mut text = String::with_capacity(64 + self.entries.len() * 110);
        text.push_str(HEADER);
        text.push('\n');
        for (path, entry) in &self.entries {
            let _ = writeln!(text, "{} {} {path}", entry.key, entry.content);
        }
        text
    }
}

/// How one build's output differs from the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that are new.
    pub added: Vec<OutputPath>,
    /// Files with other bytes.
    pub changed: Vec<OutputPath>,
    /// Files that are no more.
    pub removed: Vec<OutputPath>,
}

impl Changes {
    /// From one build's manifest to the next one's.
    pub fn between(old: &Manifest, new: &Manifest) -> Self {
        let mut changes = Changes::default();
        for (path, entry) in &new.entries {
            match old.entries.get(path) {
                None => changes.added.push(path.clone()),
                Some(before) if before.content != entry.content => {
                    changes.changed.push(path.clone());
                }
                Some(_) => {}
            }
        }
        let gone = old.entries.keys().filter(|path| !new.entries.contains_key(*path));
        changes.removed = gone.cloned().collect();
        changes
    }
}

fn parse_line(line: &str) -> Option<(OutputPath, Entry)> {
    let mut parts = line.splitn(3, ' ');
    let key = Digest::parse(parts.next()?)?;
    let content = Digest::parse(parts.next()?)?;
    Some((OutputPath::new(parts.next()?).ok()?, Entry { key, content }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        let mut manifest = Manifest::default();
        for path in ["a/index.html", "b c.txt", "é.svg"] {
            let entry = Entry { key: Digest::of(path.as_bytes()), content: Digest(7) };
            manifest.entries.insert(OutputPath::new(path).unwrap(), entry);
        }
        assert_eq!(Manifest::parse(&manifest.to_text()), Ok(manifest));
        assert_eq!(Manifest::parse("kisah manifest 1\nx y ../z\n"), Err(2));
        assert_eq!(Manifest::parse(""), Err(1));
    }
}
