//! What the last build wrote: path, key and content digest of every file.
//!
//! The text form is sorted and contains no times, so that equal builds have equal manifests. Its
//! last line is the digest of the lines before it: files are deleted because the manifest lists them,
//! so one that was cut or edited must not pass for a whole one.

use std::collections::BTreeMap;

use crate::base::{Digest, OutputPath};

/// First line of a manifest; a change of format changes it.
const HEADER: &str = "kisah manifest 2";
/// First line of older manifests, which have no digest at their end; the rest is the same.
const OPEN_HEADER: &str = "kisah manifest 1";
/// Beginning of the last line.
const END: &str = "end ";

/// One file of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Digest of everything the file was made from.
    pub(crate) key: Digest,
    /// Digest of its bytes.
    pub(crate) content: Digest,
}

/// All files of an output directory that kisah wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// The files by path.
    pub(crate) entries: BTreeMap<OutputPath, Entry>,
}

/// What is wrong with a manifest's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    /// The line with this number, from 1, does not belong in a manifest.
    Line(usize),
    /// The end is missing.
    Cut,
    /// It is not as it was written: its digest differs.
    Changed,
}

impl Manifest {
    /// Reads the text form.
    pub(crate) fn parse(text: &str) -> Result<Self, Damage> {
        // Version control may have changed the ends of lines.
        let text = text.replace("\r\n", "\n");
        let header = text.lines().next();
        if header == Some(OPEN_HEADER) {
            return Self::parse_entries(&text);
        }
        if header != Some(HEADER) {
            return Err(Damage::Line(1));
        }
        let whole = text.strip_suffix('\n').unwrap_or(&text);
        let (body, end) = text.split_at(whole.rfind('\n').map_or(0, |i| i + 1));
        let manifest = Self::parse_entries(body)?;
        let digest = end.strip_prefix(END).and_then(|end| end.strip_suffix('\n'));
        match digest.map(Digest::parse) {
            None => Err(Damage::Cut),
            Some(digest) if digest == Some(Digest::of(body.as_bytes())) => Ok(manifest),
            Some(_) => Err(Damage::Changed),
        }
    }

    /// All lines but the first.
    fn parse_entries(text: &str) -> Result<Self, Damage> {
        let lines = text.lines().enumerate().skip(1);
        let entries = lines.map(|(i, line)| parse_line(line).ok_or(Damage::Line(i + 1)));
        Ok(Manifest { entries: entries.collect::<Result<_, _>>()? })
    }

    /// The text form: a header, a line `key content path` for each file, sorted by path, and the
    /// digest.
    pub(crate) fn to_text(&self) -> String {
        use std::fmt::Write;
        let mut text = String::with_capacity(128 + self.entries.len() * 110);
        text.push_str(HEADER);
        text.push('\n');
        for (path, entry) in &self.entries {
            let _ = writeln!(text, "{} {} {path}", entry.key, entry.content);
        }
        let _ = writeln!(text, "{END}{}", Digest::of(text.as_bytes()));
        text
    }
}

/// How one build's output differs from the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Files that are new.
    pub(crate) added: Vec<OutputPath>,
    /// Files with other bytes.
    pub(crate) changed: Vec<OutputPath>,
    /// Files that no longer exist.
    pub(crate) removed: Vec<OutputPath>,
}

impl Changes {
    /// From one build's manifest to the next one's.
    pub(crate) fn between(old: &Manifest, new: &Manifest) -> Self {
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
        let text = manifest.to_text();
        assert_eq!(Manifest::parse(&text).as_ref(), Ok(&manifest));
        assert_eq!(Manifest::parse(&text.replace('\n', "\r\n")).as_ref(), Ok(&manifest));
        let open = text.replacen('2', "1", 1);
        let open = &open[..open.rfind("end ").unwrap()];
        assert_eq!(Manifest::parse(open).as_ref(), Ok(&manifest));
        assert_eq!(Manifest::parse(&Manifest::default().to_text()), Ok(Manifest::default()));
    }

    #[test]
    fn damage_shows() {
        let entry = |path: &str| {
            let entry = Entry { key: Digest::of(path.as_bytes()), content: Digest(7) };
            (OutputPath::new(path).unwrap(), entry)
        };
        let manifest = Manifest { entries: ["a", "b/c", "é"].map(entry).into() };
        let text = manifest.to_text();
        for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            let damage = if cut < HEADER.len() { Damage::Line(1) } else { Damage::Cut };
            assert_eq!(Manifest::parse(&text[..cut]), Err(damage), "{cut}");
        }
        assert_eq!(Manifest::parse(&text.replacen(" b/c", " b/d", 1)), Err(Damage::Changed));
        let first = text.lines().nth(1).unwrap();
        let twice = text.replacen(first, &format!("{first}\n{first}"), 1);
        assert_eq!(Manifest::parse(&twice), Err(Damage::Changed));
        let conflict = text.replacen(first, &format!("<<<<<<< HEAD\n{first}"), 1);
        assert_eq!(Manifest::parse(&conflict), Err(Damage::Line(2)));
        assert_eq!(Manifest::parse(&format!("{text}\n")), Err(Damage::Line(5)));
        assert_eq!(Manifest::parse("kisah manifest 1\nx y ../z\n"), Err(Damage::Line(2)));
    }
}
