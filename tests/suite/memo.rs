//! The memo of the last build saves work, and never shows: whatever happens to it, to the sources
//! and to the output, and whatever their stamps say, the output is that of a clean build.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::civil::date;
use kisah::base::SourcePath;
use kisah::build::{Request, Today};
use kisah::store::memo::Known;
use kisah::store::read::{self, Scope};
use kisah::store::{Memo, RealDisk};

use crate::support::{self, Random, read_tree};

struct Site {
    _folder: tempfile::TempDir,
    request: Request,
}

impl Site {
    fn new() -> Self {
        let folder = support::temp();
        let root = folder.path().join("site");
        support::write(
            &root,
            [
                ("kisah.toml", &b"base_url = \"https://example.org\""[..]),
                ("content/posts/2020-01-02-ada.md", b"Ada counts."),
                ("content/posts/later.md", b"+++\ndate = 2026-03-01\n+++\nLater."),
                ("content/posts/gone.md", b"+++\ndate = 2020-01-01\nexpires = 2026-02-01\n+++\n"),
                ("content/posts/warn.md", b"[x](/nowhere/)"),
                ("static/a.txt", b"one"),
                ("templates/404.html", b"Not here."),
                ("data/d.toml", b"a = 1"),
            ],
        );
        Site { request: support::request(&root), _folder: folder }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.request.root.join(path)
    }

    /// Builds twice, so that there is a memo, and nothing to do.
    fn settled() -> Self {
        let site = Site::new();
        support::build_clean(&site.request);
        assert!(site.is_up_to_date());
        site
    }

    fn is_up_to_date(&self) -> bool {
        support::build_clean(&self.request).up_to_date
    }

    /// Builds, and compares with a clean build of the same sources on the same day.
    fn ends_clean(&self, context: &str) {
        support::build_clean(&self.request);
        let folder = support::temp();
        let clean = Request {
            output_dir: Some(folder.path().join("out")),
            memo: false,
            ..self.request.clone()
        };
        support::build_clean(&clean);
        let want = read_tree(&folder.path().join("out"));
        let difference = support::difference(&want, &read_tree(&self.path("public")));
        assert!(difference.is_empty(), "{context}: - clean, + made\n{difference}");
    }
}

fn times(path: &Path) -> SystemTime {
    fs::metadata(path).and_then(|meta| meta.modified()).expect("a time")
}

/// Writes other bytes of the same length, and sets the modification time back.
fn forge(path: &Path) {
    let (old, modified) = (fs::read(path).expect("a file"), times(path));
    let new: Vec<u8> = old.iter().map(|b| if *b == b'a' { b'b' } else { *b }).collect();
    assert!(old != new || old.is_empty(), "{}", path.display());
    fs::write(path, new).expect("a file");
    File::options().write(true).open(path).and_then(|f| f.set_modified(modified)).expect("a time");
}

#[test]
fn a_second_build_does_nothing_and_says_the_same() {
    let site = Site::new();
    let first = support::build_clean(&site.request);
    let second = support::build_clean(&site.request);
    assert!(!first.up_to_date && second.up_to_date);
    assert_eq!((second.rendered, second.written, second.removed), (0, 0, 0));
    assert_eq!(second.unchanged, first.written);
    let said = support::messages(&first.diagnostics);
    assert!(said.contains("/nowhere/"), "{said}");
    assert_eq!(said, support::messages(&second.diagnostics));
}

/// What was reported about names that are not read is reported again, and changes are noticed.
#[test]
fn warnings_of_the_walk_do_not_hinder() {
    let site = Site::settled();
    support::write(&site.request.root, [("data/notes.txt", &b"x"[..])]);
    assert!(!site.is_up_to_date(), "it is new");
    let report = support::build_clean(&site.request);
    assert!(report.up_to_date);
    assert!(support::messages(&report.diagnostics).contains("data/notes.txt"));
    fs::remove_file(site.path("data/notes.txt")).expect("a file");
    let report = support::build_clean(&site.request);
    assert!(!report.up_to_date);
    assert!(!support::messages(&report.diagnostics).contains("data/notes.txt"));
}

#[test]
fn what_was_touched_but_not_changed_is_no_change() {
    let site = Site::settled();
    for path in ["content/posts/2020-01-02-ada.md", "static/a.txt", "templates/404.html"] {
        let path = site.path(path);
        let bytes = fs::read(&path).expect("a file");
        fs::write(&path, bytes).expect("a file");
        assert!(site.is_up_to_date(), "{}", path.display());
    }
}

#[cfg(unix)]
#[test]
fn no_stamp_hides_an_edit() {
    let sources = ["content/posts/2020-01-02-ada.md", "templates/404.html", "data/d.toml"];
    let outputs = ["public/posts/ada/index.html", "public/sitemap.xml", "public/style.css"];
    for path in sources.into_iter().chain(outputs) {
        let site = Site::settled();
        if path == "templates/404.html" {
            fs::write(site.path(path), b"Not there, a page.").expect("a file");
            support::build_clean(&site.request);
        }
        forge(&site.path(path));
        assert!(!site.is_up_to_date(), "{path}");
        site.ends_clean(path);
    }
}

/// An edit within the same tick of the clock as the build that read the file.
#[test]
fn an_edit_right_after_a_build_is_seen() {
    let site = Site::settled();
    let path = site.path("content/posts/2020-01-02-ada.md");
    for round in 0..30 {
        fs::write(&path, format!("Round {round:04}.")).expect("a file");
        support::build_clean(&site.request);
        fs::write(&path, format!("After {round:04}.")).expect("a file");
        let report = support::build_clean(&site.request);
        assert!(!report.up_to_date, "round {round}");
        let page = fs::read_to_string(site.path("public/posts/ada/index.html")).expect("a page");
        assert!(page.contains(&format!("After {round:04}.")), "round {round}");
    }
}

#[test]
fn files_that_come_and_go_are_seen() {
    let site = Site::settled();
    support::write(&site.request.root, [("content/posts/new.md", &b"New."[..])]);
    assert!(!site.is_up_to_date());
    site.ends_clean("a new file");
    fs::rename(site.path("content/posts/new.md"), site.path("content/posts/other.md"))
        .expect("a name");
    assert!(!site.is_up_to_date());
    site.ends_clean("a renamed file");
    fs::remove_file(site.path("content/posts/other.md")).expect("a file");
    assert!(!site.is_up_to_date());
    site.ends_clean("a deleted file");
    fs::remove_file(site.path("public/posts/ada/index.html")).expect("a file");
    assert!(!site.is_up_to_date());
    site.ends_clean("a deleted page");
    fs::remove_dir_all(site.path("public")).expect("a folder");
    assert!(!site.is_up_to_date());
    site.ends_clean("no output");
}

#[test]
fn what_else_a_site_is_made_from_counts() {
    type Edit = fn(&mut Site);
    let edits: [(&str, Edit); 6] = [
        ("kisah.toml", |site| fs::write(site.path("kisah.toml"), "title = \"T\"").expect("a file")),
        ("--drafts", |site| site.request.overrides.drafts = true),
        ("--future", |site| site.request.overrides.future = true),
        ("--base-url", |site| {
            site.request.overrides.base_url = Some("https://example.com".to_owned());
        }),
        ("another kisah", |site| site.request.program.push('+')),
        ("--output-dir", |site| site.request.output_dir = Some(site.path("elsewhere"))),
    ];
    for (name, edit) in edits {
        let mut site = Site::settled();
        edit(&mut site);
        assert!(!support::build_clean(&site.request).up_to_date, "{name}");
    }
}

#[test]
fn days_pass() {
    let mut site = Site::new();
    let files = [
        ("content/box/_index.md", &b"+++\n[cascade]\ndate = 2026-02-10\n+++\n"[..]),
        ("content/box/a.txt", b"Nothing but a file."),
        ("content/soon/_index.md", b"+++\ndate = 2026-02-20\n+++\n"),
    ];
    support::write(&site.request.root, files);
    support::build_clean(&site.request);
    let mut on = |day| {
        site.request.today = Today::Day(day);
        let up_to_date = site.is_up_to_date();
        site.ends_clean(&day.to_string());
        up_to_date
    };
    assert!(on(date(2026, 1, 31)), "nothing is due");
    assert!(!on(date(2026, 2, 1)), "a post expired");
    assert!(on(date(2026, 2, 9)), "nothing is due");
    assert!(!on(date(2026, 2, 10)), "a file appeared, by a cascade");
    assert!(!on(date(2026, 2, 20)), "a section appeared");
    assert!(on(date(2026, 2, 28)), "nothing is due");
    assert!(!on(date(2026, 3, 1)), "a post appeared");
    assert!(!on(date(2026, 1, 1)), "the clock was set back");
}

#[test]
fn a_damaged_memo_is_none() {
    let site = Site::settled();
    let file = site.path(".kisah/memo");
    let whole = fs::read(&file).expect("a memo");
    let mut random = Random(7);
    for _ in 0..60 {
        let mut bytes = whole.clone();
        match random.below(3) {
            0 => bytes.truncate(random.below(whole.len())),
            1 => bytes[random.below(whole.len())] ^= 1,
            _ => bytes.extend_from_slice(b"out 1\n"),
        }
        fs::write(&file, bytes).expect("a memo");
        assert!(!site.is_up_to_date());
        assert!(site.is_up_to_date());
    }
    fs::remove_dir_all(site.path(".kisah")).expect("a folder");
    assert!(!site.is_up_to_date());
    site.ends_clean("no memo");
    fs::remove_dir_all(site.path(".kisah")).expect("a folder");
    fs::write(site.path(".kisah"), "a file in its place").expect("a file");
    assert!(!site.is_up_to_date());
    site.ends_clean("no place for a memo");
}

#[test]
fn what_was_computed_from_files_is_kept() {
    let site = Site::new();
    let config = "base_url = \"https://example.org\"\nassets.fingerprint = true";
    let files = [("kisah.toml", config), ("templates/404.html", "{{ integrity[\"a.css\"] }}")];
    support::write(&site.request.root, files.map(|(path, text)| (path, text.as_bytes())));
    let derived = site.path(".kisah/derived");
    let style =
        |text: &str| support::write(&site.request.root, [("static/a.css", text.as_bytes())]);
    style("a {}");
    support::build_clean(&Request { memo: false, ..site.request.clone() });
    assert!(!derived.exists(), "without a memo nothing is kept");
    site.ends_clean("the first time");
    let kept = read_tree(&derived);
    assert!(!kept.is_empty());
    fs::remove_dir_all(site.path("public")).expect("a folder");
    site.ends_clean("again");
    assert_eq!(read_tree(&derived), kept);
    for path in kept.keys() {
        fs::write(derived.join(path), "damaged").expect("a file");
    }
    style("b {}");
    site.ends_clean("damaged");
    let other = read_tree(&derived);
    assert_eq!(other.len(), kept.len(), "what is not used any more is forgotten");
    assert_ne!(other, kept);
    fs::remove_dir_all(&derived).expect("a folder");
    fs::write(&derived, "a file in its place").expect("a file");
    style("c {}");
    site.ends_clean("no place for it");
}

#[test]
fn another_build_does_without_it_meanwhile() {
    let site = Site::settled();
    let held = Memo::open(&RealDisk, &site.request.root);
    assert!(held.is_some());
    assert!(!site.is_up_to_date());
    drop(held);
    assert!(site.is_up_to_date());
    assert!(!site.path(".kisah/.kisah-lock").exists());
}

#[test]
fn a_site_with_mistakes_leaves_the_memo_of_the_one_before() {
    let site = Site::settled();
    let path = site.path("content/posts/2020-01-02-ada.md");
    let before = fs::read(&path).expect("a file");
    fs::write(&path, "+++\ntitel = 1\n+++\n").expect("a file");
    assert!(support::build(&site.request).diagnostics.has_errors());
    assert!(support::build(&site.request).diagnostics.has_errors());
    fs::write(&path, before).expect("a file");
    assert!(site.is_up_to_date());
}

/// Assets old enough for their stamps to be trusted are not read again.
#[cfg(unix)]
#[test]
fn known_assets_are_not_read() {
    let site = Site::settled();
    std::thread::sleep(Duration::from_millis(20));
    fs::write(site.path("content/posts/2020-01-02-ada.md"), "Edited.").expect("a file");
    let (_memo, last) = Memo::open(&RealDisk, &site.request.root).expect("a memo");
    let known = last.expect("a build").sources;
    let out = site.path("public");
    let disk = crate::support::fault::FaultyDisk::counting().refusing(site.path("static/a.txt"));
    let scope = Scope { root: &site.request.root, theme: None, exclude: &out, symlinks: &[] };
    let tree = read::stamped_tree(&disk, &scope, &known);
    let path = SourcePath::new("static/a.txt");
    assert!(
        tree.source.assets.iter().any(|asset| asset.path == path),
        "{:?}",
        tree.source.problems
    );
}

/// A text that has to be read again, and is unchanged, is not kept in memory twice.
#[test]
fn texts_that_are_the_same_are_shared() {
    let site = Site::settled();
    let edited = "content/posts/2020-01-02-ada.md";
    let out = site.path("public");
    let scope = Scope { root: &site.request.root, theme: None, exclude: &out, symlinks: &[] };
    let read = |known: &Known| read::stamped_tree(&RealDisk, &scope, known).source.documents;
    let first = read(&Known::default());
    // No stamp is known, so that nothing is trusted without being read.
    let texts = first.iter().map(|text| (text.path.as_str().into(), text.clone())).collect();
    let known = Known { texts, ..Known::default() };
    fs::write(site.path(edited), "Edited.").expect("a file");
    let second = read(&known);
    assert_eq!(first.len(), second.len());
    assert!(first.len() > 1);
    for (before, after) in first.iter().zip(&second) {
        let is_edited = before.path.as_str() == edited;
        assert_eq!(Arc::ptr_eq(&before.text, &after.text), !is_edited, "{}", before.path);
    }
}

/// A file that was copied and becomes a story in another format stops every build until it is a
/// plain file again; what was known about it before does not matter.
#[test]
fn a_file_that_becomes_a_story_stops_every_build() {
    let site = Site::new();
    support::write(&site.request.root, [("content/notes.txt", &b"Notes."[..])]);
    support::build_clean(&site.request);
    support::write(&site.request.root, [("content/notes.txt", &b"---\ndraft: true\n---\n"[..])]);
    for _ in 0..2 {
        let said = support::messages(&support::build(&site.request).diagnostics);
        let is_said = ["error[unread-front-matter]", "content/notes.txt:1:1"];
        assert!(is_said.iter().all(|part| said.contains(part)), "{said}");
    }
    let known = fs::read(site.path("public/notes.txt")).expect("a file");
    assert_eq!(known, b"Notes.");
    support::write(&site.request.root, [("content/notes.txt", &b"More notes."[..])]);
    site.ends_clean("a file again");
}
