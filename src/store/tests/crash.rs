//! Every changing operation of a build over an old site goes wrong once.

use std::io::ErrorKind;

use super::super::fault::{Fault, FaultyDisk};
use super::*;

/// Changes everything that can change: bytes, new, gone, file to folder and back, case.
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

impl Scene {
    /// What is in the output, without kisah's own files except for the manifest.
    fn site(&self) -> Tree {
        let mut tree = self.project.tree();
        tree.retain(|path, _| path == ".kisah-manifest" || !path.starts_with(".kisah-"));
        tree
    }
}

/// What some file systems lack: the exchange of two files, or second names as well.
const UNKNOWN: [&[&str]; 3] = [&[], &["exchange"], &["exchange", "link"]];

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
