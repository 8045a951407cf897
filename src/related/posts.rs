//! The posts of a site as the index sees them, and back.

use super::{Entry, nearest};
use crate::site::{DocId, Site};

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
/// then the nearest. Only posts have any.
pub fn related_posts(site: &Site) -> Vec<Vec<DocId>> {
    let mut related = vec![Vec::new(); site.documents.len()];
    let limit = site.config.related.limit;
    if limit == 0 {
        return related;
    }
    let posts: Vec<DocId> =
        (0..site.documents.len()).map(DocId).filter(|id| site.document(*id).is_post()).collect();
    let entries: Vec<Entry<'_>> = posts.iter().map(|id| entry(site, *id)).collect();
    for (id, neighbours) in posts.iter().zip(nearest(&entries, limit)) {
        let chosen = site.document(*id).related.iter().copied().filter(|c| c != id);
        let mut list: Vec<DocId> = chosen.collect();
        for neighbour in neighbours {
            let near = posts[neighbour.entry];
            if !list.contains(&near) {
                list.push(near);
            }
        }
        list.truncate(limit.max(site.document(*id).related.len()));
        related[id.0] = list;
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
