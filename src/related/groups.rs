//! What posts share besides words: terms, people, series, authors, sources. Each is a group, and
//! what a post has of a group is a vector of length one, in which what few have weighs most.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::statistics::idf;
use super::{Entry, Group, Weights};
use crate::base::Map;
use crate::keys::Signal;

/// Posts with a person or series that no more than so many have are candidates for each other.
pub(super) const FEW: usize = 32;

/// On a small site the statistics of words say little: what authors wrote into the front matter
/// counts so much more on a site of no posts, and half of it on one of [`SMALL`].
const FLOOR: f32 = 0.3;
const SMALL: f32 = 20.0;

/// What a post has of a group.
pub(super) struct Shared {
    /// The place of the group in [`Groups`].
    pub(super) group: u16,
    pub(super) key: u64,
    /// Its component in the vector of the group, which has length one.
    pub(super) value: f32,
}

impl Shared {
    /// See [`super::score::Candidate`].
    pub(super) fn mark(&self) -> u128 {
        1 << (self.key.wrapping_add(u64::from(self.group) * 37) % 128)
    }
}

/// Each group with its signal and weight.
pub(super) struct Groups(pub(super) Vec<(Group, (Signal, f32))>);

impl Groups {
    pub(super) fn of(weights: &Weights, posts: usize) -> Self {
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
pub(super) fn both<'s>(
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
pub(super) fn sets(entries: &[&Entry<'_>], groups: &Groups) -> Vec<Box<[Shared]>> {
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
pub(super) fn having(sets: &[Box<[Shared]>], groups: &Groups) -> Map<(u16, u64), Vec<u32>> {
    let wanted = [groups.place(Group::People), groups.place(Group::Series)];
    let mut having: Map<(u16, u64), Vec<u32>> = Map::default();
    for (post, set) in (0..).zip(sets) {
        for shared in set.iter().filter(|shared| wanted.contains(&shared.group)) {
            having.entry((shared.group, shared.key)).or_default().push(post);
        }
    }
    having.retain(|_, posts| (2..=FEW).contains(&posts.len()));
    having
}
