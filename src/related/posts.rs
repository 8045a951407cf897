//! Turns the posts of a site into entries of the index, and the results back into posts.

use super::{Few, IndexedPost, Reason, SharedFeature, nearest};
use crate::config::BuiltIn;
use crate::site::{DocId, Gathering, Site, TermId};

/// A post that is shown beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Related {
    /// The post.
    pub doc: DocId,
    reasons: Few<Reason>,
}

impl Related {
    /// Why it is shown there, the strongest reason first; at most [`super::MOST_REASONS`].
    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        self.reasons.iter()
    }
}

/// How much a shared term of a taxonomy counts; a rare term with weight 1 counts as much as the
/// whole text. Two posts about one person belong together, two by one author need not.
fn weight(taxonomy: Option<BuiltIn>) -> f32 {
    match taxonomy {
        Some(BuiltIn::People) => 0.8,
        Some(BuiltIn::Tags) => 0.4,
        Some(BuiltIn::Categories) => 0.2,
        Some(BuiltIn::Authors) => 0.05,
        Some(BuiltIn::Series) | None => 0.3,
    }
}

/// The related posts of each document, best first: those that its author chose, then the nearest.
/// Only posts have any. Unlisted posts are not compared: they have only the chosen ones, and are
/// near to no other post.
pub(crate) fn related_posts(site: &Site) -> Vec<Vec<Related>> {
    let mut related: Vec<Vec<Related>> = vec![Vec::new(); site.documents.len()];
    let limit = site.config.related.limit;
    if limit == 0 {
        return related;
    }
    let mut posts = Vec::new();
    for id in (0..site.documents.len()).map(DocId) {
        let document = site.document(id);
        if document.is_post() {
            let chosen = document.related.iter().filter(|chosen| **chosen != id);
            let reasons = Few::first([Reason::Chosen]);
            related[id.0].extend(chosen.map(|doc| Related { doc: *doc, reasons }));
            if document.stands_in(Gathering::Lists) {
                posts.push(id);
            }
        }
    }
    let entries: Vec<IndexedPost<'_>> = posts.iter().map(|id| entry(site, *id)).collect();
    for (id, neighbours) in posts.iter().zip(nearest(&entries, limit)) {
        let list = &mut related[id.0];
        for neighbour in neighbours {
            let doc = posts[neighbour.entry];
            if !list.iter().any(|known| known.doc == doc) {
                let link = are_linked(site, *id, doc).then_some(Reason::Link);
                let shared = neighbour.shared.iter().map(|shared| reason(site, shared));
                list.push(Related { doc, reasons: Few::first(link.into_iter().chain(shared)) });
            }
        }
        list.truncate(limit.max(site.document(*id).related.len()));
    }
    related
}

fn are_linked(site: &Site, one: DocId, other: DocId) -> bool {
    // Backlinks are in the order of documents.
    let links = |from: DocId, to: DocId| site.backlinks[to.0].binary_search(&from).is_ok();
    links(one, other) || links(other, one)
}

fn reason(site: &Site, shared: SharedFeature) -> Reason {
    match shared {
        SharedFeature::Word(key) => Reason::Word(key),
        SharedFeature::Term(id) => {
            let term = &site.terms[id.0];
            match (term.person, site.built_in(term)) {
                (Some(person), _) => Reason::Person(person),
                (None, Some(BuiltIn::Series)) => Reason::Series(id),
                (None, _) => Reason::Term(id),
            }
        }
    }
}

fn entry(site: &Site, id: DocId) -> IndexedPost<'_> {
    let document = site.document(id);
    let mut terms: Vec<(TermId, f32)> =
        document.terms.iter().map(|id| (*id, weight(site.built_in(&site.terms[id.0])))).collect();
    terms.sort_by_key(|(term, _)| *term);
    IndexedPost { features: &document.doc.features, terms, language: document.language }
}
