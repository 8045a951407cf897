//! Which posts belong beside a post, and why.
//!
//! In: what each post is about (its [`crate::analysis::Features`]), what its front matter says, and
//! who links to whom. Out: for each post those that its author chose and the best others, with the
//! [`Reason`]s. It sees no templates, and never compares all pairs.
//!
//! # How
//! A score is a sum of [`Signal`]s. The largest is the cosine of two texts: vectors of words and of
//! pairs of adjacent words, weighed as in BM25 ([`statistics`]); what a word of the title counts, each
//! site shows itself ([`titles`]). Two stages find the best:
//!
//! 1. [`nearest`]: an inverted index of each post's heaviest words and pairs finds up to a
//!    hundred candidates, whose cosine is then computed in full. For each post at most some
//!    thousand postings are read, so the work grows with the number of posts, not with its square.
//! 2. [`score`]: everything else is known only of candidates: these, and the posts that stories
//!    like this one link to.
//!
//! What is best but not shown beside a text may stand in it: [`in_text`] finds the places. The same
//! vectors tell [`mod@keywords`] what could be added to posts without tags, if somebody asks.
//!
//! The ranking of a post uses nothing that its own links say, so that it can be compared with them.
//!
//! # Same everywhere, and steady
//! Logarithms come from `libm`, and every sum is made in one order: neither threads nor machines
//! show in the result. On more than some thousand posts, document frequencies and the scale of
//! scores are those of a sample, chosen by the digest of the posts' paths: an edit of another post
//! changes no statistic, so only lists near that post change.

mod explain;
mod groups;
mod in_text;
mod keywords;
mod nearest;
mod posts;
mod reason;
mod reasons;
mod score;
mod select;
mod statistics;
#[cfg(test)]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::float_cmp)]
mod tests;
mod titles;
mod twins;

use crate::analysis::Features;
use crate::base::Map;
use crate::config::{LanguageId, SignalWeights, TaxonomyId};
use crate::keys::Signal;

pub(crate) use explain::explain;
pub(crate) use keywords::{Keywords, keywords};
pub use posts::{Beside, InText, Related};
pub(crate) use posts::{Ranked, raw, related_posts};
pub use reason::Reason;
pub(crate) use twins::twins;

use score::Facts;
use select::Selection;

/// One post as the ranking sees it.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'a> {
    /// Its words.
    pub(crate) features: &'a Features,
    /// What it may share with others: terms by their ids, addresses by their digests.
    pub(crate) shared: Vec<(Group, u64)>,
    /// The entries that it links to, sorted, without itself.
    pub(crate) links: Vec<u32>,
    /// For each of its links to an entry, the words that are linked.
    pub(crate) calls: Vec<(u32, &'a [u64])>,
    /// Entries that are not to be listed for it, sorted.
    pub(crate) excluded: Vec<u32>,
    /// Its date, as a number of days.
    pub(crate) day: Option<i32>,
    /// Only posts of one language are compared.
    pub(crate) language: LanguageId,
    /// A digest of its path: whether it is in samples.
    pub(crate) sample: u64,
}

/// What is compared as one set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Group {
    /// The terms of all taxonomies that have no weight of their own.
    Terms,
    /// People that it is about.
    People,
    /// The series that it is a part of.
    Series,
    /// Who wrote it.
    Authors,
    /// The pages of other sites that it links to.
    Sources,
    /// The terms of this taxonomy, which has a weight of its own.
    Own(TaxonomyId),
}

/// How much each signal counts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    signals: SignalWeights,
    /// Of taxonomies that kisah.toml gives a weight of their own.
    own: Vec<(TaxonomyId, f32)>,
}

impl Weights {
    pub(crate) fn new(signals: SignalWeights, own: Vec<(TaxonomyId, f32)>) -> Self {
        Weights { signals, own }
    }

    fn of(&self, signal: Signal) -> f32 {
        self.signals[signal as usize]
    }

    /// Whether a taxonomy has a weight of its own.
    fn counts_apart(&self, taxonomy: TaxonomyId) -> bool {
        self.own.iter().any(|(known, _)| *known == taxonomy)
    }
}

/// A post that is near to another.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Neighbour {
    /// Its index among the entries.
    pub(crate) entry: usize,
    /// In millionths; may be negative.
    pub(crate) score: i32,
    /// If it was selected, the words that both have and few others, those that count most first.
    pub(crate) words: Vec<SharedWord>,
    /// Whether stories like the post link to it.
    pub(crate) is_cited: bool,
}

/// A word that two posts have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SharedWord {
    /// Its [`crate::analysis::Word::key`].
    pub(crate) key: u64,
    /// Its part of the likeness of both texts, from 0 to 1.
    pub(crate) part: f32,
}

/// The `limit` best others for each entry, best first; ties are broken by the order of entries.
/// Only posts of the same language are listed, and nothing is excluded.
pub(crate) fn rank(entries: &[Entry<'_>], weights: &Weights, limit: usize) -> Vec<Vec<Neighbour>> {
    each(entries, weights, |facts| facts.best(limit))
}

/// What is shown for each entry.
pub(crate) fn select(
    entries: &[Entry<'_>],
    weights: &Weights,
    selection: &Selection,
) -> Vec<Vec<Neighbour>> {
    each(entries, weights, |facts| facts.selected(selection))
}

/// Lists for each entry, made language by language.
fn each(
    entries: &[Entry<'_>],
    weights: &Weights,
    lists: impl Fn(&Facts<'_>) -> Vec<Vec<Neighbour>>,
) -> Vec<Vec<Neighbour>> {
    let mut result = vec![Vec::new(); entries.len()];
    for members in languages(entries) {
        let found = with_facts(entries, &members, weights, &lists);
        for (at, mut list) in members.iter().zip(found) {
            for neighbour in &mut list {
                neighbour.entry = members[neighbour.entry];
            }
            result[*at] = list;
        }
    }
    result
}

/// The entries of each language.
fn languages(entries: &[Entry<'_>]) -> Vec<Vec<usize>> {
    let mut languages: Map<LanguageId, Vec<usize>> = Map::default();
    for (at, entry) in entries.iter().enumerate() {
        languages.entry(entry.language).or_default().push(at);
    }
    languages.into_values().collect()
}

/// Calls with everything that is known about some entries; there, their numbers are places in
/// `members`.
fn with_facts<T>(
    entries: &[Entry<'_>],
    members: &[usize],
    weights: &Weights,
    act: impl FnOnce(&Facts<'_>) -> T,
) -> T {
    let mut places: Vec<Option<u32>> = vec![None; entries.len()];
    for (place, at) in (0..).zip(members) {
        places[*at] = Some(place);
    }
    let place = |at: u32| places[at as usize];
    let own: Vec<Entry<'_>> = members
        .iter()
        .map(|at| {
            let entry = entries[*at].clone();
            let here = |all: &[u32]| all.iter().filter_map(|to| place(*to)).collect();
            let calls = entry.calls.iter();
            let calls = calls.filter_map(|(to, words)| Some((place(*to)?, *words))).collect();
            Entry { links: here(&entry.links), excluded: here(&entry.excluded), calls, ..entry }
        })
        .collect();
    let posts: Vec<&Entry<'_>> = own.iter().collect();
    let statistics = statistics::Statistics::of(&posts);
    let index = nearest::Index::of(&posts, &statistics);
    act(&Facts::of(&posts, &statistics, &index, weights))
}
