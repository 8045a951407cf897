//! The posts of a site as the index sees them, and back.

use std::sync::Arc;

use rayon::prelude::*;

use super::{Analyser, Entry, Features, nearest};
use crate::base::{Digest, Hasher, Map, SourcePath};
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
pub fn related_posts(site: &Site, memory: &mut Memory) -> Vec<Vec<DocId>> {
    let mut related = vec![Vec::new(); site.documents.len()];
    let limit = site.config.related.limit;
    if limit == 0 {
        return related;
    }
    let posts: Vec<DocId> =
        (0..site.documents.len()).map(DocId).filter(|id| site.document(*id).is_post()).collect();
    let features = memory.features(site, &posts);
    let entries: Vec<Entry<'_>> =
        posts.iter().zip(&features).map(|(id, features)| entry(site, *id, features)).collect();
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

/// What posts were found to be about, for the next time.
#[derive(Default)]
pub struct Memory {
    /// By path: the digest of all that the features were made from, and the features.
    known: Map<SourcePath, (Digest, Arc<Features>)>,
}

impl Memory {
    /// The features of some posts, in their order. Remembers them, and forgets all others.
    fn features(&mut self, site: &Site, posts: &[DocId]) -> Vec<Arc<Features>> {
        let keys: Vec<(Digest, Option<Arc<Features>>)> = posts
            .par_iter()
            .map(|id| {
                let digest = digest(site, *id);
                let known = self.known.get(&site.document(*id).doc.source.path);
                (digest, known.filter(|(old, _)| *old == digest).map(|(_, f)| Arc::clone(f)))
            })
            .collect();
        let new: Vec<DocId> = (posts.iter().zip(&keys))
            .filter_map(|(id, (_, known))| known.is_none().then_some(*id))
            .collect();
        let analysed = new.par_chunks(chunk(new.len()));
        let analysed: Vec<Features> =
            analysed.flat_map_iter(|chunk| analyse_all(site, chunk)).collect();
        let mut analysed = analysed.into_iter().map(Arc::new);
        let mut known = Map::with_capacity_and_hasher(posts.len(), rustc_hash::FxBuildHasher);
        for (id, (digest, features)) in posts.iter().zip(keys) {
            let features = features.or_else(|| analysed.next()).unwrap_or_default();
            known.insert(site.document(*id).doc.source.path.clone(), (digest, features));
        }
        self.known = known;
        self.known.values().map(|(_, features)| Arc::clone(features)).collect()
    }
}

/// Of all that [`analyse_all`] reads.
fn digest(site: &Site, id: DocId) -> Digest {
    let document = site.document(id);
    let language = &site.language(document.language).code;
    Hasher::new().digest(document.doc.digest).str(&document.title).str(language).finish()
}

/// How many posts share what an [`Analyser`] remembers: as many as leave enough chunks for all
/// cores. The number does not show in what they are found to be about.
fn chunk(posts: usize) -> usize {
    posts.div_ceil(4 * rayon::current_num_threads()).clamp(64, 8192)
}

fn analyse_all(site: &Site, posts: &[DocId]) -> Vec<Features> {
    let mut analysers: Map<usize, Analyser> = Map::default();
    let features = posts.iter().map(|id| {
        let document = site.document(*id);
        let analyser = analysers
            .entry(document.language)
            .or_insert_with(|| Analyser::new(&site.language(document.language).code));
        analyser.analyse(&document.title, &document.doc.body.text)
    });
    features.collect()
}

fn entry<'a>(site: &Site, id: DocId, features: &'a Features) -> Entry<'a> {
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
    Entry { features, terms, language: u32::try_from(document.language).unwrap_or(0) }
}
