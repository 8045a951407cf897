//! What open pages are told.

use std::fs;

use kisah::serve::{News, Watching};

use super::client::Events;
use super::{Running, site, start};
use crate::support;

/// The script of a page, and what it knows.
pub struct Script {
    pub url: String,
    page: String,
    assets: String,
}

/// Reads the script out of a served page.
pub fn script(running: &Running, target: &str) -> Script {
    let html = running.get(target).text();
    let value = |name: &str| {
        let at = html.find(name).unwrap_or_else(|| panic!("no {name} in {html}")) + name.len();
        html[at..].split('"').next().unwrap_or_default().to_owned()
    };
    Script {
        url: value("<script src=\""),
        page: value("data-page=\""),
        assets: value("data-assets=\""),
    }
}

/// Opens a page.
pub fn open(running: &Running, target: &str) -> Events {
    let Script { url, page, assets } = script(running, target);
    let events = url.replace("client.js", "events");
    let target = format!("{events}?path={target}&page={page}&assets={assets}");
    Events::open(running.server.address(), &target)
}

fn story(title: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = 2020-01-01\n+++\n\n{body}\n")
}

#[test]
fn only_pages_that_changed_are_loaded_again() {
    let folder = site(&[
        ("content/posts/a.md", &story("A", "one")),
        ("content/about.md", "about"),
        ("static/x.css", "a{}"),
    ]);
    let running = start(folder.path(), Watching::Events);
    let (a, about) = (open(&running, "/posts/a/"), open(&running, "/about/"));
    let missing = open(&running, "/b/");
    // Atomically: a file written in place may be seen while it is empty, which is one change more.
    let write = |path: &str, text: &str| {
        let new = folder.path().join(".git/new");
        support::write(folder.path(), [(".git/new", text.as_bytes())]);
        fs::rename(new, folder.path().join(path)).expect("renamed");
    };
    write("content/posts/a.md", &story("A", "two"));
    assert_eq!(a.next().0, "reload");
    let a = open(&running, "/posts/a/");
    write("static/x.css", "b{}");
    for page in [&a, &about, &missing] {
        let (name, data) = page.next();
        assert_eq!(name, "swap");
        assert!(data.contains("\"urls\":[\"/x.css\"]"), "{data}");
    }
    write("content/b.md", "b");
    assert_eq!(missing.next().0, "reload");
    fs::remove_file(folder.path().join("content/posts/a.md")).expect("a file");
    assert_eq!(a.next().0, "reload");
    assert_eq!(running.get("/posts/a/").status, 404);
    assert!(about.are_silent(), "about did not change");
}

#[test]
fn a_page_that_was_away_catches_up() {
    let folder = site(&[("content/a.md", "one"), ("static/x.css", "a{}")]);
    let running = start(folder.path(), Watching::Events);
    let Script { url, page, assets } = script(&running, "/a/");
    let events = url.replace("client.js", "events");
    let back = |page: &str, assets: &str| {
        let target = format!("{events}?path=%2Fa%2F&page={page}&assets={assets}");
        Events::open(running.server.address(), &target)
    };
    assert!(back(&page, &assets).are_silent());
    support::write(folder.path(), [("static/x.css", b"b{}".as_slice())]);
    running.until("the sheet", "/x.css", |reply| reply.text() == "b{}");
    assert_eq!(back(&page, &assets).next().0, "swap");
    support::write(folder.path(), [("content/a.md", b"two".as_slice())]);
    running.until("the page", "/a/", |reply| reply.text().contains("two"));
    assert_eq!(back(&page, &assets).next().0, "reload");
    let unknown = "0123456789abcdef0123456789abcdef";
    let now = script(&running, "/a/");
    assert_eq!(back(&now.page, unknown).next().0, "reload");
}

#[test]
fn mistakes_are_shown_over_the_last_good_page() {
    let folder = site(&[
        ("kisah.toml", "title = \"T\"\n"),
        ("content/a.md", "good"),
        ("templates/page.html", "<body>{{ page.content }}</body>"),
    ]);
    let running = start(folder.path(), Watching::Events);
    let page = open(&running, "/a/");
    let write = |path: &str, text: &str| support::write(folder.path(), [(path, text.as_bytes())]);
    // Front matter, kisah.toml, a template's syntax, and what only rendering finds.
    for (path, bad, good, says) in [
        ("content/a.md", "+++\ndarft = 1\n+++\n<script>", "good", "content/a.md:2:1"),
        ("kisah.toml", "title = \n", "title = \"T\"\n", "kisah.toml:1"),
        ("kisah.toml", "titel = \"T\"\n", "title = \"T\"\n", "kisah.toml:1:1"),
        (
            "templates/page.html",
            "{% if %}",
            "<body>{{ page.content }}</body>",
            "templates/page.html:1",
        ),
        (
            "templates/page.html",
            "{{ nothing }}",
            "<body>{{ page.content }}</body>",
            "templates/page.html:1",
        ),
    ] {
        write(path, bad);
        let (name, data) = page.next();
        assert_eq!(name, "problems", "{path}: {data}");
        assert!(data.contains(says), "{path}: {data}");
        // A page opened now is told, too.
        let late = running.get("/a/").text();
        if bad.contains("nothing") {
            assert!(late.contains("The site has errors"), "{late}");
        } else {
            assert!(late.contains("good"), "{late}");
            assert_eq!(open(&running, "/a/").next().0, "problems");
        }
        write(path, good);
        assert_eq!(page.next().0, "mended", "{path}");
    }
}

/// While the sources have mistakes, those of rendering the last good site wait: a page says what is
/// to be mended first, and goes on saying it.
#[test]
fn mistakes_of_the_sources_come_first() {
    let folder = site(&[("content/a.md", "good"), ("templates/page.html", "{{ nothing }}")]);
    let running = start(folder.path(), Watching::Events);
    let page = open(&running, "/a/");
    assert!(page.next().1.contains("templates/page.html:1"));
    support::write(folder.path(), [("content/a.md", &b"+++\ndarft = 1\n+++\n"[..])]);
    let (name, data) = page.next();
    assert!(name == "problems" && data.contains("content/a.md:2:1"), "{name}: {data}");
    assert!(page.are_silent());
}

#[test]
fn a_site_that_is_broken_from_the_start() {
    let folder = site(&[("content/a.md", "+++\ntitel = \"<b>\"\n+++\n")]);
    let running = start(folder.path(), Watching::Events);
    let reply = running.get("/a/");
    assert_eq!(reply.status, 500);
    assert!(reply.text().contains("content/a.md:2:1"), "{}", reply.text());
    assert!(
        reply.text().contains("titel = &quot;&lt;b&gt;")
            || reply.text().contains("titel = \"&lt;b&gt;")
    );
    let page = open(&running, "/a/");
    assert_eq!(page.next().0, "problems");
    support::write(folder.path(), [("content/a.md", b"good".as_slice())]);
    assert_eq!(page.next().0, "reload");
    assert_eq!(running.get("/a/").status, 200);
}

#[test]
fn writing_a_file_again_is_no_change() {
    let folder = site(&[("content/a.md", "x"), ("static/x.css", "a{}")]);
    let running = start(folder.path(), Watching::Events);
    let page = open(&running, "/a/");
    for _ in 0..3 {
        support::write(folder.path(), [("content/a.md", b"x".as_slice())]);
        support::write(folder.path(), [("content/.a.md.swp", b"swap".as_slice())]);
        support::write(folder.path(), [("content/a.md~", b"old".as_slice())]);
        support::write(folder.path(), [("content/4913", b"".as_slice())]);
        assert!(page.are_silent());
    }
    let is_quiet = running.news.try_iter().all(|news| !matches!(news, News::Served { .. }));
    assert!(is_quiet, "nothing was compiled again");
}
