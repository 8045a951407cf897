//! [JSON Feed 1.1](https://www.jsonfeed.org/version/1.1/).

use std::sync::Arc;

use serde::Serialize;

use crate::plan::{FeedAuthor, FeedEntry, FeedView};
use crate::site::DocId;

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    #[serde(rename = "feed_url")]
    own_url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    language: &'a str,
    authors: [Author<'a>; 1],
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<Arc<str>>,
    // One of the two is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: &'a str,
    date_modified: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [String],
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

pub(super) fn render(feed: &FeedView, body: &dyn Fn(DocId) -> Arc<str>) -> String {
    let view = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &feed.html_url,
        own_url: &feed.self_url,
        description: &feed.subtitle,
        language: &feed.language,
        authors: [Author { name: &feed.author, url: None }],
        items: feed.entries.iter().map(|entry| item(feed, entry, body)).collect(),
    };
    let mut out = Vec::with_capacity(super::capacity(feed));
    // Only strings and lists of strings: nothing in it can fail.
    let _ = serde_json::to_writer(&mut out, &view);
    out.push(b'\n');
    String::from_utf8(out).unwrap_or_default()
}

fn item<'a>(feed: &FeedView, entry: &'a FeedEntry, body: &dyn Fn(DocId) -> Arc<str>) -> Item<'a> {
    let author = |a: &'a FeedAuthor| Author { name: &a.name, url: Some(&a.url) };
    Item {
        id: &entry.id,
        url: &entry.url,
        title: &entry.title,
        summary: &entry.summary,
        content_html: feed.full.then(|| body(entry.doc)),
        content_text: (!feed.full).then_some(&entry.summary),
        image: entry.image.as_deref(),
        date_published: &entry.published.rfc3339,
        date_modified: &entry.updated.rfc3339,
        authors: entry.authors.iter().map(author).collect(),
        tags: &entry.categories,
    }
}
