//! Makes thousands of connections, good and bad, while the site is edited: the server must use no
//! more memory and files at the end than at the beginning.
//!
//! `KISAH_SOAK=1000 cargo test --test suite soak` runs that many rounds; each takes about 50 ms.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::client::{Wire, ask};
use super::{Killed, PATIENCE, site};
use crate::support;

/// Rounds to measure, after as many to warm up.
const ROUNDS: usize = 40;

/// By how much memory may differ between two moments, in bytes. A round makes more than 50
/// connections, and one that is never freed takes more than 10 KB; a site takes 1 MB.
const SLACK: usize = 10 * 1024 * 1024;

#[test]
fn nothing_is_held_for_ever() {
    let rounds = std::env::var("KISAH_SOAK").ok().and_then(|n| n.parse().ok()).unwrap_or(ROUNDS);
    let folder = site(&[("content/a.md", "x"), ("content/b.md", "x")]);
    support::write(folder.path(), [("static/large.bin", vec![b'x'; 1024 * 1024].as_slice())]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_kisah"));
    command.current_dir(folder.path()).args(["serve", "--watch", "--port", "0"]);
    command.args(["--today", "2026-01-01"]).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut kisah = Killed(command.spawn().expect("kisah runs"));
    let mut lines = BufReader::new(kisah.0.stderr.take().expect("a pipe")).lines();
    let address: SocketAddr = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| Some(line.split_once("http://")?.1.split('/').next()?.to_owned()))
        .and_then(|address| address.parse().ok())
        .expect("an address");
    // Somebody has to read what it prints.
    std::thread::spawn(move || lines.for_each(drop));
    let id = kisah.0.id();
    assert_eq!(ask(address, "GET", "/a/", &[]).status, 200);
    let silent = at_rest(id);
    run(address, folder.path(), 0..rounds);
    let before = settled(id, silent);
    run(address, folder.path(), rounds..2 * rounds);
    let after = settled(id, silent);
    assert!(after <= before + SLACK, "{before} bytes before, {after} after {rounds} rounds");
    assert_eq!(ask(address, "GET", "/a/", &[]).status, 200);
}

/// How many files a server has open that nobody asks for anything. It prints its address before it
/// has opened all that it watches, so this waits until the number stays the same for a while.
fn at_rest(id: u32) -> Option<usize> {
    let start = Instant::now();
    let (mut open, mut since) = (open_files(id), start);
    while since.elapsed() < Duration::from_millis(500) && start.elapsed() < PATIENCE {
        sleep(Duration::from_millis(20));
        let now = open_files(id);
        if now != open {
            (open, since) = (now, Instant::now());
        }
    }
    open
}

/// Waits until all connections are gone, and returns how much memory the server uses.
fn settled(id: u32, silent: Option<usize>) -> usize {
    let start = Instant::now();
    while open_files(id) > silent {
        assert!(start.elapsed() < PATIENCE, "{silent:?} open files grew to {:?}", open_files(id));
        sleep(Duration::from_millis(20));
    }
    memory(id)
}

fn run(to: SocketAddr, root: &Path, rounds: std::ops::Range<usize>) {
    let request = |target: &str| format!("GET {target} HTTP/1.1\r\nHost: {to}\r\n\r\n");
    let page = ask(to, "GET", "/a/", &[]).text();
    let script = page.split("<script src=\"").nth(1).and_then(|rest| rest.split('"').next());
    let events = script.expect("a script").replace("client.js", "events?path=/a/");
    for round in rounds {
        let text =
            format!("+++\ntitle = \"{round}\"\n+++\n\n{}\n", "word ".repeat(round % 7 * 100));
        support::write(root, [("content/a.md", text.as_bytes())]);
        let pages: Vec<Wire> = (0..10).map(|_| sent(to, &request(&events))).collect();
        for i in 0..30 {
            let target = ["/a/", "/b/", "/", "/atom.xml", "/nothing"][i % 5];
            // Some wait for the response, some do not.
            let mut wire = sent(to, &request(target));
            if i % 3 > 0 {
                wire.until(b"\r\n\r\n");
            }
        }
        for bad in ["GET", "GET / HTTP/1.1\r\nHost: x", "\0\0\0\0", "POST / HTTP/9\r\n\r\n", ""] {
            drop(sent(to, bad));
        }
        let long = format!("GET / HTTP/1.1\r\nCookie: {}", "x".repeat(100_000));
        let mut long = sent(to, &long);
        let body = format!("POST / HTTP/1.1\r\nHost: {to}\r\nContent-Length: 1000000\r\n\r\nx");
        let mut body = sent(to, &body);
        // A large response that is read only in part.
        let mut large = sent(to, &request("/large.bin"));
        large.until(b"xxx");
        long.until(b" 431 ");
        body.until(b" 405 ");
        drop((large, long, body, pages));
    }
}

/// A new connection on which something was sent.
fn sent(to: SocketAddr, text: &str) -> Wire {
    let start = Instant::now();
    // A long run can use up the ports of this machine for a while.
    let stream = loop {
        match TcpStream::connect(to) {
            Ok(stream) => break stream,
            Err(error) => assert!(start.elapsed() < PATIENCE * 4, "no connection: {error}"),
        }
        sleep(Duration::from_millis(100));
    };
    let mut wire = Wire::over(stream);
    let _ = wire.try_send(text);
    wire
}

/// How many files and sockets a process has open, if that is known.
fn open_files(id: u32) -> Option<usize> {
    std::fs::read_dir(format!("/proc/{id}/fd")).ok().map(Iterator::count)
}

/// Memory of a process; 0 if it is not known.
fn memory(id: u32) -> usize {
    let statm = std::fs::read_to_string(format!("/proc/{id}/statm")).unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4096_usize
}
