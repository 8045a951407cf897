//! Tables and laws of the ranking; what an index finds is compared with all pairs.

use proptest::prelude::*;

use super::nearest::Index;
use super::statistics::{Component, Statistics};
use super::*;
use crate::analysis::{Word, analyse};
use crate::config::PerLanguage;

/// A language by its number.
fn language(number: usize) -> LanguageId {
    PerLanguage::from_iter([(); 2]).ids().nth(number).unwrap()
}

fn entry(features: &Features) -> Entry<'_> {
    Entry {
        features,
        shared: Vec::new(),
        links: Vec::new(),
        calls: Vec::new(),
        excluded: Vec::new(),
        day: None,
        language: LanguageId::DEFAULT,
        sample: 0,
    }
}

fn weights() -> Weights {
    Weights::new(Signal::ALL.map(Signal::weight), Vec::new())
}

fn order(lists: &[Vec<Neighbour>]) -> Vec<Vec<usize>> {
    lists.iter().map(|list| list.iter().map(|other| other.entry).collect()).collect()
}

fn selection(limit: usize) -> Selection {
    Selection { limit, more: 0, floor: 50_000, diversity: 0.2 }
}

type Change<'a> = &'a dyn Fn(&mut Vec<Entry<'a>>);

/// Each signal alone puts the post that has it first.
#[test]
fn each_signal_counts() {
    let texts = ["engine loom river", "engine poetry mountain", "engine poetry mountain"];
    let features: Vec<Features> = texts.iter().map(|text| analyse("", text, "xx")).collect();
    let called = vec![analyse("", "engine", "xx").words[0].key()];
    let share = |group: Group| {
        move |entries: &mut Vec<Entry<'_>>| {
            entries[0].shared.push((group, 7));
            entries[2].shared.push((group, 7));
        }
    };
    let terms = share(Group::Terms);
    let people = share(Group::People);
    let series = share(Group::Series);
    let authors = share(Group::Authors);
    let sources = share(Group::Sources);
    let near = |entries: &mut Vec<Entry<'_>>| {
        for (entry, day) in entries.iter_mut().zip([0, 900, 3]) {
            entry.day = Some(day);
        }
    };
    let linked = |entries: &mut Vec<Entry<'_>>| entries[1].links.push(2);
    let called = |entries: &mut Vec<Entry<'_>>| {
        let words: &'static [u64] = Vec::leak(called.clone());
        entries[1].calls.push((2, words));
    };
    let changes: [(&str, Change<'_>); 8] = [
        ("terms", &terms),
        ("people", &people),
        ("series", &series),
        ("authors", &authors),
        ("sources", &sources),
        ("near_in_time", &near),
        ("cited and linked", &linked),
        ("called", &called),
    ];
    for (name, change) in changes {
        let mut entries: Vec<Entry<'_>> = features.iter().map(entry).collect();
        assert_eq!(order(&rank(&entries, &weights(), 9))[0], [1, 2], "{name}");
        change(&mut entries);
        assert_eq!(order(&rank(&entries, &weights(), 9))[0], [2, 1], "{name}");
    }
}

/// Its own links, and their words, do not count for a post: they are what its author chose.
#[test]
fn own_links_do_not_count() {
    let texts = ["engine loom river", "engine poetry mountain", "engine poetry mountain"];
    let features: Vec<Features> = texts.iter().map(|text| analyse("", text, "xx")).collect();
    let mut entries: Vec<Entry<'_>> = features.iter().map(entry).collect();
    let before = rank(&entries, &weights(), 9);
    let words: Vec<u64> = features[0].words.iter().map(|word| word.key()).collect();
    entries[0].links.push(2);
    entries[0].calls.push((2, &words));
    assert_eq!(rank(&entries, &weights(), 9)[0], before[0]);
}

#[test]
fn what_is_selected() {
    let texts = [
        "engine loom poetry number",
        "engine loom poetry",
        "engine loom poetry",
        "engine mountain",
        "cake",
        "tea",
        "rain",
        "sea",
        "salt",
        "wind",
    ];
    let features: Vec<Features> = texts.iter().map(|text| analyse("", text, "xx")).collect();
    let mut entries: Vec<Entry<'_>> = features.iter().map(entry).collect();
    let first = |entries: &[Entry<'_>], selection: &Selection| {
        order(&select(entries, &weights(), selection))[0].clone()
    };
    // Nothing in common is below any floor.
    assert_eq!(first(&entries, &selection(9)).len(), 3);
    assert_eq!(first(&entries, &Selection { floor: 900_000, ..selection(9) }), [0; 0]);
    // The twin of what is listed already comes later.
    let twins = first(&entries, &Selection { diversity: 0.0, ..selection(3) });
    assert_eq!(twins, [1, 2, 3]);
    assert_eq!(first(&entries, &Selection { diversity: 1.0, ..selection(3) }), [1, 3, 2]);
    // More of them change nothing before them.
    let more = Selection { more: 1, diversity: 1.0, ..selection(1) };
    assert_eq!(first(&entries, &more), [1, 2]);
    entries[0].excluded = vec![1, 3];
    assert_eq!(first(&entries, &selection(9)), [2]);
    // The ranking has them all.
    assert_eq!(rank(&entries, &weights(), 9)[0].len(), 9);
}

#[test]
fn shared_words_are_those_that_few_have() {
    let mut texts = vec!["engine loom common", "engine loom common"];
    texts.extend(["common river"; 8]);
    let features: Vec<Features> = texts.iter().map(|text| analyse("", text, "xx")).collect();
    let entries: Vec<Entry<'_>> = features.iter().map(entry).collect();
    let key = |word: &str| analyse("", word, "xx").words[0].key();
    let list = &rank(&entries, &weights(), 9)[0];
    let words = |other: usize| -> Vec<u64> {
        let found = list.iter().find(|found| found.entry == other).unwrap();
        found.words.iter().map(|word| word.key).collect()
    };
    let mut both = words(1);
    both.sort_unstable();
    let mut expected = [key("engine"), key("loom")];
    expected.sort_unstable();
    assert_eq!(both, expected);
    assert_eq!(words(5), [0; 0]);
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
        let words =
            keys.chunk_by(|a, b| a == b).map(|same| Word(same[0] | (same.len() as u64 * 5)));
        Features { words: words.collect(), ..Features::default() }
    };
    (0..posts).map(|at| post(at, &mut numbers)).collect()
}

fn entries(features: &[Features]) -> Vec<Entry<'_>> {
    let with_terms = |(at, features)| {
        let shared = vec![(Group::Terms, at as u64 % 40), (Group::Terms, 99)];
        Entry { shared, sample: digest(at as u64) >> 16, ..entry(features) }
    };
    features.iter().enumerate().map(with_terms).collect()
}

/// The cosine of two vectors without any index.
fn cosine(a: &[Component], b: &[Component]) -> f32 {
    let shared = a.iter().filter_map(|x| {
        let y = b.iter().find(|y| y.dimension == x.dimension)?;
        Some(u32::from(x.weight) * u32::from(y.weight))
    });
    shared.sum::<u32>() as f32 / (1_u32 << 30) as f32
}

fn with_threads<T: Send>(threads: usize, job: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(job)
}

#[test]
fn threads_do_not_show() {
    let features = corpus(1600);
    let entries = entries(&features);
    let lists = || (rank(&entries, &weights(), 6), select(&entries, &weights(), &selection(3)));
    let one = with_threads(1, lists);
    assert_eq!(one, with_threads(4, lists));
    assert!(one.0.iter().all(|list| list.len() == 6));
}

/// Where not all postings are read, cosines are still exact, and the nearest are found.
#[test]
fn large_sites_are_compared_exactly() {
    let features = corpus(1600);
    let entries = entries(&features);
    let all: Vec<&Entry<'_>> = entries.iter().collect();
    let statistics = Statistics::of(&all);
    let near = Index::of(&all, &statistics).nearest();
    let mut room = statistics::Room::default();
    let vectors = all.iter().map(|entry| statistics.vector(entry, &mut room).components.to_vec());
    let vectors: Vec<Vec<Component>> = vectors.collect();
    let mut found = 0;
    for at in (0..entries.len()).step_by(20) {
        for other in &near[at] {
            assert_eq!(other.cosine, cosine(&vectors[at], &vectors[other.post as usize]));
        }
        let others = (0..entries.len()).filter(|other| *other != at);
        let mut best: Vec<f32> = others.map(|o| cosine(&vectors[at], &vectors[o])).collect();
        best.sort_unstable_by(|a, b| b.total_cmp(a));
        found += near[at].iter().filter(|other| other.cosine >= best[9]).count();
    }
    assert!(found >= 80 * 10 * 95 / 100, "{found} of 800");
}

/// A post asks as if the words of its links were not there, and answers with them.
#[test]
fn words_of_links_are_not_asked() {
    let texts = [
        "engine loom river harbour engine",
        "poetry mountain harbour poetry",
        "engine loom river canal",
        "poetry mountain canal lake",
        "harbour lake engine mountain",
    ];
    let mut features: Vec<Features> = texts.iter().map(|text| analyse("", text, "xx")).collect();
    let nearest = |features: &[Features], post: usize| {
        let entries = entries(features);
        let all: Vec<&Entry<'_>> = entries.iter().collect();
        let near = Index::of(&all, &Statistics::of(&all)).nearest();
        let near = near[post].iter().map(|near| (near.post, (near.cosine * 1000.0) as i32));
        near.collect::<Vec<_>>()
    };
    let whole = nearest(&features, 1);
    let links = analyse("", "harbour", "xx").words;
    features[0].linked[0] = links.clone();
    assert_eq!(nearest(&features, 1), whole);
    let asked = nearest(&features, 0);
    features[0].linked[0].clear();
    features[0].words.retain(|word| word.key() != links[0].key());
    let without = nearest(&features, 0);
    assert!(!asked.iter().any(|(post, _)| *post == 1), "{asked:?}");
    let posts = |near: &[(u32, i32)]| near.iter().map(|(post, _)| *post).collect::<Vec<_>>();
    assert_eq!(posts(&asked), posts(&without), "{asked:?} {without:?}");
}

/// Where titles are the names of people, a first name in common is nothing; where they are topics,
/// it is as much as it looks.
#[test]
fn titles_are_worth_what_they_say() {
    let names = ["ada", "ben", "cleo", "dan", "edith", "frank"];
    let subjects = ["loom river", "poetry lake", "engine canal", "harbour", "mountain", "desert"];
    let worth = |titles_are_subjects: bool| {
        let features = (0..60).map(|post| {
            let name = post % 6;
            let about = if titles_are_subjects { name } else { post / 10 };
            let text = format!("{} word{} word", subjects[about], post % 7);
            analyse(&format!("{} person{post}", names[name]), &text, "xx")
        });
        let features: Vec<Features> = features.collect();
        let mut entries = entries(&features);
        for (entry, post) in entries.iter_mut().zip(0..) {
            entry.sample = digest(post);
        }
        Statistics::of(&entries.iter().collect::<Vec<_>>()).titles()
    };
    assert_eq!(worth(true), 1.0);
    assert!(worth(false) < 0.5);
}

/// An edit is noticed by the posts it concerns; the rest of the site keeps its lists.
#[test]
fn one_edit_disturbs_few() {
    let before = corpus(600);
    let mut after = before.clone();
    after[7] = corpus(601).pop().unwrap();
    let lists =
        |features: &[Features]| order(&select(&entries(features), &weights(), &selection(3)));
    let (before, after) = (lists(&before), lists(&after));
    let changed = before.iter().zip(&after).filter(|(a, b)| a != b).count();
    assert!(changed <= 60, "{changed} of 600 lists changed");
}

/// A few words out of few, so that posts share them; terms, links and languages likewise.
fn any_posts() -> impl Strategy<Value = Vec<(Features, Vec<u64>, Vec<u32>, usize)>> {
    let words = prop::collection::btree_map(0..40_u64, 1..45_u64, 0..12);
    let terms = prop::collection::vec(0..8_u64, 0..4);
    let links = prop::collection::btree_set(0..24_u32, 0..3);
    let post = (words, terms, links, 0..2_usize).prop_map(|(words, terms, links, language)| {
        let words = words.into_iter().map(|(key, count)| Word(digest(key) | count));
        let mut words: Vec<Word> = words.collect();
        words.sort_unstable();
        words.dedup_by_key(|word| word.key());
        let title = words.iter().take(2).map(|word| word.key()).collect();
        let features = Features { words, title, ..Features::default() };
        (features, terms, links.into_iter().collect(), language)
    });
    prop::collection::vec(post, 0..24)
}

const GROUPS: [Group; 4] = [Group::Terms, Group::People, Group::Series, Group::Authors];

proptest! {
    #[test]
    fn laws(posts in any_posts(), limit in 0..8_usize, turn in 0..24_usize, out in 0..24_u32) {
        let count = posts.len();
        // The same posts in another order: where each is then.
        let turned = |at: usize| (at + turn) % count.max(1);
        let make = |place: &dyn Fn(usize) -> usize| {
            let mut entries: Vec<Option<Entry<'_>>> = vec![None; count];
            for (at, (features, terms, links, number)) in posts.iter().enumerate() {
                let links = links.iter().map(|to| *to as usize).filter(|to| *to < count && *to != at);
                let mut links: Vec<u32> = links.map(|to| place(to) as u32).collect();
                links.sort_unstable();
                let term = |term: &u64| (GROUPS[*term as usize % 4], *term);
                entries[place(at)] = Some(Entry {
                    shared: terms.iter().map(term).collect(),
                    links,
                    excluded: (out < count as u32).then_some(out).into_iter().collect(),
                    language: language(*number),
                    ..entry(features)
                });
            }
            entries.into_iter().map(Option::unwrap).collect::<Vec<_>>()
        };
        let entries = make(&|at| at);
        let all = rank(&entries, &weights(), count);
        for (at, list) in all.iter().enumerate() {
            prop_assert!(list.iter().all(|other| other.entry != at));
            prop_assert!(list.iter().all(|o| entries[o.entry].language == entries[at].language));
            prop_assert!(list.is_sorted_by(|a, b| a.score >= b.score));
            for other in list {
                let keys = |at: usize| -> Vec<u64> {
                    entries[at].features.words.iter().map(|word| word.key()).collect()
                };
                let (ours, theirs) = (keys(at), keys(other.entry));
                let both = |key: &u64| ours.contains(key) && theirs.contains(key);
                prop_assert!(other.words.iter().all(|word| both(&word.key)));
            }
        }
        // What is passed over early would not be among the best.
        for (list, all) in rank(&entries, &weights(), limit).iter().zip(&all) {
            let scores = |list: &[Neighbour]| -> Vec<(usize, i32)> {
                list.iter().take(limit).map(|other| (other.entry, other.score)).collect()
            };
            prop_assert_eq!(scores(list), scores(all));
        }
        // The order in which files are found does not show, except between equal scores.
        let scores = |list: &[Neighbour]| list.iter().map(|other| other.score).collect::<Vec<_>>();
        let again = rank(&make(&turned), &weights(), count);
        for at in 0..count {
            let (one, two) = (scores(&all[at]), scores(&again[turned(at)]));
            let near = |(a, b): (&i32, &i32)| a.abs_diff(*b) <= 2;
            prop_assert!(one.len() == two.len() && one.iter().zip(&two).all(near), "{one:?} {two:?}");
        }
        for (at, list) in select(&entries, &weights(), &selection(limit)).iter().enumerate() {
            prop_assert!(list.len() <= limit);
            for other in list {
                prop_assert!(other.entry != out as usize && other.score >= 50_000);
                let ranked = all[at].iter().find(|ranked| ranked.entry == other.entry);
                prop_assert_eq!(ranked.map(|ranked| ranked.score), Some(other.score));
            }
        }
    }
}
