//! Vectors → for each post the posts whose text is nearest, through an inverted index.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use super::Entry;
use super::statistics::{self, Component, ONE, Statistics};

/// How many of its heaviest words, and of its heaviest pairs, a post has in the index.
const INDEXED: usize = 40;

/// How many of those are looked up for one post.
const ASKED: usize = 64;

/// How many postings are read for one post, at most: what bounds the work on a large site.
const BUDGET: usize = 8192;

/// How many of the best by what was read are compared in full: on a site of a few hundred posts a
/// third of them, and fewer the more there are to choose from. Of 321 posts, 64 did worse than 100
/// (nDCG@5 0.662 and 0.665); of 2,083 posts, 32 did as well.
fn candidates(posts: usize) -> usize {
    32 + 20_000 / posts.max(1)
}

/// Of so many posts at least are the lists made with the same room, which is as large as all
/// vectors are wide.
pub(super) fn together(posts: usize) -> usize {
    (posts / 32).max(64)
}

/// Of so many posts at a time the sums are made and looked through: they fit in the processor's
/// nearest cache. In tests few, so that small sites have several ranges.
const RANGE: usize = if cfg!(test) { 128 } else { 8192 };

/// Sums are looked through in blocks of so many.
const BLOCK: usize = 64;

/// A post and how near its text is: the cosine of both vectors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Near {
    pub(super) post: u32,
    pub(super) cosine: f32,
}

/// For each post its vector, and for each dimension the posts of which it is a heavy component.
pub(super) struct Index {
    posts: usize,
    /// See [`candidates`].
    candidates: usize,
    dimensions: usize,
    words: u32,
    /// The vectors of each [`CHUNK`] posts.
    vectors: Vec<Vectors>,
    /// The posts of dimension `d` are in shard `d % SHARDS`, so that the shards are filled in
    /// parallel. A fixed number: the threads must not show.
    shards: Vec<Shard>,
}

/// How many posts' vectors are made, and lie in memory, together.
const CHUNK: usize = 256;
const SHARDS: usize = 4;

/// Vectors of posts, one after another: see [`statistics::Vector`].
struct Vectors {
    /// Where each begins; one more than there are.
    starts: Vec<Start>,
    components: Box<[Component]>,
    changes: Box<[Component]>,
}

/// Where the vector of a post begins.
struct Start {
    components: usize,
    changes: usize,
    stretch: f32,
}

/// The posts that have each of some dimensions.
struct Shard {
    /// Where each dimension's begin; one more than there are.
    starts: Vec<u32>,
    /// By dimension, then post. A dimension too frequent ever to be read has none.
    postings: Vec<Posting>,
}

/// A post that has a dimension, and how much of it.
#[derive(Clone, Copy)]
#[repr(Rust, packed(2))]
struct Posting {
    post: u32,
    weight: u16,
}

/// Room to make vectors in: memory that is new is slow.
#[derive(Default)]
struct Making {
    one: statistics::Room,
    components: Vec<Component>,
    changes: Vec<Component>,
}

impl Vectors {
    fn of(posts: &[&Entry<'_>], statistics: &Statistics, room: &mut Making) -> Self {
        room.components.clear();
        room.changes.clear();
        let mut starts = Vec::with_capacity(posts.len() + 1);
        for post in posts {
            let vector = statistics.vector(post, &mut room.one);
            starts.push(Start {
                components: room.components.len(),
                changes: room.changes.len(),
                stretch: vector.stretch,
            });
            room.components.extend(vector.components);
            room.changes.extend(vector.changes);
        }
        let (components, changes) = (room.components.len(), room.changes.len());
        starts.push(Start { components, changes, stretch: 1.0 });
        let (components, changes) = (room.components.as_slice(), room.changes.as_slice());
        Vectors { starts, components: components.into(), changes: changes.into() }
    }

    fn components(&self, at: usize) -> &[Component] {
        &self.components[self.starts[at].components..self.starts[at + 1].components]
    }

    fn changes(&self, at: usize) -> &[Component] {
        &self.changes[self.starts[at].changes..self.starts[at + 1].changes]
    }

    fn each(&self) -> impl Iterator<Item = &[Component]> {
        (0..self.starts.len() - 1).map(|at| self.components(at))
    }
}

/// The components of a vector that are in the index: the heaviest words and pairs.
fn indexed(vector: impl Iterator<Item = Component>, words: u32) -> impl Iterator<Item = Component> {
    let (mut singles, mut pairs) = (0, 0);
    vector.filter(move |component| {
        let count = if component.dimension < words { &mut singles } else { &mut pairs };
        *count += 1;
        *count <= INDEXED
    })
}

impl Shard {
    fn of(number: usize, vectors: &[Vectors], dimensions: usize, words: u32) -> Self {
        let mine = |component: &Component| component.dimension as usize % SHARDS == number;
        let each = || vectors.iter().flat_map(Vectors::each);
        let mut starts = vec![0_u32; dimensions.div_ceil(SHARDS) + 1];
        for vector in each() {
            for component in indexed(vector.iter().copied(), words).filter(mine) {
                starts[component.dimension as usize / SHARDS + 1] += 1;
            }
        }
        for i in 1..starts.len() {
            let length = if starts[i] as usize > BUDGET { 0 } else { starts[i] };
            starts[i] = starts[i - 1] + length;
        }
        let mut next = starts.clone();
        let mut postings = vec![Posting { post: 0, weight: 0 }; starts[starts.len() - 1] as usize];
        for (post, vector) in (0..).zip(each()) {
            for component in indexed(vector.iter().copied(), words).filter(mine) {
                let at = component.dimension as usize / SHARDS;
                if next[at] < starts[at + 1] {
                    postings[next[at] as usize] = Posting { post, weight: component.weight };
                    next[at] += 1;
                }
            }
        }
        Shard { starts, postings }
    }
}

impl Index {
    pub(super) fn of(posts: &[&Entry<'_>], statistics: &Statistics) -> Self {
        let vectors = posts
            .par_chunks(CHUNK)
            .map_init(Making::default, |room, chunk| Vectors::of(chunk, statistics, room));
        let vectors: Vec<Vectors> = vectors.collect();
        let dimensions = statistics.dimensions();
        let words = u32::try_from(statistics.words()).unwrap_or(u32::MAX);
        let shards = (0..SHARDS).into_par_iter();
        let shards = shards.map(|number| Shard::of(number, &vectors, dimensions, words)).collect();
        let candidates = candidates(posts.len());
        Index { posts: posts.len(), candidates, dimensions, words, vectors, shards }
    }

    /// What a post is about, the heaviest components first.
    pub(super) fn vector(&self, post: usize) -> &[Component] {
        self.vectors[post / CHUNK].components(post % CHUNK)
    }

    fn postings(&self, dimension: u32) -> &[Posting] {
        let Shard { starts, postings } = &self.shards[dimension as usize % SHARDS];
        let at = dimension as usize / SHARDS;
        &postings[starts[at] as usize..starts[at + 1] as usize]
    }

    /// For each post those whose texts are nearest, nearest first.
    pub(super) fn nearest(&self) -> Vec<Vec<Near>> {
        let posts = (0..self.posts).into_par_iter().with_min_len(together(self.posts));
        posts.map_init(|| Room::new(self), |room, post| self.near(post, room)).collect()
    }

    fn near(&self, post: usize, room: &mut Room) -> Vec<Near> {
        let mut budget = BUDGET;
        let mut lists: Vec<(&[Posting], u32)> = Vec::with_capacity(ASKED);
        // The heaviest first, which mostly are the rarest.
        self.lay_out(post, &mut room.query);
        let asking = self.vector(post).iter().map(|component| Component {
            weight: room.query.weights[component.dimension as usize],
            ..*component
        });
        let asking = asking.filter(|component| component.weight > 0);
        for component in indexed(asking, self.words).take(ASKED) {
            let postings = self.postings(component.dimension);
            if !postings.is_empty() && postings.len() <= budget {
                budget -= postings.len();
                lists.push((postings, component.weight.into()));
            }
        }
        let mut best = Best::new(self.candidates);
        for from in (0..self.posts).step_by(RANGE) {
            room.add_up(&mut lists, from);
            if let Some(own) = post.checked_sub(from).filter(|own| *own < RANGE) {
                room.sums[own] = 0;
            }
            room.take_best(&mut best, from);
        }
        let mut near: Vec<Near> = Vec::with_capacity(best.heap.len());
        for Reverse((_, Reverse(other))) in best.heap {
            let post = u32::try_from(other).unwrap_or(u32::MAX);
            near.push(Near { post, cosine: self.cosine(other, &room.query) });
        }
        self.take_in(post, &mut room.query);
        near.sort_unstable_by(|a, b| b.cosine.total_cmp(&a.cosine).then(a.post.cmp(&b.post)));
        near
    }

    /// Room for one post's vector.
    pub(super) fn query(&self) -> Query {
        Query { weights: vec![0; self.dimensions], stretch: 0.0 }
    }

    /// Lays the vector of a post out as it asks: without the words of its links.
    pub(super) fn lay_out(&self, post: usize, query: &mut Query) {
        let vectors = &self.vectors[post / CHUNK];
        query.stretch = vectors.starts[post % CHUNK].stretch;
        let (components, changes) = (self.vector(post), vectors.changes(post % CHUNK));
        for component in components.iter().chain(changes) {
            query.weights[component.dimension as usize] = component.weight;
        }
    }

    /// Lays the vector of a post out as others see it.
    pub(super) fn lay_out_whole(&self, post: usize, query: &mut Query) {
        query.stretch = 1.0;
        for component in self.vector(post) {
            query.weights[component.dimension as usize] = component.weight;
        }
    }

    /// Clears what was laid out.
    pub(super) fn take_in(&self, post: usize, query: &mut Query) {
        let changes = self.vectors[post / CHUNK].changes(post % CHUNK);
        for component in self.vector(post).iter().chain(changes) {
            query.weights[component.dimension as usize] = 0;
        }
    }

    /// The cosine of the vector laid out and that of another post.
    pub(super) fn cosine(&self, other: usize, query: &Query) -> f32 {
        let products = self
            .vector(other)
            .iter()
            .map(|c| u32::from(query.weights[c.dimension as usize]) * u32::from(c.weight));
        #[allow(clippy::cast_precision_loss)]
        let (sum, square) = (products.sum::<u32>() as f32, (ONE * ONE) as f32);
        sum / square * query.stretch
    }
}

/// One post's vector, laid out by dimension to be compared with many; all zero between two posts.
pub(super) struct Query {
    weights: Vec<u16>,
    /// See [`statistics::Vector::stretch`].
    stretch: f32,
}

impl Query {
    /// The weight of a dimension, before it is stretched.
    pub(super) fn weight(&self, dimension: u32) -> u16 {
        self.weights[dimension as usize]
    }

    /// Whether the post has a word.
    pub(super) fn has(&self, word: u32) -> bool {
        self.weight(word) > 0
    }
}

/// Room for the comparisons of one post, all zero between two posts.
struct Room {
    /// For each post of a range, the sum of products so far.
    sums: Vec<u32>,
    query: Query,
}

impl Room {
    fn new(index: &Index) -> Self {
        Room { sums: vec![0; index.posts.min(RANGE)], query: index.query() }
    }

    /// Takes those of the postings, each list with its weight, that are in the range that begins
    /// at `from`.
    fn add_up(&mut self, lists: &mut [(&[Posting], u32)], from: usize) {
        for (postings, weight) in lists {
            let mut taken = 0;
            for posting in *postings {
                let Some(sum) = self.sums.get_mut(posting.post as usize - from) else { break };
                *sum += *weight * u32::from(posting.weight);
                taken += 1;
            }
            *postings = &postings[taken..];
        }
    }

    /// Takes out the posts with the largest sums, of the range that begins at `from`.
    fn take_best(&mut self, best: &mut Best, from: usize) {
        // Most blocks hold nothing good enough, which the processor sees faster than the list of
        // the posts that were met could be kept.
        for (block, sums) in self.sums.chunks_mut(BLOCK).enumerate() {
            if sums.iter().filter(|sum| **sum >= best.least).count() > 0 {
                for (at, sum) in sums.iter().enumerate() {
                    best.add(*sum, from + block * BLOCK + at);
                }
            }
            sums.fill(0);
        }
    }
}

/// The best of the posts that were added: those with the highest sums, and of the same sum the
/// first.
struct Best {
    limit: usize,
    /// Sum and post; the worst on top.
    heap: BinaryHeap<Reverse<(u32, Reverse<usize>)>>,
    /// The smallest sum that may still be among them.
    least: u32,
}

impl Best {
    fn new(limit: usize) -> Self {
        Best { limit, heap: BinaryHeap::with_capacity(limit + 1), least: 1 }
    }

    fn add(&mut self, sum: u32, post: usize) {
        if sum < self.least {
            return;
        }
        self.heap.push(Reverse((sum, Reverse(post))));
        if self.heap.len() > self.limit {
            self.heap.pop();
            self.least = self.heap.peek().map_or(u32::MAX, |worst| worst.0.0);
        }
    }
}
