//! Words and terms of all posts in one language → their vectors.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::{IndexedPost, SharedFeature};
use crate::base::Map;
use crate::site::TermId;

/// The value of a component that is alone in its vector.
pub(super) const ONE: u32 = 1 << 15;

/// The most components that a vector has, so that a very long text takes no longer than a long one.
pub(super) const KEPT: usize = 512;

/// A word in this many posts still counts, however small the site is.
const FEW: usize = 8;

/// Words are split into this many heaps, by the first bits of their keys, and counted in parallel.
/// The number is fixed, so that the result does not depend on the number of threads.
const HEAPS: u64 = 8;
const KEY_BITS: u32 = 48;

/// A component of a vector: which word or term, and its weight in units of 1/[`ONE`]. Packed into
/// six bytes instead of eight, because each post has hundreds of them, twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(Rust, packed(2))]
pub(super) struct Component {
    pub(crate) dimension: u32,
    pub(crate) weight: u16,
}

/// What all posts in a language together say about words and terms.
pub(super) struct Statistics {
    posts: usize,
    /// The words that count, by key.
    words: Vec<VocabularyEntry>,
    /// Where in `words` the keys with given first bits begin; `start_bits` is the number of these
    /// bits.
    starts: Vec<u32>,
    start_bits: u32,
    /// All terms, in order.
    terms: Vec<VocabularyEntry>,
    /// The word or term of each dimension: an index into `words` followed by `terms`.
    dimensions: Vec<u32>,
}

/// A word or term.
struct VocabularyEntry {
    key: u64,
    /// The most frequent has the lowest number, so vectors sorted by dimension begin with what is
    /// frequent. [`NONE`] for a term that does not count.
    dimension: u32,
    idf: f32,
}

const NONE: u32 = u32::MAX;

impl VocabularyEntry {
    // The key of a term was made from a `usize`.
    #[allow(clippy::cast_possible_truncation)]
    fn term(&self) -> TermId {
        TermId(self.key as usize)
    }
}

impl Statistics {
    pub(super) fn of(entries: &[&IndexedPost<'_>]) -> Self {
        let posts = entries.len();
        let heaps: Vec<Vec<(u64, usize)>> =
            (0..HEAPS).into_par_iter().map(|heap| count_words(entries, heap)).collect();
        let mut counted: Vec<(u64, usize)> = heaps.into_iter().flatten().collect();
        let words = counted.len();
        let mut terms: Vec<TermId> =
            entries.iter().flat_map(|entry| entry.terms.iter().map(|term| term.0)).collect();
        terms.sort_unstable();
        counted.extend(terms.chunk_by(|a, b| a == b).map(|same| (same[0].0 as u64, same.len())));

        let mut known: Vec<VocabularyEntry> = counted
            .iter()
            .map(|&(key, with)| VocabularyEntry { key, dimension: NONE, idf: idf(posts, with) })
            .collect();
        let mut order: Vec<(Reverse<usize>, usize)> = counted
            .iter()
            .enumerate()
            .filter(|(_, (_, with))| counts(posts, *with))
            .map(|(at, (_, with))| (Reverse(*with), at))
            .collect();
        order.par_sort_unstable();
        let mut dimensions = Vec::with_capacity(order.len());
        for (dimension, (_, at)) in (0..).zip(&order) {
            known[*at].dimension = dimension;
            dimensions.push(u32::try_from(*at).unwrap_or(u32::MAX));
        }
        let terms = known.split_off(words);

        let start_bits = known.len().max(2).ilog2();
        let mut starts = vec![0_u32; (1 << start_bits) + 1];
        for word in &known {
            starts[first_bits(word.key, start_bits) + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        Statistics { posts, words: known, starts, start_bits, terms, dimensions }
    }

    /// The number of dimensions.
    pub(super) fn dimensions(&self) -> usize {
        self.dimensions.len()
    }

    /// What a dimension stands for.
    pub(super) fn of_dimension(&self, dimension: u32) -> SharedFeature {
        let at = self.dimensions[dimension as usize] as usize;
        match at.checked_sub(self.words.len()) {
            None => SharedFeature::Word(self.words[at].key),
            Some(term) => SharedFeature::Term(self.terms[term].term()),
        }
    }

    /// The vector of a post, sorted by dimension. Apart from rounding, the squares of its
    /// components add up to at most one.
    pub(super) fn vector(&self, entry: &IndexedPost<'_>) -> Vec<Component> {
        let mut parts: Vec<(u32, f64)> = Vec::with_capacity(entry.features.words.len() + 8);
        for word in &entry.features.words {
            if let Some(known) = self.find_word(word.key()) {
                let value = f64::from(word.count()).sqrt() * f64::from(known.idf);
                parts.push((known.dimension, value));
            }
        }
        normalise(&mut parts);
        let rarest = f64::from(idf(self.posts, 2));
        for &(term, weight) in &entry.terms {
            if let Some(known) = self.find_term(term)
                && known.dimension != NONE
                && weight > 0.0
            {
                let value = f64::from(weight) * f64::from(known.idf) / rarest;
                parts.push((known.dimension, value));
            }
        }
        normalise(&mut parts);
        let mut vector: Vec<Component> = parts
            .into_iter()
            .map(|(dimension, value)| Component { dimension, weight: quantise(value) })
            .filter(|component| component.weight > 0)
            .collect();
        if vector.len() > KEPT {
            vector.select_nth_unstable_by_key(KEPT, |c| (Reverse(c.weight), c.dimension));
            vector.truncate(KEPT);
        }
        vector.sort_unstable_by_key(|c| c.dimension);
        vector
    }

    fn find_word(&self, key: u64) -> Option<&VocabularyEntry> {
        let bits = first_bits(key, self.start_bits);
        let (from, to) = (self.starts[bits] as usize, self.starts[bits + 1] as usize);
        self.words[from..to].iter().find(|known| known.key == key)
    }

    fn find_term(&self, term: TermId) -> Option<&VocabularyEntry> {
        let at = self.terms.binary_search_by_key(&term, VocabularyEntry::term).ok()?;
        Some(&self.terms[at])
    }
}

/// The words of one heap that count, sorted by key, each with its number of posts.
fn count_words(entries: &[&IndexedPost<'_>], heap: u64) -> Vec<(u64, usize)> {
    let width = 1_u64 << (KEY_BITS - HEAPS.ilog2());
    let mut numbers: Map<u64, usize> = Map::default();
    for entry in entries {
        let words = &entry.features.words;
        let from = words.partition_point(|word| word.key() < heap * width);
        let mine = words[from..].iter().map(|word| word.key());
        for key in mine.take_while(|key| *key < (heap + 1) * width) {
            *numbers.entry(key).or_default() += 1;
        }
    }
    let mut counted: Vec<(u64, usize)> =
        numbers.into_iter().filter(|(_, with)| counts(entries.len(), *with)).collect();
    counted.sort_unstable();
    counted
}

/// Whether a word or term counts if `with` posts have it: one that only a single post has connects
/// it with no other, and one that most have does not distinguish any.
fn counts(posts: usize, with: usize) -> bool {
    (2..=(posts / 2).max(FEW)).contains(&with)
}

/// The inverse document frequency of what `with` posts have. It is smoothed: a third post with a
/// rare word must not change everything about the first two, and on a site of two posts, what both
/// have must still weigh something.
fn idf(posts: usize, with: usize) -> f32 {
    #[allow(clippy::cast_precision_loss)]
    let ratio = (posts + 2) as f32 / (with + 1) as f32;
    libm::log2f(ratio)
}

/// Brings a vector to length one.
fn normalise(parts: &mut [(u32, f64)]) {
    let squares: f64 = parts.iter().map(|(_, value)| value * value).sum();
    if squares > 0.0 {
        let length = squares.sqrt();
        for (_, value) in parts {
            *value /= length;
        }
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn quantise(value: f64) -> u16 {
    (value * f64::from(ONE) + 0.5) as u16
}

// The number is below 2⁴⁸, and `bits` is so small that a table of all values fits in memory.
#[allow(clippy::cast_possible_truncation)]
fn first_bits(key: u64, bits: u32) -> usize {
    (key >> (KEY_BITS - bits)) as usize
}
