//! The posts of a site as the ranking sees them, and back.

use rayon::prelude::*;

use super::reasons::{Why, Words};
use super::select::Selection;
use super::{Entry, Group, Reason, Weights, rank, select};
use crate::base::{Digest, Map};
use crate::config::{BuiltIn, Config};
use crate::site::{DocId, Gathering, LinkTarget, Resolved, Site, TermId};

/// A post that is shown beside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The post.
    pub doc: DocId,
    /// Why it is shown there, the strongest reason first: few, or none.
    pub reasons: Box<[Reason]>,
}

/// Posts that have nothing in common which could be named must be so much nearer.
const UNNAMED: i32 = 2;

/// So many more than are shown beside a post are found: the best of them is what to read next.
const SPARE: usize = 1;

/// For each document of the site its related posts, best first: those that its author chose, then
/// the best others. Only posts have any. Unlisted ones have only the chosen, and are near to no
/// other; those with `related = false` have none.
pub(crate) fn related_posts(site: &Site) -> Vec<Vec<Related>> {
    let mut related: Vec<Vec<Related>> = vec![Vec::new(); site.documents.len()];
    let limit = site.config.related.limit;
    if limit == 0 {
        return related;
    }
    for id in (0..site.documents.len()).map(DocId) {
        let document = site.document(id);
        if document.is_post() && takes_part(site, id) {
            let chosen = document.related.iter().filter(|chosen| **chosen != id);
            let reasons: Box<[Reason]> = [Reason::Chosen].into();
            related[id.0].extend(chosen.map(|doc| Related { doc: *doc, reasons: reasons.clone() }));
        }
    }
    let posts = posts(site);
    let entries = entries(site, &posts);
    let words = Words::of(site, &posts);
    #[allow(clippy::cast_possible_truncation)]
    let floor = (site.config.related.floor * 1_000_000.0) as i32;
    let diversity = site.config.related.diversity;
    let selection = Selection { limit: limit + SPARE, floor, diversity };
    let lists = select(&entries, &weights(&site.config), &selection);
    let found: Vec<Vec<Related>> = posts
        .par_iter()
        .zip(lists)
        .map(|(id, list)| {
            let others = list.iter().filter_map(|other| {
                let doc = posts[other.entry];
                let Why { reasons, is_named } = words.reasons(*id, doc, other);
                let is_near = is_named || other.score >= floor.saturating_mul(UNNAMED);
                is_near.then(|| Related { doc, reasons: reasons.into() })
            });
            others.collect()
        })
        .collect();
    for (id, found) in posts.iter().zip(found) {
        let list = &mut related[id.0];
        let room = (limit + SPARE).saturating_sub(list.len());
        list.extend(found.into_iter().take(room));
    }
    related
}

/// The weights that the site wants.
pub(super) fn weights(config: &Config) -> Weights {
    let own = config.related.taxonomies.iter();
    let own = own.filter_map(|(name, weight)| Some((config.taxonomies.find(name)?, *weight)));
    Weights::new(config.related.weights, own.collect())
}

/// Whether a document has related posts and can be one.
fn takes_part(site: &Site, id: DocId) -> bool {
    site.document(id).front.related.takes_part != Some(false)
}

/// The posts that are compared.
pub(super) fn posts(site: &Site) -> Vec<DocId> {
    let ids = (0..site.documents.len()).map(DocId);
    ids.filter(|id| {
        let document = site.document(*id);
        document.is_post() && document.stands_in(Gathering::Lists) && takes_part(site, *id)
    })
    .collect()
}

/// The terms of a document in a built-in taxonomy.
pub(super) fn terms_in(
    site: &Site,
    id: DocId,
    taxonomy: BuiltIn,
) -> impl Iterator<Item = TermId> + '_ {
    let terms = site.document(id).terms.iter().copied();
    terms.filter(move |id| site.built_in(&site.terms[id.0]) == Some(taxonomy))
}

pub(super) fn entries<'a>(site: &'a Site, posts: &[DocId]) -> Vec<Entry<'a>> {
    let places: Map<DocId, u32> = posts.iter().copied().zip(0..).collect();
    let weights = weights(&site.config);
    posts.par_iter().map(|id| entry(site, *id, &places, &weights)).collect()
}

fn entry<'a>(site: &'a Site, id: DocId, places: &Map<DocId, u32>, weights: &Weights) -> Entry<'a> {
    let document = site.document(id);
    let features = &document.doc.features;
    let mut shared: Vec<(Group, u64)> = Vec::with_capacity(document.terms.len());
    for id in &document.terms {
        let term = &site.terms[id.0];
        let group = match site.built_in(term) {
            Some(BuiltIn::People) => Group::People,
            Some(BuiltIn::Series) => Group::Series,
            Some(BuiltIn::Authors) => Group::Authors,
            Some(BuiltIn::Tags | BuiltIn::Categories) | None => {
                if weights.counts_apart(term.taxonomy) {
                    Group::Own(term.taxonomy)
                } else {
                    Group::Terms
                }
            }
        };
        shared.push((group, id.0 as u64));
    }
    shared.extend(features.sources.iter().map(|source| (Group::Sources, *source)));
    let mut calls = Vec::new();
    for (link, resolved) in document.links.iter().enumerate() {
        if let Resolved::Site(LinkTarget { doc: Some(doc), .. }) = resolved
            && *doc != id
            && let Some(to) = places.get(doc)
        {
            calls.push((*to, features.called(link)));
        }
    }
    let mut links: Vec<u32> = calls.iter().map(|(to, _)| *to).collect();
    links.sort_unstable();
    links.dedup();
    let excluded = excluded(site, id, places, &links);
    let day = document.date.map(|date| date.days());
    #[allow(clippy::cast_possible_truncation)]
    let sample = Digest::of(document.doc.source.path.as_str().as_bytes()).0 as u64;
    Entry { features, shared, links, calls, excluded, day, language: document.language, sample }
}

/// What is not listed for a post: what was chosen (that comes first anyway), what `read_also` names,
/// what is blocked, and, unless
/// the site wants it otherwise, what its text links and the other parts of its series.
fn excluded(site: &Site, id: DocId, places: &Map<DocId, u32>, links: &[u32]) -> Vec<u32> {
    let document = site.document(id);
    let mut excluded: Vec<u32> = Vec::new();
    let named = document.related.iter().chain(&document.blocked).chain(&document.read_also);
    excluded.extend(named.filter_map(|id| places.get(id)));
    if site.config.related.exclude_linked {
        excluded.extend(links);
    }
    if site.config.related.exclude_series {
        let series = terms_in(site, id, BuiltIn::Series);
        let parts = series.flat_map(|series| &site.terms[series.0].pages);
        excluded.extend(parts.filter_map(|id| places.get(id)));
    }
    excluded.sort_unstable();
    excluded.dedup();
    excluded
}

/// A post in the ranking of another.
#[derive(Debug, Clone)]
pub(crate) struct Ranked {
    pub(crate) doc: DocId,
    /// In millionths; may be negative.
    pub(crate) score: i32,
    pub(crate) reasons: Vec<Reason>,
}

/// The raw ranking: for each post that is compared, the best others, whether they are shown or not.
pub(crate) fn raw(site: &Site, limit: usize) -> Vec<(DocId, Vec<Ranked>)> {
    let posts = posts(site);
    let entries = entries(site, &posts);
    let words = Words::of(site, &posts);
    let lists = rank(&entries, &weights(&site.config), limit);
    let all = posts.par_iter().zip(lists).map(|(id, list)| {
        let ranked = list.iter().map(|other| {
            let doc = posts[other.entry];
            Ranked { doc, score: other.score, reasons: words.reasons(*id, doc, other).reasons }
        });
        (*id, ranked.collect())
    });
    all.collect()
}
