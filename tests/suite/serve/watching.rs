//! Twelve ways of saving, none of which may be missed, three times each and without timing: a test
//! would wait in vain for a missed one.

use std::fs;
use std::path::Path;
use std::process::Command;

use kisah::serve::{News, Watching};

use super::{Running, site, start};
use crate::support;

const ROUNDS: usize = 3;

const FILES: [(&str, &str); 6] = [
    ("kisah.toml", "title = \"T0\"\n"),
    ("content/a.md", "round0"),
    ("content/folder/x.md", "x"),
    ("templates/section.html", "<body>section0 {{ config.title }}</body>"),
    ("static/x.txt", "static0"),
    ("shared/target.md", "target0"),
];

fn has(text: String) -> impl Fn(&super::Reply) -> bool {
    move |reply| reply.status == 200 && reply.text().contains(&text)
}

fn write(root: &Path, path: &str, text: &str) {
    support::write(root, [(path, text.as_bytes())]);
}

fn in_place(running: &Running, root: &Path, n: usize) {
    write(root, "content/a.md", &format!("in place {n}"));
    running.until("in place", "/a/", has(format!("in place {n}")));
}

fn vim(running: &Running, root: &Path, n: usize) {
    let content = root.join("content");
    // Vim checks whether it may write here, moves the old file aside, and writes a new one.
    fs::write(content.join("4913"), "").expect("a file");
    fs::remove_file(content.join("4913")).expect("a file");
    fs::rename(content.join("a.md"), content.join("a.md~")).expect("renamed");
    write(root, "content/a.md", &format!("vim {n}"));
    fs::remove_file(content.join("a.md~")).expect("a file");
    running.until("vim", "/a/", has(format!("vim {n}")));
}

fn jetbrains(running: &Running, root: &Path, n: usize) {
    let content = root.join("content");
    write(root, "content/a.md___jb_tmp___", &format!("jetbrains {n}"));
    fs::rename(content.join("a.md"), content.join("a.md___jb_old___")).expect("renamed");
    fs::rename(content.join("a.md___jb_tmp___"), content.join("a.md")).expect("renamed");
    fs::remove_file(content.join("a.md___jb_old___")).expect("a file");
    running.until("jetbrains", "/a/", has(format!("jetbrains {n}")));
}

fn vs_code(running: &Running, root: &Path, n: usize) {
    write(root, "content/.a.md.tmp", &format!("vs code {n}"));
    fs::rename(root.join("content/.a.md.tmp"), root.join("content/a.md")).expect("renamed");
    running.until("vs code", "/a/", has(format!("vs code {n}")));
}

fn git_checkout(running: &Running, root: &Path, n: usize) {
    let git = |args: &[&str]| {
        let identity =
            ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
        let status = Command::new("git").current_dir(root).args(identity).args(args).output();
        let output = status.expect("git runs");
        assert!(output.status.success(), "git {args:?}: {output:?}");
    };
    if n == 0 {
        git(&["init", "-q", "-b", "main"]);
        git(&["add", "."]);
        git(&["commit", "-qm", "one"]);
        git(&["checkout", "-qb", "other"]);
        write(root, "content/git/deep/er/new.md", "from the branch");
        write(root, "content/a.md", "git other");
        git(&["add", "."]);
        git(&["commit", "-qm", "two"]);
    }
    git(&["checkout", "-q", "main"]);
    running.until("git checkout", "/git/deep/er/new/", |reply| reply.status == 404);
    git(&["checkout", "-q", "other"]);
    running.until("git checkout", "/git/deep/er/new/", has("from the branch".to_owned()));
    running.until("git checkout", "/a/", has("git other".to_owned()));
    // In the state in which another way leaves it.
    write(root, "content/a.md", &format!("after git {n}"));
    running.until("after git", "/a/", has(format!("after git {n}")));
    git(&["checkout", "-q", "--", "content/a.md"]);
}

fn new_folders(running: &Running, root: &Path, n: usize) {
    write(root, &format!("content/new{n}/one/two/three/x.md"), "at once");
    running.until("new folders", &format!("/new{n}/one/two/three/x/"), has("at once".to_owned()));
    write(root, &format!("content/new{n}/one/two/three/x.md"), "and later");
    running.until("later", &format!("/new{n}/one/two/three/x/"), has("and later".to_owned()));
}

fn renamed_folder(running: &Running, root: &Path, n: usize) {
    let (from, to) = (root.join("content/folder"), root.join(format!("content/renamed{n}")));
    fs::rename(&from, &to).expect("renamed");
    running.until("renamed folder", &format!("/renamed{n}/x/"), |reply| reply.status == 200);
    assert_eq!(running.get("/folder/x/").status, 404);
    write(root, &format!("content/renamed{n}/x.md"), &format!("within {n}"));
    running.until("within it", &format!("/renamed{n}/x/"), has(format!("within {n}")));
    fs::rename(&to, &from).expect("renamed");
    running.until("and back", "/folder/x/", |reply| reply.status == 200);
    write(root, "content/folder/x.md", &format!("again {n}"));
    running.until("within it", "/folder/x/", has(format!("again {n}")));
}

fn deleted(running: &Running, root: &Path, n: usize) {
    write(root, "content/doomed/x.md", &format!("doomed {n}"));
    running.until("made", "/doomed/x/", has(format!("doomed {n}")));
    fs::remove_dir_all(root.join("content/doomed")).expect("removed");
    running.until("deleted", "/doomed/x/", |reply| reply.status == 404);
}

#[cfg(unix)]
fn link_target(running: &Running, root: &Path, n: usize) {
    let link = root.join("content/linked.md");
    if n == 0 {
        std::os::unix::fs::symlink("../shared/target.md", &link).expect("a link");
        running.until("a link", "/linked/", has("target0".to_owned()));
    }
    write(root, "shared/target.md", &format!("target changed {n}"));
    running.until("link target", "/linked/", has(format!("target changed {n}")));
    write(root, "shared/.tmp", &format!("target replaced {n}"));
    fs::rename(root.join("shared/.tmp"), root.join("shared/target.md")).expect("renamed");
    running.until("link target", "/linked/", has(format!("target replaced {n}")));
}

#[cfg(not(unix))]
fn link_target(_: &Running, _: &Path, _: usize) {}

fn configuration(running: &Running, root: &Path, n: usize) {
    write(root, "kisah.toml", &format!("title = \"Title {n}\"\n"));
    running.until("kisah.toml", "/", has(format!("Title {n}")));
}

fn template(running: &Running, root: &Path, n: usize) {
    let text = format!("<body>template {n} {{{{ config.title }}}}</body>");
    write(root, "templates/section.html", &text);
    running.until("template", "/folder/", has(format!("template {n}")));
}

fn static_file(running: &Running, root: &Path, n: usize) {
    write(root, "static/x.txt", &format!("static file {n}"));
    running.until("static", "/x.txt", has(format!("static file {n}")));
}

fn a_thousand(running: &Running, root: &Path, n: usize) {
    for i in 0..1000 {
        write(root, &format!("content/many/p{i}.md"), &format!("many {n} {i}"));
    }
    for i in [0, 499, 999] {
        running.until("a thousand", &format!("/many/p{i}/"), has(format!("many {n} {i}")));
    }
    fs::remove_dir_all(root.join("content/many")).expect("removed");
    running.until("none", "/many/p999/", |reply| reply.status == 404);
}

fn new_top_folder(running: &Running, root: &Path, n: usize) {
    let data = root.join("data");
    if data.exists() {
        fs::remove_dir_all(&data).expect("removed");
    }
    write(root, "data/table.toml", &format!("value = \"data {n}\"\n"));
    write(root, "templates/page.html", "<body>{{ page.content }} {{ data.table.value }}</body>");
    running.until("a new folder of inputs", "/a/", has(format!("data {n}")));
    fs::remove_file(root.join("templates/page.html")).expect("a file");
}

type Way = fn(&Running, &Path, usize);

fn try_all(watching: Watching, ways: &[Way]) {
    let folder = site(&FILES);
    let running = start(folder.path(), watching);
    for way in ways {
        for round in 0..ROUNDS {
            way(&running, folder.path(), round);
        }
    }
}

#[test]
fn editors() {
    try_all(Watching::Events, &[in_place, vim, jetbrains, vs_code, git_checkout]);
}

#[test]
fn folders_and_links() {
    try_all(
        Watching::Events,
        &[new_folders, renamed_folder, deleted, link_target, new_top_folder, in_place],
    );
}

#[test]
fn other_inputs() {
    try_all(Watching::Events, &[configuration, template, static_file]);
}

#[test]
fn a_thousand_files_at_once() {
    let folder = site(&FILES);
    let running = start(folder.path(), Watching::Events);
    a_thousand(&running, folder.path(), 0);
}

#[test]
fn by_polling() {
    try_all(Watching::Poll, &[in_place, renamed_folder, link_target]);
}

#[test]
fn the_last_of_many_saves_is_served() {
    let folder = site(&FILES);
    let running = start(folder.path(), Watching::Events);
    for round in 0..3 {
        // Saves go on while the site is compiled.
        for n in 0..60 {
            write(folder.path(), "content/a.md", &format!("save {round}.{n}."));
            std::thread::sleep(std::time::Duration::from_millis(7));
        }
        running.until("the last save", "/a/", has(format!("save {round}.59.")));
    }
}

#[test]
fn reading_causes_nothing() {
    let folder = site(&FILES);
    let running = start(folder.path(), Watching::Events);
    for _ in 0..20 {
        fs::read(folder.path().join("content/a.md")).expect("a file");
        let _ = fs::read_dir(folder.path().join("content")).expect("a folder").count();
    }
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert!(running.news.try_iter().all(|news| !matches!(news, News::Served { .. })));
}
