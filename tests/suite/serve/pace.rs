//! Clients that are slow, silent, greedy or gone.
//!
//! Limits are short here, but are only ever waited for: no test fails because a machine is slow.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use kisah::serve::{Limits, Watching};

use super::client::{Wire, raw};
use super::live::script;
use super::{PATIENCE, Running, site, start_with};

const NEVER: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(300);

/// Limits that end nothing except what a test is about.
const PATIENT: Limits = Limits {
    head: NEVER,
    idle: NEVER,
    farewell: NEVER,
    heartbeat: NEVER,
    head_bytes: 64 * 1024,
    connections: 200,
    streams: 100,
};

fn serve(root: &Path, limits: Limits) -> Running {
    let running = start_with(root, Watching::No, "2026-01-01T12:00:00Z", limits);
    running.until("a first site", "/a/", |reply| reply.status == 200);
    running
}

impl Running {
    fn connect(&self) -> Wire {
        Wire::connect(self.server.address())
    }

    fn request(&self, target: &str) -> String {
        format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", self.server.address())
    }

    /// The request of an open page for its events.
    fn listening(&self) -> String {
        self.request(&script(self, "/a/").url.replace("client.js", "events?path=/a/"))
    }

    /// Opens a page that waits for events.
    fn listen(&self) -> Wire {
        let before = self.server.load().streams;
        let request = self.listening();
        let mut wire = self.connect();
        wire.send(&request);
        self.becomes("the page is open", |connected| connected.1 > before);
        wire
    }

    /// Waits until the numbers of connections and of open pages match.
    fn becomes(&self, what: &str, fits: impl Fn((usize, usize)) -> bool) {
        let start = Instant::now();
        loop {
            let load = self.server.load();
            if fits((load.connections, load.streams)) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{what}: {load:?}");
            sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn a_head_must_come_in_time() {
    let folder = site(&[("content/a.md", "x")]);
    let running = serve(folder.path(), Limits { head: SHORT, ..PATIENT });
    for sent in ["", "GET", "GET /a/ HTTP/1.1\r\n", "GET /a/ HTTP/1.1\r\nHost: localhost\r\n"] {
        let mut wire = running.connect();
        wire.send(sent);
        assert_eq!(wire.rest(), b"", "{sent:?} is no request");
    }
    // The time limit is for all of it: sending a byte now and then gains nothing.
    let mut wire = running.connect();
    let start = Instant::now();
    while wire.try_send("x").is_ok() {
        assert!(start.elapsed() < PATIENCE, "it goes on for ever");
        sleep(Duration::from_millis(20));
    }
    assert!(start.elapsed() >= SHORT);
    running.becomes("all are closed", |connected| connected == (0, 0));
}

#[test]
fn the_second_head_too() {
    let folder = site(&[("content/a.md", "x")]);
    let running = serve(folder.path(), Limits { head: SHORT, ..PATIENT });
    let mut wire = running.connect();
    wire.send(&running.request("/a/"));
    assert_eq!(wire.reply().status, 200);
    sleep(SHORT * 2);
    wire.send(&running.request("/a/"));
    assert_eq!(wire.reply().status, 200, "between requests there is more time");
    wire.send("GET /a/ HTT");
    assert_eq!(wire.rest(), b"");
    running.becomes("it is closed", |connected| connected == (0, 0));
}

#[test]
fn idle_connections_are_closed() {
    let folder = site(&[("content/a.md", "x")]);
    let running = serve(folder.path(), Limits { idle: SHORT, ..PATIENT });
    let mut wire = running.connect();
    wire.send(&running.request("/a/"));
    assert_eq!(wire.reply().status, 200);
    let start = Instant::now();
    assert_eq!(wire.rest(), b"");
    assert!(start.elapsed() >= SHORT / 2);
    running.becomes("it is closed", |connected| connected == (0, 0));
}

#[test]
fn answers_that_nobody_reads() {
    let folder = site(&[("content/a.md", "x")]);
    let large = vec![b'x'; 24 * 1024 * 1024];
    crate::support::write(folder.path(), [("static/large.bin", large.as_slice())]);
    let limits = Limits { idle: Duration::from_secs(2), ..PATIENT };
    let running = serve(folder.path(), limits);
    // A slow reader gets everything, though it takes longer than the limit.
    let mut slow = running.connect();
    slow.send(&running.request("/large.bin"));
    let mut stuck = running.connect();
    stuck.send(&running.request("/large.bin"));
    let mut piece = vec![0; 1024 * 1024];
    let mut read = 0;
    for _ in 0..24 {
        slow.stream.read_exact(&mut piece).expect("more of it");
        read += piece.len();
        sleep(Duration::from_millis(120));
    }
    read += slow.rest().len();
    assert!(read > large.len(), "{read} bytes with the head");
    running.becomes("both are closed", |connected| connected == (0, 0));
    assert!(stuck.rest().len() < large.len(), "what was underway, and no more");
}

#[test]
fn one_too_many() {
    let folder = site(&[("content/a.md", "x")]);
    let running = serve(folder.path(), Limits { connections: 4, ..PATIENT });
    running.becomes("nobody is there", |connected| connected == (0, 0));
    let mut wires: Vec<Wire> = (0..4).map(|_| running.connect()).collect();
    for wire in &mut wires {
        wire.send(&running.request("/a/"));
        assert_eq!(wire.reply().status, 200);
    }
    // The first becomes the one most recently heard from.
    wires[0].send(&running.request("/a/"));
    assert_eq!(wires[0].reply().status, 200);
    assert_eq!(running.get("/a/").status, 200, "there is room");
    assert_eq!(wires[1].rest(), b"", "which the one made that was idle for longest");
    wires[0].send(&running.request("/a/"));
    assert_eq!(wires[0].reply().status, 200);
    // Silent ones are treated no better than idle ones.
    let silent: Vec<Wire> = (0..20).map(|_| running.connect()).collect();
    assert_eq!(running.get("/a/").status, 200);
    assert!(running.server.load().connections <= 4);
    drop(silent);
}

#[test]
fn open_pages_leave_room() {
    let folder = site(&[("content/a.md", "x")]);
    let running = serve(folder.path(), Limits { connections: 3, streams: 2, ..PATIENT });
    let pages = [running.listen(), running.listen()];
    let request = running.listening();
    let mut third = running.connect();
    third.send(&request);
    assert_eq!(third.reply().status, 503);
    for _ in 0..5 {
        assert_eq!(running.get("/a/").status, 200);
    }
    assert_eq!(running.server.load().streams, 2, "nobody was sent away for it");
    drop(pages);
    running.becomes("both are gone", |connected| connected.1 == 0);
    drop(running.listen());
}

#[test]
fn where_all_are_answered_the_next_one_waits() {
    let folder = site(&[("content/a.md", "x")]);
    let running = serve(folder.path(), Limits { connections: 2, streams: 2, ..PATIENT });
    let (first, _second) = (running.listen(), running.listen());
    let mut waiting = running.connect();
    waiting.send(&running.request("/a/"));
    waiting.stream.set_read_timeout(Some(SHORT)).expect("a timeout");
    assert!(waiting.stream.read(&mut [0]).is_err(), "there is no room");
    waiting.stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    drop(first);
    assert_eq!(waiting.reply().status, 200);
}

#[test]
fn heads_that_are_too_long() {
    let folder = site(&[("content/a.md", "x")]);
    let running = serve(folder.path(), PATIENT);
    let to = running.server.address();
    let request = |header: &str| format!("GET /a/ HTTP/1.1\r\nHost: {to}\r\n{header}\r\n\r\n");
    let cookies = |bytes| request(&format!("Connection: close\r\nCookie: {}", "x".repeat(bytes)));
    assert_eq!(raw(to, cookies(32 * 1024).as_bytes()).status, 200);
    assert_eq!(raw(to, cookies(128 * 1024).as_bytes()).status, 431);
    let many = "X: y\r\n".repeat(1000);
    assert_eq!(raw(to, request(many.trim_end()).as_bytes()).status, 431);
    // One that never ends is not read for ever.
    let mut wire = running.connect();
    wire.send("GET /a/ HTTP/1.1\r\nCookie: ");
    let start = Instant::now();
    while wire.try_send(&"x".repeat(64 * 1024)).is_ok() {
        assert!(start.elapsed() < PATIENCE, "it goes on for ever");
    }
    running.becomes("it is closed", |connected| connected == (0, 0));
}

#[test]
fn bodies_are_not_waited_for() {
    let folder = site(&[("content/a.md", "x")]);
    let running = serve(folder.path(), PATIENT);
    let to = running.server.address();
    let head = |method: &str, header: &str| {
        format!("{method} /a/ HTTP/1.1\r\nHost: {to}\r\n{header}\r\n\r\n")
    };
    // Small bodies are read, and the connection goes on.
    let mut wire = running.connect();
    wire.send(&format!("{}abcde", head("GET", "Content-Length: 5")));
    assert_eq!(wire.reply().status, 200);
    wire.send(&format!("{}5\r\nabcde\r\n0\r\n\r\n", head("POST", "Transfer-Encoding: chunked")));
    assert_eq!(wire.reply().status, 405);
    drop(wire);
    // Larger ones end it. The response can be read, though nobody took the body.
    for (method, header, status) in [
        ("POST", "Content-Length: 100000000", 405),
        ("GET", "Content-Length: 100000000", 200),
        ("PUT", "Content-Length: 100000000\r\nExpect: 100-continue", 405),
        ("POST", "Transfer-Encoding: chunked", 405),
    ] {
        let mut wire = running.connect();
        wire.send(&head(method, header));
        assert_eq!(wire.reply().status, status, "{method} {header}");
        assert_eq!(wire.rest(), b"", "{method} {header}");
        // A client cut off in the middle of a body may never see the response.
        for _ in 0..10 {
            assert!(wire.try_send("1\r\nx\r\n").is_ok(), "{method} {header}");
            sleep(Duration::from_millis(5));
        }
        let mut wire = running.connect();
        wire.send(&head(method, header));
        let _ = wire.try_send(&"1\r\nx\r\n".repeat(50_000));
        assert_eq!(wire.reply().status, status, "{method} {header} with a body");
        assert_eq!(wire.rest(), b"", "{method} {header} with a body");
    }
    // Nor is more than a little of the body read while the client hangs up.
    let mut wire = running.connect();
    wire.send(&head("POST", "Content-Length: 10000000000"));
    let start = Instant::now();
    while wire.try_send(&"x".repeat(64 * 1024)).is_ok() {
        assert!(start.elapsed() < PATIENCE, "it goes on for ever");
    }
    drop(wire);
    running.becomes("all are closed", |connected| connected == (0, 0));
}

#[test]
fn those_who_do_not_hang_up() {
    let folder = site(&[("content/a.md", "x")]);
    let running = serve(folder.path(), Limits { farewell: SHORT, ..PATIENT });
    let to = running.server.address();
    let mut wire = running.connect();
    wire.send(&format!("GET /a/ HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\r\n"));
    assert!(wire.rest().ends_with(b"</html>\n"));
    running.becomes("it is closed", |connected| connected == (0, 0));
}

#[test]
fn many_requests_at_once() {
    let folder = site(&[("content/a.md", "x")]);
    let running = serve(folder.path(), PATIENT);
    let mut wire = running.connect();
    let (good, bad) = (running.request("/a/"), running.request("/b/"));
    wire.send(&format!("{good}{bad}").repeat(100));
    for _ in 0..100 {
        assert_eq!((wire.reply().status, wire.reply().status), (200, 404));
    }
}

#[test]
fn who_has_asked_may_stop_talking() {
    let folder = site(&[("content/a.md", "x")]);
    let large = vec![b'x'; 16 * 1024 * 1024];
    crate::support::write(folder.path(), [("static/large.bin", large.as_slice())]);
    let running = serve(folder.path(), PATIENT);
    for (target, least) in [("/a/", 100), ("/large.bin", large.len())] {
        let mut wire = running.connect();
        wire.send(&running.request(target));
        wire.stream.shutdown(Shutdown::Write).expect("half closed");
        assert!(wire.rest().len() > least, "{target}");
    }
    // A client that closes in the middle of a response is forgotten.
    let mut wire = running.connect();
    wire.send(&running.request("/large.bin"));
    wire.stream.read_exact(&mut [0; 1024]).expect("a beginning");
    drop(wire);
    running.becomes("all are closed", |connected| connected == (0, 0));
}

#[test]
fn open_pages_may_be_idle() {
    let folder = site(&[("content/a.md", "x")]);
    let heartbeat = Duration::from_millis(50);
    let limits = Limits { head: SHORT, idle: SHORT, heartbeat, ..PATIENT };
    let running = serve(folder.path(), limits);
    let mut page = running.listen();
    page.until(b"\r\n\r\n");
    page.until(b": kisah\n\n");
    let start = Instant::now();
    while start.elapsed() < SHORT * 4 {
        page.until(b":\n\n");
    }
    assert_eq!(running.server.load().streams, 1);
    assert_eq!(page.try_send("").ok(), Some(()));
}

#[test]
fn closed_pages_are_forgotten() {
    let folder = site(&[("content/a.md", "x")]);
    // Immediately, without writing anything to them.
    let running = serve(folder.path(), PATIENT);
    let pages: Vec<Wire> = (0..5).map(|_| running.listen()).collect();
    drop(pages);
    running.becomes("all are gone", |connected| connected == (0, 0));
    let page = running.listen();
    page.stream.shutdown(Shutdown::Write).expect("half closed");
    running.becomes("a page never stops talking", |connected| connected == (0, 0));
    // Behind a second request the end cannot be seen, but it is noticed.
    let heartbeat = Duration::from_millis(20);
    let running = serve(folder.path(), Limits { heartbeat, ..PATIENT });
    let mut page = running.listen();
    page.send(&running.request("/a/"));
    drop(page);
    running.becomes("it is gone", |connected| connected == (0, 0));
}

#[test]
fn the_end_of_the_server_is_the_end_of_all() {
    let folder = site(&[("content/a.md", "x")]);
    let running = serve(folder.path(), PATIENT);
    let (mut page, mut silent) = (running.listen(), running.connect());
    silent.stream.write_all(b"GET ").expect("sent");
    running.becomes("both are there", |connected| connected == (2, 1));
    drop(running);
    page.rest();
    assert_eq!(silent.rest(), b"");
}
