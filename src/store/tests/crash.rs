//! Every changing operation of a build goes wrong once.

use std::io::ErrorKind;

use super::super::fault::{Fault, FaultyDisk};
use super::*;

/// A change of everything that can change: bytes, new, gone, file to folder and back, case.
struct Scene {
    project: Project,
    old: Files,
    new: Files,
    foreign: Files,
}

impl Scene {
    fn new() -> Self {
        let scene = Scene {
            project: Project::new(),
            old: files(&[
                ("Case/index.html", "case"),
                ("gone/deep/a", "a"),
                ("gone/deep/b", "b"),
                ("index.html", "old"),
                ("same", "same"),
                ("swap", "file"),
                ("turn/a", "a"),
                ("turn/deep/b", "b"),
            ]),
            new: files(&[
                ("atom.xml", "feed"),
                ("case/index.html", "case"),
                ("copied.bin", "copied"),
                ("index.html", "new"),
                ("new/page/index.html", "page"),
                ("same", "same"),
                ("swap/index.html", "below"),
                ("turn", "file"),
            ]),
            foreign: files(&[("CNAME", "mine"), ("gone/mine", "mine")]),
        };
        scene.project.build(&RealDisk, &scene.old).unwrap();
        for (path, text) in &scene.foreign {
            write(&scene.project.out, path, text);
        }
        scene.project.age();
        scene
    }

    /// Builds the new site once more, with nothing in the way, and compares.
    fn ends_well(&self, context: &str) {
        self.project.build(&RealDisk, &self.new).unwrap_or_else(|p| panic!("{context}: {p:?}"));
        let want = expected(&self.new, &self.foreign);
        assert_eq!(contents(&self.project.tree()), contents(&want), "{context}");
    }
}

impl Project {
    /// How many operations a whole build has.
    fn operations(&self, files: &Files) -> u64 {
        let disk = FaultyDisk::counting();
        self.build(&disk, files).unwrap();
        disk.operations()
    }
}

#[test]
fn every_operation_fails_once() {
    let scene = Scene::new();
    let count = scene.project.operations(&scene.new);
    assert!(count > 30, "{count}");
    let (mut untouched, mut half) = (0, 0);
    for kind in [ErrorKind::StorageFull, ErrorKind::PermissionDenied] {
        for at in 1..=count {
            let context = format!("operation {at} of {count}, {kind}");
            let scene = Scene::new();
            let before = scene.project.tree();
            let disk = FaultyDisk::new(at, Fault::Fails(kind));
            match scene.project.build(&disk, &scene.new) {
                // Only what tidies up afterwards may fail in silence.
                Ok(_) => {
                    let mut after = scene.project.tree();
                    after
                        .retain(|path, _| path == ".kisah-manifest" || !path.starts_with(".kisah"));
                    let want = expected(&scene.new, &scene.foreign);
                    assert_eq!(contents(&after), contents(&want), "{context}");
                }
                Err(problems) => {
                    assert_eq!(problems.len(), 1, "{context}");
                    assert_eq!(problems[0].code.name, "io", "{context}");
                    let promised = problems[0].help.as_deref().unwrap_or("").contains("next build");
                    let decided = scene.project.out.join(".kisah-journal").exists();
                    assert_eq!(promised, decided, "{context}");
                    if decided {
                        half += 1;
                    } else {
                        assert_eq!(scene.project.tree(), before, "{context}");
                        untouched += 1;
                    }
                }
            }
            scene.ends_well(&context);
        }
    }
    assert!(untouched > 20 && half > 30, "{untouched} {half}");
}

#[test]
fn the_first_build_fails_without_a_trace() {
    let project = Project::new();
    let site = files(&[("a/b", "b"), ("c", "c")]);
    let count = project.operations(&site);
    for at in 1..=count {
        let project = Project::new();
        let disk = FaultyDisk::new(at, Fault::Fails(ErrorKind::StorageFull));
        if project.build(&disk, &site).is_err() && !project.out.join(".kisah-journal").exists() {
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
            // Somebody else comes between: what is theirs stays, and what is not yet there joins it.
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

#[test]
fn the_process_dies_at_every_operation() {
    let scene = Scene::new();
    let count = scene.project.operations(&scene.new);
    for fault in [Fault::Dies, Fault::DiesTorn] {
        for at in 1..=count {
            let context = format!("operation {at} of {count}, {fault:?}");
            let scene = Scene::new();
            let before = scene.project.tree();
            let disk = FaultyDisk::new(at, fault);
            // Who dies in the last, tidying operations has done the work.
            let _ = scene.project.build(&disk, &scene.new);

            // Each file is its old or its new self, or not there.
            let new = expected(&scene.new, &scene.foreign);
            for (path, content) in contents(&scene.project.tree()) {
                let known = content.is_none()
                    || path.starts_with(".kisah-")
                    || contents(&before).get(path) == Some(&content)
                    || contents(&new).get(path) == Some(&content);
                assert!(known, "{context}: {path}");
            }
            comes_in_order(&scene, &context);
            // Opening the directory alone brings it to the old site or to the new one.
            drop(scene.project.open(&RealDisk).unwrap());
            let after = scene.project.tree();
            assert!(
                after == before || contents(&after) == contents(&new),
                "{context}: {:?}",
                after.keys()
            );
            scene.ends_well(&context);
        }
    }
}

/// Assets, pages, lists, then the manifest: nothing names what is not there yet.
fn comes_in_order(scene: &Scene, context: &str) {
    let new = expected(&scene.new, &scene.foreign);
    let (new, tree) = (contents(&new), scene.project.tree());
    let tree = contents(&tree);
    let arrived = |path: &str| tree.get(path) == new.get(path);
    let order = ["copied.bin", "new/page/index.html", "atom.xml", ".kisah-manifest"];
    for pair in order.windows(2) {
        assert!(arrived(pair[0]) || !arrived(pair[1]), "{context}: {pair:?}");
    }
    if arrived(".kisah-manifest") {
        assert!(new.keys().all(|path| arrived(path)) && !tree.contains_key("gone/deep"));
    }
}

#[test]
fn mended_files_survive_a_crash() {
    // The manifests of both builds are equal: only the staged files tell what is to be done.
    let mend = |at| {
        let scene = Scene::new();
        std::fs::write(scene.project.out.join("index.html"), "damaged").unwrap();
        std::fs::write(scene.project.out.join("same"), "damaged, too").unwrap();
        let disk = FaultyDisk::new(at, Fault::Dies);
        let result = scene.project.build(&disk, &scene.old);
        drop(scene.project.open(&RealDisk).unwrap());
        let decided = std::fs::read(scene.project.out.join("index.html")).unwrap() == b"old";
        let want = expected(&scene.old, &scene.foreign);
        assert!(!decided || contents(&scene.project.tree()) == contents(&want), "{at}");
        result.is_ok()
    };
    assert!((1..100).take_while(|at| !mend(*at)).count() > 5);
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
fn the_recovery_dies_at_every_operation() {
    let scene = Scene::new();
    // In the middle of the renames.
    let count = scene.project.operations(&scene.new);
    let first = |scene: &Scene, at| {
        let _ = scene.project.build(&FaultyDisk::new(at, Fault::Dies), &scene.new);
    };
    for at in 1..=count {
        let scene = Scene::new();
        first(&scene, at);
        if !scene.project.out.join(".kisah-journal").exists() {
            continue;
        }
        let disk = FaultyDisk::counting();
        drop(scene.project.open(&disk));
        let again = disk.operations();
        for second in 1..=again {
            let context = format!("operation {at} of {count}, then {second} of {again}");
            let scene = Scene::new();
            first(&scene, at);
            let _ = scene.project.open(&FaultyDisk::new(second, Fault::DiesTorn));
            scene.ends_well(&context);
        }
    }
}

#[test]
fn another_site_is_built_after_a_crash() {
    let scene = Scene::new();
    let count = scene.project.operations(&scene.new);
    for at in 1..=count {
        let scene = Scene::new();
        let _ = scene.project.build(&FaultyDisk::new(at, Fault::Dies), &scene.new);
        scene.project.build(&RealDisk, &scene.old).unwrap();
        let want = expected(&scene.old, &scene.foreign);
        assert_eq!(contents(&scene.project.tree()), contents(&want), "{at} of {count}");
    }
}
