//! One file of the output, and what other stages need to know about it, whatever its kind.

use std::sync::Arc;

use crate::base::{Date, OutputPath, Place, UrlPath};
use crate::config::{FeedFormat, LanguageId, TaxonomyId};
use crate::site::{AssetId, DocId, SectionId, Site, TermId, Translation};

use super::{Feed, Pager};

/// One file of the output.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its address.
    pub(crate) url: UrlPath,
    /// Its file.
    pub(crate) file: OutputPath,
    /// What its artifact is made from. Nothing else may depend on it.
    pub(crate) kind: RouteKind,
    /// What else is known about it.
    pub(crate) facts: Facts,
}

/// What a file of the output is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RouteKind {
    /// A post or page.
    Document(DocId),
    /// A section, or the home of a language.
    Section(SectionId, Pager),
    /// All terms of a taxonomy in one language.
    Taxonomy {
        /// The taxonomy.
        taxonomy: TaxonomyId,
        /// The language.
        language: LanguageId,
        /// Which page of the terms.
        pager: Pager,
    },
    /// A term.
    Term(TermId, Pager),
    /// The list of the years with posts, in one language.
    Archives(LanguageId),
    /// One year: an index into [`super::Routes::archives`].
    Archive(usize, Pager),
    /// What hosts show for an address that does not exist.
    NotFound(LanguageId),
    /// Redirects to a document.
    Redirect(DocId),
    /// A feed, in one format.
    Feed(Feed, FeedFormat),
    /// A sitemap of a part of [`super::Routes::listed`]: from the first index up to the second.
    Sitemap(usize, usize),
    /// The list of this many sitemaps.
    SitemapIndex(usize),
    /// `robots.txt`.
    Robots,
    /// `_redirects`: all redirects, for hosts that know the file, after the lines of the site's
    /// own.
    Redirects(Option<AssetId>),
    /// `_headers`: what hosts that know the file send with every response.
    Headers,
    /// `.nojekyll`: stops GitHub from leaving out names with an underscore.
    NoJekyll,
    /// A file that is copied.
    Asset(AssetId),
}

/// What is known about a file of the output. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// Which of its owner's files it is.
    pub(crate) part: RoutePart,
    /// What it belongs to.
    pub(crate) owner: Arc<Owner>,
}

/// Which of its owner's files a route is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoutePart {
    /// The only one, or a page of a list, numbered from 1.
    Page(u32),
    /// A feed beside a list.
    Feed,
}

/// What one or more routes belong to: a document, a list with its pages and feeds, or a file.
#[derive(Debug)]
pub(crate) struct Owner {
    /// The file that asks for it; if no file of the user's does, a name for it.
    pub(crate) origin: Place,
    /// What its author could change.
    pub(crate) nature: Nature,
    /// What messages say about it, if no file of the user's asks for it.
    pub(crate) made: Option<Box<Made>>,
    /// Whether readers are meant to find its pages.
    pub(crate) is_listed: bool,
    /// When its content changed, which is not when it was built.
    pub(crate) changed: Option<Date>,
    /// Its first page in all languages, itself included; empty if there is only one.
    pub(crate) versions: Arc<[Translation]>,
}

/// Where a route comes from, and so what its author could change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// The file of a post or page.
    Document,
    /// A folder of posts.
    Folder,
    /// A name in front matter. If two in one taxonomy and language share an address, `site` has
    /// reported it.
    Term {
        /// The taxonomy.
        taxonomy: TaxonomyId,
        /// The language.
        language: LanguageId,
    },
    /// An alias, which redirects to this document.
    Alias(DocId),
    /// A file that is copied.
    File {
        /// The file.
        id: AssetId,
        /// Whether it comes from a `static/`: such a file may replace what kisah makes.
        is_static: bool,
    },
    /// kisah makes it by itself.
    Made,
}

/// What kisah makes by itself, as messages describe it to an author who has another source for its
/// file.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// "the sitemap".
    pub(crate) what: String,
    /// Whether a static file of the site or the theme may replace it.
    pub(crate) is_replaceable: bool,
    /// What to do, whatever the other source is; if `None`, the other source has to give way.
    pub(crate) instead: Option<String>,
    /// The document that could be its page: `content/tags/_index.md`.
    pub(crate) page: Option<OwnPage>,
    /// What to do if the other source is a folder.
    pub(crate) folder: Option<&'static str>,
    /// Why the other source has to give way.
    pub(crate) reason: Option<&'static str>,
}

/// A document that a list could have as its page.
#[derive(Debug)]
pub(crate) struct OwnPage {
    /// What to do if the other source is a post or page.
    pub(crate) help: Option<String>,
    /// The path of a post that was probably meant to be this document.
    pub(crate) mistaken: Option<String>,
}

impl Owner {
    /// An owner whose pages are in no list and no sitemap.
    pub(super) fn new(nature: Nature, origin: Place) -> Self {
        Owner {
            origin,
            nature,
            made: None,
            is_listed: false,
            changed: None,
            versions: Arc::default(),
        }
    }

    /// The same, for what no file of the user's asks for.
    pub(super) fn made(origin: &str, made: Made) -> Self {
        let made = Some(Box::new(made));
        Owner { made, ..Owner::new(Nature::Made, Place::file(origin)) }
    }
}

impl Facts {
    /// Whether it is a page that readers are meant to find.
    pub(crate) fn is_listed(&self) -> bool {
        self.owner.is_listed && self.part != RoutePart::Feed
    }

    /// The page in all its languages, itself included; empty if there is only one. Later pages of a
    /// list have no counterparts in other languages.
    pub(crate) fn versions(&self) -> &[Translation] {
        if self.part == RoutePart::Page(1) { &self.owner.versions } else { &[] }
    }
}

impl Route {
    /// The address that it redirects to, if it is a redirect.
    pub(crate) fn leads_to<'a>(&self, site: &'a Site) -> Option<&'a UrlPath> {
        let Nature::Alias(to) = self.facts.owner.nature else { return None };
        Some(&site.document(to).url)
    }

    /// The file that it is a copy of.
    pub(crate) fn asset(&self) -> Option<AssetId> {
        let Nature::File { id, .. } = self.facts.owner.nature else { return None };
        Some(id)
    }

    /// The file that asks for it.
    pub(crate) fn origin(&self) -> &Place {
        &self.facts.owner.origin
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::ListedPage;

    /// A site of 100,000 posts has some 170,000 routes.
    #[test]
    fn facts_are_small() {
        for (size, most) in
            [(size_of::<Route>(), 104), (size_of::<Owner>(), 96), (size_of::<ListedPage>(), 32)]
        {
            assert!(size <= most, "{size} bytes, {most} before");
        }
    }
}
