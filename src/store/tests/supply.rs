//! Bytes of sources, and results computed from them.

use std::fs;

use super::*;
use crate::base::SourcePath;
use crate::source::derived::Supply;
use crate::source::{Asset, AssetBytes, Layer};
use crate::store::SourceFiles;
use crate::store::supply::Results;

fn asset(text: &str) -> Asset {
    Asset {
        layer: Layer::Site,
        path: SourcePath::new("static/copied.bin"),
        size: text.len() as u64,
        digest: Digest::of(text.as_bytes()),
        dimensions: None,
        bytes: AssetBytes::OnDisk,
    }
}

#[test]
fn bytes_are_those_of_the_digest() {
    let project = Project::new();
    let files = SourceFiles::new(&RealDisk, &project.root, None);
    assert_eq!(files.read(&asset("copied")).unwrap(), b"copied");
    let changed = "static/copied.bin: io: the file changed while the build ran";
    assert_eq!(messages(&[*files.read(&asset("COPIED")).unwrap_err()]), [changed]);
    fs::remove_file(project.root.join("static/copied.bin")).unwrap();
    assert_eq!(messages(&[*files.read(&asset("copied")).unwrap_err()]), [changed]);
}

#[test]
fn results_are_kept_while_they_are_used_and_never_believed_when_damaged() {
    let project = Project::new();
    let dir = project.root.join("derived");
    let files =
        || SourceFiles::new(&RealDisk, &project.root, Some(Results::new(&RealDisk, dir.clone())));
    let names = || {
        let list = fs::read_dir(&dir).unwrap();
        let mut names: Vec<String> =
            list.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let (one, two, three) = (Digest(1), Digest(2), Digest(3));
    let first = files();
    assert_eq!(first.known(one), None);
    for key in [one, two, three] {
        first.keep(key, b"made\nof two lines");
    }
    assert_eq!(first.known(one).unwrap(), b"made\nof two lines");
    // Cut short, empty, under another name; and a file that is not ours.
    let file = |key: Digest| dir.join(key.to_string());
    let whole = fs::read(file(one)).unwrap();
    for damage in [&whole[..whole.len() - 1], &whole[..20], b"", &fs::read(file(two)).unwrap()] {
        fs::write(file(one), damage).unwrap();
        assert_eq!(files().known(one), None);
    }
    fs::write(dir.join("left.new"), "x").unwrap();
    // A result that is in the output is not asked for again, but kept all the same.
    let second = files();
    assert!(second.known(two).is_some());
    let entry = Entry { key: three, content: Digest(0) };
    let entries = [(OutputPath::new("a").unwrap(), entry)].into();
    second.forget_others(&Manifest { entries });
    assert_eq!(names(), [two.to_string(), three.to_string()]);
}
