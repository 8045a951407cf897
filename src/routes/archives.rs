//! Posts by year of publication.

use crate::base::{Map, UrlPath};
use crate::site::{DocId, Site};

/// Posts per page of a year.
pub(super) const PAGINATE_BY: usize = 50;

/// The posts of one year in one language.
#[derive(Debug)]
pub struct Archive {
    /// Index of the language.
    pub language: usize,
    /// The year.
    pub year: i16,
    /// Its address.
    pub url: UrlPath,
    /// Newest first.
    pub pages: Vec<DocId>,
}

/// Sorts the posts of every language by year, newest first.
pub(super) fn gather(site: &Site) -> Vec<Archive> {
    let mut archives = Vec::new();
    for (language, posts) in site.posts.iter().enumerate() {
        let mut years: Map<i16, Vec<DocId>> = Map::default();
        for id in posts {
            if let Some(date) = site.document(*id).date {
                years.entry(date.day().year()).or_default().push(*id);
            }
        }
        // Posts come newest first by instant, but a local year can differ at its edges.
        years.sort_by(|a, _, b, _| b.cmp(a));
        for (year, pages) in years {
            let url = overview_url(site, language).join(&format!("{year:04}/"));
            archives.push(Archive { language, year, url, pages });
        }
    }
    archives
}

/// The address of the list of years.
pub(super) fn overview_url(site: &Site, language: usize) -> UrlPath {
    site.language_root(language).join("archive/")
}
