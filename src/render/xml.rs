//! Atom feeds ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)) and sitemaps
//! ([sitemaps.org](https://www.sitemaps.org/protocol.html)).

use std::fmt::Write;
use std::sync::Arc;

use crate::base::text::escape;
use crate::plan::{FeedView, SitemapEntry};
use crate::site::DocId;

const PROLOGUE: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

/// An Atom feed. `body` gives the HTML of a post.
pub(super) fn atom(feed: &FeedView, body: &dyn Fn(DocId) -> Arc<str>) -> String {
    let mut out = String::with_capacity(1024 + feed.entries.len() * 4096);
    out.push_str(PROLOGUE);
    let _ = writeln!(
        out,
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">",
        text(&feed.language)
    );
    element(&mut out, "id", &feed.id);
    element(&mut out, "title", &feed.title);
    if !feed.subtitle.is_empty() {
        element(&mut out, "subtitle", &feed.subtitle);
    }
    element(&mut out, "updated", &feed.updated);
    let _ = writeln!(out, "<author><name>{}</name></author>", text(&feed.author));
    link(&mut out, "self", "application/atom+xml", &feed.self_url);
    link(&mut out, "alternate", "text/html", &feed.html_url);
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(out, "<generator version=\"{version}\">kisah</generator>");
    for entry in &feed.entries {
        out.push_str("<entry>\n");
        element(&mut out, "id", &entry.id);
        element(&mut out, "title", &entry.title);
        link(&mut out, "alternate", "text/html", &entry.url);
        element(&mut out, "published", &entry.published);
        element(&mut out, "updated", &entry.updated);
        for name in &entry.authors {
            let _ = writeln!(out, "<author><name>{}</name></author>", text(name));
        }
        for name in &entry.categories {
            let _ = writeln!(out, "<category term=\"{}\"/>", text(name));
        }
        if !entry.summary.is_empty() {
            element(&mut out, "summary", &entry.summary);
        }
        if entry.full {
            let html = text(&body(entry.doc));
            let _ = writeln!(out, "<content type=\"html\">{html}</content>");
        }
        out.push_str("</entry>\n");
    }
    out.push_str("</feed>\n");
    out
}

/// A sitemap with language versions.
pub(super) fn sitemap(entries: &[SitemapEntry]) -> String {
    let mut out = String::with_capacity(256 + entries.len() * 128);
    out.push_str(PROLOGUE);
    out.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"");
    out.push_str(" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n");
    for entry in entries {
        let _ = write!(out, "<url><loc>{}</loc>", text(&entry.url));
        if let Some(updated) = &entry.updated {
            let _ = write!(out, "<lastmod>{updated}</lastmod>");
        }
        for (code, url) in &entry.alternates {
            let _ = write!(
                out,
                "<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"{}\"/>",
                text(code),
                text(url)
            );
        }
        out.push_str("</url>\n");
    }
    out.push_str("</urlset>\n");
    out
}

fn element(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "<{name}>{}</{name}>", text(value));
}

fn link(out: &mut String, rel: &str, kind: &str, url: &str) {
    let _ = writeln!(out, "<link rel=\"{rel}\" type=\"{kind}\" href=\"{}\"/>", text(url));
}

/// Escaped, and without the control characters that XML 1.0 does not allow even as references.
fn text(value: &str) -> String {
    let illegal = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}'))
            || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if value.contains(illegal) { escape(&value.replace(illegal, "")) } else { escape(value) }
}
