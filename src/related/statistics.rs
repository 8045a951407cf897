//! What all posts of a language together say about words, and the vectors that follow from it.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::Entry;
use crate::analysis::Word;

/// The component of a vector that has no other.
pub(super) const ONE: u32 = 1 << 15;

/// How many components a vector has at most: a very long text takes no longer than a long one.
pub(super) const KEPT: usize = 512;

/// How much a pair of adjacent words counts beside a single word.
const PAIR: f32 = 0.7;

/// The words are dealt to so many shards by the first bits of their keys, to be counted in
/// parallel. A fixed number: the threads must not show.
const SHARDS: u64 = 16;
const KEY_BITS: u32 = 48;

/// Up to so many posts all are counted; of more, a sample of about half to all of that size.
const SAMPLE: usize = 4096;

/// One component: which word or pair of words, and how much of it, in 1/[`ONE`]. In six bytes
/// instead of eight: there are hundreds for each post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(Rust, packed(2))]
pub(super) struct Component {
    pub(super) dimension: u32,
    pub(super) weight: u16,
}

/// What all posts of a language together say about words and their pairs.
pub(super) struct Statistics {
    /// How many posts were counted.
    posts: usize,
    words: Dictionary,
    pairs: Dictionary,
}

/// Keys that at least two posts have, with what they weigh.
struct Dictionary {
    keys: Vec<u64>,
    idf: Vec<f32>,
    /// Where the keys with given first bits begin, and how many bits those are.
    starts: Vec<u32>,
    bits: u32,
}

/// Whether a post is one of those that are counted.
pub(super) fn is_sampled(entry: &Entry<'_>, posts: usize) -> bool {
    let every = posts.div_ceil(SAMPLE).next_power_of_two() as u64;
    entry.sample.is_multiple_of(every)
}

impl Statistics {
    pub(super) fn of(entries: &[&Entry<'_>]) -> Self {
        let sampled: Vec<bool> =
            entries.iter().map(|entry| is_sampled(entry, entries.len())).collect();
        let posts = sampled.iter().filter(|sampled| **sampled).count();
        let count = |of: for<'e> fn(&'e Entry<'e>) -> &'e [Word]| {
            Dictionary::of(entries, &sampled, posts, of)
        };
        let words = count(|entry| &entry.features.words);
        let pairs = count(|entry| &entry.features.pairs);
        Statistics { posts, words, pairs }
    }

    /// Number of dimensions: words first, then pairs.
    pub(super) fn dimensions(&self) -> usize {
        self.words.keys.len() + self.pairs.keys.len()
    }

    /// Number of dimensions that are words.
    pub(super) fn words(&self) -> usize {
        self.words.keys.len()
    }

    /// The least idf of words that at most a fifth of the posts have (but always two may).
    pub(super) fn rare_enough(&self) -> f32 {
        idf(self.posts, (self.posts / 5).max(2))
    }

    /// Whether a dimension is a word with at least that idf.
    pub(super) fn is_rare_word(&self, dimension: u32, least: f32) -> bool {
        self.words.idf.get(dimension as usize).is_some_and(|idf| *idf >= least)
    }

    /// The key of a word.
    pub(super) fn key(&self, word: u32) -> u64 {
        self.words.keys[word as usize]
    }

    /// The dimension of a word, if other posts have it.
    pub(super) fn word(&self, key: u64) -> Option<u32> {
        self.words.find(key).map(number)
    }

    /// How much a word says that so many of the counted posts have.
    pub(super) fn idf(&self, word: Option<u32>) -> f32 {
        word.map_or_else(|| idf(self.posts, 1), |word| self.words.idf[word as usize])
    }

    /// The vector of a post: length one, the heaviest components first, words apart from pairs.
    /// If it `asks`, without the words of its links.
    pub(super) fn vector(&self, entry: &Entry<'_>, asks: bool) -> Vec<Component> {
        let features = entry.features;
        let linked = |of: usize| if asks { features.linked[of].as_slice() } else { &[] };
        let mut parts: Vec<(u32, f32)> =
            Vec::with_capacity(features.words.len() + features.pairs.len());
        // Words that no other post has match nothing, but say how much else the post is about:
        // without them, what two short posts share by chance seems to be everything.
        let mut squares = 0.0_f32;
        for word in without(&features.words, linked(0)) {
            match self.words.find(word.key()) {
                Some(at) => parts.push((number(at), tf(word) * self.words.idf[at])),
                None => {
                    let value = tf(word) * idf(self.posts, 1);
                    squares += value * value;
                }
            }
        }
        for pair in without(&features.pairs, linked(1)) {
            if let Some(at) = self.pairs.find(pair.key()) {
                let dimension = number(self.words.keys.len() + at);
                parts.push((dimension, PAIR * tf(pair) * self.pairs.idf[at]));
            }
        }
        squares += parts.iter().map(|(_, value)| value * value).sum::<f32>();
        let scale = if squares > 0.0 { 1.0 / squares.sqrt() } else { 0.0 };
        let mut vector: Vec<Component> = parts
            .into_iter()
            .map(|(dimension, value)| Component { dimension, weight: quantise(value * scale) })
            .filter(|component| component.weight > 0)
            .collect();
        if vector.len() > KEPT {
            vector.select_nth_unstable_by_key(KEPT, |c| (Reverse(c.weight), c.dimension));
            vector.truncate(KEPT);
        }
        vector.sort_unstable_by_key(|c| (Reverse(c.weight), c.dimension));
        vector
    }
}

impl Dictionary {
    fn of(
        entries: &[&Entry<'_>],
        sampled: &[bool],
        posts: usize,
        of: for<'e> fn(&'e Entry<'e>) -> &'e [Word],
    ) -> Self {
        let shards: Vec<Vec<(u64, u32)>> =
            (0..SHARDS).into_par_iter().map(|shard| count(entries, sampled, shard, of)).collect();
        let keys: Vec<u64> = shards.iter().flatten().map(|(key, _)| *key).collect();
        let idf = shards.iter().flatten().map(|(_, with)| idf(posts, *with as usize)).collect();
        let bits = keys.len().max(2).ilog2();
        let mut starts = vec![0_u32; (1 << bits) + 1];
        for key in &keys {
            starts[first_bits(*key, bits) + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        Dictionary { keys, idf, starts, bits }
    }

    fn find(&self, key: u64) -> Option<usize> {
        let bits = first_bits(key, self.bits);
        let (from, to) = (self.starts[bits] as usize, self.starts[bits + 1] as usize);
        Some(from + self.keys[from..to].iter().position(|known| *known == key)?)
    }
}

/// The keys of one shard that at least two posts have, sorted, and how many counted posts have
/// them.
fn count(
    entries: &[&Entry<'_>],
    sampled: &[bool],
    shard: u64,
    of: for<'e> fn(&'e Entry<'e>) -> &'e [Word],
) -> Vec<(u64, u32)> {
    let width = 1_u64 << (KEY_BITS - SHARDS.ilog2());
    // The lowest bit says whether the post is counted.
    let mut found: Vec<u64> = Vec::new();
    for (entry, sampled) in entries.iter().zip(sampled) {
        let words = of(entry);
        let from = words.partition_point(|word| word.key() < shard * width);
        let mine = words[from..].iter().map(|word| word.key());
        let mine = mine.take_while(|key| *key < (shard + 1) * width);
        found.extend(mine.map(|key| key << 1 | u64::from(*sampled)));
    }
    found.sort_unstable();
    let same = found.chunk_by(|a, b| a >> 1 == b >> 1).filter(|same| same.len() > 1);
    same.map(|same| (same[0] >> 1, number(same.iter().filter(|key| **key & 1 == 1).count())))
        .collect()
}

/// Words without what is to be left out; both are sorted.
fn without<'a>(words: &'a [Word], mut out: &'a [Word]) -> impl Iterator<Item = Word> + 'a {
    words.iter().filter_map(move |word| {
        while out.first().is_some_and(|first| first.key() < word.key()) {
            out = &out[1..];
        }
        match out.first() {
            Some(first) if first.key() == word.key() => word.less(first.count()),
            _ => Some(*word),
        }
    })
}

/// The inverse document frequency of what so many posts have, as in BM25.
pub(super) fn idf(posts: usize, with: usize) -> f32 {
    #[allow(clippy::cast_precision_loss)]
    let (posts, with) = (posts as f32, with as f32);
    libm::log1pf((posts - with + 0.5).max(0.0) / (with + 0.5))
}

/// How much a word counts that stands so often in a text. Counts are fifths.
fn tf(word: Word) -> f32 {
    #[allow(clippy::cast_precision_loss)]
    let count = word.count() as f32 / 5.0;
    // Less than once: a word of code.
    if count < 1.0 { count } else { 1.0 + libm::logf(count) }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn quantise(value: f32) -> u16 {
    (value * ONE as f32 + 0.5) as u16
}

// Of a number below 2⁴⁸, so many bits that a table of them fits in memory.
#[allow(clippy::cast_possible_truncation)]
fn first_bits(key: u64, bits: u32) -> usize {
    (key >> (KEY_BITS - bits)) as usize
}
