//! Where a document shows up by itself: not everything that has a page should be easy to find.
//!
//! Code that chooses documents by itself must ask [`Document::stands_in`]. What an author writes by
//! hand, such as a link, need not.

use super::making::Addressed;
use super::{DocId, Document, Section, Site};
use crate::keys::FrontMatter;

/// What gathers documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gathering {
    /// Lists on pages, of any kind: sections, terms, archives, collections, neighbours, related
    /// posts, backlinks, language versions, breadcrumbs.
    Lists,
    /// Feeds.
    Feeds,
    /// The sitemap.
    Sitemap,
}

impl Gathering {
    /// Whether it may contain a document with this front matter.
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
    /// Whether a gathering may contain it.
    pub(crate) fn stands_in(&self, gathering: Gathering) -> bool {
        gathering.holds(&self.front)
    }
}

/// Whether a list is itself listed: its document decides, if it has one.
pub(super) fn is_listed(documents: &[Addressed], page: Option<DocId>) -> bool {
    page.is_none_or(|doc| documents[doc.0].stands_in(Gathering::Lists))
}

impl Site {
    /// Like [`Document::stands_in`], for the page of a list: its document decides, if it has one.
    pub(crate) fn stands_in(&self, page: Option<DocId>, gathering: Gathering) -> bool {
        page.is_none_or(|doc| self.document(doc).stands_in(gathering))
    }

    /// The section to show with a document: its own, unless the section is unlisted and the
    /// document is not.
    pub(crate) fn shown_section(&self, document: &Document) -> Option<&Section> {
        let section = &self.sections[document.section?.0];
        self.is_step(section.doc, document.stands_in(Gathering::Lists)).then_some(section)
    }

    /// Whether a list appears in the breadcrumbs of a page below it. For a page that is itself
    /// unlisted, the path may lead through other unlisted ones.
    pub(crate) fn is_step(&self, list: Option<DocId>, is_below_listed: bool) -> bool {
        !is_below_listed || self.stands_in(list, Gathering::Lists)
    }
}
