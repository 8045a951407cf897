//! [RSS 2.0](https://www.rssboard.org/rss-specification), with what its
//! [profile](https://www.rssboard.org/rss-profile) borrows from other formats: `atom:link` for the
//! feed's own address, `content:encoded` for whole texts, `dc:creator` for authors, who have names
//! but no mail addresses here.

use std::fmt::Write;
use std::sync::Arc;

use crate::plan::{FeedEntry, FeedView};
use crate::render::xml::{PROLOGUE, element, text};
use crate::site::DocId;

const NAMESPACES: &str = "xmlns:atom=\"http://www.w3.org/2005/Atom\" \
    xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
    xmlns:dc=\"http://purl.org/dc/elements/1.1/\"";

pub(super) fn render(feed: &FeedView, body: &dyn Fn(DocId) -> Arc<str>) -> String {
    let mut out = String::with_capacity(super::capacity(feed));
    out.push_str(PROLOGUE);
    let _ = writeln!(out, "<rss version=\"2.0\" {NAMESPACES}>\n<channel>");
    element(&mut out, "title", &feed.title);
    element(&mut out, "link", &feed.html_url);
    // It is required, and must not be empty.
    let about = if feed.subtitle.is_empty() { &feed.title } else { &feed.subtitle };
    element(&mut out, "description", about);
    element(&mut out, "language", &feed.language);
    element(&mut out, "lastBuildDate", &feed.updated.rfc2822);
    element(&mut out, "generator", concat!("kisah ", env!("CARGO_PKG_VERSION")));
    let _ = writeln!(
        out,
        "<atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/>",
        text(&feed.self_url)
    );
    for entry in &feed.entries {
        item(&mut out, feed, entry, feed.full.then(|| body(entry.doc)).as_deref());
    }
    out.push_str("</channel>\n</rss>\n");
    out
}

fn item(out: &mut String, feed: &FeedView, entry: &FeedEntry, body: Option<&str>) {
    out.push_str("<item>\n");
    element(out, "title", &entry.title);
    element(out, "link", &entry.url);
    let _ = writeln!(out, "<guid isPermaLink=\"false\">{}</guid>", text(&entry.id));
    element(out, "pubDate", &entry.published.rfc2822);
    for author in &entry.authors {
        element(out, "dc:creator", &author.name);
    }
    if entry.authors.is_empty() {
        element(out, "dc:creator", &feed.author);
    }
    for name in &entry.categories {
        element(out, "category", name);
    }
    if !entry.summary.is_empty() {
        element(out, "description", &entry.summary);
    }
    if let Some(html) = body {
        element(out, "content:encoded", html);
    }
    out.push_str("</item>\n");
}
