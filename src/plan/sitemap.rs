//! What sitemaps contain.

use super::Plan;
use crate::base::{Digest, Hasher};
use crate::routes::{ListedPage, sitemap_part};
use crate::site::{Gathering, Translation};

/// A sitemap, or the list of several.
#[derive(Debug)]
pub enum Sitemap {
    /// Addresses of pages.
    Pages(Vec<SitemapEntry>),
    /// Addresses of sitemaps.
    Index(Vec<SitemapEntry>),
}

/// One address of a sitemap.
#[derive(Debug)]
pub struct SitemapEntry {
    /// Absolute address.
    pub(crate) url: String,
    /// Date, or date and time, of the last change of its content, where known.
    pub(crate) updated: Option<String>,
    /// Language codes, or `x-default`, and absolute addresses of all versions.
    pub(crate) alternates: Vec<(String, String)>,
}

impl Sitemap {
    /// Digest of everything in it.
    pub(crate) fn digest(&self) -> Digest {
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

impl Plan {
    /// Some of the pages that search engines should find.
    pub(super) fn sitemap(&self, from: usize, to: usize) -> Sitemap {
        let entry = |page: &ListedPage| SitemapEntry {
            url: self.site.config.base_url.absolute(&page.url),
            updated: page.facts.owner.changed.map(|d| d.iso()),
            alternates: self.alternates(page.facts.versions()),
        };
        Sitemap::Pages(self.routes.listed[from..to].iter().map(entry).collect())
    }

    /// The list of `count` sitemaps.
    pub(super) fn sitemap_index(&self, count: usize) -> Sitemap {
        let base = &self.site.config.base_url;
        let entry = |number| {
            let url = base.absolute(&sitemap_part(number));
            SitemapEntry { url, updated: None, alternates: Vec::new() }
        };
        Sitemap::Index((0..count).map(entry).collect())
    }

    /// The versions of a page that are in the sitemap, as the head of the page names them.
    fn alternates(&self, versions: &[Translation]) -> Vec<(String, String)> {
        let base = &self.site.config.base_url;
        let is_known = |version: &&Translation| {
            let document = self.site.by_url.find(&version.url);
            self.site.stands_in(document.copied(), Gathering::Sitemap)
        };
        let versions: Vec<&Translation> = versions.iter().filter(is_known).collect();
        if versions.len() < 2 {
            return Vec::new();
        }
        let code = |t: &Translation| self.site.language(t.language).code.clone();
        let mut alternates: Vec<(String, String)> =
            versions.iter().map(|t| (code(t), base.absolute(&t.url))).collect();
        let default = versions.iter().find(|t| t.language.is_default());
        alternates.extend(default.map(|t| ("x-default".to_owned(), base.absolute(&t.url))));
        alternates
    }
}
