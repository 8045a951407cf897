//! Sitemaps and lists of them ([sitemaps.org](https://www.sitemaps.org/protocol.html)).

use std::fmt::Write;

use super::xml::{PROLOGUE, text};
use crate::plan::{Sitemap, SitemapEntry};

const SCHEMA: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

pub(super) fn render(sitemap: &Sitemap) -> String {
    match sitemap {
        Sitemap::Pages(entries) => {
            let space = format!("{SCHEMA} xmlns:xhtml=\"http://www.w3.org/1999/xhtml\"");
            list("urlset", &space, "url", entries)
        }
        Sitemap::Index(entries) => list("sitemapindex", SCHEMA, "sitemap", entries),
    }
}

fn list(name: &str, space: &str, item: &str, entries: &[SitemapEntry]) -> String {
    let mut out = String::with_capacity(256 + entries.len() * 128);
    out.push_str(PROLOGUE);
    let _ = writeln!(out, "<{name} {space}>");
    for entry in entries {
        let _ = write!(out, "<{item}><loc>{}</loc>", text(&entry.url));
        if let Some(updated) = &entry.updated {
            let _ = write!(out, "<lastmod>{updated}</lastmod>");
        }
        for (code, url) in &entry.alternates {
            let (code, url) = (text(code), text(url));
            let _ =
                write!(out, "<xhtml:link rel=\"alternate\" hreflang=\"{code}\" href=\"{url}\"/>");
        }
        let _ = writeln!(out, "</{item}>");
    }
    let _ = writeln!(out, "</{name}>");
    out
}
