//! Where a document shows up by itself: not everything that has a page is to be found.
//!
//! Whatever puts documents together without being told which asks [`Document::stands_in`]. What an
//! author writes by hand, such as a link, does not.

use super::making::Addressed;
use super::{DocId, Document, Section, Site};
use crate::keys::FrontMatter;

/// What gathers documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gathering {
    /// Lists on pages, of whatever kind: sections, terms, archives, collections, neighbours,
    /// related posts, backlinks, language versions, breadcrumbs.
    Lists,
    /// Feeds.
    Feeds,
    /// The sitemap.
    Sitemap,
}

impl Gathering {
    /// Whether it holds a document with that front matter.
    pub(super) fn holds(self, front: &FrontMatter) -> bool {
        front.unlisted != Some(true)
            && match self {
                Gathering::Lists => true,
                Gathering::Feeds => front.feed != Some(false),
                Gathering::Sitemap => front.sitemap != Some(false),
            }
    }
}

impl Document {
    /// Whether it is one of those that are gathered.
    pub(crate) fn stands_in(&self, gathering: Gathering) -> bool {
        gathering.holds(&self.front)
    }
}

/// Whether a list is listed itself: its document decides, if it has one.
pub(super) fn is_listed(documents: &[Addressed], page: Option<DocId>) -> bool {
    page.is_none_or(|doc| documents[doc.0].stands_in(Gathering::Lists))
}

impl Site {
    /// As [`Document::stands_in`], of the page of a list: its document decides, if it has one.
    pub(crate) fn stands_in(&self, page: Option<DocId>, gathering: Gathering) -> bool {
        page.is_none_or(|doc| self.document(doc).stands_in(gathering))
    }

    /// The section that is named with a document: its own, unless only the section is unlisted.
    pub(crate) fn shown_section(&self, document: &Document) -> Option<&Section> {
        let section = &self.sections[document.section?.0];
        self.is_step(section.doc, document.stands_in(Gathering::Lists)).then_some(section)
    }

    /// Whether a list is named on the way to a page below it. To a page that is unlisted itself,
    /// the way may lead through others that are.
    pub(crate) fn is_step(&self, list: Option<DocId>, is_below_listed: bool) -> bool {
        !is_below_listed || self.stands_in(list, Gathering::Lists)
    }
}
