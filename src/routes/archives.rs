//! Posts by year of publication.

use std::sync::Arc;

use super::route::{Made, Owner, RouteKind};
use super::{RouteList, versions};
use crate::base::{Map, UrlPath};
use crate::config::LanguageId;
use crate::site::{DocId, Site, Translation};

/// Posts on one page of a year.
const PAGINATE_BY: usize = 50;

/// The posts of one year in one language.
#[derive(Debug)]
pub(crate) struct Archive {
    /// The language.
    pub(crate) language: LanguageId,
    /// The year.
    pub(crate) year: i16,
    /// Its address.
    pub(crate) url: UrlPath,
    /// Newest first.
    pub(crate) pages: Vec<DocId>,
}

/// Sorts the posts of every language by year, newest first.
pub(super) fn gather(site: &Site) -> Vec<Archive> {
    let mut archives = Vec::new();
    for (language, posts) in site.posts.iter() {
        let mut years: Map<i16, Vec<DocId>> = Map::default();
        for id in posts {
            if let Some(date) = site.document(*id).date {
                years.entry(date.day().year()).or_default().push(*id);
            }
        }
        // Posts are sorted by instant, newest first, but around New Year the local year can differ
        // from that order.
        years.sort_by(|a, _, b, _| b.cmp(a));
        for (year, pages) in years {
            let url = archives_url(site, language).join(&format!("{year:04}/"));
            archives.push(Archive { language, year, url, pages });
        }
    }
    archives
}

pub(super) fn add(site: &Site, archives: &[Archive], list: &mut RouteList<'_>) {
    for language in site.config.languages.ids() {
        if archives.iter().any(|a| a.language == language) {
            let versions = archive_versions(site, archives, None);
            let owner = Owner { is_listed: true, versions, ..made("the list of years".to_owned()) };
            list.add(archives_url(site, language), RouteKind::Archives(language), owner);
        }
    }
    for (index, archive) in archives.iter().enumerate() {
        let owner = Arc::new(Owner {
            is_listed: true,
            changed: list.changed(None, &archive.pages),
            versions: archive_versions(site, archives, Some(archive.year)),
            ..made(format!("the archive of {}", archive.year))
        });
        let kind = |pager| RouteKind::Archive(index, pager);
        list.add_pages(&archive.url, archive.pages.len(), PAGINATE_BY, &owner, kind);
    }
}

fn made(what: String) -> Owner {
    Owner::made(&what.clone(), Made { what, ..Made::default() })
}

/// The address of the list of years.
pub(crate) fn archives_url(site: &Site, language: LanguageId) -> UrlPath {
    site.language_root(language).join("archive/")
}

/// What the list of years is called.
pub(crate) fn archives_title(site: &Site, language: LanguageId) -> String {
    site.language(language).text("archive").unwrap_or("Archive").to_owned()
}

/// The versions of the list of years, or of one year, in the languages that have it.
fn archive_versions(site: &Site, archives: &[Archive], year: Option<i16>) -> Arc<[Translation]> {
    let mut found: Vec<Translation> = Vec::new();
    for archive in archives.iter().filter(|a| year.is_none_or(|y| y == a.year)) {
        let language = archive.language;
        if found.iter().any(|v| v.language == language) {
            continue;
        }
        let (url, title) = match year {
            Some(year) => (archive.url.clone(), year.to_string()),
            None => (archives_url(site, language), archives_title(site, language)),
        };
        found.push(Translation { language, url, title });
    }
    versions(found)
}
