//! Words, stems, vectors and ranks.

use proptest::prelude::*;

use super::vectors::{Component, Statistics};
use super::*;

fn keys(text: &str, language: &str) -> Vec<u64> {
    analyse("", text, language).words.iter().map(|word| word.key()).collect()
}

/// How many different words a text has.
fn count(text: &str, language: &str) -> usize {
    keys(text, language).len()
}

#[test]
fn forms_of_a_word_are_one() {
    for (language, a, b) in [
        ("en", "Stories running quickly", "story runs quick"),
        ("en", "created families' companies", "creates family company"),
        ("en-GB", "THE WALL", "wall"),
        ("id", "pertemuan-pertemuan", "pertemuan"),
        ("id", "bukunya", "buku"),
        ("de", "Häuser", "HÄUSER"),
        ("fr", "e\u{301}cole", "école"),
        ("ru", "Книги", "книга"),
        ("ar", "مُحَمَّد", "محمد"),
        ("fa", "کتاب\u{200c}ها", "کتابها"),
        ("el", "ΛΟΓΟΣ", "λόγος"),
        ("he", "שָׁלוֹם", "שלום"),
        ("xx", "soft\u{ad}hyphen", "softhyphen"),
        ("xx", "ＣＥＯ", "ceo"),
        ("xx", "Ada_Lovelace/Byron", "byron ada lovelace"),
    ] {
        assert_eq!(keys(a, language), keys(b, language), "{language} {a} {b}");
    }
    for (language, a, b) in [("en", "king", "kin"), ("en", "string", "str"), ("xx", "cat", "cats")]
    {
        assert_ne!(keys(a, language), keys(b, language), "{language} {a} {b}");
    }
}

#[test]
fn what_counts_as_a_word() {
    for (language, text, expected) in [
        ("en", "", 0),
        ("en", "--- … ☕", 0),
        ("en", "the and of it don't we'll", 0),
        ("id", "yang dan di adalah tersebut", 0),
        ("fr", "the and of", 3),
        ("en", "a I x 7 42", 0),
        ("en", "137 1945 b2b", 3),
        ("en", "well-known CEO", 2),
        ("en", &"x".repeat(65), 0),
        // Two neighbours each: 北京, 京大, 大学.
        ("zh", "北京大学", 3),
        ("zh", "京。京", 1),
        ("ja", "夏目漱石はCEO", 5),
        // Marks belong to their consonant: កម, ម្ពុ… are not cut inside.
        ("km", "កុ", 1),
        ("km", "កុខុ", 1),
        ("th", "กขค", 2),
    ] {
        assert_eq!(count(text, language), expected, "{language} {text}");
    }
}

#[test]
fn words_are_counted_and_titles_weigh_more() {
    let features = analyse("Telegram", "Durov made Telegram. Durov left.", "en");
    let mut counts: Vec<u32> = features.words.iter().map(|word| word.count()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 1, 2, 4]);
    assert!(features.words.is_sorted_by(|a, b| a.key() < b.key()));
    assert_eq!(analyse("", &"kisah ".repeat(70_000), "id").words[0].count(), 65_535);
}

/// Posts from texts, each with its terms (all of weight 0.5) and language.
fn posts(list: &[(&str, &[u32], u32)]) -> Vec<Vec<(usize, Vec<u32>)>> {
    let features: Vec<Features> = list.iter().map(|(text, ..)| analyse("", text, "xx")).collect();
    let entries: Vec<Entry<'_>> = list
        .iter()
        .zip(&features)
        .map(|((_, terms, language), features)| Entry {
            features,
            terms: terms.iter().map(|term| (*term, 0.5)).collect(),
            language: *language,
        })
        .collect();
    let short = |n: Neighbour| (n.entry, n.shared_terms);
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
    let entry = |features| Entry { features, terms: vec![(1, 0.3)], language: 0 };
    let lists = nearest(&[entry(&features), entry(&features), entry(&other)], 9);
    let first = &lists[0][0];
    assert!(first.entry == 1 && (950_000..=1_000_000).contains(&first.score), "{first:?}");
    assert_eq!(nearest(&[entry(&features), entry(&features)], 0), [[], []]);
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

fn entries(features: &[Features]) -> Vec<Entry<'_>> {
    let terms = |at: usize| vec![(u32::try_from(at % 40).unwrap(), 0.3), (99, 0.1)];
    let entry = |(at, features)| Entry { features, terms: terms(at), language: 0 };
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
fn all_pairs(entries: &[Entry<'_>], limit: usize) -> Vec<Vec<(u32, usize)>> {
    let mut result = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let group: Vec<&Entry<'_>> =
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
    let group: Vec<&Entry<'_>> = entries.iter().collect();
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

type Post = (Features, Vec<(u32, f32)>, u32);

/// A few words out of few, so that posts share them; terms and languages likewise.
fn any_posts() -> impl Strategy<Value = Vec<Post>> {
    let words = prop::collection::btree_map(0..40_u64, 1..9_u64, 0..12);
    let terms = prop::collection::btree_set(0..8_u32, 0..4);
    let post = (words, terms, 0..2_u32).prop_map(|(words, terms, language)| {
        let words = words.into_iter().map(|(key, count)| Word(digest(key) | count));
        let mut words: Vec<Word> = words.collect();
        words.sort_unstable();
        words.dedup_by_key(|word| word.key());
        let terms = terms.into_iter().map(|term| (term, [0.0, 0.3, 1.0][term as usize % 3]));
        (Features { words }, terms.collect(), language)
    });
    prop::collection::vec(post, 0..24)
}

proptest! {
    #[test]
    fn lists_are_those_of_all_pairs(posts in any_posts(), limit in 0..8_usize) {
        let entries: Vec<Entry<'_>> = posts
            .iter()
            .map(|(features, terms, language)| Entry { features, terms: terms.clone(), language: *language })
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

    /// Any text in any language: no panic, words sorted, each once, and no word is lost to
    /// counting.
    #[test]
    fn any_text_is_analysed(
        text in "(\\PC{0,8}[ \\-'.]){0,8}",
        language in prop::sample::select(vec!["en", "id", "de", "ar", "fa", "el", "hi", "tr", "yi", "km", "zh", ""]),
    ) {
        let features = analyse(&text, &text, language);
        prop_assert!(features.words.is_sorted_by(|a, b| a.key() < b.key()));
        prop_assert!(features.words.iter().all(|word| word.count() >= 4));
    }
}
