//! The ranking of a post → the few that are shown.
//!
//! The ranking says how near each candidate is; a list for readers is more than its beginning. What
//! is far is left out even if the list stays short, and so is what the page names already. Near
//! duplicates, and the works of one author, do not fill it.

use super::nearest::Query;
use super::score::{Facts, Scored, Wanted};
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
            let wanted = Wanted {
                floor: selection.floor,
                excluded: &self.entries[post].excluded,
                most: selection.limit * 2,
            };
            room.enter(self, post);
            let pool = self.ranked(post, &wanted, room);
            room.leave(self, post);
            let list = self.diverse(post, pool, selection, &mut room.query);
            self.index.lay_out(post, &mut room.query);
            let list = list.iter().map(|other| self.neighbour(other, room)).collect();
            self.index.take_in(post, &mut room.query);
            list
        })
    }

    /// Chooses one after another: each time the best, less its likeness to what was chosen before.
    fn diverse(
        &self,
        post: usize,
        pool: Vec<Scored>,
        selection: &Selection,
        query: &mut Query,
    ) -> Vec<Scored> {
        let pool = pool.into_iter();
        let mut pool: Vec<_> = pool.map(|other| Rival { other, cost: 0.0, compared: 0 }).collect();
        let most = selection.limit + selection.more;
        let mut list: Vec<Scored> = Vec::with_capacity(most);
        while list.len() < most {
            // What comes after the list does not stand in it.
            let diversity = if list.len() < selection.limit { selection.diversity } else { 0.0 };
            let places = (0..pool.len()).rev();
            let Some(best) = places
                .max_by(|a, b| pool[*a].worth(diversity).total_cmp(&pool[*b].worth(diversity)))
            else {
                break;
            };
            // Costs only grow: what is not the best by those that are known need not be compared.
            if diversity > 0.0 && pool[best].compared < list.len() {
                self.compare(post, &mut pool[best], &list, query);
            } else {
                list.push(pool.remove(best).other);
            }
        }
        list
    }

    /// Finds what it costs that a post is like those on the list.
    fn compare(&self, post: usize, rival: &mut Rival, list: &[Scored], query: &mut Query) {
        let this = rival.other.post as usize;
        let is_by_another = self.same(Group::Authors, post, this).is_empty();
        self.index.lay_out_whole(this, query);
        for chosen in &list[rival.compared..] {
            let chosen = chosen.post as usize;
            let by_one = is_by_another && !self.same(Group::Authors, chosen, this).is_empty();
            let likeness = self.index.cosine(chosen, query) * self.scale;
            rival.cost = rival.cost.max(likeness + if by_one { SAME_AUTHOR } else { 0.0 });
        }
        self.index.take_in(this, query);
        rival.compared = list.len();
    }
}

/// A post that may come into a list.
struct Rival {
    other: Scored,
    /// The most that it has in common with one of those that were chosen.
    cost: f32,
    /// With how many of them it was compared.
    compared: usize,
}

impl Rival {
    fn worth(&self, diversity: f32) -> f32 {
        #[allow(clippy::cast_precision_loss)]
        let score = self.other.score as f32 / 1_000_000.0;
        score - diversity * self.cost
    }
}
