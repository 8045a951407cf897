//! The nearest texts and everything else that is known → the score of each candidate.
//!
//! A score is a sum of [`Signal`]s, each with its weight. It is not symmetric: it says how well one
//! story is read after another, and uses nothing that the first one's own links say.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::nearest::{Index, Near};
use super::statistics::{Statistics, idf, is_sampled};
use super::{Entry, Group, Neighbour, SharedWord, Weights};
use crate::base::Map;
use crate::keys::Signal;

/// What the mean of [`Facts::hub`] is brought to, so that the other weights fit on any site.
const SCALE: f32 = 0.139;

/// Where texts have less in common on average, what they have is chance, and is not scaled up.
const LEAST_MEAN: f32 = 0.1;

/// Of how many of its nearest texts the nearness of a post to everything is the mean.
const NEAREST: usize = 10;

/// How much of a candidate's hubness counts against it when the stories like this one are chosen.
const HUB_OF_PEERS: f32 = 0.2;

/// Sets of few words must not weigh as much as those of many.
const SMOOTHING: f32 = 3.0;

/// On a small site the statistics of words say little: what authors wrote into the front matter
/// counts so much more on a site of no posts, and half of it on one of [`SMALL`].
const FLOOR: f32 = 0.3;
const SMALL: f32 = 20.0;

/// Up to so many posts each is a candidate for every other.
const ALL: usize = 200;

/// Posts with a person or series that no more than so many have are candidates for each other.
const SAME: usize = 64;

/// How many words are looked at to say what two posts have in common.
const MOST_SHARED: usize = 24;

/// Everything that is known about the posts of one language.
pub(super) struct Facts<'a> {
    pub(super) entries: &'a [&'a Entry<'a>],
    pub(super) statistics: &'a Statistics,
    pub(super) index: &'a Index,
    pub(super) near: Vec<Vec<Near>>,
    /// How near each post is to everything, scaled.
    pub(super) hub: Vec<f32>,
    pub(super) scale: f32,
    /// For each post the words of its title that others have, and what all of them weigh.
    pub(super) titles: Vec<(Vec<u32>, f32)>,
    /// For each post those that link to it, sorted.
    pub(super) linked_by: Vec<Vec<u32>>,
    /// For each post the words of links to it.
    pub(super) called: Vec<Vec<Called>>,
    /// For each group and post what it has of it, with cosine weights.
    pub(super) sets: Vec<Box<[Shared]>>,
    /// What each group adds to the score, by its place in [`Groups`].
    groups: Groups,
    /// The posts that have a person or a series, if they are few.
    pub(super) having: Map<(u16, u64), Vec<u32>>,
    pub(super) weights: &'a Weights,
}

/// A word of links to a post.
pub(super) struct Called {
    /// `None` if no other post has it.
    pub(super) word: Option<u32>,
    /// The only post whose links have it, if there is only one.
    pub(super) only: Option<u32>,
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
        let titles = entries.par_iter().map(|entry| {
            let words: Vec<Option<u32>> =
                entry.features.title.iter().map(|key| statistics.word(*key)).collect();
            let mass = words.iter().map(|word| statistics.idf(*word)).sum();
            (words.into_iter().flatten().collect(), mass)
        });
        let groups = Groups::of(weights, entries.len());
        let sets = sets(entries, &groups);
        Facts {
            having: having(&sets, &groups),
            titles: titles.collect(),
            called: called(entries, statistics),
            sets,
            groups,
            entries,
            statistics,
            index,
            near,
            hub,
            scale,
            linked_by,
            weights,
        }
    }

    /// The best candidates for each post, best first, with the words that both share.
    pub(super) fn best(&self, limit: usize) -> Vec<Vec<Neighbour>> {
        self.each_post(|post, room| {
            let mut list = self.ranked(post, room);
            list.truncate(limit);
            for other in &mut list {
                other.words = self.shared_words(post, other.entry, room);
            }
            list
        })
    }

    /// Makes something of each post, in parallel.
    pub(super) fn each_post<T: Send>(&self, make: impl Fn(usize, &mut Room) -> T + Sync) -> Vec<T> {
        let posts = (0..self.entries.len()).into_par_iter().with_min_len(64);
        posts.map_init(|| Room::new(self), |room, post| make(post, room)).collect()
    }

    /// All candidates for a post, best first.
    pub(super) fn ranked(&self, post: usize, room: &mut Room) -> Vec<Neighbour> {
        let cited = self.cited(post);
        room.enter(self, post);
        let mut list: Vec<Neighbour> = Vec::with_capacity(self.near[post].len() + cited.0.len());
        let mut add = |other: u32, cosine: f32| {
            let parts = self.parts(post, other as usize, cosine, &cited, room);
            let score = quantise(parts.iter().sum());
            let is_cited = cited.of(other) > 0.0;
            list.push(Neighbour { entry: other as usize, score, words: Vec::new(), is_cited });
        };
        for near in &self.near[post] {
            add(near.post, near.cosine);
        }
        for other in self.others(post, &cited) {
            let cosine = self.index.cosine(other as usize, &room.weights);
            add(other, cosine);
        }
        room.leave(self, post);
        list.sort_unstable_by_key(|n| (std::cmp::Reverse(n.score), n.entry));
        list
    }

    /// The words that a post and another both have and at most a fifth of all, those that make both
    /// texts most alike first.
    pub(super) fn shared_words(
        &self,
        post: usize,
        other: usize,
        room: &mut Room,
    ) -> Vec<SharedWord> {
        self.index.lay_out(post, &mut room.weights);
        let rare = self.statistics.rare_enough();
        let mut found: Vec<(u32, u32)> = Vec::new();
        let mut all = 0_u64;
        for component in self.index.vector(other) {
            let (dimension, weight) = (component.dimension, component.weight);
            let product = u32::from(weight) * u32::from(room.weights[dimension as usize]);
            all += u64::from(product);
            if product > 0 && self.statistics.is_rare_word(dimension, rare) {
                found.push((product, dimension));
            }
        }
        self.index.take_in(post, &mut room.weights);
        found.sort_unstable_by_key(|(product, word)| (std::cmp::Reverse(*product), *word));
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
            let same = keys.flat_map(|key| self.having.get(&key).into_iter().flatten());
            let same = same.copied().filter(|other| *other != this);
            cited.posts().chain(same).collect()
        };
        others.sort_unstable();
        others.dedup();
        let mut near: Vec<u32> = self.near[post].iter().map(|near| near.post).collect();
        near.sort_unstable();
        others.retain(|other| near.binary_search(other).is_err());
        others
    }

    /// Posts that stories like this one link to, with what this adds.
    pub(super) fn cited(&self, post: usize) -> Cited {
        let mut peers: Vec<(f32, u32)> = self.near[post]
            .iter()
            .map(|near| {
                let hub = self.hub[near.post as usize];
                (near.cosine * self.scale - HUB_OF_PEERS * hub, near.post)
            })
            .collect();
        peers.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut cited = Cited::default();
        for (nearness, peer) in peers.into_iter().take(NEAREST).filter(|peer| peer.0 > 0.0) {
            let links = &self.entries[peer as usize].links;
            #[allow(clippy::cast_precision_loss)]
            let each = nearness / libm::logf(2.0 + links.len() as f32);
            for to in links.iter().filter(|to| **to as usize != post) {
                cited.add(*to, each);
            }
        }
        cited
    }

    /// What each signal adds to the score of a candidate.
    pub(super) fn parts(
        &self,
        post: usize,
        other: usize,
        cosine: f32,
        cited: &Cited,
        room: &Room,
    ) -> [f32; Signal::ALL.len()] {
        let this = number(post);
        let has = |word: u32| room.weights[word as usize] > 0;
        let title = {
            let (words, mass) = &self.titles[other];
            let both = words.iter().filter(|word| has(**word));
            both.map(|word| self.statistics.idf(Some(*word))).sum::<f32>() / (SMOOTHING + mass)
        };
        let called = {
            let mut both = 0.0;
            let mut mass = 0.0;
            for called in self.called[other].iter().filter(|called| called.only != Some(this)) {
                let idf = self.statistics.idf(called.word);
                mass += idf;
                if called.word.is_some_and(has) {
                    both += idf;
                }
            }
            both / (SMOOTHING + mass)
        };
        let by = &self.linked_by[other];
        let own = usize::from(by.binary_search(&this).is_ok());
        #[allow(clippy::cast_precision_loss)]
        let linked = libm::log1pf((by.len() - own) as f32);
        let shared = self.shared_by_signal(post, other);
        let cited = cited.of(number(other));
        Signal::ALL.map(|signal| {
            let weight = self.weights.of(signal);
            match signal {
                Signal::Words => weight * cosine * self.scale,
                Signal::Hub => weight * self.hub[other],
                Signal::Title => weight * title,
                Signal::Cited => weight * cited,
                Signal::Called => weight * called,
                Signal::Linked => weight * linked,
                // Groups have their weights in them.
                Signal::Terms
                | Signal::People
                | Signal::Series
                | Signal::Authors
                | Signal::Sources => shared[signal as usize],
                Signal::NearInTime => weight * self.near_in_time(post, other),
            }
        })
    }

    /// What the groups of each signal add to the score.
    fn shared_by_signal(&self, post: usize, other: usize) -> [f32; Signal::ALL.len()] {
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

    fn near_in_time(&self, post: usize, other: usize) -> f32 {
        match (self.entries[post].day, self.entries[other].day) {
            #[allow(clippy::cast_precision_loss)]
            (Some(one), Some(two)) => 1.0 / (1.0 + one.abs_diff(two) as f32 / 30.0),
            _ => 0.0,
        }
    }
}

fn hub(near: &[Near], posts: usize) -> f32 {
    let of = NEAREST.min(posts.saturating_sub(1)).max(1);
    #[allow(clippy::cast_precision_loss)]
    let of = of as f32;
    near.iter().take(NEAREST).map(|near| near.cosine).sum::<f32>() / of
}

/// What a post has of a group.
pub(super) struct Shared {
    /// The place of the group in [`Groups`].
    group: u16,
    key: u64,
    /// Its component in the vector of the group, which has length one.
    value: f32,
}

/// Each group with its signal and weight.
struct Groups(Vec<(Group, (Signal, f32))>);

impl Groups {
    fn of(weights: &Weights, posts: usize) -> Self {
        #[allow(clippy::cast_precision_loss)]
        let part = SMALL / (SMALL + posts as f32);
        // On a small site there is too little text to count words in.
        let floor = FLOOR * part * part;
        let own = weights.own.iter();
        let own = own.map(|(taxonomy, weight)| (Group::Own(*taxonomy), (Signal::Terms, *weight)));
        let built_in = [
            (Group::Terms, Signal::Terms, floor),
            (Group::People, Signal::People, floor),
            (Group::Series, Signal::Series, floor),
            (Group::Authors, Signal::Authors, 0.0),
            (Group::Sources, Signal::Sources, 0.0),
        ];
        let built_in = built_in
            .into_iter()
            .map(|(group, signal, floor)| (group, (signal, weights.of(signal) + floor)));
        Groups(built_in.chain(own).collect())
    }

    fn place(&self, group: Group) -> u16 {
        let place = self.0.iter().position(|(known, _)| *known == group);
        place.and_then(|place| u16::try_from(place).ok()).unwrap_or(0)
    }
}

/// What two sorted sets have in common.
fn both<'s>(
    mut a: &'s [Shared],
    mut b: &'s [Shared],
) -> impl Iterator<Item = (&'s Shared, &'s Shared)> {
    std::iter::from_fn(move || {
        while let ([one, rest @ ..], [two, others @ ..]) = (a, b) {
            match (one.group, one.key).cmp(&(two.group, two.key)) {
                Ordering::Less => a = rest,
                Ordering::Greater => b = others,
                Ordering::Equal => {
                    (a, b) = (rest, others);
                    return Some((one, two));
                }
            }
        }
        None
    })
}

/// For each post what it has of all groups, sorted by group and key, each once.
fn sets(entries: &[&Entry<'_>], groups: &Groups) -> Vec<Box<[Shared]>> {
    let of = |entry: &&Entry<'_>| -> Vec<(u16, u64)> {
        let keys = entry.shared.iter().map(|(group, key)| (groups.place(*group), *key));
        let mut keys: Vec<(u16, u64)> = keys.collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    let all: Vec<Vec<(u16, u64)>> = entries.par_iter().map(of).collect();
    let mut counts: Map<(u16, u64), usize> = Map::default();
    for key in all.iter().flatten() {
        *counts.entry(*key).or_default() += 1;
    }
    let set = |keys: Vec<(u16, u64)>| {
        let shared =
            |(group, key)| Shared { group, key, value: idf(entries.len(), counts[&(group, key)]) };
        let mut set: Box<[Shared]> = keys.into_iter().map(shared).collect();
        for same in set.chunk_by_mut(|a, b| a.group == b.group) {
            let length = same.iter().map(|shared| shared.value * shared.value).sum::<f32>().sqrt();
            for shared in same.iter_mut().filter(|_| length > 0.0) {
                shared.value /= length;
            }
        }
        set
    };
    all.into_par_iter().map(set).collect()
}

/// The posts that have each person and each series, where they are few.
fn having(sets: &[Box<[Shared]>], groups: &Groups) -> Map<(u16, u64), Vec<u32>> {
    let wanted = [groups.place(Group::People), groups.place(Group::Series)];
    let mut having: Map<(u16, u64), Vec<u32>> = Map::default();
    for (post, set) in (0..).zip(sets) {
        for shared in set.iter().filter(|shared| wanted.contains(&shared.group)) {
            having.entry((shared.group, shared.key)).or_default().push(post);
        }
    }
    having.retain(|_, posts| (2..=SAME).contains(&posts.len()));
    having
}

/// What stories like a post link to, with what this adds; few.
#[derive(Default)]
pub(super) struct Cited(Vec<(u32, f32)>);

impl Cited {
    fn add(&mut self, post: u32, nearness: f32) {
        match self.0.iter_mut().find(|(known, _)| *known == post) {
            Some((_, sum)) => *sum += nearness,
            None => self.0.push((post, nearness)),
        }
    }

    pub(super) fn of(&self, post: u32) -> f32 {
        self.0.iter().find(|(known, _)| *known == post).map_or(0.0, |(_, sum)| *sum)
    }

    fn posts(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|(post, _)| *post)
    }
}

pub(super) fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// For each post the words of links to it.
fn called(entries: &[&Entry<'_>], statistics: &Statistics) -> Vec<Vec<Called>> {
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
            Called { word: statistics.word(same[0].0), only }
        });
        called.collect()
    };
    found.into_par_iter().map(of).collect()
}

/// Room for the comparisons of one post, all empty between two posts.
pub(super) struct Room {
    /// Its vector, by dimension.
    pub(super) weights: Vec<u16>,
}

impl Room {
    pub(super) fn new(facts: &Facts<'_>) -> Self {
        Room { weights: facts.index.room() }
    }

    pub(super) fn enter(&mut self, facts: &Facts<'_>, post: usize) {
        facts.index.lay_out(post, &mut self.weights);
    }

    pub(super) fn leave(&mut self, facts: &Facts<'_>, post: usize) {
        facts.index.take_in(post, &mut self.weights);
    }
}

/// A score in millionths: sums of floats in one order are the same everywhere, and whole numbers
/// are easier to compare.
#[allow(clippy::cast_possible_truncation)]
fn quantise(score: f32) -> i32 {
    libm::roundf(score * 1_000_000.0) as i32
}
