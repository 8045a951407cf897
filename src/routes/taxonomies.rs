//! Taxonomies: the lists of their terms.

use std::sync::Arc;

use super::route::{Made, Nature, OwnPage, Owner, RouteKind};
use super::{RouteList, versions};
use crate::base::UrlPath;
use crate::base::text::capitalised;
use crate::config::{LanguageId, TaxonomyId};
use crate::site::{Gathering, Site, Taxonomy, Translation};

/// Terms on one page of a taxonomy. Readers look names up in it, so its pages are long.
const TERMS_PER_PAGE: usize = 500;

pub(super) fn add(site: &Site, list: &mut RouteList<'_>) {
    for (&taxonomy, Taxonomy { terms, .. }) in &site.taxonomies {
        for (language, terms) in terms.iter() {
            if !has_taxonomy_page(site, taxonomy, language) {
                continue;
            }
            let url = taxonomy_url(site, taxonomy, language);
            let owner = Arc::new(owner(site, taxonomy, language, &url));
            let kind = |pager| RouteKind::Taxonomy { taxonomy, language, pager };
            list.add_pages(&url, terms.len(), TERMS_PER_PAGE, &owner, kind);
        }
    }
}

fn owner(site: &Site, taxonomy: TaxonomyId, language: LanguageId, url: &UrlPath) -> Owner {
    let doc = site.taxonomies[&taxonomy].docs[language];
    let owner = match doc {
        Some(doc) => Owner::new(Nature::Made, site.document(doc).file()),
        None => without_document(&site.taxonomies[&taxonomy].name, url),
    };
    Owner {
        is_listed: site.stands_in(doc, Gathering::Sitemap),
        versions: taxonomy_versions(site, taxonomy, language),
        ..owner
    }
}

fn without_document(name: &str, url: &UrlPath) -> Owner {
    let path = url.as_str().trim_start_matches('/');
    let help =
        format!("write it as `content/{path}_index.md`, or give it another `slug` or `path`");
    let what = format!("the list of {name}");
    let page = OwnPage { help: Some(help), mistaken: None };
    Owner::made(&what.clone(), Made { what, page: Some(page), ..Made::default() })
}

/// Whether a taxonomy has a page in a language: it needs terms to list, or a text.
pub(crate) fn has_taxonomy_page(site: &Site, taxonomy: TaxonomyId, language: LanguageId) -> bool {
    let taxonomy = &site.taxonomies[&taxonomy];
    !taxonomy.terms[language].is_empty() || taxonomy.docs[language].is_some()
}

/// The address of a taxonomy in one language.
pub(crate) fn taxonomy_url(site: &Site, taxonomy: TaxonomyId, language: LanguageId) -> UrlPath {
    let taxonomy = &site.taxonomies[&taxonomy];
    match taxonomy.docs[language] {
        Some(doc) => site.document(doc).url.clone(),
        None => site.language_root(language).join(&format!("{}/", taxonomy.name)),
    }
}

/// What a taxonomy is called in one language.
pub(crate) fn taxonomy_title(site: &Site, taxonomy: TaxonomyId, language: LanguageId) -> String {
    let taxonomy = &site.taxonomies[&taxonomy];
    if let Some(doc) = taxonomy.docs[language] {
        return site.document(doc).title.clone();
    }
    let text = site.language(language).text(&taxonomy.name);
    text.map_or_else(|| capitalised(&taxonomy.name), str::to_owned)
}

/// The language versions of a taxonomy's list: those that exist and are listed as this one is.
fn taxonomy_versions(
    site: &Site,
    taxonomy: TaxonomyId,
    language: LanguageId,
) -> Arc<[Translation]> {
    let docs = &site.taxonomies[&taxonomy].docs;
    let is_listed = |language: LanguageId| site.stands_in(docs[language], Gathering::Lists);
    let languages = docs
        .ids()
        .filter(|l| has_taxonomy_page(site, taxonomy, *l))
        .filter(|l| is_listed(*l) == is_listed(language));
    versions(languages.map(|language| Translation {
        language,
        url: taxonomy_url(site, taxonomy, language),
        title: taxonomy_title(site, taxonomy, language),
    }))
}
