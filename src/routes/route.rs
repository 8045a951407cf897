//! One file of the output, and what other stages ask of it whatever its kind.

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
    /// What it is: what its artifact is made from. Nothing else is to depend on it.
    pub(crate) kind: RouteKind,
    /// What else there is to know of it.
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
        /// Which part of the terms.
        pager: Pager,
    },
    /// A term.
    Term(TermId, Pager),
    /// The years of a language that have posts.
    Archives(LanguageId),
    /// One year: an index into [`super::Routes::archives`].
    Archive(usize, Pager),
    /// What hosts show for an address that is not there.
    NotFound(LanguageId),
    /// Leads on to a document.
    Redirect(DocId),
    /// A feed, in one format.
    Feed(Feed, FeedFormat),
    /// A sitemap of some of [`super::Routes::listed`]: from one index up to another.
    Sitemap(usize, usize),
    /// The list of so many sitemaps.
    SitemapIndex(usize),
    /// `robots.txt`.
    Robots,
    /// `_redirects`: all redirects for hosts that know the file, after the lines of the site's own.
    Redirects(Option<AssetId>),
    /// `_headers`: what hosts that know the file send with every answer.
    Headers,
    /// `.nojekyll`: keeps GitHub from leaving out names with an underscore.
    NoJekyll,
    /// A file that is copied.
    Asset(AssetId),
}

/// What is known of a file of the output. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// Which file of its owner's it is.
    pub(crate) part: Part,
    /// What it belongs to.
    pub(crate) owner: Arc<Owner>,
}

/// Which file of its owner's a route is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The only one, or a page of a list, by number from 1.
    Page(u32),
    /// A feed beside a list.
    Feed,
}

/// What one route or several belong to: a document, a list with its pages and feeds, a file.
#[derive(Debug)]
pub(crate) struct Owner {
    /// Who wants it to be there; of what stands in no file of the user's, its name.
    pub(crate) origin: Place,
    /// What its author could change.
    pub(crate) nature: Nature,
    /// What messages say of it, where it stands in no file of the user's.
    pub(crate) made: Option<Box<Made>>,
    /// Whether readers are to find its pages.
    pub(crate) is_listed: bool,
    /// When its content changed: never when it was built.
    pub(crate) changed: Option<Date>,
    /// Its first page in all languages, itself included; empty if there is no other.
    pub(crate) versions: Arc<[Translation]>,
}

/// Where routes come from, and so what their author could change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// The file of a post or page.
    Document,
    /// A folder of posts.
    Folder,
    /// A name in front matter. Two of one taxonomy and language that share an address were
    /// reported by `site`.
    Term {
        /// The taxonomy.
        taxonomy: TaxonomyId,
        /// The language.
        language: LanguageId,
    },
    /// `aliases` of a document, to which they lead on.
    Alias(DocId),
    /// A file that is copied.
    File {
        /// Which.
        id: AssetId,
        /// Whether it stands in `static/`: such a file may replace what kisah makes.
        is_static: bool,
    },
    /// kisah makes it of what there is.
    Made,
}

/// What kisah makes of itself, as messages speak of it to who has another source for its file.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// "the sitemap".
    pub(crate) what: String,
    /// Whether a static file of the site or the theme may stand in its place.
    pub(crate) is_replaceable: bool,
    /// What to do, whatever the other source is; else that has to give way.
    pub(crate) instead: Option<String>,
    /// The document that would be its page, if there were one: `content/tags/_index.md`.
    pub(crate) page: Option<OwnPage>,
    /// What to do about a folder.
    pub(crate) folder: Option<&'static str>,
    /// Why the other source has to give way.
    pub(crate) reason: Option<&'static str>,
}

/// A document that a list could have as its page.
#[derive(Debug)]
pub(crate) struct OwnPage {
    /// What to do about a post or page in its place.
    pub(crate) help: Option<String>,
    /// The path of a post that was meant to be it.
    pub(crate) mistaken: Option<String>,
}

impl Owner {
    /// Something that no list and no sitemap knows of.
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

    /// The same, of what stands in no file of the user's.
    pub(super) fn made(origin: &str, made: Made) -> Self {
        let made = Some(Box::new(made));
        Owner { made, ..Owner::new(Nature::Made, Place::file(origin)) }
    }
}

impl Facts {
    /// Whether it is a page that readers are to find.
    pub(crate) fn is_listed(&self) -> bool {
        self.owner.is_listed && self.part != Part::Feed
    }

    /// The page in all its languages, itself included; empty if there is no other. The second
    /// page of a list has no counterpart in another language.
    pub(crate) fn versions(&self) -> &[Translation] {
        if self.part == Part::Page(1) { &self.owner.versions } else { &[] }
    }
}

impl Route {
    /// The address that it leads on to, if it is no page of its own.
    pub(crate) fn leads_to<'a>(&self, site: &'a Site) -> Option<&'a UrlPath> {
        let Nature::Alias(to) = self.facts.owner.nature else { return None };
        Some(&site.document(to).url)
    }

    /// The file that it is a copy of.
    pub(crate) fn asset(&self) -> Option<AssetId> {
        let Nature::File { id, .. } = self.facts.owner.nature else { return None };
        Some(id)
    }

    /// Who wants it to be there.
    pub(crate) fn origin(&self) -> &Place {
        &self.facts.owner.origin
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::Listed;

    /// A site of 100,000 posts has some 170,000 routes.
    #[test]
    fn facts_are_small() {
        for (size, most) in
            [(size_of::<Route>(), 104), (size_of::<Owner>(), 96), (size_of::<Listed>(), 32)]
        {
            assert!(size <= most, "{size} bytes, {most} before");
        }
    }
}
