//! Tests of the store against a real disk, in temporary folders.

mod builtin;
mod crash;
mod first;
mod folding;
mod guard;
mod output;
mod random;
mod read;
mod refusal;
mod scene;
mod supply;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::staging::{Outcome, Summary};
use super::{Disk, Output, RealDisk, fault};
use crate::base::{Diagnostic, Digest, OutputPath};
use crate::plan::Phase;
use crate::plan::manifest::{Entry, Manifest};

/// A site's files: path and content.
type Files = BTreeMap<String, String>;

/// A temporary project: `root` with sources, and `root/public` for the output.
struct Project {
    _folder: tempfile::TempDir,
    root: PathBuf,
    out: PathBuf,
}

impl Project {
    fn new() -> Self {
        // Thousands of small builds: in memory where that is available.
        let memory = Path::new("/dev/shm");
        let folder =
            if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.unwrap();
        // On macOS the temporary folder is behind a symbolic link.
        let root = folder.path().canonicalize().unwrap().join("site");
        write(&root, "content/a.md", "text");
        write(&root, "static/copied.bin", "copied");
        let out = root.join("public");
        Project { _folder: folder, root, out }
    }

    /// How many operations a whole build needs.
    fn operations(&self, files: &Files) -> u64 {
        let disk = fault::FaultyDisk::counting();
        self.build(&disk, files).unwrap();
        disk.operations()
    }

    fn write(&self, path: &str, text: &str) {
        write(&self.root, path, text);
    }

    fn open<'d>(&self, disk: &'d dyn Disk) -> Result<Output<'d>, Vec<Diagnostic>> {
        Output::open(disk, &self.root, &self.out)
    }

    /// A whole build. Files named `….bin` are copied from `static/copied.bin`.
    fn build(&self, disk: &dyn Disk, files: &Files) -> Result<Summary, Vec<Diagnostic>> {
        let manifest = manifest(files);
        let output = self.open(disk)?;
        let foreign = output.foreign(&mut manifest.entries.keys());
        if !foreign.is_empty() {
            return Err(foreign);
        }
        let mut staging = output.begin().map_err(|d| vec![d])?;
        let copied = self.root.join("static/copied.bin");
        for (path, text) in files {
            let path = OutputPath::new(path).unwrap();
            if Path::new(path.as_str()).extension().is_some_and(|e| e == "bin") {
                let digest = Digest::of(text.as_bytes());
                staging.copy(&path, Phase::Asset, &copied, digest, text.len() as u64)
            } else {
                staging.put(&path, phase(&path), text.as_bytes())
            }
            .map_err(|d| vec![d])?;
        }
        staging.commit(&manifest).map_err(|broken| vec![broken.diagnostic])
    }

    /// What is in the output.
    fn tree(&self) -> Tree {
        tree(&self.out)
    }

    /// Makes every file of the output look old, so that a rewritten one is noticeable.
    fn age(&self) {
        age(&self.out, SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
    }
}

fn phase(path: &OutputPath) -> Phase {
    match path.as_str().rsplit_once('.') {
        Some((_, "css")) => Phase::Asset,
        Some((_, "xml")) => Phase::List,
        _ => Phase::Page,
    }
}

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn manifest(files: &Files) -> Manifest {
    let entry = |(path, text): (&String, &String)| {
        let content = Digest::of(text.as_bytes());
        (OutputPath::new(path).unwrap(), Entry { key: content, content })
    };
    Manifest { entries: files.iter().map(entry).collect() }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Every folder (`None`), link and file below a folder, with content and time of change.
type Tree = BTreeMap<String, Option<(Vec<u8>, SystemTime)>>;

fn tree(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1) {
        let Ok(entry) = entry else { continue };
        let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        let at = entry.metadata().unwrap().modified().unwrap();
        let content = if entry.path_is_symlink() {
            let target = fs::read_link(entry.path()).unwrap();
            Some((target.into_os_string().into_encoded_bytes(), at))
        } else if entry.file_type().is_file() {
            Some((fs::read(entry.path()).unwrap(), at))
        } else {
            None
        };
        tree.insert(path, content);
    }
    tree
}

fn age(folder: &Path, to: SystemTime) {
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            fs::File::options().write(true).open(entry.path()).unwrap().set_modified(to).unwrap();
        }
    }
}

/// Paths and contents without times: what a clean build makes, plus files that are not ours.
fn contents(tree: &Tree) -> BTreeMap<&str, Option<&[u8]>> {
    tree.iter().map(|(path, at)| (&**path, at.as_ref().map(|(bytes, _)| &**bytes))).collect()
}

/// What the output must hold after a build of `files` beside `foreign` ones.
fn expected(files: &Files, foreign: &Files) -> Tree {
    let mut tree = Tree::new();
    let mut all = files.clone();
    all.extend(foreign.clone());
    all.insert(".kisah-manifest".to_owned(), manifest(files).to_text());
    for (path, text) in &all {
        for folder in super::folders::folders_of(path) {
            tree.insert(folder.to_owned(), None);
        }
        tree.insert(path.clone(), Some((text.clone().into_bytes(), SystemTime::UNIX_EPOCH)));
    }
    tree
}

fn messages(problems: &[Diagnostic]) -> Vec<String> {
    problems
        .iter()
        .map(|d| {
            let place = d.place.as_ref().map_or(String::new(), ToString::to_string);
            format!("{place}: {}: {}", d.code.name, d.message)
        })
        .collect()
}
