//! Runs a server as a process of its own, and follows what it says, line by line.
//!
//! In: how to start it, and which words mean that it is ready. Out: when it said them. It is
//! stopped when dropped.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::job::Job;

/// How many of the last lines are shown when something is wrong.
const LAST: usize = 20;

/// A port that nobody listens on, though somebody could take it at any moment.
pub fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// A running server.
pub struct Server {
    child: Child,
    started: Instant,
    address: SocketAddr,
    lines: Receiver<Line>,
    last: VecDeque<String>,
}

/// A line it printed, and when.
struct Line {
    at: Instant,
    text: String,
}

impl Server {
    /// Starts it. `job` must tell it to listen on the port.
    pub fn start(job: &Job, port: u16) -> io::Result<Server> {
        let mut command = job.command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = Instant::now();
        let mut child = command
            .spawn()
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", job.text())))?;
        let (sender, lines) = mpsc::channel();
        if let Some(out) = child.stdout.take() {
            listen(out, sender.clone());
        }
        if let Some(err) = child.stderr.take() {
            listen(err, sender);
        }
        let address = (Ipv4Addr::LOCALHOST, port).into();
        Ok(Server { child, started, address, lines, last: VecDeque::new() })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn started(&self) -> Instant {
        self.started
    }

    /// When it said something of each kind, in any order; an error if it does not in time, or ends.
    pub fn wait_for<const N: usize>(
        &mut self,
        kinds: [fn(&str) -> bool; N],
        patience: Duration,
    ) -> io::Result<[Instant; N]> {
        let start = Instant::now();
        let mut found = [None; N];
        while found.iter().any(Option::is_none) {
            let left = patience.saturating_sub(start.elapsed());
            let line = match self.lines.recv_timeout(left) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => {
                    let waited = patience.as_secs();
                    return Err(self.last_words(&format!("it was not ready within {waited} s")));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.last_words("it ended")),
            };
            for (is_it, found) in kinds.iter().zip(&mut found) {
                if is_it(&line.text) {
                    found.get_or_insert(line.at);
                }
            }
            self.keep(line);
        }
        Ok(found.map(|at| at.unwrap_or(start)))
    }

    /// Forgets the lines so far: they no longer count for waiting.
    pub fn forget_lines(&mut self) {
        while let Ok(line) = self.lines.try_recv() {
            self.keep(line);
        }
    }

    fn last_words(&self, what: &str) -> io::Error {
        let last: Vec<&str> = self.last.iter().map(String::as_str).collect();
        io::Error::other(format!("{what}; it said:\n{}", last.join("\n")))
    }

    fn keep(&mut self, line: Line) {
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(line.text);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(from: impl Read + Send + 'static, to: Sender<Line>) {
    thread::spawn(move || {
        for text in BufReader::new(from).lines().map_while(Result::ok) {
            if to.send(Line { at: Instant::now(), text }).is_err() {
                return;
            }
        }
    });
}
