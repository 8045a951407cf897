//! Builds on a file system that keeps the case of names but ignores it, as on macOS.

use std::fs::File;
use std::io;

use super::super::disk::{Copied, CopyError, DirEntry, Metadata};
use super::super::fault::{Fault, FaultyDisk};
use super::*;
use crate::base::text;

/// Finds each name as it is spelt on disk.
struct FoldingDisk<'d>(&'d dyn Disk);

impl FoldingDisk<'_> {
    fn spelt(path: &Path) -> PathBuf {
        let mut found = PathBuf::new();
        for part in path.components() {
            let wanted = text::fold(&part.as_os_str().to_string_lossy());
            let twin = fs::read_dir(&found).ok().and_then(|list| {
                let names = list.map(|entry| entry.unwrap().file_name());
                names.into_iter().find(|name| text::fold(&name.to_string_lossy()) == wanted)
            });
            found.push(twin.unwrap_or_else(|| part.as_os_str().to_owned()));
        }
        found
    }
}

impl Disk for FoldingDisk<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.read(&Self::spelt(path))
    }
    fn open(&self, path: &Path) -> io::Result<File> {
        self.0.open(&Self::spelt(path))
    }
    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.0.metadata(&Self::spelt(path))
    }
    fn symlink_metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.0.symlink_metadata(&Self::spelt(path))
    }
    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        self.0.read_dir(&Self::spelt(path))
    }
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.0.canonicalize(&Self::spelt(path))
    }
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.0.write_new(&Self::spelt(path), bytes)
    }
    fn copy_new(&self, from: &Path, to: &Path) -> Result<Copied, CopyError> {
        self.0.copy_new(&Self::spelt(from), &Self::spelt(to))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename(&Self::spelt(from), &Self::spelt(to))
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.0.remove_file(&Self::spelt(path))
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.0.remove_dir(&Self::spelt(path))
    }
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.0.create_dir(&Self::spelt(path))
    }
    fn exchange(&self, a: &Path, b: &Path) -> io::Result<()> {
        self.0.exchange(&Self::spelt(a), &Self::spelt(b))
    }
    fn hard_link(&self, file: &Path, name: &Path) -> io::Result<()> {
        self.0.hard_link(&Self::spelt(file), &Self::spelt(name))
    }
    fn writable(&self, folder: &Path) -> io::Result<()> {
        self.0.writable(&Self::spelt(folder))
    }
    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.0.sync_file(&Self::spelt(path))
    }
    fn sync_all(&self, folder: &Path) -> io::Result<()> {
        self.0.sync_all(&Self::spelt(folder))
    }
    fn try_lock(&self, path: &Path) -> io::Result<Option<File>> {
        self.0.try_lock(&Self::spelt(path))
    }
}

fn old() -> Files {
    files(&[
        ("About/index.html", "about"),
        ("About/pic.jpg", "pic"),
        ("NAMES", "names"),
        ("Tags/a", "a"),
        ("Tags/B", "b"),
        ("x", "x"),
    ])
}

fn new() -> Files {
    files(&[
        ("about/index.html", "about"),
        ("about/pic.jpg", "pic"),
        ("names/index.html", "a folder now"),
        ("TAGS", "a file now"),
        ("x", "x"),
    ])
}

#[test]
fn case_changes() {
    let project = Project::new();
    let disk = FoldingDisk(&RealDisk);
    for site in [old(), new(), old()] {
        project.build(&disk, &site).unwrap();
        assert_eq!(contents(&project.tree()), contents(&expected(&site, &Files::new())));
    }
}

#[test]
fn case_changes_and_the_process_dies() {
    let counting = FaultyDisk::counting();
    let scene = |disk: &dyn Disk| {
        let project = Project::new();
        project.build(&FoldingDisk(&RealDisk), &old()).unwrap();
        let _ = project.build(&FoldingDisk(disk), &new());
        project
    };
    scene(&counting);
    for at in 1..=counting.operations() {
        for site in [old(), new()] {
            let project = scene(&FaultyDisk::new(at, Fault::DiesTorn));
            drop(project.open(&FoldingDisk(&RealDisk)).unwrap());
            let whole = [old(), new()]
                .iter()
                .any(|site| contents(&project.tree()) == contents(&expected(site, &Files::new())));
            assert!(whole, "{at}");
            project.build(&FoldingDisk(&RealDisk), &site).unwrap();
            let want = expected(&site, &Files::new());
            assert_eq!(contents(&project.tree()), contents(&want), "{at}");
        }
    }
}

#[test]
fn foreign_twins() {
    let project = Project::new();
    let disk = FoldingDisk(&RealDisk);
    project.build(&disk, &files(&[("a/x", "x"), ("b", "b")])).unwrap();
    write(&project.out, "CName", "mine");
    write(&project.out, "Many/KEEP", "mine");
    let site = files(&[
        ("A/X", "ours in another case"),
        ("B", "ours in another case"),
        ("cname", "a foreign file in another case"),
        ("many/1", "1"),
        ("many/2", "2"),
        ("many/3", "3"),
        ("many/keep", "a foreign file in another case"),
    ]);
    let problems = project.build(&disk, &site).unwrap_err();
    let paths: Vec<_> =
        problems.iter().map(|d| d.place.as_ref().unwrap().path.to_string()).collect();
    assert_eq!(paths, ["public/cname", "public/many/keep"]);

    // The same, where case counts: nothing is in the way.
    project.build(&RealDisk, &site).unwrap();

    // And there a foreign file is not ours just because its twin is.
    let project = Project::new();
    project.build(&RealDisk, &files(&[("readme", "ours")])).unwrap();
    write(&project.out, "README", "mine");
    let problems = project.build(&RealDisk, &files(&[("README", "new")])).unwrap_err();
    assert_eq!(problems[0].code.name, "foreign-file");
}
