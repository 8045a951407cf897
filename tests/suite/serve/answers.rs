//! How files are served: types, conditions, ranges, redirects, missing files.

use kisah::serve::Watching;

use super::client::ask;
use super::{site, start};
use crate::support;

#[test]
fn types_conditions_and_ranges() {
    let folder = site(&[("content/a.md", "x"), ("static/ten.txt", "0123456789")]);
    let running = start(folder.path(), Watching::No);
    let to = running.server.address();
    let whole = running.get("/ten.txt");
    assert_eq!((whole.status, whole.text().as_str()), (200, "0123456789"));
    assert_eq!(whole.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(whole.header("cache-control"), "no-cache");
    let tag = whole.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.len() > 20, "a strong tag: {tag}");
    for (value, status) in [
        (tag.clone(), 304),
        (format!("W/{tag}"), 304),
        (format!("\"x\", {tag}"), 304),
        ("*".to_owned(), 304),
        ("\"x\"".to_owned(), 200),
    ] {
        let reply = running.get_with("/ten.txt", &[("If-None-Match", &value)]);
        assert_eq!(reply.status, status, "{value}");
        assert_eq!(reply.header("etag"), tag, "{value}");
        assert_eq!(reply.body.is_empty(), status == 304);
    }
    for (range, status, body, content_range) in [
        ("bytes=2-4", 206, "234", "bytes 2-4/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"),
        ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=10-", 416, "Range Not Satisfiable\n", "bytes */10"),
        ("bytes=0-1,4-5", 200, "0123456789", ""),
    ] {
        let reply = running.get_with("/ten.txt", &[("Range", range)]);
        assert_eq!((reply.status, reply.text().as_str()), (status, body), "{range}");
        assert_eq!(reply.header("content-range"), content_range, "{range}");
    }
    let stale = [("Range", "bytes=2-4"), ("If-Range", "\"old\"")];
    assert_eq!(running.get_with("/ten.txt", &stale).status, 200);
    let fresh = [("Range", "bytes=2-4"), ("If-Range", tag.as_str())];
    assert_eq!(running.get_with("/ten.txt", &fresh).status, 206);
    for target in ["/ten.txt", "/a/", "/nothing/"] {
        let (get, head) = (running.get(target), ask(to, "HEAD", target, &[]));
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{target}");
        assert_eq!(head.header("content-length"), get.body.len().to_string(), "{target}");
        assert_eq!(head.header("etag"), get.header("etag"), "{target}");
    }
    let page = running.get("/a/");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let again = running.get_with("/a/", &[("If-None-Match", page.header("etag"))]);
    assert_eq!(again.status, 304);
}

#[test]
fn addresses_as_hosts_of_static_files_know_them() {
    let folder = site(&[
        ("kisah.toml", "[languages.id]\n"),
        ("content/a b.md", "x"),
        ("content/a b.id.md", "x"),
        ("static/plain.html", "<p>plain"),
        ("static/id/404.html", "tidak ada"),
        (
            "static/_redirects",
            "/old/* /new/:splat\n/away https://example.org/ 302\n/shown /plain.html 200\n/plain.html /a-b/\n/forced /a-b/ 307!\n/gone /404 410\n",
        ),
    ]);
    let running = start(folder.path(), Watching::No);
    for (target, status, location) in [
        ("/a-b", 301, "/a-b/"),
        ("/a-b?x=1", 301, "/a-b/?x=1"),
        ("/a-b/index.html", 301, "/a-b/"),
        ("/index.html", 301, "/"),
        ("/a-b/", 200, ""),
        ("/plain.html", 200, ""),
        ("/plain", 200, ""),
        ("/plain/", 404, ""),
        ("/a-b.html", 404, ""),
        ("/old/x/y", 301, "/new/x/y"),
        ("/away", 302, "https://example.org/"),
        ("/shown", 200, ""),
        ("/forced", 307, "/a-b/"),
        ("/A-B/", 404, ""),
    ] {
        let reply = running.get(target);
        assert_eq!((reply.status, reply.header("location")), (status, location), "{target}");
    }
    assert!(running.get("/shown").text().starts_with("<p>plain"));
    let built = support::clean_output(&support::read_tree(folder.path()));
    let (missing, there) = (running.get("/x/y"), &built["404.html"]);
    assert_eq!(
        missing.text().split("<script src").next(),
        std::str::from_utf8(there).ok().and_then(|t| t.split("</body").next())
    );
    assert!(running.get("/id/x").text().starts_with("tidak ada"));
    assert_eq!(running.get("/id/x").status, 404);
}

#[test]
fn a_base_url_with_a_path() {
    let folder = site(&[
        ("kisah.toml", "base_url = \"https://example.org/my%20blog/\"\n"),
        ("content/a.md", "+++\naliases = [\"/old/\", \"/older/\"]\n+++\n"),
        ("static/_redirects", "/my%20blog/old/ /my%20blog/a/ 301\n/x.css /away\n"),
        ("static/_headers", "/my%20blog/*\n  Content-Security-Policy: default-src *\n"),
        ("static/x.css", "a{}"),
    ]);
    let running = start(folder.path(), Watching::No);
    assert!(running.server.url().ends_with("/my%20blog/"), "{}", running.server.url());
    for (target, status, location) in [
        ("/", 302, "/my%20blog/"),
        ("/my%20blog", 301, "/my%20blog/"),
        ("/my%20blog/", 200, ""),
        ("/my%20blog/a", 301, "/my%20blog/a/"),
        ("/my%20blog/a/", 200, ""),
        ("/my%20blog/x.css", 200, ""),
        // The page of an alias gives way to the rule that says the same, whether the site's or
        // ours.
        ("/my%20blog/old/", 301, "/my%20blog/a/"),
        ("/my%20blog/older/", 301, "/my%20blog/a/"),
        ("/my%20blogger/", 404, ""),
        ("/a/", 404, ""),
        ("/x.css", 404, ""),
    ] {
        let reply = running.get(target);
        assert_eq!((reply.status, reply.header("location")), (status, location), "{target}");
    }
    assert_eq!(running.get("/my%20blog/a/").header("content-security-policy"), "default-src *");
}

#[test]
fn a_policy_gets_room_for_live_reload() {
    let folder = site(&[
        ("content/a.md", "x"),
        (
            "templates/page.html",
            "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self'\"></head><body></body></html>",
        ),
        (
            "static/_headers",
            "/*\n  Content-Security-Policy: default-src 'self'; style-src 'none'\n  Access-Control-Allow-Origin: *\n",
        ),
    ]);
    let running = start(folder.path(), Watching::No);
    let reply = running.get("/a/");
    assert_eq!(reply.header("content-security-policy"), "default-src 'self'; style-src 'self'");
    assert_eq!(reply.header("access-control-allow-origin"), "");
    let expected = "content=\"default-src 'none'; img-src 'self'; connect-src 'self'; script-src 'self'; style-src 'self'\"";
    assert!(reply.text().contains(expected), "{}", reply.text());
}

#[test]
fn a_copied_file_is_what_it_was_when_the_site_was_read() {
    let folder = site(&[("content/a.md", "x"), ("static/x.txt", "old"), ("static/x.html", "old")]);
    let running = start(folder.path(), Watching::No);
    assert_eq!(running.get("/x.txt").text(), "old");
    support::write(folder.path(), [("static/x.txt", b"new".as_slice())]);
    let reply = running.get("/x.txt");
    assert_eq!(reply.status, 503);
    assert!(reply.text().contains("`static/x.txt` has changed"), "{}", reply.text());
    // This page waits for the next site.
    support::write(folder.path(), [("static/x.html", b"new".as_slice())]);
    let reply = running.get("/x.html");
    assert_eq!(reply.status, 503);
    assert!(super::live::open(&running, "/x.html").are_silent());
}
