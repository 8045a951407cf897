//! The ranking of a post → the few that are shown.
//!
//! The ranking says how near each candidate is; a list for readers is more than its beginning. What
//! is far is left out even if the list stays short, and so is what the page names already. Near
//! duplicates, and the works of one author, do not fill it.

use super::score::{Facts, Room};
use super::{Group, Neighbour};

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Selection {
    /// How many, at most.
    pub(crate) limit: usize,
    /// So many more are found where there are enough candidates: the best that are left. They change
    /// nothing before them.
    pub(crate) more: usize,
    /// The least score, in millionths.
    pub(crate) floor: i32,
    /// How much likeness to what is listed already counts against a candidate.
    pub(crate) diversity: f32,
}

/// How much it counts, beside the likeness of texts, that an author is listed already.
const SAME_AUTHOR: f32 = 0.1;

impl Facts<'_> {
    /// What is shown for each post, best first, with the words that both share.
    pub(super) fn selected(&self, selection: &Selection) -> Vec<Vec<Neighbour>> {
        self.each_post(|post, room| {
            let excluded = &self.entries[post].excluded;
            let is_out = |other: &Neighbour| {
                u32::try_from(other.entry).is_ok_and(|other| excluded.binary_search(&other).is_ok())
            };
            let ranked = self.ranked(post, room).into_iter();
            let near = ranked.take_while(|other| other.score >= selection.floor);
            let pool = near.filter(|other| !is_out(other)).take(selection.limit * 2);
            let mut list = self.diverse(post, pool.collect(), selection, room);
            for other in &mut list {
                other.words = self.shared_words(post, other.entry, room);
            }
            list
        })
    }

    /// Chooses one after another: each time the best, less its likeness to what was chosen before.
    fn diverse(
        &self,
        post: usize,
        mut pool: Vec<Neighbour>,
        selection: &Selection,
        room: &mut Room,
    ) -> Vec<Neighbour> {
        let mut costs = vec![0.0_f32; pool.len()];
        let most = selection.limit + selection.more;
        let mut list: Vec<Neighbour> = Vec::with_capacity(most);
        while list.len() < most && !pool.is_empty() {
            // What comes after the list does not stand in it.
            let diversity = if list.len() < selection.limit { selection.diversity } else { 0.0 };
            let worth = |at: usize| {
                #[allow(clippy::cast_precision_loss)]
                let score = pool[at].score as f32 / 1_000_000.0;
                score - diversity * costs[at]
            };
            let best = (0..pool.len()).rev().max_by(|a, b| worth(*a).total_cmp(&worth(*b)));
            let Some(best) = best else { break };
            let chosen = pool.remove(best);
            costs.remove(best);
            if diversity > 0.0 && list.len() + 1 < selection.limit {
                let likeness = self.likeness(chosen.entry, &pool, room);
                for ((cost, likeness), other) in costs.iter_mut().zip(likeness).zip(&pool) {
                    let by_one = !self.same(Group::Authors, chosen.entry, other.entry).is_empty()
                        && self.same(Group::Authors, post, other.entry).is_empty();
                    let author = if by_one { SAME_AUTHOR } else { 0.0 };
                    *cost = cost.max(likeness + author);
                }
            }
            list.push(chosen);
        }
        list
    }

    /// How alike the text of a post and each of some others are.
    fn likeness(&self, post: usize, others: &[Neighbour], room: &mut Room) -> Vec<f32> {
        for component in self.index.vector(post) {
            room.weights[component.dimension as usize] = component.weight;
        }
        let cosine = |other: &Neighbour| self.index.cosine(other.entry, &room.weights) * self.scale;
        let likeness = others.iter().map(cosine).collect();
        for component in self.index.vector(post) {
            room.weights[component.dimension as usize] = 0;
        }
        likeness
    }
}
