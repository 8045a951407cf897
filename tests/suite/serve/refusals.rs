//! What the server must not answer.

use kisah::serve::Watching;

use super::client::{ask, raw};
use super::{site, start};

/// Targets that are refused, whatever the site contains.
const TARGETS: [&str; 45] = [
    "/../etc/passwd",
    "/..",
    "/a/..",
    "/a/../a/",
    "/./a/",
    "/%2e%2e/etc/passwd",
    "/%2E%2E/%2E%2E/kisah.toml",
    "/.%2e/kisah.toml",
    "/%2e./kisah.toml",
    "/%252e%252e/kisah.toml",
    "/%25252e%25252e/kisah.toml",
    "/..%2fkisah.toml",
    "/..%252fkisah.toml",
    "/..%255ckisah.toml",
    "/%2e%2e%2fkisah.toml",
    "/a%2f..%2f..%2fkisah.toml",
    "/a/%2e%2e/%2e%2e/kisah.toml",
    "/...",
    "/.../kisah.toml",
    "/..%20/kisah.toml",
    "/..\\kisah.toml",
    "/a\\..\\kisah.toml",
    "/%5c..%5ckisah.toml",
    "/..%5ckisah.toml",
    "/%c0%ae%c0%ae/kisah.toml",
    "/%e0%80%ae/x",
    "/a/%00",
    "/kisah.toml%00.html",
    "/%2500",
    "/a%0d%0aSet-Cookie:x",
    "/a%09",
    "/%7f",
    "/C:/Windows/win.ini",
    "/c:",
    "/C%3A/Windows/win.ini",
    "/a/index.html::$DATA",
    "/a/index.html::%24DATA",
    "/a/index.html%3a%3a$DATA",
    "//evil.example/%2e%2e",
    "//evil.example/",
    "/a//",
    "/%",
    "/%zz",
    "/%4",
    "/\u{e9}",
];

#[test]
fn suspicious_targets() {
    let folder = site(&[("kisah.toml", "title = \"x\"\n"), ("content/a.md", "x")]);
    let running = start(folder.path(), Watching::No);
    let to = running.server.address();
    let long = format!("/{}", "a".repeat(10_000));
    let request =
        |target: &str| format!("GET {target} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\r\n");
    for target in TARGETS {
        let reply = raw(to, request(target).as_bytes());
        assert_eq!(reply.status, 400, "{target}: {reply:?}");
    }
    let own = "/.kisah/0123456789abcdef0123456789abcdef/events";
    let outside =
        [own, "/kisah.toml", "/content/a.md", "/.git/config", "/.kisah/", "/public/", &long];
    let forms = ["http://evil.example/a/", "http://127.0.0.1/a/", "*", "a/", "evil.example:80"];
    for target in outside.into_iter().chain(forms) {
        let reply = raw(to, request(target).as_bytes());
        assert!((400..500).contains(&reply.status), "{target}: {reply:?}");
        assert!(!reply.text().contains("title ="), "{target}: {reply:?}");
    }
    assert_eq!(running.get("/a/").status, 200, "it is still there");
}

#[test]
fn methods_and_hosts() {
    let folder = site(&[("content/a.md", "x")]);
    let running = start(folder.path(), Watching::No);
    let to = running.server.address();
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"] {
        let reply = ask(to, method, "/a/", &[]);
        assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD"), "{method}");
    }
    let connect = raw(
        to,
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    );
    assert!((400..500).contains(&connect.status), "{connect:?}");
    for host in [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "192.0.2.1",
        "0.0.0.0",
        "localhost:1:2",
        "user@localhost",
        "",
    ] {
        let reply = ask(to, "GET", "/a/", &[("Host", host)]);
        assert!((400..500).contains(&reply.status), "{host}: {reply:?}");
        assert!(!reply.text().contains("<html"), "{host}");
    }
    let none = raw(to, b"GET /a/ HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert_eq!(none.status, 400);
    let two = raw(
        to,
        b"GET /a/ HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(two.status, 400);
    for host in ["localhost", "kisah.localhost:1", "127.0.0.1:9", "[::1]"] {
        assert_eq!(ask(to, "GET", "/a/", &[("Host", host)]).status, 200, "{host}");
    }
}

#[test]
fn events_are_for_own_pages() {
    let folder = site(&[("content/a.md", "x")]);
    let running = start(folder.path(), Watching::No);
    let to = running.server.address();
    let script = super::live::script(&running, "/a/");
    let events = script.url.replace("client.js", "events");
    let own = format!("http://{to}");
    let other = format!("http://{}:1", to.ip());
    let refused: [&[(&str, &str)]; 10] = [
        &[("Origin", "null")],
        &[("Origin", "http://evil.example")],
        &[("Origin", &other)],
        &[("Origin", "https://127.0.0.1")],
        &[("Origin", "")],
        &[("Origin", &own), ("Origin", "http://evil.example")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "none")],
        &[("Host", "evil.example"), ("Origin", "http://evil.example")],
    ];
    for headers in refused {
        let reply = running.get_with(&events, headers);
        assert_eq!(reply.status, 403, "{headers:?}: {reply:?}");
    }
    assert_eq!(ask(to, "HEAD", &events, &[]).status, 405);
    let wrong = events.replace("/.kisah/", "/.kisah/0");
    assert_eq!(running.get(&wrong).status, 404);
    for reply in [
        running.get("/a/"),
        running.get("/nothing"),
        running.get(&script.url),
        running.get("/../x"),
    ] {
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
        assert!(!reply.headers.iter().any(|(name, _)| name.starts_with("access-control")));
    }
}
