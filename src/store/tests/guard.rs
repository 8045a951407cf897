//! Directories to which a site must not be written, and the messages that say so.

use std::fs;

use super::*;

/// Opens `dir` (relative to the root, or absolute) and returns the message, or `ok`.
fn answer(project: &Project, dir: &str) -> String {
    let before = tree(&project.root);
    let result = Output::open(&RealDisk, &project.root, &project.root.join(dir));
    let answer = match &result {
        Ok(_) => "ok".to_owned(),
        Err(problems) => {
            assert_eq!(tree(&project.root), before, "nothing is written before {dir} is refused");
            assert!(problems.iter().all(|p| p.code.name == "output-dir" && p.help.is_some()));
            problems[0].message.clone()
        }
    };
    drop(result);
    assert_eq!(tree(&project.root), before);
    answer
}

#[test]
fn table() {
    let project = Project::new();
    project.write("kisah.toml", "");
    project.write("docs/readme.txt", "mine");
    project.write("empty/x", "");
    fs::remove_file(project.root.join("empty/x")).unwrap();
    project.write("adopted/CNAME", "mine");
    project.write("adopted/.kisah-manifest", "");
    project.write("damaged/.kisah-manifest", "kisah manifest 1\nwhat\n");
    project.write("other/.kisah-manifest", "something else");
    project.write("half/.kisah-journal", "kisah journal 1\nremove x\n");
    project.write("left/.kisah-lock", "");
    let inside = |dir: &str, name: &str| {
        format!("`{dir}` is or lies inside `{name}`, which belongs to the sources")
    };
    for (dir, want) in [
        ("public", "ok".to_owned()),
        ("a/b/c", "ok".to_owned()),
        ("empty", "ok".to_owned()),
        ("adopted", "ok".to_owned()),
        ("left", "ok".to_owned()),
        ("../beside", "ok".to_owned()),
        ("contents", "ok".to_owned()),
        ("", "`.` is the site's own folder".to_owned()),
        (".", "`.` is the site's own folder".to_owned()),
        ("nowhere/..", "`nowhere/..` is the site's own folder".to_owned()),
        ("content", inside("content", "content")),
        ("content/", inside("content", "content")),
        ("content/posts/out", inside("content/posts/out", "content")),
        ("nowhere/../content", inside("nowhere/../content", "content")),
        ("Content/x", inside("Content/x", "content")),
        ("templates", inside("templates", "templates")),
        ("static/public", inside("static/public", "static")),
        ("themes/x", inside("themes/x", "themes")),
        ("data", inside("data", "data")),
        ("i18n", inside("i18n", "i18n")),
        (".git/public", inside(".git/public", ".git")),
        (".kisah", inside(".kisah", ".kisah")),
        ("kisah.toml", inside("kisah.toml", "kisah.toml")),
        ("docs/.git/x", inside("docs/.git/x", ".git")),
        ("docs/readme.txt", "`docs/readme.txt` is a file".to_owned()),
        (
            "docs",
            "`docs` is not empty, and kisah did not make it: it contains `readme.txt`".to_owned(),
        ),
        (
            "damaged",
            "`.kisah-manifest` is damaged in line 2, so kisah cannot tell which files are its own"
                .to_owned(),
        ),
        (
            "other",
            "`.kisah-manifest` is damaged in line 1, so kisah cannot tell which files are its own"
                .to_owned(),
        ),
        (
            "half",
            "`.kisah-journal` is damaged, so kisah cannot tell which files are its own".to_owned(),
        ),
    ] {
        // The leftover lock is removed; then the folder is as empty as the others.
        if dir == "left" {
            Output::open(&RealDisk, &project.root, &project.root.join(dir)).unwrap();
        }
        assert_eq!(answer(&project, dir), want, "{dir}");
    }
    let above = answer(&project, "..");
    assert!(above.starts_with("`..` contains `/") && above.ends_with("belongs to the sources"));
    assert!(answer(&project, "/").contains("contains"));
}

#[cfg(unix)]
#[test]
fn links() {
    use std::os::unix::fs::symlink;
    let project = Project::new();
    fs::create_dir(project.root.join("real")).unwrap();
    project.write("../shared/data/x.toml", "");
    for (link, target) in [
        ("to-real", "real"),
        ("to-content", "content"),
        ("to-root", "."),
        ("to-nothing", "missing"),
        ("data", "../shared/data"),
    ] {
        symlink(target, project.root.join(link)).unwrap();
    }
    for (dir, want) in [
        ("to-real", "ok"),
        ("to-real/new", "ok"),
        ("to-content", "inside `content`"),
        ("to-content/new", "inside `content`"),
        ("to-root", "is the site's own folder"),
        ("to-root/content/x", "inside `content`"),
        ("to-root/public", "ok"),
        ("to-nothing", "leads nowhere"),
        ("to-nothing/x", "leads nowhere"),
        ("../shared/data/out", "inside `data`"),
        ("../shared", "contains `data`, which belongs to the sources"),
    ] {
        let answer = answer(&project, dir);
        assert!(answer.contains(want), "{dir}: {answer}");
    }
    // Links are followed once, at the start: the site is where the link led.
    let mut linked = Project { out: project.root.join("to-real"), ..project };
    linked.build(&RealDisk, &files(&[("a", "a")])).unwrap();
    linked.out = linked.root.join("real");
    assert_eq!(contents(&linked.tree()), contents(&expected(&files(&[("a", "a")]), &files(&[]))));
}

#[test]
fn paths_in_messages_are_those_of_the_user() {
    let project = Project::new();
    write(&project.root, "../else/x", "");
    let dir = project.root.join("../else");
    let problems = Output::open(&RealDisk, &project.root, &dir).err().unwrap();
    assert!(problems[0].message.starts_with("`../else` is not empty"), "{}", problems[0].message);
}

#[test]
fn adopted_folder_keeps_its_files() {
    let project = Project::new();
    write(&project.out, "CNAME", "mine");
    write(&project.out, ".kisah-manifest", "\n");
    let site = files(&[("index.html", "1")]);
    project.build(&RealDisk, &site).unwrap();
    let tree = project.tree();
    assert_eq!(contents(&tree), contents(&expected(&site, &files(&[("CNAME", "mine")]))));
}
