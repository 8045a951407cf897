//! A client that sends exactly the bytes it is given: libraries tidy up what servers must refuse.

// The watching bench uses only part of it.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use super::PATIENCE;

/// The response.
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// A header; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}\n{}", self.status, self.headers, self.text())
    }
}

/// Sends an ordinary request.
pub fn ask(to: SocketAddr, method: &str, target: &str, headers: &[(&str, &str)]) -> Reply {
    let mut head = vec![format!("{method} {target} HTTP/1.1"), "Connection: close".to_owned()];
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        head.push(format!("Host: {to}"));
    }
    head.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    let head = format!("{}\r\n\r\n", head.join("\r\n"));
    raw(to, head.as_bytes())
}

/// Sends bytes, and reads to the end.
pub fn raw(to: SocketAddr, request: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(to).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.write_all(request).expect("sent");
    let (mut bytes, mut piece) = (Vec::new(), [0; 8 * 1024]);
    let start = Instant::now();
    // A server may close while there are bytes that it has not read. Events would never end.
    while let Ok(n @ 1..) = stream.read(&mut piece) {
        bytes.extend_from_slice(&piece[..n]);
        assert!(start.elapsed() < PATIENCE, "no end of {}", String::from_utf8_lossy(&bytes));
    }
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Reply {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
    let headers = lines.filter_map(|line| line.split_once(':'));
    Reply {
        status: status.parse().expect("a number"),
        headers: headers.map(|(n, v)| (n.to_lowercase(), v.trim().to_owned())).collect(),
        body: bytes[end + 4..].to_vec(),
    }
}

/// An open stream of events.
pub struct Events {
    events: Receiver<(String, String)>,
    _stream: TcpStream,
}

impl Events {
    pub fn open(to: SocketAddr, target: &str) -> Self {
        let mut stream = TcpStream::connect(to).expect("a connection");
        let request = format!("GET {target} HTTP/1.1\r\nHost: {to}\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        let reader = BufReader::new(stream.try_clone().expect("a clone"));
        let (sender, events) = mpsc::channel();
        std::thread::spawn(move || {
            let mut name = String::new();
            // Between the lines are the sizes of chunks, which look like neither.
            for line in reader.lines().map_while(Result::ok) {
                if let Some(event) = line.strip_prefix("event: ") {
                    event.clone_into(&mut name);
                } else if let Some(data) = line.strip_prefix("data: ")
                    && sender.send((name.clone(), data.to_owned())).is_err()
                {
                    return;
                }
            }
        });
        Events { events, _stream: stream }
    }

    /// The next event: its name and its data.
    pub fn next(&self) -> (String, String) {
        self.next_within(PATIENCE).expect("an event")
    }

    /// The next event, if it comes in time.
    pub fn next_within(&self, time: Duration) -> Option<(String, String)> {
        self.events.recv_timeout(time).ok()
    }

    /// Whether nothing arrives for a moment.
    pub fn are_silent(&self) -> bool {
        self.next_within(Duration::from_millis(150)).is_none()
    }
}

/// A connection for several requests.
pub struct Wire {
    pub stream: TcpStream,
    /// What was read too early.
    ahead: Vec<u8>,
}

impl Wire {
    pub fn connect(to: SocketAddr) -> Self {
        Wire::over(TcpStream::connect(to).expect("a connection"))
    }

    pub fn over(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
        Wire { stream, ahead: Vec::new() }
    }

    pub fn send(&mut self, text: &str) {
        self.try_send(text).expect("sent");
    }

    /// An error means that the server has hung up; silence is not an error.
    pub fn try_send(&mut self, text: &str) -> std::io::Result<()> {
        match self.stream.write_all(text.as_bytes()) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                panic!("the server neither reads nor hangs up")
            }
            result => result,
        }
    }

    /// Reads up to the end of a text, and returns what comes before it.
    pub fn until(&mut self, end: &[u8]) -> Vec<u8> {
        loop {
            if let Some(at) = self.ahead.windows(end.len()).position(|window| window == end) {
                let rest = self.ahead.split_off(at + end.len());
                return std::mem::replace(&mut self.ahead, rest);
            }
            self.more();
        }
    }

    /// The next response, which must give its length.
    pub fn reply(&mut self) -> Reply {
        let mut reply = parse(&self.until(b"\r\n\r\n"));
        let length = reply.header("content-length").parse().expect("a length");
        while self.ahead.len() < length {
            self.more();
        }
        let rest = self.ahead.split_off(length);
        reply.body = std::mem::replace(&mut self.ahead, rest);
        reply
    }

    /// Everything that arrives until the server hangs up, however it does.
    pub fn rest(&mut self) -> Vec<u8> {
        while self.read().is_ok_and(|read| read > 0) {}
        std::mem::take(&mut self.ahead)
    }

    fn more(&mut self) {
        let read = self.read().unwrap_or(0);
        assert!(read > 0, "the end, after {:?}", String::from_utf8_lossy(&self.ahead));
    }

    /// Returns 0 at the end.
    fn read(&mut self) -> std::io::Result<usize> {
        let mut piece = [0; 8 * 1024];
        match self.stream.read(&mut piece) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                panic!("the server neither says anything nor hangs up")
            }
            read => {
                self.ahead.extend_from_slice(&piece[..*read.as_ref().unwrap_or(&0)]);
                read
            }
        }
    }
}
