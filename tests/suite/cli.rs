//! The command line: exit codes, what goes to which stream, what each command writes.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;

use crate::support::{self, read_tree};

/// A run of the binary in a folder.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Run {
            code: output.status.code().expect("an exit code"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kisah"));
    command.current_dir(folder).args(args).env_remove("SOURCE_DATE_EPOCH");
    command.env_remove("GITHUB_ACTIONS");
    command
}

fn kisah(folder: &Path, args: &[&str]) -> Run {
    command(folder, args).output().expect("kisah runs").into()
}

/// A folder with these files.
fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = support::temp();
    support::write(folder.path(), files.iter().map(|(path, text)| (*path, text.as_bytes())));
    folder
}

const CONFIG: (&str, &str) = ("kisah.toml", "base_url = \"https://example.org\"\n");

#[test]
fn what_changed_is_listed() {
    let files = [CONFIG, ("content/a.md", "x"), ("content/b.md", "x"), ("static/d/x", "")];
    let site = site(&files);
    let list = site.path().join("list.txt");
    let changed = || {
        let run = kisah(site.path(), &["build", "--changed", "list.txt"]);
        assert_eq!(run.code, 0, "{}", run.err);
        std::fs::read_to_string(&list).expect("a list")
    };
    let first = changed();
    assert!(first.lines().all(|line| line.starts_with("added\thttps://example.org/")), "{first}");
    assert!(first.contains("added\thttps://example.org/a/\n"), "{first}");
    assert!(first.contains("added\thttps://example.org/style.css\n"), "{first}");
    assert_eq!(changed(), "");
    std::fs::remove_file(site.path().join("content/b.md")).expect("a file");
    support::write(site.path(), [("content/a.md", b"y".as_slice()), ("content/c.md", b"x")]);
    assert_eq!(
        changed(),
        "added\thttps://example.org/c/\nchanged\thttps://example.org/a/\n\
         changed\thttps://example.org/sitemap.xml\nremoved\thttps://example.org/b/\n"
    );
    for (file, why) in [
        ("content/x.txt", "lies inside `content`"),
        ("kisah.toml", "belongs to the sources"),
        ("static/d", "belongs to the sources"),
        ("public", "is not a regular file, so it cannot be replaced"),
    ] {
        let run = kisah(site.path(), &["build", "--changed", file]);
        assert!(run.code == 1 && run.err.contains(why), "{file}: {}", run.err);
    }
}

#[test]
fn build_says_what_it_did() {
    let site = site(&[CONFIG, ("content/a.md", "x")]);
    let run = kisah(site.path(), &["build"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    let line = run.err.lines().last().unwrap_or_default();
    assert!(line.contains("12 files written, 0 unchanged, 0 removed; no warnings"), "{line}");
    let run = kisah(site.path(), &["build"]);
    assert!(run.err.contains("nothing changed since the last build: 12 files"), "{}", run.err);
    let run = kisah(site.path(), &["build", "--no-cache"]);
    assert!(run.err.contains("0 files written, 12 unchanged, 0 removed"), "{}", run.err);
    std::fs::remove_file(site.path().join("content/a.md")).expect("a file");
    support::write(site.path(), [("content/b.md", b"[x](/nowhere/at/all/)".as_slice())]);
    let run = kisah(site.path(), &["build"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("1 removed; 1 warning"), "{}", run.err);
}

#[test]
fn errors_are_code_one_and_nothing_is_written() {
    let site =
        site(&[CONFIG, ("content/a.md", "+++\ntitel = \"x\"\n+++\n"), ("content/b.md", "x")]);
    for command in ["build", "check"] {
        let run = kisah(site.path(), &[command]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{command}");
        assert!(run.err.contains("error[unknown-key]: unknown key `titel`"), "{}", run.err);
        assert!(run.err.contains("content/a.md:2:1"), "{}", run.err);
        assert!(run.err.contains("1 error, no warnings"), "{}", run.err);
    }
    assert!(!site.path().join("public").exists());
}

#[test]
fn mistakes_are_annotations_under_github_actions() {
    let repository = site(&[
        ("docs/kisah.toml", "base_url = \"https://example.org\"\n"),
        ("docs/content/a.md", "+++\ntitel = \"x\"\n+++\n"),
    ]);
    for args in [["build"].as_slice(), &["check"], &["check", "--format", "json"]] {
        let mut command = command(repository.path(), &["--root", "docs"]);
        command.args(args).env("GITHUB_ACTIONS", "true");
        command.env("GITHUB_WORKSPACE", repository.path());
        let run: Run = command.output().expect("kisah runs").into();
        let line = "::error file=docs/content/a.md,line=2,col=1,title=unknown-key::unknown key \
                    `titel` in the front matter%0Ahelp: did you mean `title`?\n";
        assert!(run.err.contains(line), "{args:?}: {}", run.err);
        assert!(!run.out.contains("::error"), "{args:?}: {}", run.out);
    }
}

#[test]
fn wrong_usage_is_code_two() {
    let empty = support::temp();
    let site = site(&[CONFIG, ("content/a.md", "x")]);
    let runs: [(&Path, &[&str], &str); 17] = [
        (empty.path(), &["build"], "there is no `content` folder"),
        (empty.path(), &["check"], "there is no `content` folder"),
        (empty.path(), &["new", "A"], "there is no `content` folder"),
        (site.path(), &[], "Usage"),
        (site.path(), &["biuld"], "build"),
        (site.path(), &["build", "--darfts"], "--drafts"),
        (site.path(), &["build", "--today", "tomorrow"], "2017-07-14"),
        (site.path(), &["build", "--base-url", "example.org"], "https://example.org"),
        (site.path(), &["--root", "nowhere", "build"], "there is no folder `nowhere`"),
        (site.path(), &["--config", "none.toml", "build"], "there is no file `none.toml`"),
        (site.path(), &["check", "--explain", "broken-lnik"], "did you mean `broken-link`?"),
        (site.path(), &["check", "--format", "xml"], "json"),
        (empty.path(), &["list", "all"], "there is no `content` folder"),
        (site.path(), &["list"], "<WHAT>"),
        (site.path(), &["list", "draft"], "drafts"),
        (site.path(), &["new", "A", "--lang", "fr"], "not a language of this site"),
        (site.path(), &["new", "A", "--section", "../up"], "not a folder below `content/`"),
    ];
    for (folder, args, says) in runs {
        let run = kisah(folder, args);
        assert_eq!(run.code, 2, "{args:?}: {}", run.err);
        assert!(run.err.contains(says), "{args:?}: {}", run.err);
        assert_eq!(run.out, "", "{args:?}");
    }
    assert!(!site.path().join("public").exists());
}

#[test]
fn flags_of_build() {
    let site = site(&[
        ("kisah.toml", "base_url = \"https://example.org\"\ntimezone = \"Asia/Jakarta\"\n"),
        ("staging.toml", "title = \"Staging\"\n"),
        ("content/draft.md", "+++\ndraft = true\n+++\n"),
        ("content/future.md", "+++\ndate = 2020-06-02\n+++\n"),
    ]);
    let files = |folder: &str| {
        let tree = read_tree(&site.path().join(folder));
        ["draft/index.html", "future/index.html"].map(|path| tree.contains_key(path))
    };
    let build = |args: &[&str]| {
        let run = kisah(site.path(), &[&["build"], args].concat());
        assert_eq!(run.code, 0, "{args:?}: {}", run.err);
    };
    build(&["--today", "2020-06-01", "--output-dir", "one"]);
    assert_eq!(files("one"), [false, false]);
    build(&["--today", "2020-06-01", "--drafts", "--future", "--output-dir", "two"]);
    assert_eq!(files("two"), [true, true]);
    build(&[
        "--today",
        "2020-06-02",
        "--base-url",
        "https://other.example/sub",
        "--config",
        "staging.toml",
    ]);
    assert_eq!(files("public"), [false, true]);
    let home = &read_tree(&site.path().join("public"))["index.html"];
    let home = String::from_utf8_lossy(home);
    assert!(home.contains("https://other.example/sub/") && home.contains("Staging"), "{home}");
    // `--output-dir` is relative to the working directory, not to the site.
    let above = site.path().parent().expect("a parent");
    let name = site.path().file_name().and_then(|n| n.to_str()).expect("a name");
    let output = format!("{name}/three");
    let run = kisah(above, &["--root", name, "build", "--output-dir", &output]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(files("three"), [false, true]);
}

#[test]
fn source_date_epoch_is_the_day() {
    let site = site(&[
        ("kisah.toml", "base_url = \"https://example.org\"\ntimezone = \"Asia/Jakarta\"\n"),
        ("content/a.md", "+++\ndate = 2020-06-02\n+++\n"),
    ]);
    // 16:59 and 17:00 UTC on the first of June: midnight in Jakarta.
    for (seconds, shown) in [("1591030799", false), ("1591030800", true)] {
        let mut command = command(site.path(), &["build"]);
        let run: Run = command.env("SOURCE_DATE_EPOCH", seconds).output().expect("kisah").into();
        assert_eq!(run.code, 0, "{}", run.err);
        assert_eq!(site.path().join("public/a/index.html").exists(), shown, "{seconds}");
    }
    let mut wrong = command(site.path(), &["build"]);
    let run: Run = wrong.env("SOURCE_DATE_EPOCH", "today").output().expect("kisah").into();
    assert_eq!(run.code, 2, "{}", run.err);
    let mut given = command(site.path(), &["build", "--today", "2020-06-03"]);
    let run: Run = given.env("SOURCE_DATE_EPOCH", "today").output().expect("kisah").into();
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn check_as_json() {
    let site = site(&[
        CONFIG,
        ("content/a.md", "+++\ntitel = \"x\"\n+++\n[x](/nowhere/at/all/)\n"),
        ("content/b.md", "+++\npath = \"/a/\"\n+++\n"),
    ]);
    let run = kisah(site.path(), &["check", "--format", "json"]);
    assert_eq!(run.code, 1);
    let json: Json = serde_json::from_str(&run.out).expect("JSON on stdout");
    assert_eq!((json["errors"].as_u64(), json["warnings"].as_u64()), (Some(2), Some(1)));
    let list = json["diagnostics"].as_array().expect("a list");
    let unknown = list.iter().find(|d| d["code"] == "unknown-key").expect("the key");
    for (key, value) in [
        ("severity", Json::from("error")),
        ("path", Json::from("content/a.md")),
        ("line", Json::from(2)),
        ("column", Json::from(1)),
        ("message", Json::from("unknown key `titel` in the front matter")),
        ("help", Json::from("did you mean `title`?")),
    ] {
        assert_eq!(unknown[key], value, "{key}");
    }
    let collision = list.iter().find(|d| d["code"] == "collision").expect("the collision");
    assert_eq!(collision["line"], Json::Null);
    assert_eq!(collision["also"][0]["path"], "content/a.md");
    assert!(!run.err.contains("error["), "{}", run.err);
}

/// Suggestions are data; without the flag there are none, and JSON is as it was.
#[test]
fn check_suggests_what_could_be_added() {
    let site = site(&[
        CONFIG,
        ("content/posts/a.md", "+++\ntags = [\"engines\"]\n+++\nThe engine.\n"),
        ("content/posts/b.md", "+++\ntitle = \"Engines\"\n+++\nBrass, and more brass. [A](a.md)\n"),
    ]);
    let run = kisah(site.path(), &["check"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    let run = kisah(site.path(), &["check", "--suggest"]);
    let lines = "content/posts/b.md\tuntagged\tengines\tbrass\n\
                 content/posts/b.md\tunlinked\tEngines\n";
    assert_eq!((run.code, run.out.as_str()), (0, lines), "{}", run.err);

    let json = |args: &[&str]| -> Json {
        let run = kisah(site.path(), args);
        serde_json::from_str(&run.out).expect("JSON on stdout")
    };
    let mut with = json(&["check", "--suggest", "--format", "json"]);
    let suggestions = with.as_object_mut().and_then(|with| with.remove("suggestions"));
    let expected = serde_json::json!({
        "untagged": [{ "path": "content/posts/b.md", "tags": ["engines"], "words": ["brass"] }],
        "unlinked": [{ "path": "content/posts/b.md", "title": "Engines" }],
    });
    assert_eq!(suggestions, Some(expected));
    assert_eq!(with, json(&["check", "--format", "json"]));

    support::write(site.path(), [("templates/post.html", b"{% if".as_slice())]);
    let run = kisah(site.path(), &["check", "--suggest"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert_eq!(json(&["check", "--suggest", "--format", "json"])["suggestions"], Json::Null);
}

#[test]
fn a_flood_is_summed_up() {
    let keys: String = (0..1224).fold(String::new(), |text, n| text + &format!("key{n} = 1\n"));
    let site = site(&[CONFIG, ("content/a.md", &format!("+++\n{keys}+++\n"))]);
    let sum = "and 1,204 more like this in `content/a.md`";
    let run = kisah(site.path(), &["check"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.err.matches("error[unknown-key]").count(), 21, "{}", run.err);
    assert!(run.err.contains(&format!("error[unknown-key]: {sum}\n\n")), "{}", run.err);
    assert!(run.err.contains("1224 errors, no warnings"), "{}", run.err);
    let run = kisah(site.path(), &["check", "--format", "json"]);
    let json: Json = serde_json::from_str(&run.out).expect("JSON on stdout");
    assert_eq!(json["errors"].as_u64(), Some(1224));
    let list = json["diagnostics"].as_array().expect("a list");
    assert_eq!(list.len(), 21);
    let (last, shown) = list.split_last().expect("not empty");
    assert!(shown.iter().all(|d| d["more"] == 0));
    for (key, value) in [("message", Json::from(sum)), ("more", Json::from(1204))] {
        assert_eq!(last[key], value, "{key}");
    }
    assert_eq!((&last["path"], &last["line"]), (&Json::from("content/a.md"), &Json::Null));
}

#[test]
fn every_code_is_explained() {
    let folder = support::temp();
    for code in kisah::base::codes::ALL {
        let run = kisah(folder.path(), &["check", "--explain", code.name]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.out.starts_with(code.name) && run.out.contains(code.explain), "{}", run.out);
        assert_eq!(run.err, "");
    }
}

#[test]
fn init_makes_a_site_that_builds() {
    let folder = support::temp();
    let run = kisah(folder.path(), &["init", "my site"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let root = folder.path().join("my site");
    let made = read_tree(&root);
    let ignored = String::from_utf8_lossy(&made[".gitignore"]).into_owned();
    assert!(["public/", ".kisah/"].iter().all(|line| ignored.contains(line)), "{ignored}");
    let workflow = String::from_utf8_lossy(&made[".github/workflows/publish.yml"]).into_owned();
    assert!(workflow.contains("KISAH_TAG: \"\""), "{workflow}");
    for command in ["build", "check"] {
        // The address of the site is the one thing that `init` cannot know.
        let run = kisah(&root, &[command, "--base-url", "https://example.org"]);
        assert_eq!(run.code, 0, "{}", run.err);
        // Only its owner knows where the site will be.
        let warnings = run.err.matches("warning[").count();
        assert_eq!(warnings, run.err.matches("warning[no-base-url]").count(), "{}", run.err);
        let base = ["--base-url", "https://example.org"];
        let run = kisah(&root, &[&[command][..], &base].concat());
        assert!(run.err.contains("no warnings"), "{}", run.err);
    }
    // Again, and into any non-empty folder: refused, and nothing is changed.
    let before = read_tree(&root);
    let run = kisah(folder.path(), &["init", "my site"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("is not empty"), "{}", run.err);
    assert_eq!(read_tree(&root), before);
    std::fs::create_dir(folder.path().join("empty")).expect("a folder");
    assert_eq!(kisah(folder.path(), &["init", "empty"]).code, 0);
    assert_eq!(kisah(folder.path(), &["init", "deep/er"]).code, 0);
    support::write(folder.path(), [("file", b"x".as_slice())]);
    let run = kisah(folder.path(), &["init", "file"]);
    assert!([1, 2].contains(&run.code), "{}", run.err);
}

#[test]
fn new_writes_a_draft_and_overwrites_nothing() {
    let site = site(&[
        ("kisah.toml", "base_url = \"https://example.org\"\n[languages.id]\n"),
        ("content/about.md", "x"),
    ]);
    let new = |args: &[&str]| kisah(site.path(), &[&["new"], args].concat());
    let title = "The \"Life\" of R.A. Kartini\\";
    let run = new(&[title]);
    assert_eq!(run.code, 0, "{}", run.err);
    let path = "content/posts/the-life-of-r-a-kartini.md";
    assert!(run.out.trim_end().ends_with(path), "{}", run.out);
    assert!(run.err.contains("`kisah serve --watch --drafts` shows it"), "{}", run.err);
    let before = read_tree(site.path());
    let run = new(&[title]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert_eq!(read_tree(site.path()), before);
    assert_eq!(new(&["Cerita", "--lang", "id", "--section", "notes/deep"]).code, 0);
    assert!(site.path().join("content/notes/deep/cerita.id.md").is_file());
    assert_eq!(new(&["🙂"]).code, 0);
    assert_eq!(new(&[" "]).code, 2);
    let run = kisah(site.path(), &["build"]);
    assert!(!site.path().join("public/posts/the-life-of-r-a-kartini").exists(), "{}", run.err);
    let run = kisah(site.path(), &["build", "--drafts"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let page = &read_tree(&site.path().join("public"))["posts/the-life-of-r-a-kartini/index.html"];
    let page = String::from_utf8_lossy(page);
    assert!(page.contains("The &quot;Life&quot; of R.A. Kartini\\"), "{page}");
}

/// A site with something waiting for each reason.
fn waiting_site() -> tempfile::TempDir {
    site(&[
        ("kisah.toml", "base_url = \"https://example.org\"\n[languages.id]\n"),
        ("content/posts/public.md", "+++\ntitle = \"Public\"\ndate = 2025-01-01\n+++\n"),
        ("content/posts/only-links.md", "+++\nunlisted = true\n+++\n"),
        ("content/posts/draft.md", "+++\ntitle = \"A \\\"draft\\\"\\t1\"\ndraft = true\n+++\n"),
        ("content/posts/later.id.md", "+++\ntitle = \"Nanti\"\ndate = 2025-12-25\n+++\n"),
        ("content/posts/gone.md", "+++\ntitle = \"Gone\"\nexpires = 2025-02-01\n+++\n"),
        ("content/notes/_index.md", "+++\ntitle = \"Notes\"\ndraft = true\n+++\n"),
        ("content/notes/below.md", "+++\ntitle = \"Below\"\n+++\n"),
    ])
}

#[test]
fn list_names_what_is_waiting() {
    let site = waiting_site();
    let before = read_tree(site.path());
    let list = |what: &str| {
        let run = kisah(site.path(), &["list", what, "--today", "2025-06-01"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{what}");
        run.out
    };
    assert_eq!(
        list("drafts"),
        "content/notes/_index.md\tdraft\tNotes\t\n\
         content/notes/below.md\tdraft\tBelow\tcontent/notes/_index.md\n\
         content/posts/draft.md\tdraft\tA \"draft\" 1\t\n"
    );
    assert_eq!(list("future"), "content/posts/later.id.md\t2025-12-25\tNanti\t\n");
    assert_eq!(list("expired"), "content/posts/gone.md\t2025-02-01\tGone\t\n");
    assert_eq!(
        list("all"),
        "content/notes/_index.md\tdraft\tNotes\t\thttps://example.org/notes/\n\
         content/notes/below.md\tdraft\tBelow\tcontent/notes/_index.md\thttps://example.org/notes/below/\n\
         content/posts/draft.md\tdraft\tA \"draft\" 1\t\thttps://example.org/posts/draft/\n\
         content/posts/gone.md\texpired 2025-02-01\tGone\t\thttps://example.org/posts/gone/\n\
         content/posts/later.id.md\tfuture 2025-12-25\tNanti\t\thttps://example.org/id/posts/later/\n\
         content/posts/only-links.md\tunlisted\tOnly links\t\thttps://example.org/posts/only-links/\n\
         content/posts/public.md\tpublic\tPublic\t\thttps://example.org/posts/public/\n"
    );
    let args = ["list", "future", "--today", "2025-06-01", "--format", "json"];
    let run = kisah(site.path(), &args);
    let json: Json = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(
        json,
        serde_json::json!({ "documents": [{
            "path": "content/posts/later.id.md",
            "state": "future",
            "day": "2025-12-25",
            "title": "Nanti",
            "language": "id",
            "by": null,
            "url": "https://example.org/id/posts/later/",
        }]})
    );
    assert_eq!(read_tree(site.path()), before, "nothing is written");
}

#[test]
fn list_works_where_the_site_has_errors() {
    let site = waiting_site();
    support::write(site.path(), [("content/bad.md", b"+++\ntitel = \"x\"\n+++\n".as_slice())]);
    let run = kisah(site.path(), &["list", "future", "--today", "2025-06-01"]);
    assert_eq!(run.out, "content/posts/later.id.md\t2025-12-25\tNanti\t\n");
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("error[unknown-key]"), "{}", run.err);
    assert!(run.err.ends_with("the list may be incomplete: 1 error\n"), "{}", run.err);
    support::write(site.path(), [("kisah.toml", b"title = \n".as_slice())]);
    let run = kisah(site.path(), &["list", "drafts"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(!site.path().join(".kisah").exists() && !site.path().join("public").exists());
}

#[test]
fn closing_lines_count_what_is_waiting() {
    let site = waiting_site();
    let said = "no warnings; 4 waiting: 3 drafts, 1 on 25 December; 1 expired; ";
    for args in [["build"].as_slice(), &["build"], &["build", "--no-cache"], &["check"]] {
        let run = kisah(site.path(), &[args, &["--today", "2025-06-01"]].concat());
        assert!(run.err.contains(said), "{args:?}: {}", run.err);
    }
    let run = kisah(site.path(), &["build", "--today", "2025-06-01", "--drafts", "--future"]);
    assert!(run.err.contains("no warnings; 1 expired; "), "{}", run.err);
}

#[test]
fn serve_says_how_to_see_what_is_waiting() {
    let site = waiting_site();
    let said = |args: &[&str]| {
        let mut command = command(site.path(), &["serve", "--port", "0", "--today", "2025-06-01"]);
        let stderr = std::process::Stdio::piped();
        let mut server = command.args(args).stderr(stderr).spawn().expect("kisah runs");
        let lines = BufReader::new(server.stderr.take().expect("a pipe")).lines();
        let mut said = String::new();
        for line in lines.map_while(Result::ok) {
            said.push_str(&line);
            said.push('\n');
            if line.starts_with("serving") {
                break;
            }
        }
        server.kill().expect("it runs");
        server.wait().expect("it ends");
        said
    };
    let run = said(&[]);
    assert!(run.contains("4 waiting: 3 drafts, 1 on 25 December; 1 expired; "), "{run}");
    let command = "kisah serve --port 0 --today 2025-06-01 --drafts --future\n";
    assert!(run.contains(&format!("to see what is waiting: {command}")), "{run}");
    let run = said(&["--drafts"]);
    let command = "kisah serve --port 0 --today 2025-06-01 --drafts --future\n";
    assert!(run.contains(&format!("to see what is waiting: {command}")), "{run}");
    let run = said(&["--drafts", "--future"]);
    assert!(!run.contains("to see what"), "{run}");
}

#[test]
fn no_colour_where_nobody_looks() {
    let site = site(&[CONFIG, ("content/a.md", "+++\ntitel = \"x\"\n+++\n")]);
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "xterm-256color"), ("CLICOLOR_FORCE", "1")] {
        for args in [&["build"][..], &["check"], &["biuld"], &["--help"]] {
            let mut command = command(site.path(), args);
            let run: Run = command.env(name, value).output().expect("kisah").into();
            let forced = name == "CLICOLOR_FORCE" && ["biuld", "--help"].contains(&args[0]);
            assert!(forced || !(run.err + &run.out).contains('\u{1b}'), "{name} {args:?}");
        }
    }
}

#[test]
fn schemas_are_printed() {
    let schema = |site: &Path, what: &str| {
        let run = kisah(site, &["schema", what]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{what}");
        serde_json::from_str::<Json>(&run.out).expect("JSON")
    };
    // No site is needed for them.
    let nowhere = support::temp();
    assert_eq!(schema(nowhere.path(), "config")["properties"]["author"]["type"], "string");
    let front = schema(nowhere.path(), "front-matter");
    assert_eq!(front["additionalProperties"], false);
    assert_eq!(front["properties"]["places"], Json::Null);

    let kisah_toml = "[taxonomies.places]\n[front_matter]\nunknown_keys = \"warn\"\n";
    let site = site(&[("kisah.toml", kisah_toml)]);
    let front = schema(site.path(), "front-matter");
    assert_eq!(front["additionalProperties"], true);
    assert!(front["properties"]["places"].is_object());
    assert!(front["properties"]["cascade"]["properties"]["places"].is_object());

    support::write(site.path(), [("kisah.toml", b"titel = 1".as_slice())]);
    let run = kisah(site.path(), &["schema", "front-matter"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""), "{}", run.err);
}

#[test]
fn help_of_every_command() {
    let folder = support::temp();
    let pages: [(&[&str], &[&str]); 9] = [
        (
            &["--help"],
            &[
                "--root",
                "--config",
                "build",
                "check",
                "list",
                "serve",
                "why",
                "new",
                "init",
                "schema",
                "kisah init",
            ],
        ),
        (
            &["build", "--help"],
            &["--output-dir", "--base-url", "--drafts", "--future", "--today", "--root"],
        ),
        (
            &["check", "--help"],
            &[
                "--format",
                "--suggest",
                "--explain",
                "--base-url",
                "--drafts",
                "--future",
                "--today",
            ],
        ),
        (
            &["list", "--help"],
            &["drafts", "future", "expired", "all", "--format", "--today", "--root", "--config"],
        ),
        (&["why", "--help"], &["[POST]", "[OTHER]", "--all", "--top", "--format", "--today"]),
        (&["serve", "--help"], &["--watch", "--port", "--drafts"]),
        (&["new", "--help"], &["--section", "--lang", "<TITLE>"]),
        (&["init", "--help"], &["<DIR>"]),
        (&["schema", "--help"], &["front-matter", "config", "--root"]),
    ];
    for (args, names) in pages {
        let run = kisah(folder.path(), args);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{args:?}");
        for name in names {
            assert!(run.out.contains(name), "{args:?} does not name {name}:\n{}", run.out);
        }
        let listed = run.out.lines().filter(|line| line.trim_start().starts_with("--"));
        let bare: Vec<&str> = listed.filter(|line| line.split_whitespace().count() < 3).collect();
        assert!(bare.is_empty() || run.out.contains("\n          "), "{args:?}: {bare:?}");
    }
    assert_eq!(
        kisah(folder.path(), &["--version"]).out,
        format!("kisah {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_guide_names_every_command() {
    let folder = support::temp();
    let all = kisah(folder.path(), &["--help"]).out;
    let (_, commands) = all.split_once("\nCommands:\n").expect("the commands");
    let (commands, _) = commands.split_once("\n\n").expect("their end");
    let guide = support::read_tree(&support::repository().join("content/guide"));
    let guide: Vec<String> =
        guide.into_values().map(|bytes| String::from_utf8(bytes).expect("UTF-8")).collect();
    for command in commands.lines().filter_map(|line| line.split_whitespace().next()) {
        let name = format!("kisah {command}");
        assert!(guide.iter().any(|page| page.contains(&name)), "the guide lacks `{name}`");
    }
}

/// The README's command: the repository itself is a site, and `public/` is ignored.
#[test]
fn the_demo_site_builds_clean() {
    let folder = support::temp();
    let output = folder.path().join("public");
    let run =
        kisah(&support::repository(), &["build", "--output-dir", output.to_str().expect("UTF-8")]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("no warnings"), "{}", run.err);
}

/// `why` lists what comes nearest, takes a score apart, and prints the whole ranking.
#[test]
fn why_stories_stand_beside_each_other() {
    let site = support::temp();
    let story = |title: &str, text: &str| format!("+++\ntitle = \"{title}\"\n+++\n{text}\n");
    let files = [
        ("content/posts/a.md", story("Engines", "The engine of Babbage, an engine of brass.")),
        ("content/posts/b.md", story("Looms", "A loom is no engine; the engine wove numbers.")),
        ("content/posts/c.md", story("Rain", "It rained. [Looms](b.md)")),
        ("content/about.md", "x".to_owned()),
    ];
    support::write(site.path(), files.each_ref().map(|(path, text)| (*path, text.as_bytes())));
    let ran = |args: &[&str]| {
        let run = kisah(site.path(), args);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{args:?}");
        run.out
    };
    let list = ran(&["why", "posts/a.md"]);
    assert!(list.starts_with("posts/a.md: Engines\n"), "{list}");
    assert!(list.contains("posts/b.md  engine"), "{list}");
    assert_eq!(ran(&["why", "content/posts/a.md"]), list);
    assert_eq!(ran(&["why", "/posts/a/"]), list);

    let pair = ran(&["why", "posts/a.md", "posts/b.md"]);
    let words = pair.lines().find(|line| line.contains(" words ")).unwrap();
    assert!(words.ends_with("Engines"), "{pair}");
    let linked = pair.lines().find(|line| line.contains(" linked ")).unwrap();
    assert!(linked.ends_with("posts/c.md"), "{pair}");
    let sum = |text: &str| -> f64 { text.split_whitespace().next().unwrap().parse().unwrap() };
    let parts: f64 = pair.lines().skip(1).take(12).map(sum).sum();
    let all = pair.lines().find(|line| line.ends_with("in all")).unwrap();
    assert!((parts - sum(all)).abs() < 0.01, "{pair}");
    let pair = ran(&["why", "posts/c.md", "posts/b.md"]);
    assert!(
        pair.ends_with("not shown: the page names it already, or its front matter blocks it\n")
    );
    assert!(ran(&["why", "posts/a.md", "about.md"]).contains("are not compared"));

    let all: Json =
        serde_json::from_str(&ran(&["why", "--all", "--top", "1", "--format", "json"])).unwrap();
    let first = &all["posts/a.md"][0];
    assert_eq!(first["path"], "posts/b.md");
    assert_eq!(first["reasons"][0], serde_json::json!({ "kind": "word", "text": "engine" }));
    assert!(first["score"].as_f64().is_some_and(|score| score > 0.0), "{first}");
    assert_eq!(all.as_object().unwrap().len(), 3);

    let wrong = kisah(site.path(), &["why", "posts/bb.md"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("did you mean `posts/b.md`?"), "{}", wrong.err);
    assert_eq!(kisah(site.path(), &["why"]).code, 2);
}
