//! `[feed]`: which feeds there are, and what they contain.

use super::load::section;
use crate::base::{Fields, codes};

/// `[feed]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FeedConfig {
    /// Entries per feed.
    pub(crate) limit: usize,
    /// Whether entries contain the whole text or only the summary.
    pub(crate) full: bool,
    /// Whether entries in the feeds of terms do so, too.
    pub(crate) full_terms: bool,
    /// Which formats are written, the preferred one first.
    pub(crate) formats: Vec<FeedFormat>,
}

/// A format of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FeedFormat {
    /// Atom ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)).
    Atom,
    /// [RSS 2.0](https://www.rssboard.org/rss-specification).
    Rss,
    /// [JSON Feed 1.1](https://www.jsonfeed.org/version/1.1/).
    Json,
}

impl FeedFormat {
    /// All formats, with the names that kisah.toml and templates use.
    pub(crate) const ALL: [(&str, FeedFormat); 3] =
        [("atom", FeedFormat::Atom), ("rss", FeedFormat::Rss), ("json", FeedFormat::Json)];

    /// `atom`, `rss` or `json`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            FeedFormat::Atom => "atom",
            FeedFormat::Rss => "rss",
            FeedFormat::Json => "json",
        }
    }

    /// The name of its file, which lies beside the page of the list.
    pub(crate) fn file(self) -> &'static str {
        match self {
            FeedFormat::Atom => "atom.xml",
            FeedFormat::Rss => "rss.xml",
            FeedFormat::Json => "feed.json",
        }
    }

    /// Its media type.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            FeedFormat::Atom => "application/atom+xml",
            FeedFormat::Rss => "application/rss+xml",
            FeedFormat::Json => "application/feed+json",
        }
    }
}

/// Reads the table.
pub(super) fn read(fields: &mut Fields<'_>) -> FeedConfig {
    section(fields, "feed", |f| FeedConfig {
        limit: f.number("limit"),
        full: f.truth("full"),
        full_terms: f.truth("full_terms"),
        formats: formats(f),
    })
}

/// The formats that are named, or all if the key is missing; an empty list means no feeds.
fn formats(fields: &mut Fields<'_>) -> Vec<FeedFormat> {
    if fields.node("formats").is_none() {
        return FeedFormat::ALL.iter().map(|(_, format)| *format).collect();
    }
    let mut formats = Vec::new();
    for name in fields.strings("formats") {
        match FeedFormat::ALL.iter().find(|(known, _)| *known == name.value) {
            Some((_, format)) if formats.contains(format) => {}
            Some((_, format)) => formats.push(*format),
            None => {
                let message = format!("there is no feed format `{}`", name.value);
                let help = "choose from `atom`, `rss` and `json`".to_owned();
                fields.error(&codes::WRONG_VALUE, message, name.span, Some(help));
            }
        }
    }
    formats
}
