//! The posts of a site as the index sees them, and back.

use super::{Entry, nearest};
use crate::site::{DocId, Gathering, Site};

/// How much a shared term of a taxonomy says; 1 is as much as the whole text, if the term is
/// rare. Two posts about one person belong together, two by one author need not.
fn weight(taxonomy: &str) -> f32 {
    match taxonomy {
        "people" => 0.8,
        "tags" => 0.4,
        "categories" => 0.2,
        "authors" => 0.05,
        _ => 0.3,
    }
}

/// For each document of the site its related posts, best first: those that its author chose,
/// then the nearest. Only posts have any. Of unlisted ones nothing is known here: they are near
/// to nothing.
pub fn related_posts(site: &Site) -> Vec<Vec<DocId>> {
    let mut related = vec![Vec::new(); site.documents.len()];
    let limit = site.config.related.limit;
    if limit == 0 {
        return related;
    }
    let mut posts = Vec::new();
    for id in (0..site.documents.len()).map(DocId) {
        let document = site.document(id);
        if document.is_post() {
            related[id.0].extend(document.related.iter().filter(|chosen| **chosen != id));
            if document.stands_in(Gathering::Lists) {
                posts.push(id);
            }
        }
    }
    let entries: Vec<Entry<'_>> = posts.iter().map(|id| entry(site, *id)).collect();
    for (id, neighbours) in posts.iter().zip(nearest(&entries, limit)) {
        let list = &mut related[id.0];
        for neighbour in neighbours {
            let near = posts[neighbour.entry];
            if !list.contains(&near) {
                list.push(near);
            }
        }
        list.truncate(limit.max(site.document(*id).related.len()));
    }
    related
}

fn entry(site: &Site, id: DocId) -> Entry<'_> {
    let document = site.document(id);
    let mut terms: Vec<(u32, f32)> = document
        .terms
        .iter()
        .map(|t| {
            let taxonomy = &site.taxonomies[site.terms[t.0].taxonomy];
            (u32::try_from(t.0).unwrap_or(u32::MAX), weight(&taxonomy.name))
        })
        .collect();
    terms.sort_by_key(|(term, _)| *term);
    let language = u32::try_from(document.language).unwrap_or(0);
    Entry { features: &document.doc.features, terms, language }
}
