//! The score of one post beside another, taken apart: what each signal adds, and what it saw.

use std::fmt::Write as _;

use super::nearest::Near;
use super::posts::{entries, posts, weights};
use super::score::{Facts, Room, number};
use super::{Group, with_facts};
use crate::analysis::Analysers;
use crate::base::Map;
use crate::keys::Signal;
use crate::site::{DocId, Site};

/// Why one post stands beside another, or does not.
#[derive(Debug, Clone)]
pub(crate) struct Explanation {
    /// In the order of signals: its name, what it adds, and what it saw (may be empty).
    pub(crate) parts: Vec<(&'static str, f32, String)>,
    /// Whether it is left out for what the page names already, or because its author wants that.
    pub(crate) is_excluded: bool,
}

/// What a signal saw.
enum Evidence {
    Nothing,
    /// Keys of words.
    Words(Vec<u64>),
    /// Ids of terms.
    Terms(Vec<u64>),
    Posts(Vec<usize>),
    Count(usize),
    Days(u32),
}

/// Takes the score apart; `None` if the two are not compared: one is a page, unlisted or takes no
/// part, or they are in different languages.
pub(crate) fn explain(site: &Site, post: DocId, other: DocId) -> Option<Explanation> {
    let posts = posts(site);
    let language = site.document(post).language;
    if post == other || site.document(other).language != language {
        return None;
    }
    let entries = entries(site, &posts);
    let members: Vec<usize> =
        (0..posts.len()).filter(|at| entries[*at].language == language).collect();
    let place = |id: DocId| members.iter().position(|at| posts[*at] == id);
    let (from, to) = (place(post)?, place(other)?);
    let weights = weights(&site.config);
    let written = Written::of(site, [post, other]);
    Some(with_facts(&entries, &members, &weights, |facts| {
        let told = |evidence| match evidence {
            Evidence::Nothing => String::new(),
            Evidence::Words(keys) => written.named(&keys),
            Evidence::Terms(ids) => joined(ids.iter().filter_map(|id| {
                let term = site.terms.get(usize::try_from(*id).ok()?)?;
                Some(term.name.as_str())
            })),
            Evidence::Posts(found) => joined(found.iter().map(|at| {
                let path = site.document(posts[members[*at]]).doc.source.path.as_str();
                path.strip_prefix("content/").unwrap_or(path)
            })),
            Evidence::Count(0) => String::new(),
            Evidence::Count(count) => count.to_string(),
            Evidence::Days(days) => format!("{days} days apart"),
        };
        let parts = facts.explained(from, to).into_iter();
        // A weight below zero makes nothing less than nothing.
        let parts = parts.map(|(signal, part, seen)| (signal.name(), part + 0.0, told(seen)));
        let is_excluded = facts.entries[from].excluded.binary_search(&number(to)).is_ok();
        Explanation { parts: parts.collect(), is_excluded }
    }))
}

/// How many words or files are named for a signal.
const NAMED: usize = 8;

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let mut text = names[..names.len().min(NAMED)].join(", ");
    if names.len() > NAMED {
        _ = write!(text, " and {} more", names.len() - NAMED);
    }
    text
}

/// The words of two posts by their keys, as they are written.
struct Written(Map<u64, String>);

impl Written {
    fn of(site: &Site, posts: [DocId; 2]) -> Self {
        let mut analysers = Analysers::default();
        let mut words: Map<u64, String> = Map::default();
        for id in posts {
            let document = site.document(id);
            let analyser = analysers.of(&site.language(document.language).code);
            let text = format!("{} {}", document.title, document.doc.body.text());
            for word in text.split(|c: char| !c.is_alphanumeric()) {
                if let [key] = analyser.title(word)[..] {
                    words.entry(key).or_insert_with(|| word.to_owned());
                }
            }
        }
        Written(words)
    }

    fn named(&self, keys: &[u64]) -> String {
        joined(keys.iter().filter_map(|key| self.0.get(key).map(String::as_str)))
    }
}

impl Facts<'_> {
    /// What each signal adds to the score of another post, and what it saw.
    fn explained(&self, post: usize, other: usize) -> Vec<(Signal, f32, Evidence)> {
        let mut room = Room::new(self);
        room.enter(self, post);
        let cosine = self.index.cosine(other, &room.query);
        let parts = self.parts(post, other, cosine, &room);
        let (title, called) = self.named(post, other, &room);
        let evidence = |signal| match signal {
            Signal::Words => {
                let words = self.shared_words(other, &room.query);
                Evidence::Words(words.into_iter().map(|word| word.key).collect())
            }
            Signal::Title => Evidence::Words(title.clone()),
            Signal::Called => Evidence::Words(called.clone()),
            Signal::Hub => Evidence::Nothing,
            Signal::Cited => {
                let links =
                    |near: &&Near| self.entries[near.post as usize].links.contains(&number(other));
                let citing = self.near[post].iter().filter(links).map(|near| near.post as usize);
                Evidence::Posts(if room.cited.of(number(other)) > 0.0 {
                    citing.collect()
                } else {
                    Vec::new()
                })
            }
            Signal::Linked => {
                let by = self.linked_by[other].iter().map(|from| *from as usize);
                Evidence::Posts(by.filter(|from| *from != post).collect())
            }
            Signal::Terms => {
                let own = self.weights.own.iter().map(|(taxonomy, _)| Group::Own(*taxonomy));
                let groups = [Group::Terms].into_iter().chain(own);
                Evidence::Terms(groups.flat_map(|group| self.same(group, post, other)).collect())
            }
            Signal::People => Evidence::Terms(self.same(Group::People, post, other)),
            Signal::Series => Evidence::Terms(self.same(Group::Series, post, other)),
            Signal::Authors => Evidence::Terms(self.same(Group::Authors, post, other)),
            Signal::Sources => Evidence::Count(self.same(Group::Sources, post, other).len()),
            Signal::NearInTime => match (self.entries[post].day, self.entries[other].day) {
                (Some(one), Some(two)) => Evidence::Days(one.abs_diff(two)),
                _ => Evidence::Nothing,
            },
        };
        let parts = Signal::ALL.into_iter().zip(parts);
        parts.map(|(signal, part)| (signal, part, evidence(signal))).collect()
    }

    /// The words of the other's title, and of links to it, that a post has.
    fn named(&self, post: usize, other: usize, room: &Room) -> (Vec<u64>, Vec<u64>) {
        let keys = |words: &mut dyn Iterator<Item = u32>| -> Vec<u64> {
            words
                .filter(|word| room.query.has(*word))
                .map(|word| self.statistics.key(word))
                .collect()
        };
        let candidate = &self.candidates[other];
        let called = candidate.called.0.iter();
        let called = called.filter(|called| called.only != Some(number(post)));
        (
            keys(&mut candidate.title.0.iter().map(|(word, _)| *word)),
            keys(&mut called.filter_map(|called| called.word)),
        )
    }
}
