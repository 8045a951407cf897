//! Measures how soon after a save the browser is told, for twelve ways of saving, many times each.
//!
//!     cargo bench --bench watching -- [--times 100] [--posts 100]
//!
//! It serves a made-up site, opens pages, saves files as editors do, and waits for the event. The
//! table is Markdown on stdout. A save without an event within ten seconds counts as missed, and
//! makes the bench fail.

#[path = "../tests/suite/serve/client.rs"]
mod client;
mod reload;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kisah::build::{Request, Today};
use kisah::config::Overrides;
use kisah::serve::{Days, Limits, Options, Server, Watching};

const PATIENCE: Duration = Duration::from_secs(10);

/// A way of saving: its name, the page that shows it, and what it does the n-th time.
type Way = (&'static str, &'static str, fn(&Path, usize));

const WAYS: [Way; 12] = [
    ("in place", "/posts/a/", |root, n| write(root, "content/posts/a.md", &post(n))),
    ("vim: backup, rename", "/posts/a/", |root, n| {
        let posts = root.join("content/posts");
        fs::write(posts.join("4913"), "").expect("written");
        fs::remove_file(posts.join("4913")).expect("removed");
        fs::rename(posts.join("a.md"), posts.join("a.md~")).expect("renamed");
        write(root, "content/posts/a.md", &post(n));
        fs::remove_file(posts.join("a.md~")).expect("removed");
    }),
    ("JetBrains: safe write", "/posts/a/", |root, n| {
        let posts = root.join("content/posts");
        write(root, "content/posts/a.md___jb_tmp___", &post(n));
        fs::rename(posts.join("a.md"), posts.join("a.md___jb_old___")).expect("renamed");
        fs::rename(posts.join("a.md___jb_tmp___"), posts.join("a.md")).expect("renamed");
        fs::remove_file(posts.join("a.md___jb_old___")).expect("removed");
    }),
    ("VS Code: atomic write", "/posts/a/", |root, n| {
        write(root, "content/posts/.a.md.tmp", &post(n));
        let posts = root.join("content/posts");
        fs::rename(posts.join(".a.md.tmp"), posts.join("a.md")).expect("renamed");
    }),
    ("git checkout", "/posts/git/", |root, n| {
        git(root, &["checkout", "-q", if n.is_multiple_of(2) { "two" } else { "one" }]);
    }),
    ("new folders and a file", "/deep/er/new/", |root, n| {
        let top = root.join("content/deep");
        if top.exists() {
            fs::remove_dir_all(top).expect("removed");
        } else {
            write(root, "content/deep/er/new.md", &post(n));
        }
    }),
    ("renamed folder", "/moved/x/", |root, n| {
        let (a, b) = (root.join("content/moved"), root.join("content/moves"));
        let (from, to) = if n.is_multiple_of(2) { (b, a) } else { (a, b) };
        fs::rename(from, to).expect("renamed");
    }),
    ("delete", "/posts/doomed/", |root, n| {
        let file = root.join("content/posts/doomed.md");
        if file.exists() {
            fs::remove_file(file).expect("removed");
        } else {
            write(root, "content/posts/doomed.md", &post(n));
        }
    }),
    ("target of a symbolic link", "/posts/linked/", |root, n| {
        write(root, "shared/target.md", &post(n));
    }),
    ("kisah.toml", "/posts/a/", |root, n| {
        write(root, "kisah.toml", &format!("title = \"Site {n}\"\n"));
    }),
    ("template", "/posts/a/", |root, n| {
        write(root, "templates/page.html", "<body>{{ page.content }}</body>");
        let post = format!("<body>{n} {{{{ config.title }}}} {{{{ page.content }}}}</body>");
        write(root, "templates/post.html", &post);
    }),
    ("1,000 files at once", "/many/p999/", |root, n| {
        for i in 0..1000 {
            write(root, &format!("content/many/p{i}.md"), &post(n));
        }
    }),
];

fn main() -> ExitCode {
    let number = |name: &str, usual: usize| {
        let mut args = std::env::args().skip_while(|arg| arg != name);
        args.nth(1).and_then(|value| value.parse().ok()).unwrap_or(usual)
    };
    let (times, posts) = (number("--times", 100), number("--posts", 100));
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    make_site(root, posts);
    let server = serve(root.to_owned());
    println!("| {times} times each; {posts} posts | missed | median | 95 % | longest |");
    println!("|---|--:|--:|--:|--:|");
    let mut all = Vec::new();
    let mut missed_in_all = 0;
    for (name, page, save) in WAYS {
        let (delays, missed) = measure(&server, root, page, save, times);
        missed_in_all += missed;
        println!("| {name} | {missed} | {} |", summary(delays.clone()));
        all.extend(delays);
    }
    println!("| all | {missed_in_all} | {} |", summary(all));
    if missed_in_all == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn measure(
    server: &Server,
    root: &Path,
    page: &str,
    save: fn(&Path, usize),
    times: usize,
) -> (Vec<Duration>, usize) {
    let mut delays = Vec::new();
    let mut missed = 0;
    let events = reload::open(server.address(), page);
    for n in 0..times {
        // Nothing of the previous save may still be under way.
        while events.next_within(Duration::from_millis(120)).is_some() {}
        let start = Instant::now();
        // The site was made with number 0.
        save(root, n + 1);
        let saved = Instant::now();
        match events.next_within(PATIENCE) {
            // An event may come before the last of many files is written.
            Some(_) => delays.push(start.max(saved).elapsed()),
            None => missed += 1,
        }
    }
    (delays, missed)
}

fn summary(mut delays: Vec<Duration>) -> String {
    delays.sort_unstable();
    let at = |part: usize| match delays.len() {
        0 => "–".to_owned(),
        n => format!("{} ms", delays[((n - 1) * part).div_ceil(100)].as_millis()),
    };
    format!("{} | {} | {}", at(50), at(95), at(100))
}

fn post(n: usize) -> String {
    format!("+++\ntitle = \"Story\"\ndate = 2020-01-01\n+++\n\nText number {n}.\n")
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("written");
}

fn git(root: &Path, args: &[&str]) {
    let identity =
        ["-c", "user.name=b", "-c", "user.email=b@example.org", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").current_dir(root).args(identity).args(args).output();
    assert!(output.expect("git runs").status.success(), "git {args:?}");
}

fn make_site(root: &Path, posts: usize) {
    write(root, "kisah.toml", "title = \"Site\"\n");
    for name in ["posts/a", "posts/git", "posts/doomed", "moved/x"] {
        write(root, &format!("content/{name}.md"), &post(0));
    }
    for n in 0..posts {
        write(root, &format!("content/posts/p{n}.md"), &post(n));
    }
    write(root, "shared/target.md", &post(0));
    #[cfg(unix)]
    std::os::unix::fs::symlink("../../shared/target.md", root.join("content/posts/linked.md"))
        .expect("a link");
    git(root, &["init", "-q", "-b", "two"]);
    git(root, &["add", "content/posts/git.md"]);
    git(root, &["commit", "-qm", "two"]);
    git(root, &["checkout", "-qb", "one"]);
    write(root, "content/posts/git.md", &post(1));
    git(root, &["commit", "-qam", "one"]);
    git(root, &["checkout", "-q", "two"]);
}

fn serve(root: PathBuf) -> Server {
    let today = Today::Day(jiff::civil::date(2026, 1, 1));
    let request = Request {
        root,
        config_files: Vec::new(),
        overrides: Overrides::default(),
        today,
        output_dir: None,
        check_only: false,
        memo: false,
        verify: false,
        program: String::new(),
    };
    let options = Options {
        request,
        days: Days::Fixed(today),
        watching: Watching::Events,
        host: "127.0.0.1".to_owned(),
        port: 0,
        limits: Limits::default(),
    };
    Server::start(options, Arc::new(|_| {})).expect("a server")
}
