//! What a build leaves in the output directory when nothing goes wrong.

use std::fs;

use super::super::fault::{Fault, FaultyDisk};
use super::*;

const NONE: &[(&str, &str)] = &[];

#[test]
fn first_build_and_changes() {
    let project = Project::new();
    let first = files(&[("index.html", "1"), ("a/x.html", "x"), ("old/deep/y.html", "y")]);
    let summary = project.build(&RealDisk, &first).unwrap();
    assert_eq!(summary, Summary { written: 3, unchanged: 0, removed: 0 });
    assert_eq!(contents(&project.tree()), contents(&expected(&first, &files(NONE))));

    project.age();
    let before = project.tree();
    let second = files(&[("index.html", "2"), ("a/x.html", "x"), ("b/copied.bin", "copied")]);
    let summary = project.build(&RealDisk, &second).unwrap();
    assert_eq!(summary, Summary { written: 2, unchanged: 1, removed: 1 });
    let after = project.tree();
    assert_eq!(contents(&after), contents(&expected(&second, &files(NONE))));
    assert_eq!(before["a/x.html"], after["a/x.html"], "an unchanged file keeps its time");
}

#[test]
fn equal_build_touches_nothing() {
    let project = Project::new();
    let site = files(&[("index.html", "1"), ("c.bin", "copied")]);
    project.build(&RealDisk, &site).unwrap();
    project.age();
    let before = project.tree();
    let disk = FaultyDisk::counting();
    let summary = project.build(&disk, &site).unwrap();
    assert_eq!(summary, Summary { written: 0, unchanged: 2, removed: 0 });
    assert_eq!(project.tree(), before);
    assert_eq!(disk.operations(), 4, "lock and staging folder come and go");
}

#[test]
fn site_without_files_is_ours_too() {
    let project = Project::new();
    project.build(&RealDisk, &files(NONE)).unwrap();
    assert_eq!(contents(&project.tree()), contents(&expected(&files(NONE), &files(NONE))));
    project.build(&RealDisk, &files(&[("a", "a")])).unwrap();
}

#[test]
fn files_become_folders_and_back() {
    let project = Project::new();
    let a = files(&[("a", "file"), ("b/c/d", "deep"), ("b/e", "e"), ("Case/X", "x")]);
    let b = files(&[("a/b", "below"), ("b", "file"), ("case/x", "x")]);
    for site in [&a, &b, &a] {
        project.build(&RealDisk, site).unwrap();
        assert_eq!(contents(&project.tree()), contents(&expected(site, &files(NONE))));
    }
}

#[test]
fn nothing_is_made_before_begin_and_nothing_stays_when_a_build_gives_up() {
    let mut project = Project::new();
    project.out = project.root.join("new/deep/public");
    drop(project.open(&RealDisk).unwrap());
    assert!(!project.root.join("new").exists());

    let staging = project.open(&RealDisk).unwrap().begin().unwrap();
    staging.put(&OutputPath::new("a").unwrap(), Phase::Page, b"a").unwrap();
    assert!(project.out.exists());
    drop(staging);
    assert!(!project.root.join("new").exists());

    // A directory that existed before stays.
    fs::create_dir_all(&project.out).unwrap();
    drop(project.open(&RealDisk).unwrap().begin().unwrap());
    assert!(project.tree().is_empty() && project.out.exists());
}

#[test]
fn what_someone_damaged_is_mended() {
    let project = Project::new();
    let site = files(&[("a/x", "x"), ("b", "b"), ("c", "c")]);
    project.build(&RealDisk, &site).unwrap();
    fs::remove_dir_all(project.out.join("a")).unwrap();
    fs::write(project.out.join("b"), "B").unwrap();
    let output = project.open(&RealDisk).unwrap();
    let present = |path| output.present(&OutputPath::new(path).unwrap());
    assert_eq!([present("a/x"), present("a")], [None, None]);
    assert_eq!([present("b"), present("c")], [Some(Digest::of(b"B")), Some(Digest::of(b"c"))]);
    drop(output);
    let summary = project.build(&RealDisk, &site).unwrap();
    assert_eq!(summary, Summary { written: 2, unchanged: 1, removed: 0 });
    assert_eq!(contents(&project.tree()), contents(&expected(&site, &files(NONE))));
}

#[test]
fn foreign_files_stay() {
    let project = Project::new();
    let foreign = files(&[("CNAME", "x"), (".git/config", "g"), ("gone/mine.txt", "m")]);
    project.build(&RealDisk, &files(&[("gone/a", "a"), ("b", "b")])).unwrap();
    for (path, text) in &foreign {
        write(&project.out, path, text);
    }
    let site = files(&[("b", "B")]);
    project.build(&RealDisk, &site).unwrap();
    assert_eq!(contents(&project.tree()), contents(&expected(&site, &foreign)));
}

#[test]
fn foreign_things_in_the_way_block() {
    let project = Project::new();
    let old = files(&[("ours/x", "x"), ("dir/x", "x"), ("file", "f"), ("link/x", "x")]);
    project.build(&RealDisk, &old).unwrap();
    for path in ["CNAME", "dir/mine/m", "low/f", "many/3", "many/keep", "ours/empty/.keep"] {
        write(&project.out, path, "mine");
    }
    fs::remove_file(project.out.join("ours/empty/.keep")).unwrap();
    let new = files(&[
        ("CNAME", "a file"),
        ("dir", "a folder of ours with something foreign in it"),
        ("file/now/a/folder", ""),
        ("low/f/x", "a file where a folder must go"),
        ("many/1", ""),
        ("many/2", ""),
        ("many/3", "in a folder that is listed"),
        ("many/4", ""),
        ("ours", "a folder of ours with a foreign empty folder in it"),
        ("ours2/free", ""),
    ]);
    let before = project.tree();
    let problems = project.build(&RealDisk, &new).unwrap_err();
    let foreign = |kind: &str, path: &str| {
        format!(
            "public/{path}: foreign-file: {kind} that kisah did not make is in the way of the site"
        )
    };
    assert_eq!(
        messages(&problems),
        [
            foreign("a file", "CNAME"),
            foreign("a folder", "dir/mine"),
            foreign("a file", "low/f"),
            foreign("a file", "many/3"),
            foreign("a folder", "ours/empty"),
        ]
    );
    assert_eq!(project.tree(), before);
}

#[cfg(unix)]
#[test]
fn links_are_never_written_or_removed_through() {
    use std::os::unix::fs::symlink;
    let project = Project::new();
    let old = files(&[("a/x", "x"), ("b/y", "y"), ("leaf", "l"), ("c/z", "z")]);
    project.build(&RealDisk, &old).unwrap();
    project.write("elsewhere/x", "x");
    project.write("elsewhere/y", "y");
    for name in ["a", "b"] {
        fs::remove_dir_all(project.out.join(name)).unwrap();
        symlink(project.root.join("elsewhere"), project.out.join(name)).unwrap();
    }
    fs::remove_file(project.out.join("leaf")).unwrap();
    symlink(project.root.join("elsewhere/x"), project.out.join("leaf")).unwrap();

    let leaf = OutputPath::new("leaf").unwrap();
    assert_eq!(project.open(&RealDisk).unwrap().present(&leaf), None);
    let outside = tree(&project.root.join("elsewhere"));
    let problems = project.build(&RealDisk, &old).unwrap_err();
    let paths: Vec<_> =
        problems.iter().map(|d| d.place.as_ref().unwrap().path.to_string()).collect();
    assert_eq!(paths, ["public/a", "public/b", "public/leaf"]);

    // The new site has none of them: the targets of the links are not removed.
    project.build(&RealDisk, &files(&[("c/z", "z")])).unwrap();
    assert_eq!(tree(&project.root.join("elsewhere")), outside);
    assert!(project.out.join("leaf").is_symlink() && project.out.join("a").is_symlink());
}

#[cfg(unix)]
#[test]
fn a_path_that_cannot_be_is_found_before_the_commit() {
    let project = Project::new();
    project.build(&RealDisk, &files(&[("a", "a")])).unwrap();
    let before = project.tree();
    let long = vec!["x".repeat(250); 20].join("/");
    let staging = project.open(&RealDisk).unwrap().begin().unwrap();
    let problem = staging.put(&OutputPath::new(&long).unwrap(), Phase::Page, b"").unwrap_err();
    assert!(problem.message.starts_with("cannot write the file: the path is too long"));
    drop(staging);
    assert_eq!(project.tree(), before);
}

#[test]
fn a_build_that_cannot_be_finished_is_taken_back() {
    let old = files(&[("a", "a"), ("b/x", "x")]);
    let want = files(&[("a", "A"), ("b/x", "X")]);
    let died_at = |at| {
        let project = Project::new();
        project.build(&RealDisk, &old).unwrap();
        let _ = project.build(&FaultyDisk::new(at, Fault::Dies), &want);
        project
    };
    // When the first file has arrived, and the second has not.
    let half = |project: &Project| fs::read(project.out.join("a")).unwrap() == b"A";
    let project = (1..100).map(died_at).find(half).unwrap();
    fs::remove_dir_all(project.out.join("b")).unwrap();
    write(&project.out, "b", "mine");
    drop(project.open(&RealDisk).unwrap());
    let before = expected(&old, &files(NONE));
    let mut rest = contents(&before).into_keys().collect::<Vec<_>>();
    rest.retain(|path| *path != "b/x");
    assert_eq!(contents(&project.tree()).into_keys().collect::<Vec<_>>(), rest);
    assert_eq!(fs::read(project.out.join("a")).unwrap(), b"a");
    assert_eq!(fs::read(project.out.join("b")).unwrap(), b"mine");
    let problems = project.build(&RealDisk, &want).unwrap_err();
    assert_eq!(problems[0].code.name, "foreign-file");
    fs::remove_file(project.out.join("b")).unwrap();
    project.build(&RealDisk, &want).unwrap();
    assert_eq!(contents(&project.tree()), contents(&expected(&want, &files(NONE))));
}

#[test]
fn source_that_changes_while_the_build_runs() {
    let project = Project::new();
    let staging = project.open(&RealDisk).unwrap().begin().unwrap();
    let path = OutputPath::new("a.bin").unwrap();
    let copied = project.root.join("static/copied.bin");
    let digest = Digest::of(b"copied");
    project.write("static/copied.bin", "COPIED");
    let problem = staging.copy(&path, Phase::Asset, &copied, digest, 6).unwrap_err();
    assert_eq!(
        messages(&[problem]),
        ["static/copied.bin: io: the file changed while the build ran"]
    );
    fs::remove_file(&copied).unwrap();
    let problem = staging.copy(&path, Phase::Asset, &copied, digest, 6).unwrap_err();
    assert_eq!(problem.help.as_deref(), Some("build again"));
    drop(staging);
    assert!(!project.out.exists());
}

#[test]
fn second_build_is_told_to_wait() {
    let project = Project::new();
    project.build(&RealDisk, &files(&[("a", "a")])).unwrap();
    let first = project.open(&RealDisk).unwrap();
    let problems = project.open(&RealDisk).err().unwrap();
    assert_eq!(messages(&problems), ["public: output-dir: another build is writing to `public`"]);
    drop(first);
    project.open(&RealDisk).unwrap();
    assert!(!project.out.join(".kisah-lock").exists());

    // Two builds that both found no directory.
    fs::remove_dir_all(&project.out).unwrap();
    let (first, second) = (project.open(&RealDisk).unwrap(), project.open(&RealDisk).unwrap());
    let mut staging = first.begin().unwrap();
    staging.put(&OutputPath::new("a").unwrap(), Phase::Page, b"a").unwrap();
    assert!(second.begin().is_err());
    assert_eq!(fs::read(project.out.join(".kisah-staging/site/a")).unwrap(), b"a");
    let third = project.open(&RealDisk).err().unwrap();
    assert_eq!(third[0].code.name, "output-dir");
    let site = files(&[("a", "a")]);
    staging.commit(&manifest(&site)).unwrap();
    drop(staging);

    // One that begins after another has ended knows nothing of its files.
    let elsewhere = Project::new();
    let late = elsewhere.open(&RealDisk).unwrap();
    elsewhere.build(&RealDisk, &site).unwrap();
    let problem = late.begin().err().unwrap();
    assert_eq!(
        messages(&[problem]),
        ["public: output-dir: something else wrote to `public` during the build"]
    );
    assert_eq!(contents(&elsewhere.tree()), contents(&expected(&site, &files(NONE))));
    assert_eq!(contents(&project.tree()), contents(&expected(&site, &files(NONE))));
}

#[test]
fn what_the_manifest_does_not_list_is_not_put_in_place() {
    let project = Project::new();
    let mut staging = project.open(&RealDisk).unwrap().begin().unwrap();
    for path in ["a", "b"] {
        staging.put(&OutputPath::new(path).unwrap(), Phase::Page, path.as_bytes()).unwrap();
    }
    let site = files(&[("a", "a")]);
    assert_eq!(staging.commit(&manifest(&site)).unwrap().written, 1);
    drop(staging);
    assert_eq!(contents(&project.tree()), contents(&expected(&site, &files(NONE))));
}

#[test]
fn many_threads_make_one_folder() {
    use std::sync::Barrier;
    for round in 0..50 {
        let project = Project::new();
        let staging = project.open(&RealDisk).unwrap().begin().unwrap();
        let together = Barrier::new(4);
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (staging, together) = (&staging, &together);
                scope.spawn(move || {
                    let path = OutputPath::new(&format!("a/b/c/d/e/f/{thread}")).unwrap();
                    together.wait();
                    staging
                        .put(&path, Phase::Page, b"x")
                        .unwrap_or_else(|p| panic!("{round}: {p:?}"));
                });
            }
        });
    }
}

#[test]
fn many_threads() {
    use rayon::prelude::*;
    let project = Project::new();
    let site: Files = (0..500).map(|i| (format!("p{}/{i}", i % 7), i.to_string())).collect();
    let mut staging = project.open(&RealDisk).unwrap().begin().unwrap();
    let outcomes: Vec<_> = site
        .par_iter()
        .map(|(path, text)| {
            staging.put(&OutputPath::new(path).unwrap(), Phase::Page, text.as_bytes()).unwrap()
        })
        .collect();
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Staged));
    assert_eq!(staging.commit(&manifest(&site)).unwrap().written, 500);
    drop(staging);
    assert_eq!(contents(&project.tree()), contents(&expected(&site, &files(NONE))));
}
