//! What a sitemap holds.

use super::Plan;
use crate::base::{Date, Digest, Hasher, Map, UrlPath};
use crate::routes::{Listed, RouteKind, section_items, sitemap_part};
use crate::site::{DocId, Gathering, Translation};

/// A sitemap, or the list of several.
#[derive(Debug)]
pub enum Sitemap {
    /// Pages.
    Pages(Vec<SitemapEntry>),
    /// Sitemaps.
    Index(Vec<SitemapEntry>),
}

/// One address of a sitemap.
#[derive(Debug)]
pub struct SitemapEntry {
    /// Absolute address.
    pub url: String,
    /// Date, or date and time, of the last change of its content, where known.
    pub updated: Option<String>,
    /// Language codes, or `x-default`, and absolute addresses of all versions.
    pub alternates: Vec<(String, String)>,
}

impl Sitemap {
    /// Of all that it holds.
    pub fn digest(&self) -> Digest {
        let (kind, entries) = match self {
            Sitemap::Pages(entries) => (0, entries),
            Sitemap::Index(entries) => (1, entries),
        };
        let mut hasher = Hasher::new();
        hasher.number(kind);
        for entry in entries {
            hasher.str(&entry.url).str(entry.updated.as_deref().unwrap_or(""));
            hasher.number(entry.alternates.len() as u64);
            for (code, url) in &entry.alternates {
                hasher.str(code).str(url);
            }
        }
        hasher.finish()
    }
}

/// Which list a page is one of.
fn list_of(kind: &RouteKind) -> Option<(u8, usize)> {
    match kind {
        RouteKind::Section(id, _) => Some((0, id.0)),
        RouteKind::Term(id, _) => Some((1, id.0)),
        RouteKind::Archive(index, _) => Some((2, *index)),
        _ => None,
    }
}

impl Plan {
    /// Some of the pages that are to be found.
    pub(super) fn sitemap(&self, from: usize, to: usize) -> Sitemap {
        // A list of 10,000 posts has 500 pages, and is looked through once.
        let mut lists: Map<(u8, usize), Option<Date>> = Map::default();
        let mut changed = |kind: &RouteKind| match list_of(kind) {
            Some(list) => *lists.entry(list).or_insert_with(|| self.changed(kind)),
            None => self.changed(kind),
        };
        let entry = |page: &Listed| SitemapEntry {
            url: self.site.config.base_url.absolute(&page.url),
            updated: changed(&page.kind).map(|d| d.iso()),
            alternates: self.alternates(&self.versions(&page.kind)),
        };
        Sitemap::Pages(self.routes.listed[from..to].iter().map(entry).collect())
    }

    /// The list of so many sitemaps.
    pub(super) fn sitemap_index(&self, count: usize) -> Sitemap {
        let base = &self.site.config.base_url;
        let entry = |number| {
            let url = UrlPath::new(&sitemap_part(number));
            SitemapEntry { url: base.absolute(&url), updated: None, alternates: Vec::new() }
        };
        Sitemap::Index((0..count).map(entry).collect())
    }

    /// When the content of a page changed: never when it was built.
    fn changed(&self, kind: &RouteKind) -> Option<Date> {
        let newest = |ids: &[DocId]| ids.iter().filter_map(|id| self.changed_document(*id)).max();
        match kind {
            RouteKind::Document(id) => self.changed_document(*id),
            RouteKind::Section(id, _) => {
                let own = self.site.sections[id.0].doc.and_then(|doc| self.changed_document(doc));
                newest(section_items(&self.site, *id)).max(own)
            }
            RouteKind::Term(id, _) => {
                let term = &self.site.terms[id.0];
                let own = term.doc.and_then(|doc| self.changed_document(doc));
                newest(&term.pages).max(own)
            }
            RouteKind::Archive(index, _) => newest(&self.routes.archives[*index].pages),
            _ => None,
        }
    }

    fn changed_document(&self, id: DocId) -> Option<Date> {
        self.site.document(id).changed()
    }

    /// A page in all its languages that the sitemap knows. Further pages of a list have no
    /// counterparts.
    fn versions(&self, kind: &RouteKind) -> Vec<Translation> {
        let mut versions = self.all_versions(kind);
        versions.retain(|version| {
            let document = self.site.by_url.find(&version.url);
            self.site.stands_in(document.copied(), Gathering::Sitemap)
        });
        if versions.len() > 1 { versions } else { Vec::new() }
    }

    fn all_versions(&self, kind: &RouteKind) -> Vec<Translation> {
        match kind {
            RouteKind::Document(id) => self.site.document(*id).translations.clone(),
            RouteKind::Section(id, pager) if pager.number == 1 => {
                self.site.sections[id.0].translations.clone()
            }
            RouteKind::Term(id, pager) if pager.number == 1 => {
                self.site.terms[id.0].translations.clone()
            }
            RouteKind::Taxonomy { taxonomy, language, pager } if pager.number == 1 => {
                self.taxonomy_versions(*taxonomy, *language)
            }
            RouteKind::Archives(_) => self.archive_versions(None),
            RouteKind::Archive(index, pager) if pager.number == 1 => {
                self.archive_versions(Some(self.routes.archives[*index].year))
            }
            _ => Vec::new(),
        }
    }

    /// The same as in the head of the page itself.
    fn alternates(&self, versions: &[Translation]) -> Vec<(String, String)> {
        let base = &self.site.config.base_url;
        let code = |t: &Translation| self.site.language(t.language).code.clone();
        let mut alternates: Vec<(String, String)> =
            versions.iter().map(|t| (code(t), base.absolute(&t.url))).collect();
        let default = versions.iter().find(|t| t.language == 0);
        alternates.extend(default.map(|t| ("x-default".to_owned(), base.absolute(&t.url))));
        alternates
    }
}
