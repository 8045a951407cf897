//! Where variations start: the files of `seeds/TARGET`, and the files of the sites in
//! `tests/cases`, which show how everything is written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of this package.
const HOME: &str = env!("CARGO_MANIFEST_DIR");

/// The seeds of a target that were written for it, in the order of their names.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let mut paths = files(&Path::new(HOME).join("seeds").join(target));
    paths.sort();
    let read =
        |path: PathBuf| fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    paths.into_iter().map(read).collect()
}

/// Seeds for a target from the cases, sorted.
pub fn cases(target: &str) -> Vec<Vec<u8>> {
    let mut found = BTreeSet::new();
    for path in files(&Path::new(HOME).join("../tests/cases")) {
        let case = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        found.extend(sections(&case).filter_map(|(name, text)| seed(target, name, text)));
    }
    found.into_iter().collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files
}

/// The parts of a case, with their headers.
fn sections(case: &str) -> impl Iterator<Item = (&str, &str)> {
    let header = |line: &str| line.starts_with("-- ") && line.trim_end().ends_with(" --");
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in case.split_inclusive('\n') {
        if header(line) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.clone().into_iter().skip(1).chain([case.len()]);
    starts.into_iter().zip(ends).filter_map(|(start, end)| {
        let (header, text) = case[start..end].split_once('\n')?;
        Some((header.trim_matches(['-', ' ']), text))
    })
}

/// The seed for a target from a file of a case, if the file is of its kind.
fn seed(target: &str, path: &str, text: &str) -> Option<Vec<u8>> {
    let (folder, extension) = (path.split('/').next()?, path.rsplit('.').next()?);
    let is_story = folder == "content" && extension == "md";
    let seed = match target {
        "front_matter" if is_story => format!("A{text}"),
        "markdown" if is_story => format!("B{}", body(text)),
        "templates" if folder == "templates" => text.to_owned(),
        "config" if path == "kisah.toml" => text.to_owned(),
        "data" if folder == "data" => {
            let kind = ["toml", "json", "yaml"].iter().position(|e| *e == extension)?;
            format!("{}{text}", ["A", "B", "C"][kind])
        }
        "redirects" if path == "static/_redirects" => text.to_owned(),
        _ => return None,
    };
    Some(seed.into_bytes())
}

/// The text after the front matter.
fn body(text: &str) -> &str {
    ["+++\n", "---\n"]
        .iter()
        .find_map(|fence| text.strip_prefix(fence)?.split_once(fence))
        .map_or(text, |(_, body)| body)
}
