//! The posts of a site as the ranking sees them, and back.

use rayon::prelude::*;

use super::reasons::{Why, Words};
use super::select::Selection;
use super::{Entry, Group, Neighbour, Reason, Weights, in_text, rank, select};
use crate::analysis::Analysers;
use crate::base::{Digest, Map};
use crate::config::{BuiltIn, Config};
use crate::site::{DocId, DocumentRole, Gathering, LinkTarget, Resolved, Site, TermId};

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

/// A story that is offered in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InText {
    /// The story.
    pub doc: DocId,
    /// The number of the block of the text that it comes after.
    pub after: usize,
}

/// What belongs beside one document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// The stories beside and after its text, best first.
    pub stories: Vec<Related>,
    /// Those that the text itself offers, in its order.
    pub in_text: Vec<InText>,
}

/// So many more than are shown beside a post are found: the best of them is what to read next.
const SPARE: usize = 1;

/// For each document of the site its related posts, best first: those that its author chose, then
/// the best others. Only posts have any. Unlisted ones have only the chosen, and are near to no
/// other; those with `related = false` have none. What comes after the ones that a page shows may
/// stand in its text.
pub(crate) fn related_posts(site: &Site) -> Vec<Beside> {
    let mut related: Vec<Beside> = vec![Beside::default(); site.documents.len()];
    let limit = site.config.related.limit;
    if limit == 0 {
        return related;
    }
    for id in (0..site.documents.len()).map(DocId) {
        let document = site.document(id);
        if document.is_post() && takes_part(site, id) {
            let chosen = document.related.iter().filter(|chosen| **chosen != id);
            let reasons: Box<[Reason]> = [Reason::Chosen].into();
            related[id.0]
                .stories
                .extend(chosen.map(|doc| Related { doc: *doc, reasons: reasons.clone() }));
        }
    }
    let posts = posts(site);
    let entries = entries(site, &posts);
    let words = Words::of(site, &posts);
    #[allow(clippy::cast_possible_truncation)]
    let floor = (site.config.related.floor * 1_000_000.0) as i32;
    let diversity = site.config.related.diversity;
    let is_wanted = posts.iter().any(|id| in_text::is_wanted(site, *id));
    let more = if is_wanted { in_text::MOST } else { 0 };
    let selection = Selection { limit: limit + SPARE, more, floor, diversity };
    let lists = select(&entries, &weights(&site.config), &selection);
    let found =
        posts.par_iter().zip(lists).with_min_len(64).map_init(
            Analysers::default,
            |analysers, (id, list)| {
                let wants = in_text::is_wanted(site, *id);
                let asked = if wants { list.len() } else { list.len().min(limit + SPARE) };
                let near: Vec<(DocId, &Neighbour, Why)> = list[..asked]
                    .iter()
                    .map(|other| (posts[other.entry], other))
                    .map(|(doc, other)| (doc, other, words.reasons(*id, doc, other)))
                    .collect();
                let mut stories = related[id.0].stories.clone();
                let room = (limit + SPARE).saturating_sub(stories.len());
                let found = near.iter().take(limit + SPARE).filter(|(_, other, why)| {
                    why.is_named || other.score >= floor.saturating_mul(UNNAMED)
                });
                stories.extend(found.take(room).map(|(doc, _, why)| Related {
                    doc: *doc,
                    reasons: why.reasons.clone().into(),
                }));
                let mut in_text = Vec::new();
                if wants {
                    let offered = offered(site, *id, &stories);
                    // What has nothing in common that could be named would surprise in the text.
                    let rest =
                        near.iter().filter(|(doc, _, why)| why.is_named && !offered.contains(doc));
                    let rest = rest.map(|(doc, other, _)| (*doc, *other));
                    in_text = in_text::places(site, *id, rest, analysers);
                }
                Beside { stories, in_text }
            },
        );
    let found: Vec<Beside> = found.collect();
    for (id, found) in posts.iter().zip(found) {
        related[id.0] = found;
    }
    related
}

/// What a page offers besides, before anything that stands in its text.
fn offered(site: &Site, id: DocId, stories: &[Related]) -> Vec<DocId> {
    let document = site.document(id);
    let part = site.next_part(id);
    let named: Vec<DocId> = part.into_iter().chain(document.read_also.iter().copied()).collect();
    // Without a next part, the best is what to read next.
    let shown = site.config.related.limit.max(document.related.len()) + usize::from(part.is_none());
    let has_page =
        |id: &DocId| matches!(site.document(*id).role, DocumentRole::Post | DocumentRole::Page);
    let others = stories.iter().map(|related| related.doc);
    let others = others.filter(|id| has_page(id) && !named.contains(id)).take(shown);
    let others: Vec<DocId> = others.collect();
    named.into_iter().chain(others).collect()
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
