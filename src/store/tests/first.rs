//! Makes every changing operation of a first build fail once: there is no old site to go back to.

use std::io::ErrorKind;

use super::super::fault::{Fault, FaultyDisk};
use super::*;

#[test]
fn the_first_build_fails_without_a_trace() {
    let project = Project::new();
    let site = files(&[("a/b", "b"), ("c", "c")]);
    let count = project.operations(&site);
    for at in 1..=count {
        let project = Project::new();
        let disk = FaultyDisk::new(at, Fault::Fails(ErrorKind::StorageFull));
        if project.build(&disk, &site).is_err() {
            assert!(!project.out.exists(), "{at}");
        }
        project.build(&RealDisk, &site).unwrap();
        assert_eq!(contents(&project.tree()), contents(&expected(&site, &files(&[]))), "{at}");
    }
}

#[test]
fn the_first_build_dies_at_every_operation() {
    let site = files(&[("a/b/c", "c"), ("a/d", "d"), ("e", "e")]);
    let count = Project::new().operations(&site);
    let mut decided = 0;
    for fault in [Fault::Dies, Fault::DiesTorn] {
        for at in 1..=count {
            let project = Project::new();
            let _ = project.build(&FaultyDisk::new(at, fault), &site);
            // Somebody else interferes: what is theirs stays, and what is not there yet joins it.
            let journal = project.out.join(".kisah-journal").exists();
            decided += usize::from(journal);
            let foreign = files(if journal { &[("a/mine", "mine")] } else { &[] });
            for (path, text) in &foreign {
                write(&project.out, path, text);
            }
            project.build(&RealDisk, &site).unwrap();
            let want = expected(&site, &foreign);
            assert_eq!(contents(&project.tree()), contents(&want), "{at} of {count}, {fault:?}");
        }
    }
    assert!(decided >= 6, "{decided} of {count}");
}

#[test]
fn what_came_after_a_first_build_died_is_not_overwritten() {
    let site = files(&[("a/b", "b"), ("c", "c")]);
    let count = Project::new().operations(&site);
    for path in ["a", "a/b", "c"] {
        let mut tried = 0;
        for at in 1..=count {
            let project = Project::new();
            let _ = project.build(&FaultyDisk::new(at, Fault::Dies), &site);
            let top = path.split('/').next().unwrap();
            if !project.out.join(".kisah-journal").exists() || project.out.join(top).exists() {
                continue;
            }
            tried += 1;
            write(&project.out, path, "mine");
            let problems = project.build(&RealDisk, &site).unwrap_err();
            assert_eq!(problems.len(), 1, "{path}, {at}");
            let place = problems[0].place.as_ref().unwrap().to_string();
            assert_eq!(place, format!("public/{path}"), "{at}");
            assert_eq!(std::fs::read(project.out.join(path)).unwrap(), b"mine", "{path}, {at}");
            std::fs::remove_file(project.out.join(path)).unwrap();
            project.build(&RealDisk, &site).unwrap();
            let want = expected(&site, &files(&[]));
            assert_eq!(contents(&project.tree()), contents(&want), "{path}, {at}");
        }
        assert!(tried > 0, "{path}");
    }
}
