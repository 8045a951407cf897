//! Feeds, in three formats. All show the same entries; a format leaves out what it cannot express.

mod atom;
mod json;
mod rss;

use std::sync::Arc;

use crate::config::FeedFormat;
use crate::plan::FeedView;
use crate::site::DocId;

/// The bytes of a feed. `body` gives the HTML of a post.
pub(super) fn render(feed: &FeedView, body: &dyn Fn(DocId) -> Arc<str>) -> String {
    match feed.format {
        FeedFormat::Atom => atom::render(feed, body),
        FeedFormat::Rss => rss::render(feed, body),
        FeedFormat::Json => json::render(feed, body),
    }
}

/// How much room to set aside for a feed.
fn capacity(feed: &FeedView) -> usize {
    1024 + feed.entries.len() * if feed.full { 8 * 1024 } else { 1024 }
}
