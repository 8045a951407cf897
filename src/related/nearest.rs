//! Vectors → for each post the posts whose text is nearest, through an inverted index.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use super::Entry;
use super::statistics::{Component, ONE, Statistics};

/// How many of its heaviest words, and of its heaviest pairs, a post has in the index.
const INDEXED: usize = 40;

/// How many of those are looked up for one post.
const ASKED: usize = 64;

/// How many postings are read for one post, at most: what bounds the work on a large site.
const BUDGET: usize = 8192;

/// How many of the best by what was read are compared in full.
pub(super) const CANDIDATES: usize = 100;

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
    dimensions: usize,
    words: u32,
    /// The vectors of each [`CHUNK`] posts.
    vectors: Vec<Vectors>,
    /// Those of posts that link within the site, as they ask.
    asking: Vec<Option<Box<[Component]>>>,
    /// The posts of dimension `d` are in shard `d % SHARDS`, so that the shards are filled in
    /// parallel. A fixed number: the threads must not show.
    shards: Vec<Shard>,
}

/// How many posts' vectors are made, and lie in memory, together.
const CHUNK: usize = 256;
const SHARDS: usize = 4;

/// Vectors, one after another.
struct Vectors {
    /// Where each begins; one more than there are.
    starts: Vec<usize>,
    components: Box<[Component]>,
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

impl Vectors {
    /// `room` is for the components while it is not known how many there are: memory that is new
    /// is slow.
    fn of(posts: &[&Entry<'_>], statistics: &Statistics, room: &mut Vec<Component>) -> Self {
        room.clear();
        let mut starts = vec![0];
        for post in posts {
            room.extend(statistics.vector(post, false));
            starts.push(room.len());
        }
        Vectors { starts, components: room.as_slice().into() }
    }

    fn get(&self, at: usize) -> &[Component] {
        &self.components[self.starts[at]..self.starts[at + 1]]
    }
}

/// The components of a vector that are in the index: the heaviest words and pairs.
fn indexed(vector: &[Component], words: u32) -> impl Iterator<Item = Component> {
    let (mut singles, mut pairs) = (0, 0);
    vector.iter().copied().filter(move |component| {
        let count = if component.dimension < words { &mut singles } else { &mut pairs };
        *count += 1;
        *count <= INDEXED
    })
}

impl Shard {
    fn of(number: usize, vectors: &[Vectors], dimensions: usize, words: u32) -> Self {
        let mine = |component: &Component| component.dimension as usize % SHARDS == number;
        let each =
            || vectors.iter().flat_map(|v| v.starts.windows(2).map(|r| &v.components[r[0]..r[1]]));
        let mut starts = vec![0_u32; dimensions.div_ceil(SHARDS) + 1];
        for vector in each() {
            for component in indexed(vector, words).filter(mine) {
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
            for component in indexed(vector, words).filter(mine) {
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
            .map_init(Vec::new, |room, chunk| Vectors::of(chunk, statistics, room));
        let vectors: Vec<Vectors> = vectors.collect();
        let asking = posts.par_iter().map(|post| {
            let links = !post.features.linked[0].is_empty();
            links.then(|| statistics.vector(post, true).into())
        });
        let asking = asking.collect();
        let dimensions = statistics.dimensions();
        let words = u32::try_from(statistics.words()).unwrap_or(u32::MAX);
        let shards = (0..SHARDS).into_par_iter();
        let shards = shards.map(|number| Shard::of(number, &vectors, dimensions, words)).collect();
        Index { posts: posts.len(), dimensions, words, vectors, asking, shards }
    }

    pub(super) fn vector(&self, post: usize) -> &[Component] {
        self.vectors[post / CHUNK].get(post % CHUNK)
    }

    /// The vector of a post without the words of its links.
    fn asking(&self, post: usize) -> &[Component] {
        self.asking[post].as_deref().unwrap_or_else(|| self.vector(post))
    }

    fn postings(&self, dimension: u32) -> &[Posting] {
        let Shard { starts, postings } = &self.shards[dimension as usize % SHARDS];
        let at = dimension as usize / SHARDS;
        &postings[starts[at] as usize..starts[at + 1] as usize]
    }

    /// For each post those whose texts are nearest, nearest first.
    pub(super) fn nearest(&self) -> Vec<Vec<Near>> {
        let posts = (0..self.posts).into_par_iter().with_min_len(64);
        posts.map_init(|| Room::new(self), |room, post| self.near(post, room)).collect()
    }

    fn near(&self, post: usize, room: &mut Room) -> Vec<Near> {
        let mut budget = BUDGET;
        let mut lists: Vec<(&[Posting], u32)> = Vec::with_capacity(ASKED);
        // The heaviest first, which mostly are the rarest.
        for component in indexed(self.asking(post), self.words).take(ASKED) {
            let postings = self.postings(component.dimension);
            if !postings.is_empty() && postings.len() <= budget {
                budget -= postings.len();
                lists.push((postings, component.weight.into()));
            }
        }
        let mut best = Best::new(CANDIDATES);
        for from in (0..self.posts).step_by(RANGE) {
            room.add_up(&mut lists, from);
            if let Some(own) = post.checked_sub(from).filter(|own| *own < RANGE) {
                room.sums[own] = 0;
            }
            room.take_best(&mut best, from);
        }
        let mut near: Vec<Near> = Vec::with_capacity(best.heap.len());
        self.lay_out(post, &mut room.weights);
        for Reverse((_, Reverse(other))) in best.heap {
            let post = u32::try_from(other).unwrap_or(u32::MAX);
            near.push(Near { post, cosine: self.cosine(other, &room.weights) });
        }
        self.take_in(post, &mut room.weights);
        near.sort_unstable_by(|a, b| b.cosine.total_cmp(&a.cosine).then(a.post.cmp(&b.post)));
        near
    }

    /// Room for one post's vector: see [`Index::lay_out`].
    pub(super) fn room(&self) -> Vec<u16> {
        vec![0; self.dimensions]
    }

    /// Lays the vector of a post out by dimension.
    pub(super) fn lay_out(&self, post: usize, weights: &mut [u16]) {
        for component in self.asking(post) {
            weights[component.dimension as usize] = component.weight;
        }
    }

    /// Clears what [`Index::lay_out`] did.
    pub(super) fn take_in(&self, post: usize, weights: &mut [u16]) {
        for component in self.asking(post) {
            weights[component.dimension as usize] = 0;
        }
    }

    /// The cosine of the vector laid out and that of another post.
    pub(super) fn cosine(&self, other: usize, weights: &[u16]) -> f32 {
        let products = self
            .vector(other)
            .iter()
            .map(|c| u32::from(weights[c.dimension as usize]) * u32::from(c.weight));
        #[allow(clippy::cast_precision_loss)]
        let (sum, square) = (products.sum::<u32>() as f32, (ONE * ONE) as f32);
        sum / square
    }
}

/// Room for the comparisons of one post, all zero between two posts.
struct Room {
    /// For each post of a range, the sum of products so far.
    sums: Vec<u32>,
    /// One post's vector, by dimension.
    weights: Vec<u16>,
}

impl Room {
    fn new(index: &Index) -> Self {
        Room { sums: vec![0; index.posts.min(RANGE)], weights: index.room() }
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
