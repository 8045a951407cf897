//! `kisah serve`, tested over real sockets: requests, watching, live reload.

mod answers;
mod client;
mod live;
mod pace;
mod refusals;
mod same;
mod soak;
mod watching;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use kisah::serve::{Days, Limits, News, Options, Server, Watching};
use kisah::store::{Disk as _, RealDisk};

use self::client::{Reply, ask};
use crate::support;

/// Nothing in the tests takes as long as this, however busy the machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server of the site in a folder, and its news.
struct Running {
    server: Server,
    news: Receiver<News>,
    clock: Arc<Mutex<Timestamp>>,
}

/// Starts a server on any free port, and waits until the site has been looked at.
fn start(root: &Path, watching: Watching) -> Running {
    let running = start_at(root, watching, "2026-01-01T12:00:00Z");
    running.expect("a first site", |news| {
        matches!(news, News::Settled(..) | News::Refused { .. }).then_some(())
    });
    running
}

fn start_at(root: &Path, watching: Watching, now: &str) -> Running {
    start_with(root, watching, now, Limits::default())
}

fn start_with(root: &Path, watching: Watching, now: &str, limits: Limits) -> Running {
    let clock = Arc::new(Mutex::new(now.parse().expect("a moment")));
    let (sender, news) = mpsc::channel();
    let sender = Mutex::new(sender);
    let reporter = Arc::new(move |news| {
        let _ = sender.lock().expect("a sender").send(news);
    });
    let asked = Arc::clone(&clock);
    let options = Options {
        request: support::request(root),
        days: Days::Clock(Arc::new(move || *asked.lock().expect("a clock"))),
        watching,
        host: "127.0.0.1".to_owned(),
        port: 0,
        limits,
    };
    let server = Server::start(options, reporter).expect("a server");
    Running { server, news, clock }
}

impl Running {
    /// Waits for matching news.
    fn expect<T>(&self, what: &str, mut fits: impl FnMut(&News) -> Option<T>) -> T {
        loop {
            let news = self.news.recv_timeout(PATIENCE);
            let news = news.unwrap_or_else(|_| panic!("waited in vain for {what}"));
            if let Some(found) = fits(&news) {
                return found;
            }
        }
    }

    fn get(&self, target: &str) -> Reply {
        self.get_with(target, &[])
    }

    fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        ask(self.server.address(), "GET", target, headers)
    }

    /// Requests again and again until the reply matches.
    fn until(&self, what: &str, target: &str, fits: impl Fn(&Reply) -> bool) {
        let start = std::time::Instant::now();
        loop {
            let reply = self.get(target);
            if fits(&reply) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{what}: {target} is still\n{reply:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A folder with these files.
fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = support::temp();
    support::write(folder.path(), files.iter().map(|(path, text)| (*path, text.as_bytes())));
    folder
}

#[test]
fn a_taken_port_gives_the_next_one() {
    let folder = site(&[("content/a.md", "x")]);
    let first = start(folder.path(), Watching::No);
    let port = first.server.address().port();
    let listener = kisah::serve::http::listen("127.0.0.1", port).expect("another port");
    assert!(listener.local_addr().expect("an address").port() > port);
    for (host, says) in [("no such host", "there is no host"), ("192.0.2.1", "no such address")] {
        let error = kisah::serve::http::listen(host, 0).expect_err(host);
        assert!(error.contains(says), "{error}");
    }
}

/// A program that does not outlive its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_is_printed() {
    let folder = site(&[("content/a.md", "x"), ("content/b.md", "x")]);
    let mut kisah = Killed(
        Command::new(env!("CARGO_BIN_EXE_kisah"))
            .current_dir(folder.path())
            .args(["serve", "--watch", "--port", "0", "--today", "2026-01-01"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("kisah runs"),
    );
    let stderr = BufReader::new(kisah.0.stderr.take().expect("a pipe"));
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
    });
    // Two threads print: a line may come before one that is being waited for.
    let mut others: Vec<String> = Vec::new();
    let mut until = |parts: &[&str]| {
        let fits = |line: &String| parts.iter().all(|part| line.contains(part));
        while !others.iter().any(fits) {
            // A line that never comes must fail the test, not hang it.
            let line = lines.recv_timeout(PATIENCE);
            others.push(line.unwrap_or_else(|_| panic!("waited for {parts:?} in {others:#?}")));
        }
        let at = others.iter().position(fits).expect("it is there");
        others.remove(at);
    };
    until(&["built: ", " files; 1 warning; ", " ms"]);
    until(&["serving and watching: http://127.0.0.1:", "/ (end with Ctrl-C)"]);
    until(&[" rendered; "]);
    support::write(folder.path(), [("content/a.md", b"y".as_slice())]);
    until(&["content/a.md changed: ", " files; 1 warning; "]);
    until(&["  1 changed, 0 removed (/a/); 1 page rendered; "]);
    std::fs::remove_file(folder.path().join("content/b.md")).expect("a file");
    until(&["content/b.md removed: ", " files; 1 warning; "]);
    until(&["  0 changed, 1 removed; 0 pages rendered; "]);
    support::write(folder.path(), [("content/a.md", b"+++\n".as_slice())]);
    until(&["error[unclosed-front-matter]"]);
    until(&["content/a.md changed: 1 error, 1 warning; the last good site is served; "]);
}

#[test]
fn nothing_is_written() {
    let folder = site(&[("content/a.md", "x"), ("static/x.txt", "x")]);
    let before = support::read_tree(folder.path());
    let running = start(folder.path(), Watching::Events);
    assert_eq!(running.get("/a/").status, 200);
    drop(running);
    assert_eq!(support::difference(&before, &support::read_tree(folder.path())), "");
    assert!(RealDisk.metadata(&folder.path().join("public")).is_err());
}

#[test]
fn midnight_in_the_sites_zone() {
    let folder = site(&[
        ("kisah.toml", "timezone = \"Asia/Jakarta\"\n"),
        ("content/soon.md", "+++\ndate = 2026-03-02\n+++\n"),
        ("content/gone.md", "+++\nexpires = 2026-03-02\n+++\n"),
    ]);
    // A minute before midnight in Jakarta.
    let running = start_at(folder.path(), Watching::No, "2026-03-01T16:59:00Z");
    running.until("before", "/gone/", |reply| reply.status == 200);
    assert_eq!(running.get("/soon/").status, 404);
    *running.clock.lock().expect("a clock") = "2026-03-01T17:00:01Z".parse().expect("a moment");
    running.server.poke();
    running.until("after", "/soon/", |reply| reply.status == 200);
    assert_eq!(running.get("/gone/").status, 404);
}
