//! Live reload: what the browser is told, and when.
//!
//! In: each state of the site in turn, and what a page knew when it was loaded. Out: for each open
//! page the events that concern it. Nothing is queued: a page that missed ten states is compared
//! with the eleventh, so no event can be lost.
//!
//! Live-reload code is put into responses, never into files. It is a script from the same origin,
//! so that it runs under the strictest policy that a site may have.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::json;

use super::policy::find_last;
use super::problems::{self, Problem};
use super::snapshot::Snapshot;
use crate::base::{Digest, Hasher, Set};

/// Addresses below this belong to the server. No file of a site can have such a name.
pub(crate) const RESERVED: &str = "/.kisah/";

/// How many changes of assets are remembered. A page that knows only older ones is reloaded.
const MOST_REMEMBERED: usize = 64;

/// What is served at one moment.
#[derive(Clone, Default)]
pub(crate) struct ServerState {
    /// Whether the site has been looked at at all.
    pub(crate) ready: bool,
    /// The last good site.
    pub(crate) snapshot: Option<Arc<Snapshot>>,
    /// What is known about it.
    pub(crate) standing: SiteStatus,
    /// What is wrong.
    pub(crate) problems: Arc<[Problem]>,
    /// Which copied files changed, and when.
    pub(crate) assets: AssetLog,
}

/// What is known about the site that is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SiteStatus {
    /// Its pages have been looked at, or those of the last one were good: its problems are in the
    /// state.
    #[default]
    Settled,
    /// The last one had pages with mistakes, and nobody has checked yet whether they are mended.
    Unsettled,
    /// There is a newer one, which is not good: the problems are the newer one's.
    Refused,
}

/// The last changes of copied files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AssetLog {
    /// Digest of all assets before a change, and the addresses that changed.
    changes: Vec<(Digest, Arc<[String]>)>,
    now: Digest,
}

impl AssetLog {
    /// The log after a change. `now` is the digest of all assets.
    #[must_use]
    pub(crate) fn and(&self, changed: &[String], now: Digest) -> Self {
        if now == self.now {
            return self.clone();
        }
        let skip = (self.changes.len() + 1).saturating_sub(MOST_REMEMBERED);
        let mut changes: Vec<_> = self.changes.iter().skip(skip).cloned().collect();
        changes.push((self.now, changed.into()));
        AssetLog { changes, now }
    }

    /// What changed since the assets had a given digest; `None` if that is too long ago.
    fn since(&self, then: Digest) -> Option<Set<&str>> {
        if then == self.now {
            return Some(Set::default());
        }
        let from = self.changes.iter().rposition(|(before, _)| *before == then)?;
        Some(self.changes[from..].iter().flat_map(|c| c.1.iter().map(String::as_str)).collect())
    }
}

/// The server's own addresses.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    /// `/.kisah/TOKEN/`: unknown to pages of other origins, and different in each run.
    base: String,
}

impl Live {
    /// Takes a token that nobody can guess.
    pub(crate) fn new(token: u128) -> Self {
        Live { base: format!("{RESERVED}{token:032x}/") }
    }

    /// What is asked for, if a path is one of the server's own in this run.
    pub(crate) fn own<'a>(&self, path: &'a str) -> Option<&'a str> {
        path.strip_prefix(self.base.as_str())
    }

    /// A file of the server: a name that shows its type, and its text.
    pub(crate) fn file(name: &str) -> Option<(&'static str, &'static str)> {
        match name {
            "client.js" => Some(("client.js", include_str!("client.js"))),
            "client.css" => Some(("client.css", include_str!("client.css"))),
            _ => None,
        }
    }

    /// Inserts the script into a page. `seen` is what [`Snapshot::look`] says about it.
    pub(crate) fn inject(&self, html: &str, seen: Digest, state: &ServerState) -> String {
        let script = format!(
            "<script src=\"{}client.js\" data-page=\"{seen}\" data-assets=\"{}\" async></script>\n",
            self.base, state.assets.now
        );
        let at = find_last(html, "</body").unwrap_or(html.len());
        format!("{}{script}{}", &html[..at], &html[at..])
    }

    /// Someone looking at a page: `path=…&page=…&assets=…`.
    pub(crate) fn subscriber(query: &str) -> Subscriber {
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let (_, value) = pairs.find(|(key, _)| *key == name)?;
            percent_decode_str(value).decode_utf8().ok()
        };
        let digest = |name| value(name).and_then(|text| Digest::parse(&text)).unwrap_or_default();
        let path = value("path").and_then(|p| super::address::parse(&p).ok().map(|p| p.0));
        Subscriber {
            path: path.unwrap_or_default(),
            page: digest("page"),
            assets: digest("assets"),
            shown: Digest(0),
        }
    }
}

/// An open page.
#[derive(Debug, Clone)]
pub(crate) struct Subscriber {
    /// Decoded.
    path: String,
    /// Digest of what it shows.
    page: Digest,
    /// Digest of its style sheets and pictures.
    assets: Digest,
    /// Digest of the problems in its overlay.
    shown: Digest,
}

/// What a page is told: a name, and data for its script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// `reload`, `swap`, `problems` or `mended`.
    pub(crate) name: &'static str,
    /// JSON.
    pub(crate) data: String,
}

impl Event {
    /// The form in which it is sent. JSON has line breaks only between values, and none are written
    /// here.
    pub(crate) fn text(&self) -> String {
        format!("event: {}\ndata: {}\n\n", self.name, self.data)
    }
}

impl Subscriber {
    /// What to tell the page about a state. Afterwards the page counts as knowing it.
    pub(crate) fn step(&mut self, state: &ServerState) -> Vec<Event> {
        let look = state.snapshot.as_ref().map(|snapshot| snapshot.look(&self.path));
        if let Some(Ok(page)) = &look
            && *page != self.page
        {
            self.page = *page;
            return vec![Event { name: "reload", data: "{}".to_owned() }];
        }
        let mut events = Vec::new();
        let changed = state.assets.since(self.assets);
        self.assets = state.assets.now;
        match changed {
            None => return vec![Event { name: "reload", data: "{}".to_owned() }],
            Some(urls) if urls.is_empty() => {}
            Some(urls) => {
                let urls: Vec<&str> = urls.into_iter().collect();
                let data = json!({ "urls": urls, "assets": self.assets.to_string() });
                events.push(Event { name: "swap", data: data.to_string() });
            }
        }
        let own;
        let problems: &[Problem] = match (state.standing, &look) {
            (SiteStatus::Settled | SiteStatus::Unsettled, Some(Err(mistakes))) => {
                own = problems::problems(mistakes.iter());
                &own
            }
            (SiteStatus::Unsettled, _) => return events,
            (SiteStatus::Settled | SiteStatus::Refused, _) => &state.problems,
        };
        let digest = problems::digest(problems);
        if digest != self.shown {
            self.shown = digest;
            events.push(if problems.is_empty() {
                Event { name: "mended", data: "{}".to_owned() }
            } else {
                Event { name: "problems", data: problems::json(problems) }
            });
        }
        events
    }
}

/// The digest of all assets.
pub(crate) fn digest_of_assets<'a>(
    assets: impl Iterator<Item = (&'a String, &'a Digest)>,
) -> Digest {
    let mut hasher = Hasher::new();
    for (url, digest) in assets {
        hasher.str(url).digest(*digest);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_was_away_learns_all_that_it_missed() {
        let [a, b, c] = ["/a.css", "/b.png", "/c.css"].map(|url| vec![url.to_owned()]);
        let first = AssetLog::default().and(&[], Digest(10));
        let second = first.and(&a, Digest(11));
        let third = second.and(&b, Digest(12)).and(&c, Digest(13)).and(&[], Digest(13));
        let urls = |log: &AssetLog, then| log.since(Digest(then)).map(|set| set.len());
        assert_eq!(urls(&third, 13), Some(0));
        assert_eq!(urls(&third, 12), Some(1));
        assert_eq!(urls(&third, 10), Some(3));
        assert_eq!(urls(&third, 9), None);
        let mut long = third;
        for i in 14..100 {
            long = long.and(&a, Digest(i));
        }
        assert_eq!((long.changes.len(), urls(&long, 13)), (MOST_REMEMBERED, None));
    }

    #[test]
    fn the_script_goes_to_the_end_of_the_body() {
        let live = Live::new(7);
        let state = ServerState::default();
        let html = live.inject("<body>x</BODY></html>", Digest(1), &state);
        assert!(html.starts_with("<body>x<script src=\"/.kisah/0000"), "{html}");
        assert!(html.ends_with("async></script>\n</BODY></html>"), "{html}");
        assert!(live.inject("no body", Digest(1), &state).starts_with("no body<script"));
    }

    #[test]
    fn subscribers_are_read_from_the_query() {
        let page = Digest(5);
        let query = format!("path=%2Fa%2520b%2F&page={page}&assets=x");
        let subscriber = Live::subscriber(&query);
        assert_eq!((subscriber.path.as_str(), subscriber.page), ("/a b/", page));
        assert_eq!(Live::subscriber("path=../x").path, "");
    }
}
