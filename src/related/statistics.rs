//! What all posts of a language together say about words, and the vectors that follow from it.

use std::ops::Range;

use rayon::prelude::*;

use super::{Entry, titles};
use crate::analysis::{IN_TITLE, Word};

/// The component of a vector that has no other.
pub(super) const ONE: u32 = 1 << 15;

/// How many components a vector has at most: a very long text takes no longer than a long one.
pub(super) const KEPT: usize = 512;

/// How much a pair of adjacent words counts beside a single word.
const PAIR: f32 = 0.7;

/// The words are dealt to so many shards by the first bits of their keys, to be counted in
/// parallel. A fixed number: the threads must not show.
const SHARDS: usize = 16;
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
    rare: Range<u32>,
    /// What titles are worth, in parts of [`titles::WHOLE`].
    titles: u32,
    /// The logarithms of small counts, in fifths.
    logs: Vec<f32>,
}

/// How many logarithms are kept: nearly all words occur less than forty times in a text.
const LOGS: u32 = 200;

/// Keys that at least two posts have, with what they weigh.
struct Dictionary {
    /// Sorted.
    keys: Vec<Known>,
    /// The places in `keys`, those that most posts have first. That is the order of dimensions:
    /// what is looked up most lies together.
    order: Vec<u32>,
    /// Where the keys with given first bits begin, and how many bits those are.
    starts: Vec<u32>,
    bits: u32,
    /// For each [`FINER`] more of the first bits, whether any key has them: most pairs that are
    /// looked for are in one post only, and this says so without a look at the keys.
    any: Vec<u64>,
}

/// A key that at least two posts have.
struct Known {
    key: u64,
    idf: f32,
    /// Its place in the order.
    rank: u32,
}

/// See [`Dictionary::any`].
const FINER: u32 = 3;

/// For each entry, where the words of each shard begin, and where the last ends.
type Splits = Vec<[u32; SHARDS + 1]>;

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
        let (words, pairs) = rayon::join(
            || count(|entry| &entry.features.words),
            || count(|entry| &entry.features.pairs),
        );
        let logs = (0..LOGS).map(|count| libm::logf(number_of_times(count))).collect();
        let least = idf(posts, (posts / 5).max(2));
        let common = words.order.partition_point(|at| words.keys[*at as usize].idf < least);
        let rare = number(common)..number(words.order.len());
        let titles = titles::WHOLE;
        let mut statistics = Statistics { posts, words, pairs, rare, titles, logs };
        statistics.titles = titles::worth(entries, &sampled, &statistics);
        statistics
    }

    /// Number of dimensions: words first, then pairs.
    pub(super) fn dimensions(&self) -> usize {
        self.words.keys.len() + self.pairs.keys.len()
    }

    /// Number of dimensions that are words.
    pub(super) fn words(&self) -> usize {
        self.words.keys.len()
    }

    /// The dimensions of words that at most a fifth of the posts have (but always two may).
    pub(super) fn rare_words(&self) -> Range<u32> {
        self.rare.clone()
    }

    /// The key of a word.
    pub(super) fn key(&self, word: u32) -> u64 {
        self.words.ranked(word).key
    }

    /// The dimension of a word, if other posts have it.
    pub(super) fn word(&self, key: u64) -> Option<u32> {
        self.words.find(key).map(|known| known.rank)
    }

    /// How much a word says that so many of the counted posts have.
    pub(super) fn idf(&self, word: Option<u32>) -> f32 {
        word.map_or_else(|| idf(self.posts, 1), |word| self.words.ranked(word).idf)
    }

    /// What a post is about: see [`Vector`]. `room` is for what is found meanwhile: memory that is
    /// new is slow.
    pub(super) fn vector<'r>(&self, entry: &Entry<'_>, room: &'r mut Room) -> Vector<'r> {
        let features = entry.features;
        let Room { values, changes, order, vector } = room;
        values.clear();
        changes.clear();
        order.clear();
        vector.clear();
        // Words that no other post has match nothing, but say how much else the post is about:
        // without them, what two short posts share by chance seems to be everything. Nearly all
        // pairs are such; they do not count.
        let (mut squares, mut asking) = (0.0_f32, 0.0_f32);
        let (words, alone) = (number(self.words()), idf(self.posts, 1));
        let [of_words, of_pairs] = &features.linked;
        let lost = IN_TITLE - IN_TITLE * self.titles / titles::WHOLE;
        let title: &[u64] = if lost > 0 { &features.title } else { &[] };
        for (found, linked, title, dictionary, share, first, alone) in [
            (&features.words, of_words, title, &self.words, 1.0, 0, Some(alone)),
            (&features.pairs, of_pairs, &[], &self.pairs, PAIR, words, None),
        ] {
            let counts = counts(found, linked, title, lost);
            for Count { key, all, left } in counts {
                let known = dictionary.find(key);
                let idf = known.map(|known| share * known.idf).or(alone);
                let Some(idf) = idf else { continue };
                let value = self.tf(all) * idf;
                let asked = if left == all { value } else { self.tf(left) * idf };
                squares += value * value;
                asking += asked * asked;
                let Some(known) = known else { continue };
                values.push((first + known.rank, value));
                if left != all {
                    changes.push((first + known.rank, asked));
                }
            }
        }
        let length = |squares: f32| if squares > 0.0 { 1.0 / squares.sqrt() } else { 0.0 };
        let scale = length(squares);
        // Weight before dimension, so that plain numbers are sorted: the heaviest is the least.
        for (dimension, value) in values {
            let weight = quantise(*value * scale);
            if weight > 0 {
                order.push(u64::from(!weight) << 32 | u64::from(*dimension));
            }
        }
        if order.len() > KEPT {
            order.select_nth_unstable(KEPT);
            order.truncate(KEPT);
        }
        order.sort_unstable();
        vector.extend(order.iter().map(|key| component(*key)));
        let start = vector.len();
        let changed = changes.iter();
        vector.extend(changed.map(|(dimension, value)| Component {
            dimension: *dimension,
            weight: quantise(*value * scale),
        }));
        let (components, changes) = vector.split_at(start);
        let stretch = if scale > 0.0 { length(asking) / scale } else { 0.0 };
        Vector { components, changes, stretch }
    }

    /// How much a word counts in a text that has it so often.
    pub(super) fn weight(&self, word: u64, count: u32) -> f32 {
        self.tf(count) * self.idf(self.word(word))
    }

    /// What titles are worth, from 0 to 1.
    #[allow(clippy::cast_precision_loss)]
    pub(super) fn titles(&self) -> f32 {
        self.titles as f32 / titles::WHOLE as f32
    }

    /// How much a word counts that stands so often in a text. Counts are fifths.
    fn tf(&self, count: u32) -> f32 {
        match self.logs.get(count as usize) {
            // Less than once: a word of code.
            Some(_) if count < 5 => number_of_times(count),
            Some(log) => 1.0 + log,
            None => 1.0 + libm::logf(number_of_times(count)),
        }
    }
}

/// What a post is about.
pub(super) struct Vector<'a> {
    /// A vector of length one, the heaviest components first.
    pub(super) components: &'a [Component],
    /// What is different in the vector of the post as it asks: without the words of its links. It
    /// may be weight 0.
    pub(super) changes: &'a [Component],
    /// How much longer that makes the others: the vector of the post as it asks has length one, too.
    pub(super) stretch: f32,
}

/// Room to make vectors in.
#[derive(Default)]
pub(super) struct Room {
    values: Vec<(u32, f32)>,
    changes: Vec<(u32, f32)>,
    order: Vec<u64>,
    vector: Vec<Component>,
}

// The halves of a number that was put together from them.
#[allow(clippy::cast_possible_truncation)]
fn component(key: u64) -> Component {
    Component { dimension: key as u32, weight: !((key >> 32) as u16) }
}

impl Dictionary {
    fn of(
        entries: &[&Entry<'_>],
        sampled: &[bool],
        posts: usize,
        of: for<'e> fn(&'e Entry<'e>) -> &'e [Word],
    ) -> Self {
        let splits: Splits = entries.par_iter().map(|entry| splits(of(entry))).collect();
        let shards: Vec<Vec<(u64, u32)>> = (0..SHARDS)
            .into_par_iter()
            .map_init(Counting::default, |room, shard| {
                let words =
                    entries.iter().zip(&splits).zip(sampled).map(|((entry, at), sampled)| {
                        (&of(entry)[at[shard] as usize..at[shard + 1] as usize], *sampled)
                    });
                room.count(words)
            })
            .collect();
        let shared = || shards.iter().flatten().copied();
        let most = shared().map(|(_, with)| with).max().unwrap_or(0) as usize;
        let idf: Vec<f32> = (0..=most).map(|with| idf(posts, with)).collect();
        // Ranks by counting: where those begin that so many posts have.
        let mut next = vec![0_u32; most + 2];
        for (_, with) in shared() {
            next[most - with as usize + 1] += 1;
        }
        for i in 1..next.len() {
            next[i] += next[i - 1];
        }
        let mut order: Vec<u32> = vec![0; shards.iter().map(Vec::len).sum()];
        let mut keys: Vec<Known> = Vec::with_capacity(order.len());
        for (at, (key, with)) in (0..).zip(shared()) {
            let rank = &mut next[most - with as usize];
            order[*rank as usize] = at;
            keys.push(Known { key, idf: idf[with as usize], rank: *rank });
            *rank += 1;
        }
        let bits = keys.len().max(2).ilog2();
        let mut starts = vec![0_u32; (1 << bits) + 1];
        let mut any = vec![0_u64; (1_usize << (bits + FINER)).div_ceil(64)];
        for Known { key, .. } in &keys {
            starts[first_bits(*key, bits) + 1] += 1;
            let finer = first_bits(*key, bits + FINER);
            any[finer / 64] |= 1 << (finer % 64);
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        Dictionary { keys, order, starts, bits, any }
    }

    fn find(&self, key: u64) -> Option<&Known> {
        let finer = first_bits(key, self.bits + FINER);
        if self.any[finer / 64] >> (finer % 64) & 1 == 0 {
            return None;
        }
        let bits = first_bits(key, self.bits);
        let (from, to) = (self.starts[bits] as usize, self.starts[bits + 1] as usize);
        self.keys[from..to].iter().find(|known| known.key == key)
    }

    fn ranked(&self, rank: u32) -> &Known {
        &self.keys[self.order[rank as usize] as usize]
    }
}

/// Where the words of each shard begin; they are sorted by key.
fn splits(words: &[Word]) -> [u32; SHARDS + 1] {
    let width = (1_u64 << KEY_BITS) / SHARDS as u64;
    let mut splits = [0; SHARDS + 1];
    for (split, end) in splits.iter_mut().skip(1).zip(1..) {
        *split = number(words.partition_point(|word| word.key() < end * width));
    }
    splits
}

/// Room to count keys in: memory that is new is slow.
#[derive(Default)]
struct Counting {
    met: Met,
    found: Vec<u64>,
}

impl Counting {
    /// The keys of one shard that at least two posts have, sorted, and how many counted posts have
    /// them. In: the words of each post, and whether it is counted.
    fn count<'a>(
        &mut self,
        posts: impl Iterator<Item = (&'a [Word], bool)> + Clone,
    ) -> Vec<(u64, u32)> {
        let Counting { met, found } = self;
        // Most pairs are in one post only. Counting just what may be in more takes half the time.
        met.forget(posts.clone().map(|(words, _)| words.len()).sum());
        for word in posts.clone().flat_map(|(words, _)| words) {
            met.meet(word.key());
        }
        // The lowest bit says whether the post is counted.
        found.clear();
        for (words, is_counted) in posts {
            let shared = words.iter().map(|word| word.key()).filter(|key| met.may_be_shared(*key));
            found.extend(shared.map(|key| key << 1 | u64::from(is_counted)));
        }
        found.sort_unstable();
        let same = found.chunk_by(|a, b| a >> 1 == b >> 1).filter(|same| same.len() > 1);
        same.map(|same| (same[0] >> 1, number(same.iter().filter(|key| **key & 1 == 1).count())))
            .collect()
    }
}

/// Whether keys were met once, or perhaps twice: some have their bits in common.
#[derive(Default)]
struct Met {
    /// Two bits for each.
    bits: Vec<u64>,
}

impl Met {
    /// Makes room for so many keys.
    fn forget(&mut self, keys: usize) {
        self.bits.clear();
        self.bits.resize((keys / 16).next_power_of_two(), 0);
    }

    /// Keys are digests: any of their bits will do but the first ones, which are those of the shard.
    #[allow(clippy::cast_possible_truncation)]
    fn place(&self, key: u64) -> (usize, u64) {
        ((key >> 5) as usize & (self.bits.len() - 1), key % 32 * 2)
    }

    fn meet(&mut self, key: u64) {
        let (at, bit) = self.place(key);
        self.bits[at] |= 1 << bit | (self.bits[at] & 1 << bit) << 1;
    }

    fn may_be_shared(&self, key: u64) -> bool {
        let (at, bit) = self.place(key);
        self.bits[at] >> bit & 2 != 0
    }
}

/// How often a word or pair counts in a post, in fifths.
struct Count {
    key: u64,
    all: u32,
    /// Outside links.
    left: u32,
}

/// Counts words or pairs, those of the title with `lost` less. All are sorted.
fn counts<'a>(
    words: &'a [Word],
    mut linked: &'a [Word],
    mut title: &'a [u64],
    lost: u32,
) -> impl Iterator<Item = Count> + 'a {
    words.iter().map(move |word| {
        let (key, mut all) = (word.key(), word.count());
        while linked.first().is_some_and(|first| first.key() < key) {
            linked = &linked[1..];
        }
        while title.first().is_some_and(|first| *first < key) {
            title = &title[1..];
        }
        if title.first() == Some(&key) {
            all -= lost.min(all);
        }
        let out = linked.first().filter(|first| first.key() == key);
        Count { key, all, left: all.saturating_sub(out.map_or(0, |out| out.count())) }
    })
}

/// The inverse document frequency of what so many posts have, as in BM25.
pub(super) fn idf(posts: usize, with: usize) -> f32 {
    #[allow(clippy::cast_precision_loss)]
    let (posts, with) = (posts as f32, with as f32);
    libm::log1pf((posts - with + 0.5).max(0.0) / (with + 0.5))
}

#[allow(clippy::cast_precision_loss)]
fn number_of_times(fifths: u32) -> f32 {
    fifths as f32 / 5.0
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
