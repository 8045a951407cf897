//! Feeds beside lists.

use std::sync::Arc;

use super::RouteList;
use super::route::{Facts, Owner, RouteKind, RoutePart};
use super::sections::section_items;
use crate::base::UrlPath;
use crate::site::{DocId, Gathering, SectionId, Site, TermId};

/// The list whose posts a feed holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Feed {
    /// A section, or the home of a language.
    Section(SectionId),
    /// A term.
    Term(TermId),
}

/// Adds the feeds of a list, if it has any. Without a base URL there are none, since entries need
/// absolute addresses.
pub(super) fn add(
    site: &Site,
    which: Feed,
    url: &UrlPath,
    owner: &Arc<Owner>,
    list: &mut RouteList<'_>,
) {
    if !site.config.base_url.is_set() || !has_feed(site, which) {
        return;
    }
    list.feeds.push(which);
    for format in &site.config.feed.formats {
        let facts = Facts { part: RoutePart::Feed, owner: Arc::clone(owner) };
        list.push(url.join(format.file()), RouteKind::Feed(which, *format), facts);
    }
}

/// Whether a list has feeds. A list of nothing but pages has nothing to follow. The home of a
/// language always has feeds, since readers may subscribe before the first story.
pub(crate) fn has_feed(site: &Site, which: Feed) -> bool {
    let (page, is_wanted, items) = match which {
        Feed::Section(id) => (site.sections[id.0].doc, true, section_items(site, id)),
        Feed::Term(id) => {
            let term = &site.terms[id.0];
            let is_wanted = site.config.taxonomies[term.taxonomy].feed;
            (term.doc, is_wanted, term.pages.as_slice())
        }
    };
    let is_home = matches!(which, Feed::Section(id) if site.sections[id.0].folder.is_empty());
    is_wanted
        && site.stands_in(page, Gathering::Feeds)
        && (is_home || items.iter().any(|doc| has_entry(site, *doc)))
}

/// Whether a document appears in feeds. It needs a date, by which entries are sorted.
pub(crate) fn has_entry(site: &Site, id: DocId) -> bool {
    let document = site.document(id);
    document.is_post() && document.date.is_some() && document.stands_in(Gathering::Feeds)
}
