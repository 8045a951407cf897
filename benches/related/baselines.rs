//! Other ways to find related posts, to compare kisah's with: simple ones, and well-known ones.
//!
//! In: a [`Collection`]. Out: for each asked post the others, best first. Those that do not fit at
//! all are left out. Equals stand in the order of newness, then of paths.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::collection::{Collection, Post};
use super::texts::{self, Counts};

/// For each asked post its related ones: places in the collection.
pub type Ranking = BTreeMap<usize, Vec<usize>>;

/// A way to find related posts.
pub type Baseline = fn(&Collection) -> Ranking;

/// All of them, with their names.
pub const BASELINES: [(&str, Baseline); 5] = [
    ("newest first", newest),
    ("same tags", same_tags),
    ("Hugo's formula", hugo),
    ("TF-IDF, cosine", tf_idf),
    ("BM25, the 40 heaviest words", bm25),
];

/// How deep rankings are kept.
pub const DEPTH: usize = 100;

/// How many words ask in BM25.
const HEAVIEST: usize = 40;

/// Rankings by a score for each pair; nothing means that the second does not fit the first.
fn by_score(collection: &Collection, score: impl Fn(usize, usize) -> Option<f64>) -> Ranking {
    let posts = &collection.posts;
    let rank = |&asked: &usize| {
        let others = (0..posts.len()).filter(|&other| other != asked);
        let mut fitting: Vec<(usize, f64)> =
            others.filter_map(|other| Some((other, score(asked, other)?))).collect();
        fitting
            .sort_by(|(a, x), (b, y)| y.total_cmp(x).then_with(|| newer(&posts[*a], &posts[*b])));
        (asked, fitting.into_iter().map(|(post, _)| post).take(DEPTH).collect())
    };
    collection.asked.keys().map(rank).collect()
}

fn newer(a: &Post, b: &Post) -> Ordering {
    b.date.cmp(&a.date).then_with(|| a.path.cmp(&b.path))
}

fn newest(collection: &Collection) -> Ranking {
    by_score(collection, |_, _| Some(0.0))
}

#[expect(clippy::cast_precision_loss, reason = "posts have few tags")]
fn shared(a: &Post, b: &Post) -> f64 {
    a.terms.intersection(&b.terms).count() as f64
}

fn same_tags(collection: &Collection) -> Ranking {
    let posts = &collection.posts;
    by_score(collection, |asked, other| {
        Some(shared(&posts[asked], &posts[other])).filter(|&count| count > 0.0)
    })
}

/// Hugo's `related` with tags of weight 100, the year of weight 10, and a threshold of 80, its
/// default: the mean weight of the matches, from 0 to 100, must reach the threshold divided by their
/// number. Newer posts are left out, which is its default, too.
fn hugo(collection: &Collection) -> Ranking {
    const TAG: f64 = 100.0;
    const YEAR: f64 = 10.0;
    const THRESHOLD: f64 = 80.0;
    let posts = &collection.posts;
    by_score(collection, |asked, other| {
        let (asked, other) = (&posts[asked], &posts[other]);
        let tags = shared(asked, other);
        let years = if asked.date.get(..4) == other.date.get(..4) { 1.0 } else { 0.0 };
        let matches = tags + years;
        if matches < 1.0 || !asked.date.is_empty() && other.date > asked.date {
            return None;
        }
        let weight = tags * TAG + years * YEAR;
        // It counts in whole numbers.
        let mean = (weight / matches).floor() / TAG * 100.0;
        ((mean + 0.5).floor() >= (THRESHOLD / matches).floor()).then_some(weight)
    })
}

/// Rankings by words: `queries` says for an asked post which words ask, with their weights, and
/// `weight` what a post gets for having a word.
fn by_words(
    collection: &Collection,
    texts: &[Counts],
    query: impl Fn(&Post) -> Vec<(String, f64)>,
    weight: impl Fn(usize, &str, f64) -> f64,
) -> Ranking {
    let mut index: BTreeMap<&str, Vec<(usize, f64)>> = BTreeMap::new();
    for (place, text) in texts.iter().enumerate() {
        for (word, &count) in text {
            index.entry(word).or_default().push((place, weight(place, word, count)));
        }
    }
    let mut scores: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for &asked in collection.asked.keys() {
        for (word, of_query) in query(&collection.posts[asked]) {
            for &(other, weight) in index.get(word.as_str()).into_iter().flatten() {
                *scores.entry((asked, other)).or_default() += of_query * weight;
            }
        }
    }
    by_score(collection, |asked, other| {
        scores.get(&(asked, other)).copied().filter(|&score| score > 0.0)
    })
}

/// How much a word says: the logarithm of the share of posts that have it.
fn idf(spread: &Counts, posts: f64, word: &str) -> f64 {
    spread.get(word).map_or(0.0, |with| (posts / with).ln())
}

fn tf_idf(collection: &Collection) -> Ranking {
    let texts = texts::all(collection);
    let spread = texts::spread(&texts);
    let posts = count(texts.len());
    let heavy = |word: &str, times: f64| times * idf(&spread, posts, word);
    let length = |text: &Counts| {
        text.iter().map(|(word, &times)| heavy(word, times).powi(2)).sum::<f64>().sqrt()
    };
    let lengths: Vec<f64> = texts.iter().map(|text| length(text).max(f64::MIN_POSITIVE)).collect();
    // The length of what asks is the same for all that it finds.
    let query = |post: &Post| {
        let words = texts::asked(post).into_iter();
        words.map(|(word, times)| (word.clone(), heavy(&word, times))).collect()
    };
    by_words(collection, &texts, query, |place, word, times| heavy(word, times) / lengths[place])
}

/// "More like this", as search engines do it: the heaviest words of a post are searched for.
fn bm25(collection: &Collection) -> Ranking {
    const K1: f64 = 1.2;
    const B: f64 = 0.75;
    let texts = texts::all(collection);
    let spread = texts::spread(&texts);
    let posts = count(texts.len());
    let lengths: Vec<f64> = texts.iter().map(|text| text.values().sum()).collect();
    let mean = lengths.iter().sum::<f64>() / posts;
    let query = |post: &Post| {
        let mut words: Vec<(String, f64)> = texts::asked(post)
            .into_iter()
            .map(|(word, times)| (word.clone(), times * idf(&spread, posts, &word)))
            .collect();
        words.sort_by(|(a, x), (b, y)| y.total_cmp(x).then_with(|| a.cmp(b)));
        words.into_iter().take(HEAVIEST).map(|(word, _)| (word, 1.0)).collect()
    };
    by_words(collection, &texts, query, |place, word, times| {
        let with = spread.get(word).copied().unwrap_or_default();
        let says = (1.0 + (posts - with + 0.5) / (with + 0.5)).ln();
        let long = 1.0 - B + B * lengths[place] / mean;
        says * times * (K1 + 1.0) / (times + K1 * long)
    })
}

#[expect(clippy::cast_precision_loss, reason = "posts are few")]
fn count(count: usize) -> f64 {
    count as f64
}
