//! The nearest texts and everything else that is known → the score of each candidate.
//!
//! A score is a sum of [`Signal`]s, each with its weight. It is not symmetric: it says how well one
//! story is read after another, and uses nothing that the first one's own links say.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use super::groups::{Groups, Shared, both, having, sets};
use super::nearest::{Index, Near, Query, together};
use super::statistics::{Statistics, is_sampled};
use super::{Entry, Group, Neighbour, SharedWord, Weights};
use crate::base::Map;
use crate::keys::Signal;

/// What the mean of [`Candidate::hub`] is brought to, so that the other weights fit on any site.
const SCALE: f32 = 0.139;

/// Where texts have less in common on average, what they have is chance, and is not scaled up.
const LEAST_MEAN: f32 = 0.1;

/// Of how many of its nearest texts the nearness of a post to everything is the mean.
const NEAREST: usize = 10;

/// How much of a candidate's hubness counts against it when the stories like this one are chosen.
const HUB_OF_PEERS: f32 = 0.2;

/// Sets of few words must not weigh as much as those of many.
const SMOOTHING: f32 = 3.0;

/// Up to so many posts each is a candidate for every other.
const ALL: usize = 200;

/// So many of the posts that stories like one link to are candidates for it: those that most of
/// them link. On the judged sites (`benches/related`), 8 did as well as all, and none much worse.
const FROM_LINKS: usize = 10;

/// And so many of those with the same person or series, if no more than [`super::groups::FEW`] have it.
const FROM_SAME: usize = 16;

/// How many words are looked at to say what two posts have in common.
const MOST_SHARED: usize = 24;

/// Everything that is known about the posts of one language.
pub(super) struct Facts<'a> {
    pub(super) entries: &'a [&'a Entry<'a>],
    pub(super) statistics: &'a Statistics,
    pub(super) index: &'a Index,
    pub(super) near: Vec<Vec<Near>>,
    pub(super) scale: f32,
    pub(super) candidates: Vec<Candidate>,
    /// For each post those that link to it, sorted.
    pub(super) linked_by: Vec<Vec<u32>>,
    /// For each group and post what it has of it, with cosine weights.
    pub(super) sets: Vec<Box<[Shared]>>,
    /// What each group adds to the score, by its place in [`Groups`].
    groups: Groups,
    /// The posts that have a person or a series, if they are few.
    pub(super) having: Map<(u16, u64), Vec<u32>>,
    pub(super) weights: &'a Weights,
}

/// What a post is to others, made once for all of them.
pub(super) struct Candidate {
    /// How near it is to everything, scaled.
    hub: f32,
    /// See [`Entry::day`].
    day: Option<i32>,
    /// What it counts that so many posts link to it, and that one less does.
    linked: [f32; 2],
    /// One bit for each key that it has of any group; two keys may have the same.
    marks: u128,
    /// The most that its title and the links to it can add to a score.
    most: f32,
    /// The words of its title that others have, with their idf, and what all of them weigh.
    pub(super) title: (Box<[(u32, f32)]>, f32),
    /// The words of links to it, and what all of them weigh.
    pub(super) called: (Box<[Called]>, f32),
}

/// A word of links to a post.
pub(super) struct Called {
    /// `None` if no other post has it.
    pub(super) word: Option<u32>,
    idf: f32,
    /// The only post whose links have it, if there is only one.
    pub(super) only: Option<u32>,
}

/// What each signal adds to a score.
type Parts = [f32; Signal::ALL.len()];

/// More than the error of a sum that is made in another order.
const ROUNDING: f32 = 0.000_01;

/// What is wanted of a ranking.
pub(super) struct Wanted<'a> {
    /// The least score, in millionths.
    pub(super) floor: i32,
    /// Posts that are left out, sorted.
    pub(super) excluded: &'a [u32],
    /// How many, at most.
    pub(super) most: usize,
}

/// A candidate in the ranking of a post.
pub(super) struct Scored {
    /// In millionths.
    pub(super) score: i32,
    pub(super) post: u32,
    pub(super) is_cited: bool,
}

impl<'a> Facts<'a> {
    pub(super) fn of(
        entries: &'a [&'a Entry<'a>],
        statistics: &'a Statistics,
        index: &'a Index,
        weights: &'a Weights,
    ) -> Self {
        let near = index.nearest();
        let mut hub: Vec<f32> = near.iter().map(|near| hub(near, entries.len())).collect();
        let counted = entries.iter().zip(&hub);
        let counted = counted.filter(|(e, hub)| **hub > 0.0 && is_sampled(e, entries.len()));
        #[allow(clippy::cast_precision_loss)]
        let (sum, count) = counted.fold((0.0, 0.0_f32), |(s, n), (_, hub)| (s + hub, n + 1.0));
        let mean = if count > 0.0 { sum / count } else { 0.0 };
        let scale = SCALE / mean.max(LEAST_MEAN);
        for hub in &mut hub {
            *hub *= scale;
        }
        let mut linked_by: Vec<Vec<u32>> = vec![Vec::new(); entries.len()];
        for (from, entry) in (0..).zip(entries) {
            for to in &entry.links {
                linked_by[*to as usize].push(from);
            }
        }
        let groups = Groups::of(weights, entries.len());
        let sets = sets(entries, &groups);
        let called = called(entries, statistics);
        let candidates = called.into_par_iter().enumerate().map(|(post, called)| {
            #[allow(clippy::cast_precision_loss)]
            let linked = |count: usize| libm::log1pf(count as f32);
            let by = linked_by[post].len();
            let title = title(&entries[post].features.title, statistics);
            let most = |signal, mass: f32| weights.of(signal).max(0.0) * mass / (SMOOTHING + mass);
            Candidate {
                hub: hub[post],
                day: entries[post].day,
                most: most(Signal::Title, title.1) * statistics.titles()
                    + most(Signal::Called, called.1),
                linked: [linked(by), linked(by.saturating_sub(1))],
                marks: sets[post].iter().fold(0, |marks, shared| marks | shared.mark()),
                title,
                called,
            }
        });
        Facts {
            candidates: candidates.collect(),
            having: having(&sets, &groups),
            sets,
            groups,
            entries,
            statistics,
            index,
            near,
            scale,
            linked_by,
            weights,
        }
    }

    /// The best candidates for each post, best first, with the words that both share.
    pub(super) fn best(&self, limit: usize) -> Vec<Vec<Neighbour>> {
        self.each_post(|post, room| {
            room.enter(self, post);
            let all = Wanted { floor: i32::MIN, excluded: &[], most: limit };
            let list = self.ranked(post, &all, room);
            let list = list.iter().map(|other| self.neighbour(other, room)).collect();
            room.leave(self, post);
            list
        })
    }

    /// A candidate with the words that it shares with the post that was entered.
    pub(super) fn neighbour(&self, other: &Scored, room: &Room) -> Neighbour {
        let Scored { score, post, is_cited } = *other;
        let entry = post as usize;
        Neighbour { entry, score, words: self.shared_words(entry, &room.query), is_cited }
    }

    /// Makes something of each post, in parallel.
    pub(super) fn each_post<T: Send>(&self, make: impl Fn(usize, &mut Room) -> T + Sync) -> Vec<T> {
        let count = self.entries.len();
        let posts = (0..count).into_par_iter().with_min_len(together(count));
        posts.map_init(|| Room::new(self), |room, post| make(post, room)).collect()
    }

    /// The best candidates for the post that was entered, best first.
    pub(super) fn ranked(&self, post: usize, wanted: &Wanted<'_>, room: &Room) -> Vec<Scored> {
        let near = self.near[post].iter().map(|near| (near.post, near.cosine));
        let others = self.others(post, &room.cited).into_iter();
        let others = others.map(|other| (other, self.index.cosine(other as usize, &room.query)));
        // The worst on top.
        let mut best: BinaryHeap<Reverse<(i32, Reverse<u32>)>> = BinaryHeap::new();
        for (other, cosine) in near.chain(others) {
            if wanted.excluded.binary_search(&other).is_ok() {
                continue;
            }
            let worst = best.peek().filter(|_| best.len() == wanted.most);
            let least = worst.map_or(wanted.floor, |worst| worst.0.0);
            let mut parts = self.parts_at_hand(post, other as usize, cosine, room);
            // Most are out of the question before their words are looked at.
            let most = self.candidates[other as usize].most + ROUNDING;
            if quantise(parts.iter().sum::<f32>() + most) < least {
                continue;
            }
            self.add_named(post, other as usize, room, &mut parts);
            let score = quantise(parts.iter().sum());
            if score >= least {
                best.push(Reverse((score, Reverse(other))));
                if best.len() > wanted.most {
                    best.pop();
                }
            }
        }
        // Reversed, so the best comes first.
        let best = best.into_sorted_vec().into_iter();
        let best = best.map(|Reverse((score, Reverse(post)))| Scored {
            score,
            post,
            is_cited: room.cited.of(post) > 0.0,
        });
        best.collect()
    }

    /// The words that the post laid out and another both have and at most a fifth of all, those that
    /// make both texts most alike first.
    pub(super) fn shared_words(&self, other: usize, query: &Query) -> Vec<SharedWord> {
        let rare = self.statistics.rare_words();
        let mut found: Vec<(u32, u32)> = Vec::new();
        let mut all = 0_u64;
        for component in self.index.vector(other) {
            let (dimension, weight) = (component.dimension, component.weight);
            let product = u32::from(weight) * u32::from(query.weight(dimension));
            all += u64::from(product);
            if product > 0 && rare.contains(&dimension) {
                found.push((product, dimension));
            }
        }
        found.sort_unstable_by_key(|(product, word)| (Reverse(*product), *word));
        found.truncate(MOST_SHARED);
        #[allow(clippy::cast_precision_loss)]
        let shared = found.into_iter().map(|(product, dimension)| SharedWord {
            key: self.statistics.key(dimension),
            part: product as f32 / all as f32,
        });
        shared.collect()
    }

    /// Candidates besides the nearest texts: what stories like it link to, what has the same person
    /// or series, and on a small site everything.
    fn others(&self, post: usize, cited: &Cited) -> Vec<u32> {
        let this = number(post);
        let mut others: Vec<u32> = if self.entries.len() <= ALL {
            (0..number(self.entries.len())).filter(|other| *other != this).collect()
        } else {
            let keys = self.sets[post].iter().map(|shared| (shared.group, shared.key));
            let mut same: Vec<&Vec<u32>> = keys.filter_map(|key| self.having.get(&key)).collect();
            // What fewer have says more.
            same.sort_by_key(|posts| posts.len());
            let same = same.into_iter().flatten().copied().filter(|other| *other != this);
            cited.most(FROM_LINKS).into_iter().chain(same.take(FROM_SAME)).collect()
        };
        others.sort_unstable();
        others.dedup();
        let mut near: Vec<u32> = self.near[post].iter().map(|near| near.post).collect();
        near.sort_unstable();
        others.retain(|other| near.binary_search(other).is_err());
        others
    }

    /// Adds the posts that stories like this one link to.
    fn cite(&self, post: usize, cited: &mut Cited) {
        let mut peers: Vec<(f32, u32)> = self.near[post]
            .iter()
            .map(|near| {
                let hub = self.candidates[near.post as usize].hub;
                (near.cosine * self.scale - HUB_OF_PEERS * hub, near.post)
            })
            .collect();
        peers.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (nearness, peer) in peers.into_iter().take(NEAREST).filter(|peer| peer.0 > 0.0) {
            let links = &self.entries[peer as usize].links;
            #[allow(clippy::cast_precision_loss)]
            let each = nearness / libm::logf(2.0 + links.len() as f32);
            for to in links.iter().filter(|to| **to as usize != post) {
                cited.add(*to, each);
            }
        }
    }

    /// What each signal adds to the score of a candidate for the post that was entered.
    pub(super) fn parts(&self, post: usize, other: usize, cosine: f32, room: &Room) -> Parts {
        let mut parts = self.parts_at_hand(post, other, cosine, room);
        self.add_named(post, other, room, &mut parts);
        parts
    }

    /// [`Facts::parts`] without those of [`Facts::add_named`].
    fn parts_at_hand(&self, post: usize, other: usize, cosine: f32, room: &Room) -> Parts {
        let that = number(other);
        let (own, candidate) = (&self.candidates[post], &self.candidates[other]);
        let mut parts = if own.marks & candidate.marks == 0 {
            [0.0; Signal::ALL.len()]
        } else {
            self.shared_by_signal(post, other)
        };
        let links = self.entries[post].links.binary_search(&that).is_ok();
        for (signal, value) in [
            (Signal::Words, cosine * self.scale),
            (Signal::Hub, candidate.hub),
            (Signal::Cited, room.cited.of(that)),
            (Signal::Linked, candidate.linked[usize::from(links)]),
            (Signal::NearInTime, near_in_time(own.day, candidate.day)),
        ] {
            parts[signal as usize] = self.weights.of(signal) * value;
        }
        parts
    }

    /// What it adds that the post names what the candidate is called.
    fn add_named(&self, post: usize, other: usize, room: &Room, parts: &mut Parts) {
        let candidate = &self.candidates[other];
        let (words, mass) = &candidate.title;
        let both = words.iter().filter(|(word, _)| room.query.has(*word));
        let title = both.map(|(_, idf)| idf).sum::<f32>() / (SMOOTHING + mass);
        let title = title * self.statistics.titles();
        let (words, mass) = &candidate.called;
        let (mut both, mut mass) = (0.0, *mass);
        for Called { word, idf, only } in words {
            if *only == Some(number(post)) {
                mass -= idf;
            } else if word.is_some_and(|word| room.query.has(word)) {
                both += idf;
            }
        }
        let called = both / (SMOOTHING + mass);
        for (signal, value) in [(Signal::Title, title), (Signal::Called, called)] {
            parts[signal as usize] = self.weights.of(signal) * value;
        }
    }

    /// What the groups of each signal add to the score.
    fn shared_by_signal(&self, post: usize, other: usize) -> Parts {
        let mut sums = [0.0; Signal::ALL.len()];
        for (one, two) in both(&self.sets[post], &self.sets[other]) {
            let (signal, weight) = self.groups.0[usize::from(one.group)].1;
            sums[signal as usize] += weight * one.value * two.value;
        }
        sums
    }

    /// What two posts share of a group: keys.
    pub(super) fn same(&self, group: Group, post: usize, other: usize) -> Vec<u64> {
        let shared = both(&self.sets[post], &self.sets[other]);
        let mine = shared.filter(|(one, _)| self.groups.0[usize::from(one.group)].0 == group);
        mine.map(|(one, _)| one.key).collect()
    }
}

fn near_in_time(one: Option<i32>, two: Option<i32>) -> f32 {
    match (one, two) {
        #[allow(clippy::cast_precision_loss)]
        (Some(one), Some(two)) => 1.0 / (1.0 + one.abs_diff(two) as f32 / 30.0),
        _ => 0.0,
    }
}

fn hub(near: &[Near], posts: usize) -> f32 {
    let of = NEAREST.min(posts.saturating_sub(1)).max(1);
    #[allow(clippy::cast_precision_loss)]
    let of = of as f32;
    near.iter().take(NEAREST).map(|near| near.cosine).sum::<f32>() / of
}

/// What stories like a post link to.
pub(super) struct Cited {
    /// For each post what this adds.
    sums: Vec<f32>,
    /// Those for which it is not zero.
    posts: Vec<u32>,
}

impl Cited {
    fn add(&mut self, post: u32, nearness: f32) {
        let sum = &mut self.sums[post as usize];
        if *sum == 0.0 {
            self.posts.push(post);
        }
        *sum += nearness;
    }

    pub(super) fn of(&self, post: u32) -> f32 {
        self.sums[post as usize]
    }

    /// The posts for which it adds most.
    fn most(&self, limit: usize) -> Vec<u32> {
        let mut posts = self.posts.clone();
        posts.sort_unstable_by(|a, b| self.of(*b).total_cmp(&self.of(*a)).then(a.cmp(b)));
        posts.truncate(limit);
        posts
    }

    fn clear(&mut self) {
        for post in self.posts.drain(..) {
            self.sums[post as usize] = 0.0;
        }
    }
}

pub(super) fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// See [`Candidate::title`].
fn title(keys: &[u64], statistics: &Statistics) -> (Box<[(u32, f32)]>, f32) {
    let words = keys.iter().map(|key| statistics.word(*key));
    let words: Vec<_> = words.map(|word| (word, statistics.idf(word))).collect();
    let mass = words.iter().map(|(_, idf)| idf).sum();
    (words.into_iter().filter_map(|(word, idf)| Some((word?, idf))).collect(), mass)
}

/// For each post the words of links to it: see [`Candidate::called`].
fn called(entries: &[&Entry<'_>], statistics: &Statistics) -> Vec<(Box<[Called]>, f32)> {
    let mut found: Vec<Vec<(u64, u32)>> = vec![Vec::new(); entries.len()];
    for (from, entry) in (0..).zip(entries) {
        for (to, words) in &entry.calls {
            found[*to as usize].extend(words.iter().map(|key| (*key, from)));
        }
    }
    let of = |mut words: Vec<(u64, u32)>| {
        words.sort_unstable();
        words.dedup();
        let same = words.chunk_by(|a, b| a.0 == b.0);
        let called = same.map(|same| {
            let only = if let [(_, from)] = same { Some(*from) } else { None };
            let word = statistics.word(same[0].0);
            Called { word, idf: statistics.idf(word), only }
        });
        let called: Box<[Called]> = called.collect();
        let mass = called.iter().map(|called| called.idf).sum();
        (called, mass)
    };
    found.into_par_iter().map(of).collect()
}

/// Room for the comparisons of one post, all empty between two posts.
pub(super) struct Room {
    /// Its text.
    pub(super) query: Query,
    pub(super) cited: Cited,
}

impl Room {
    pub(super) fn new(facts: &Facts<'_>) -> Self {
        let cited = Cited { sums: vec![0.0; facts.entries.len()], posts: Vec::new() };
        Room { query: facts.index.query(), cited }
    }

    pub(super) fn enter(&mut self, facts: &Facts<'_>, post: usize) {
        facts.index.lay_out(post, &mut self.query);
        facts.cite(post, &mut self.cited);
    }

    pub(super) fn leave(&mut self, facts: &Facts<'_>, post: usize) {
        facts.index.take_in(post, &mut self.query);
        self.cited.clear();
    }
}

/// A score in millionths: sums of floats in one order are the same everywhere, and whole numbers
/// are easier to compare.
#[allow(clippy::cast_possible_truncation)]
fn quantise(score: f32) -> i32 {
    libm::roundf(score * 1_000_000.0) as i32
}
