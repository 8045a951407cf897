//! Atom ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)).

use std::fmt::Write;
use std::sync::Arc;

use crate::plan::{FeedEntry, FeedView};
use crate::render::xml::{PROLOGUE, element, text};
use crate::site::DocId;

pub(super) fn render(feed: &FeedView, body: &dyn Fn(DocId) -> Arc<str>) -> String {
    let mut out = String::with_capacity(super::capacity(feed));
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
    element(&mut out, "updated", &feed.updated.rfc3339);
    let _ = writeln!(out, "<author><name>{}</name></author>", text(&feed.author));
    link(&mut out, "self", "application/atom+xml", &feed.self_url);
    link(&mut out, "alternate", "text/html", &feed.html_url);
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(out, "<generator version=\"{version}\">kisah</generator>");
    for item in &feed.entries {
        entry(&mut out, item, feed.full.then(|| body(item.doc)).as_deref());
    }
    out.push_str("</feed>\n");
    out
}

fn entry(out: &mut String, entry: &FeedEntry, body: Option<&str>) {
    out.push_str("<entry>\n");
    element(out, "id", &entry.id);
    element(out, "title", &entry.title);
    link(out, "alternate", "text/html", &entry.url);
    element(out, "published", &entry.published.rfc3339);
    element(out, "updated", &entry.updated.rfc3339);
    for author in &entry.authors {
        let (name, url) = (text(&author.name), text(&author.url));
        let _ = writeln!(out, "<author><name>{name}</name><uri>{url}</uri></author>");
    }
    for name in &entry.categories {
        let _ = writeln!(out, "<category term=\"{}\"/>", text(name));
    }
    if !entry.summary.is_empty() {
        element(out, "summary", &entry.summary);
    }
    if let Some(html) = body {
        let _ = writeln!(out, "<content type=\"html\">{}</content>", text(html));
    }
    out.push_str("</entry>\n");
}

fn link(out: &mut String, rel: &str, kind: &str, url: &str) {
    let _ = writeln!(out, "<link rel=\"{rel}\" type=\"{kind}\" href=\"{}\"/>", text(url));
}
