//! The disk refuses changes of a build over an old site, or somebody else interferes.

use std::io::ErrorKind;

use super::super::fault::{Fault, FaultyDisk};
use super::scene::{Scene, UNKNOWN};
use super::*;

#[test]
fn every_operation_fails_once() {
    let scene = Scene::new();
    let count = scene.project.operations(&scene.new);
    assert!(count > 30, "{count}");
    let (mut untouched, mut put_back) = (0, 0);
    for unknown in UNKNOWN {
        // A link and a move replace one exchange.
        for at in 1..=count + 2 {
            let kind = ErrorKind::PermissionDenied;
            let context = format!("operation {at} of {count}, without {unknown:?}");
            let scene = Scene::new();
            let before = scene.project.tree();
            let disk = FaultyDisk::new(at, Fault::Fails(kind)).without(unknown);
            match scene.project.build(&disk, &scene.new) {
                // The final tidying, and steps that have a fallback, may fail in silence.
                Ok(_) => {
                    let want = expected(&scene.new, &scene.foreign);
                    assert_eq!(contents(&scene.site()), contents(&want), "{context}");
                }
                Err(problems) => {
                    assert_eq!(problems.len(), 1, "{context}");
                    assert_eq!(problems[0].code.name, "io", "{context}");
                    assert_eq!(scene.project.tree(), before, "{context}");
                    if problems[0].notes.iter().any(|note| note == "the old site was put back") {
                        put_back += 1;
                    } else {
                        untouched += 1;
                    }
                    // Whoever undoes the edit has what was there.
                    scene.project.build(&RealDisk, &scene.old).unwrap();
                    assert_eq!(scene.project.tree(), before, "{context}");
                }
            }
            scene.ends_well(&context);
        }
    }
    assert!(untouched > 20 && put_back > 25, "{untouched} {put_back}");
}

#[test]
fn the_disk_refuses_every_change_from_some_operation_on() {
    let count = Scene::new().project.operations(&Scene::new().new);
    let mut mixed = 0;
    for at in 1..=count {
        for (undo, unknown) in [(false, UNKNOWN[0]), (true, UNKNOWN[0]), (true, UNKNOWN[1])] {
            let context = format!("from operation {at} of {count}, without {unknown:?}");
            let scene = Scene::new();
            let (before, want) = (scene.site(), expected(&scene.new, &scene.foreign));
            let disk = FaultyDisk::new(at, Fault::FailsFrom(ErrorKind::PermissionDenied));
            let disk = disk.without(unknown);
            let result = scene.project.build(&disk, &scene.new);
            let after = scene.site();
            match result {
                Ok(_) => assert_eq!(contents(&after), contents(&want), "{context}"),
                Err(problems) if problems[0].code.name == "io" => {
                    let mut after = after.clone();
                    // Folders that were made and are empty are not visible anywhere.
                    after.retain(|path, file| file.is_some() || before.contains_key(path));
                    assert_eq!(after, before, "{context}");
                }
                Err(problems) => {
                    assert_eq!(problems[0].code.name, "half-written", "{context}");
                    tells_the_truth(&problems[0], &before, &after, &want, &context);
                    mixed += 1;
                    // While the disk refuses, the next build is no better off, and says so.
                    let disk = FaultyDisk::new(2, Fault::FailsFrom(ErrorKind::PermissionDenied));
                    let problems = scene.project.build(&disk, &scene.new).unwrap_err();
                    assert_eq!(problems[0].code.name, "half-written", "{context}");
                    tells_the_truth(&problems[0], &before, &after, &want, &context);
                    assert_eq!(scene.site(), after, "{context}");
                }
            }
            if undo {
                scene.project.build(&RealDisk, &scene.old).unwrap();
                let want = expected(&scene.old, &scene.foreign);
                assert_eq!(contents(&scene.project.tree()), contents(&want), "{context}");
            }
            scene.ends_well(&context);
        }
    }
    assert!(mixed > 10, "{mixed}");
}

/// Checks what a message says about the files that it names.
fn tells_the_truth(problem: &Diagnostic, old: &Tree, now: &Tree, new: &Tree, context: &str) {
    let (old, now, new) = (contents(old), contents(now), contents(new));
    let mut named = 0;
    for note in &problem.notes {
        let (kind, list) = note.split_once(": ").unwrap();
        for name in list.split('`').skip(1).step_by(2) {
            let as_it_says = match kind {
                "new" => now.get(name) == new.get(name),
                "gone" => !matches!(now.get(name), Some(Some(_))),
                "as before" => now.get(name) == old.get(name),
                _ => false,
            };
            assert!(as_it_says, "{context}: {note}, {name}");
            named += 1;
        }
    }
    assert!(named > 0, "{context}: {problem:?}");
}

#[test]
fn the_recovery_fails_at_every_operation() {
    let count = Scene::new().project.operations(&Scene::new().new);
    let first = |scene: &Scene, at| {
        let _ = scene.project.build(&FaultyDisk::new(at, Fault::Dies), &scene.new);
        scene.project.out.join(".kisah-journal").exists()
    };
    for at in 1..=count {
        let scene = Scene::new();
        if !first(&scene, at) {
            continue;
        }
        let disk = FaultyDisk::counting();
        drop(scene.project.open(&disk));
        for second in 1..=disk.operations() {
            let context = format!("dies at {at} of {count}, then {second} fails");
            let scene = Scene::new();
            let before = scene.site();
            first(&scene, at);
            let disk = FaultyDisk::new(second, Fault::Fails(ErrorKind::PermissionDenied));
            let result = scene.project.open(&disk).map(drop);
            let (after, new) = (scene.site(), expected(&scene.new, &scene.foreign));
            let whole = after == before || contents(&after) == contents(&new);
            assert!(whole || result.is_err(), "{context}");
            scene.ends_well(&context);
        }
    }
}

#[test]
fn a_finished_journal_removes_nothing_more() {
    let scene = Scene::new();
    let count = scene.project.operations(&scene.new);
    let left_over = (1..=count).any(|at| {
        let scene = Scene::new();
        let disk = FaultyDisk::new(at, Fault::Fails(ErrorKind::PermissionDenied));
        let ended = scene.project.build(&disk, &scene.new).is_ok();
        let left_over = ended && scene.project.out.join(".kisah-journal").exists();
        if left_over {
            write(&scene.project.out, "gone/deep/a", "mine");
            drop(scene.project.open(&RealDisk).unwrap());
            assert!(scene.project.out.join("gone/deep/a").exists());
            assert!(!scene.project.out.join(".kisah-journal").exists());
        }
        left_over
    });
    assert!(left_over);
}

#[test]
fn a_folder_of_somebody_else() {
    let project = Project::new();
    let old = files(&[("a/x", "x"), ("b/y", "y"), ("c/z", "z"), ("index.html", "old")]);
    project.build(&RealDisk, &old).unwrap();
    project.age();
    let before = project.tree();
    let sealed = || FaultyDisk::counting().sealing(project.out.join("b"));
    let edits = [
        ("replace", files(&[("a/x", "X"), ("b/y", "Y"), ("c/z", "z"), ("index.html", "new")])),
        ("remove", files(&[("a/x", "X"), ("c/z", "z"), ("index.html", "new")])),
        ("add", files(&[("a/x", "X"), ("b/y", "y"), ("b/new/z", "z"), ("index.html", "new")])),
    ];
    for (name, new) in edits {
        let problems = project.build(&sealed(), &new).unwrap_err();
        let want = "public/b: io: cannot write to the folder: permission denied";
        assert_eq!(messages(&problems), [want], "{name}");
        assert_eq!(project.tree(), before, "{name}");
        // The edit is undone, or another folder is edited: nobody needs that folder.
        assert_eq!(project.build(&sealed(), &old).unwrap().written, 0, "{name}");
        let mut other = old.clone();
        other.insert("a/x".to_owned(), "X".to_owned());
        project.build(&sealed(), &other).unwrap();
        project.build(&RealDisk, &new).unwrap();
        assert_eq!(contents(&project.tree()), contents(&expected(&new, &files(&[]))), "{name}");
        project.build(&RealDisk, &old).unwrap();
        let ended = project.tree();
        assert_eq!(contents(&ended), contents(&before), "{name}");
        fs::remove_dir_all(&project.out).unwrap();
        project.build(&RealDisk, &old).unwrap();
        project.age();
    }
}

#[test]
fn what_comes_while_the_build_runs_is_not_overwritten() {
    for (path, added) in [("new", "new"), ("deep", "deep/new"), ("dir/new", "dir/new")] {
        let project = Project::new();
        let old = files(&[("a", "a"), ("dir/x", "x"), ("gone", "gone")]);
        project.build(&RealDisk, &old).unwrap();
        let mut new = files(&[("a", "A"), ("dir/x", "X")]);
        new.insert(added.to_owned(), "new".to_owned());
        let mut staging = project.open(&RealDisk).unwrap().begin().unwrap();
        for (path, text) in &new {
            staging.put(&OutputPath::new(path).unwrap(), Phase::Page, text.as_bytes()).unwrap();
        }
        write(&project.out, path, "mine");
        let broken = staging.commit(&manifest(&new)).unwrap_err();
        drop(staging);
        assert_eq!(broken.diagnostic.code.name, "io", "{path}: {broken:?}");
        let foreign = files(&[(path, "mine")]);
        assert_eq!(contents(&project.tree()), contents(&expected(&old, &foreign)), "{path}");
        fs::remove_file(project.out.join(path)).unwrap();
        project.build(&RealDisk, &new).unwrap();
        assert_eq!(contents(&project.tree()), contents(&expected(&new, &files(&[]))), "{path}");
    }
}
