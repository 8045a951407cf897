//! Tables and laws of related posts; lists are compared with those of all pairs.

use proptest::prelude::*;

use super::vectors::{Component, Statistics};
use super::*;
use crate::analysis::{Word, analyse};
use crate::config::PerLanguage;

/// A language by its number.
fn language(number: usize) -> LanguageId {
    PerLanguage::from_iter([(); 2]).ids().nth(number).unwrap()
}

/// Posts from texts, each with its terms (all of weight 0.5) and language.
fn posts(list: &[(&str, &[usize], usize)]) -> Vec<Vec<(usize, Vec<usize>)>> {
    let features: Vec<Features> = list.iter().map(|(text, ..)| analyse("", text, "xx")).collect();
    let entries: Vec<IndexedPost<'_>> = list
        .iter()
        .zip(&features)
        .map(|((_, terms, number), features)| IndexedPost {
            features,
            terms: terms.iter().map(|term| (TermId(*term), 0.5)).collect(),
            language: language(*number),
        })
        .collect();
    let term =
        |shared| if let SharedFeature::Term(TermId(term)) = shared { Some(term) } else { None };
    let short = |n: Neighbour| (n.entry, n.shared.iter().filter_map(term).collect());
    nearest(&entries, 3).into_iter().map(|l| l.into_iter().map(short).collect()).collect()
}

#[test]
fn small_sites() {
    assert_eq!(posts(&[]), [[]; 0]);
    assert_eq!(posts(&[("alone", &[1], 0)]), [[]]);
    // Two posts are related even where all they have is common.
    assert_eq!(posts(&[("ada", &[], 0), ("ada", &[], 0)]), [[(1, vec![])], [(0, vec![])]]);
    // Nothing in common; nothing at all.
    assert_eq!(posts(&[("ada", &[], 0), ("bob", &[], 0), ("", &[], 0)]), [[], [], []]);
    // Other languages are never compared.
    assert_eq!(posts(&[("ada", &[1], 0), ("ada", &[1], 1)]), [[], []]);
    // Terms alone relate, and the rarer one is named first.
    let by_terms = posts(&[("", &[1, 2], 0), ("", &[1, 2], 0), ("", &[1], 0), ("", &[], 0)]);
    assert_eq!(by_terms[0], [(1, vec![2, 1]), (2, vec![1])]);
    // The same score: the earlier entry first.
    let text = "lovelace babbage";
    let equal = posts(&[(text, &[], 0), (text, &[], 0), (text, &[], 0), (text, &[], 0)]);
    assert_eq!(equal[2], [(0, vec![]), (1, vec![]), (3, vec![])]);
}

#[test]
fn identical_posts_score_nearly_full() {
    let features = analyse("", "engine poetry number machine", "en");
    let other = analyse("", "river mountain", "en");
    let entry = |features| IndexedPost {
        features,
        terms: vec![(TermId(1), 0.3)],
        language: LanguageId::DEFAULT,
    };
    let lists = nearest(&[entry(&features), entry(&features), entry(&other)], 9);
    let first = &lists[0][0];
    assert!(first.entry == 1 && (950_000..=1_000_000).contains(&first.score), "{first:?}");
    assert_eq!(nearest(&[entry(&features), entry(&features)], 0), [[], []]);
}

/// The reasons are what adds most to the score, words and terms together, and not too many.
#[test]
fn reasons_are_the_strongest() {
    let texts = ["engine engine engine loom", "engine engine loom poetry", "loom", "poetry", "x y"];
    let features: Vec<Features> = texts.iter().map(|text| analyse("", text, "xx")).collect();
    let terms: [&[(usize, f32)]; 5] =
        [&[(1, 0.1), (2, 0.9), (3, 0.0)], &[(1, 0.1), (2, 0.9), (3, 0.0)], &[(1, 0.1)], &[], &[]];
    let terms = terms.map(|list| list.iter().map(|(id, weight)| (TermId(*id), *weight)).collect());
    let entries: Vec<IndexedPost<'_>> = features
        .iter()
        .zip(terms)
        .map(|(features, terms)| IndexedPost { features, terms, language: LanguageId::DEFAULT })
        .collect();
    let nearest = nearest(&entries, 9);
    let key = |word: &str| SharedFeature::Word(analyse("", word, "xx").words[0].key());
    let shared = |at: usize, other: usize| -> Vec<SharedFeature> {
        let found = nearest[at].iter().find(|near| near.entry == other);
        found.map_or_else(Vec::new, |near| near.shared.iter().collect())
    };
    assert_eq!(shared(0, 1), [SharedFeature::Term(TermId(2)), key("engine"), key("loom")]);
    assert_eq!(shared(0, 2), [key("loom"), SharedFeature::Term(TermId(1))]);
    assert_eq!(shared(1, 0), shared(0, 1));
    assert_eq!(shared(0, 4), []);
}

/// A small generator of numbers, so that large corpora are the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// The upper 48 bits are spread like those of real digests.
fn digest(word: u64) -> u64 {
    (word + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) & !0xFFFF
}

/// Posts of 60 words each: half of topics, half frequent. Large enough for lists to be left unread.
fn corpus(posts: u64) -> Vec<Features> {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let post = |at: u64, numbers: &mut Numbers| {
        let mut keys: Vec<u64> = (0..60)
            .map(|n| {
                if n % 2 == 0 { 1000 + at % 40 * 50 + numbers.below(50) } else { numbers.below(90) }
            })
            .map(digest)
            .collect();
        keys.sort_unstable();
        let words = keys.chunk_by(|a, b| a == b).map(|same| Word(same[0] | same.len() as u64));
        Features { words: words.collect() }
    };
    (0..posts).map(|at| post(at, &mut numbers)).collect()
}

fn entries(features: &[Features]) -> Vec<IndexedPost<'_>> {
    let terms = |at: usize| vec![(TermId(at % 40), 0.3), (TermId(99), 0.1)];
    let entry =
        |(at, features)| IndexedPost { features, terms: terms(at), language: LanguageId::DEFAULT };
    features.iter().enumerate().map(entry).collect()
}

/// The cosine of two vectors, in millionths, without any index.
fn cosine(a: &[Component], b: &[Component]) -> u32 {
    let shared = a.iter().filter_map(|x| {
        let y = b.iter().find(|y| y.dimension == x.dimension)?;
        Some(u64::from(x.weight) * u64::from(y.weight))
    });
    u32::try_from(((shared.sum::<u64>() * 1_000_000) >> 30).min(1_000_000)).unwrap()
}

/// All scores of all pairs, the slow way.
fn all_pairs(entries: &[IndexedPost<'_>], limit: usize) -> Vec<Vec<(u32, usize)>> {
    let mut result = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let group: Vec<&IndexedPost<'_>> =
            entries.iter().filter(|other| other.language == entry.language).collect();
        let statistics = Statistics::of(&group);
        let vector = statistics.vector(entry);
        let mut list: Vec<(u32, usize)> = entries
            .iter()
            .enumerate()
            .filter(|(other, e)| *other != at && e.language == entry.language)
            .map(|(other, e)| (cosine(&vector, &statistics.vector(e)), other))
            .filter(|(score, _)| *score > 0)
            .collect();
        list.sort_by_key(|(score, other)| (std::cmp::Reverse(*score), *other));
        list.truncate(limit);
        result.push(list);
    }
    result
}

fn with_threads<T: Send>(threads: usize, job: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(job)
}

#[test]
fn threads_do_not_show() {
    let features = corpus(1600);
    let entries = entries(&features);
    let one = with_threads(1, || nearest(&entries, 6));
    assert_eq!(one, with_threads(4, || nearest(&entries, 6)));
    assert!(one.iter().all(|list| list.len() == 6));
}

/// Where not all postings are read, scores are still exact, and the lists are as good.
#[test]
fn large_sites_are_compared_exactly() {
    let features = corpus(1600);
    let entries = entries(&features);
    let group: Vec<&IndexedPost<'_>> = entries.iter().collect();
    let statistics = Statistics::of(&group);
    let vectors: Vec<Vec<Component>> = group.iter().map(|e| statistics.vector(e)).collect();
    let posts_with = |dimension: u32| {
        vectors.iter().flatten().filter(|component| component.dimension == dimension).count()
    };
    let postings: usize = vectors[0].iter().map(|c| posts_with(c.dimension)).sum();
    assert!(postings > rank::BUDGET * 5 / 4, "{postings}: all of it would be read");
    let lists = nearest(&entries, 6);
    let mut found = 0;
    for at in (0..entries.len()).step_by(20) {
        for neighbour in &lists[at] {
            assert_eq!(neighbour.score, cosine(&vectors[at], &vectors[neighbour.entry]));
        }
        let mut best: Vec<u32> = (0..entries.len())
            .filter(|other| *other != at)
            .map(|other| cosine(&vectors[at], &vectors[other]))
            .collect();
        best.sort_unstable_by_key(|score| std::cmp::Reverse(*score));
        found += lists[at].iter().filter(|neighbour| neighbour.score >= best[5]).count();
    }
    assert!(found >= 60 * 6 * 95 / 100, "{found} of 360");
}

/// An edit is noticed by the posts it concerns; the rest of the site keeps its lists.
#[test]
fn one_edit_disturbs_few() {
    let before = corpus(600);
    let mut after = before.clone();
    after[7] = corpus(601).pop().unwrap();
    let order = |features: &[Features]| -> Vec<Vec<usize>> {
        let lists = nearest(&entries(features), 6);
        lists.into_iter().map(|list| list.into_iter().map(|n| n.entry).collect()).collect()
    };
    let (before, after) = (order(&before), order(&after));
    let changed = before.iter().zip(&after).filter(|(a, b)| a != b).count();
    assert!(changed <= 60, "{changed} of 600 lists changed");
}

type Post = (Features, Vec<(TermId, f32)>, usize);

/// A few words out of few, so that posts share them; terms and languages likewise.
fn any_posts() -> impl Strategy<Value = Vec<Post>> {
    let words = prop::collection::btree_map(0..40_u64, 1..9_u64, 0..12);
    let terms = prop::collection::btree_set(0..8_usize, 0..4);
    let post = (words, terms, 0..2_usize).prop_map(|(words, terms, language)| {
        let words = words.into_iter().map(|(key, count)| Word(digest(key) | count));
        let mut words: Vec<Word> = words.collect();
        words.sort_unstable();
        words.dedup_by_key(|word| word.key());
        let terms = terms.into_iter().map(|term| (TermId(term), [0.0, 0.3, 1.0][term % 3]));
        (Features { words }, terms.collect(), language)
    });
    prop::collection::vec(post, 0..24)
}

proptest! {
    #[test]
    fn lists_are_those_of_all_pairs(posts in any_posts(), limit in 0..8_usize) {
        let entries: Vec<IndexedPost<'_>> = posts
            .iter()
            .map(|(features, terms, number)| IndexedPost {
                features,
                terms: terms.clone(),
                language: language(*number),
            })
            .collect();
        let lists = nearest(&entries, limit);
        let short: Vec<Vec<(u32, usize)>> =
            lists.iter().map(|list| list.iter().map(|n| (n.score, n.entry)).collect()).collect();
        prop_assert_eq!(short, all_pairs(&entries, limit));
        // Both ways the same score.
        let complete = nearest(&entries, entries.len());
        for (at, list) in complete.iter().enumerate() {
            for neighbour in list {
                let back = complete[neighbour.entry].iter().find(|n| n.entry == at);
                prop_assert_eq!(back.map(|n| n.score), Some(neighbour.score));
            }
        }
    }
}
