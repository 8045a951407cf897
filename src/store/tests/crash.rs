//! The process dies at every changing operation of a build over an old site.

use std::io::ErrorKind;

use super::super::fault::{Fault, FaultyDisk};
use super::scene::{Scene, UNKNOWN};
use super::*;

#[test]
fn the_process_dies_at_every_operation() {
    let scene = Scene::new();
    let count = scene.project.operations(&scene.new);
    let ways = [
        (Fault::Dies, UNKNOWN[0]),
        (Fault::DiesTorn, UNKNOWN[0]),
        (Fault::Dies, UNKNOWN[1]),
        (Fault::Dies, UNKNOWN[2]),
    ];
    for (fault, unknown) in ways {
        for at in 1..=count + 2 {
            let context = format!("operation {at} of {count}, {fault:?}, without {unknown:?}");
            let scene = Scene::new();
            let before = scene.project.tree();
            let disk = FaultyDisk::new(at, fault).without(unknown);
            // A death during the last, tidying operations comes after the work is done.
            let _ = scene.project.build(&disk, &scene.new);

            // Each file is its old or its new self, or missing.
            let new = expected(&scene.new, &scene.foreign);
            for (path, content) in contents(&scene.project.tree()) {
                let known = content.is_none()
                    || path.starts_with(".kisah-")
                    || contents(&before).get(path) == Some(&content)
                    || contents(&new).get(path) == Some(&content);
                assert!(known, "{context}: {path}");
            }
            comes_in_order(&scene, &context);
            // Merely opening the directory brings it to the old site or to the new one.
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
fn going_back_dies_at_every_operation() {
    let count = Scene::new().project.operations(&Scene::new().new);
    let mut tried = 0;
    for at in 1..=count {
        let fails = || FaultyDisk::new(at, Fault::Fails(ErrorKind::PermissionDenied));
        let (disk, scene) = (fails(), Scene::new());
        let put_back = scene.project.build(&disk, &scene.new).is_err_and(|problems| {
            problems[0].notes.iter().any(|note| note == "the old site was put back")
        });
        for second in at + 1..=disk.operations() {
            if !put_back {
                break;
            }
            tried += 1;
            let context = format!("operation {at} of {count} fails, {second} dies");
            let scene = Scene::new();
            let before = scene.project.tree();
            let disk = fails().and(second, Fault::Dies);
            let _ = scene.project.build(&disk, &scene.new);
            drop(scene.project.open(&RealDisk).unwrap());
            let (after, new) = (scene.project.tree(), expected(&scene.new, &scene.foreign));
            assert!(after == before || contents(&after) == contents(&new), "{context}");
            scene.ends_well(&context);
        }
    }
    assert!(tried > 200, "{tried}");
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
fn staged_files_that_are_missing_are_an_error() {
    let count = Scene::new().project.operations(&Scene::new().new);
    let first = |at| {
        let scene = Scene::new();
        let before = scene.site();
        let _ = scene.project.build(&FaultyDisk::new(at, Fault::Dies), &scene.new);
        (scene, before)
    };
    let (mut errors, mut put_back) = (0, 0);
    for at in 1..=count {
        let (scene, _) = first(at);
        let (out, staging) = (&scene.project.out, scene.project.out.join(".kisah-staging"));
        let want = expected(&scene.new, &scene.foreign);
        if !out.join(".kisah-journal").exists() || !staging.join("manifest").exists() {
            continue;
        }
        let waiting = || fs::read_dir(&staging).unwrap().map(|e| e.unwrap().file_name());
        for name in waiting().map(Some).chain([None]) {
            let (scene, before) = first(at);
            let staging = scene.project.out.join(".kisah-staging");
            let context = format!("dies at {at} of {count}, without {name:?}");
            match &name {
                Some(name) => fs::remove_file(staging.join(name)).unwrap(),
                None => fs::remove_dir_all(staging).unwrap(),
            }
            match scene.project.open(&RealDisk).map(drop) {
                Ok(()) => assert_eq!(contents(&scene.project.tree()), contents(&want), "{context}"),
                Err(problems) => {
                    errors += 1;
                    assert!(
                        problems[0].message.contains("cannot be finished"),
                        "{context}: {problems:?}"
                    );
                    if problems[0].code.name == "output-dir" {
                        put_back += 1;
                        assert_eq!(contents(&scene.project.tree()), contents(&before), "{context}");
                    }
                }
            }
            scene.ends_well(&context);
        }
    }
    assert!(errors > 40 && put_back > 20, "{errors} {put_back}");
}

#[test]
fn what_was_in_the_way_is_cleared_again() {
    let count = Scene::new().project.operations(&Scene::new().new);
    let mut tried = 0;
    for at in 1..=count {
        for (path, text) in [("swap", "file"), ("turn/a", "a"), ("turn/deep/b", "b")] {
            let scene = Scene::new();
            let _ = scene.project.build(&FaultyDisk::new(at, Fault::Dies), &scene.new);
            let (out, place) = (&scene.project.out, scene.project.out.join(path));
            let cleared = out.join(".kisah-staging/manifest").exists()
                && out.join(".kisah-journal").exists()
                && !place.exists()
                && !out.join("turn").is_file();
            if !cleared {
                continue;
            }
            tried += 1;
            write(out, path, text);
            scene.ends_well(&format!("{path} is back after {at} of {count}"));
        }
    }
    assert!(tried >= 6, "{tried}");
}

#[test]
fn mended_files_survive_a_crash() {
    // The manifests of both builds are equal: only the staged files tell what remains to be done.
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

#[test]
fn all_is_safe_from_a_loss_of_power_before_it_is_renamed() {
    for first in [true, false] {
        let scene = Scene::new();
        if first {
            fs::remove_dir_all(&scene.project.out).unwrap();
        }
        let disk = FaultyDisk::counting();
        scene.project.build(&disk, &scene.new).unwrap();
        let done = disk.operations_done();
        let staging = scene.project.out.join(".kisah-staging");
        let at = |wanted: &str, path: &Path| {
            let is_it = |(name, at): &&(&str, PathBuf)| *name == wanted && at == path;
            let found = done.iter().position(|operation| is_it(&operation));
            found.unwrap_or_else(|| panic!("{first}: {wanted} {}: {done:?}", path.display()))
        };
        let journal = at("rename", &scene.project.out.join(".kisah-journal"));
        let manifest = at("rename", &scene.project.out.join(".kisah-manifest"));
        assert!(journal < manifest, "{done:?}");
        assert!(at("sync", &staging.join("journal")) < journal, "{done:?}");
        assert!(at("sync", &staging.join("manifest")) < journal, "{done:?}");
        let last_written = done
            .iter()
            .rposition(|(name, path)| *name == "write" && path.starts_with(&staging))
            .unwrap();
        let synced = done.iter().position(|(name, _)| *name == "sync all");
        assert_eq!(synced.is_none(), first, "{done:?}");
        assert!(synced.is_none_or(|at| last_written < at && at < journal), "{done:?}");
        // Nothing of the site has moved before that.
        let moved = done.iter().position(|(name, path)| {
            ["rename", "exchange"].contains(name) && !path.ends_with(".kisah-journal")
        });
        assert!(moved.unwrap() > journal, "{done:?}");
    }
}
