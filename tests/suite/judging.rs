//! The judge of related stories (`cargo bench --bench related`): its figures are those that one
//! computes by hand, and it prepares collections as its authors meant them.

#[path = "../../benches/related/mod.rs"]
mod judge;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use judge::baselines::{BASELINES, Ranking};
use judge::collection::Collection;
use judge::links::{resolve_references, retarget, unlink};
use judge::metrics::{Figure, column, difference, judged, mean, scores};
use judge::prepare::prepare;
use judge::ranking::{Hidden, Source, file_name, places};

use crate::support::repository;

/// Whether two figures are the same, except for rounding.
fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn figures_are_those_computed_by_hand() {
    // Gains of the places 1, 2, 3 and 6: 1, 1/log₂3, 1/2, 1/log₂7.
    let (second, third, sixth) = (0.630_929_753_571_457_4, 0.5, 0.356_207_187_108_022_2);
    let all = |n: usize| -> Vec<usize> { (1..=n).collect() };
    let cases: [(Vec<usize>, &[usize], [f64; 5]); 7] = [
        // Everything is where it should be.
        (all(3), &[1, 2], [1.0, 1.0, 1.0, 1.0, 1.0]),
        // In other places than the first.
        (all(3), &[2], [second, second, 1.0, 1.0, 0.5]),
        (all(3), &[3, 9], [third / (1.0 + second), third / (1.0 + second), 1.0, 0.5, 1.0 / 3.0]),
        // Behind the first five.
        (all(8), &[6], [sixth, 0.0, 0.0, 0.0, 1.0 / 6.0]),
        // Behind the first ten.
        (all(20), &[20], [0.0, 0.0, 0.0, 0.0, 0.05]),
        // Not there, and nothing there.
        (all(8), &[9], [0.0; 5]),
        (all(0), &[1, 2], [0.0; 5]),
    ];
    for (ranking, targets, expected) in cases {
        let found = scores(&ranking, &targets.iter().copied().collect());
        let is_same = found.iter().zip(expected).all(|(&found, expected)| near(found, expected));
        assert!(is_same, "{ranking:?} for {targets:?}: {found:?}, not {expected:?}");
    }
    // Of more targets than places, the best ranking is still perfect.
    let [ten, five, _, recall, _] = scores(&all(20), &all(20).into_iter().collect());
    assert!(near(ten, 1.0) && near(five, 1.0) && near(recall, 0.25));
}

#[test]
fn intervals_are_around_the_mean_and_always_the_same() {
    let Figure { mean: middle, low, high } = mean(&[0.25; 30]);
    assert!(near(middle, 0.25) && near(low, 0.25) && near(high, 0.25));

    let values: Vec<f64> = (0..100).map(|n| f64::from(n % 2)).collect();
    let first = mean(&values);
    assert_eq!(first, mean(&values));
    // The standard error is 0.05, so the interval is 0.5 ± 0.098.
    assert!(near(first.mean, 0.5));
    assert!((0.38..0.43).contains(&first.low) && (0.57..0.62).contains(&first.high), "{first:?}");

    // Pairs that differ always by the same amount differ surely, however wide both are spread.
    let better: Vec<f64> = values.iter().map(|value| value + 0.1).collect();
    let ahead = difference(&better, &values);
    assert!(near(ahead.mean, 0.1) && near(ahead.low, 0.1) && near(ahead.high, 0.1), "{ahead:?}");
}

#[test]
fn links_are_found_changed_and_taken_away() {
    let to = |url: &str| url.contains("/old/").then(|| "@/posts/new.md".to_owned());
    let gone = |url: &str| url.starts_with("@/");
    // The text, with other targets, without these links, and without their texts either.
    let cases = [
        (
            "See [a](https://x.example/old/) and [b](https://x.example/b/).",
            "See [a](@/posts/new.md) and [b](https://x.example/b/).",
            "See a and [b](https://x.example/b/).",
            "See  and [b](https://x.example/b/).",
        ),
        ("[a](/old/ \"A (title)\")!", "[a](@/posts/new.md \"A (title)\")!", "a!", "!"),
        (
            "[a \\[1] [b]](</old/x y>), ![picture](/old/x.png)",
            "[a \\[1] [b]](<@/posts/new.md>), ![picture](/old/x.png)",
            "a \\[1] [b], ![picture](/old/x.png)",
            ", ![picture](/old/x.png)",
        ),
        ("[a]({{ site.url }}/old/x)", "[a](@/posts/new.md)", "a", ""),
        (
            "<a class=\"x\" href='/old/'>a <b>b</b></a> c",
            "<a class=\"x\" href='@/posts/new.md'>a <b>b</b></a> c",
            "a <b>b</b> c",
            " c",
        ),
        ("](/old/) [a\n\nb](/old/)", "](/old/) [a\n\nb](/old/)", "](/old/) [a\n\nb](/old/)", ""),
    ];
    for (text, changed, without, nothing) in cases {
        let new = retarget(text, to);
        assert_eq!(new, changed);
        assert_eq!(unlink(&new, false, gone), without);
        if !nothing.is_empty() {
            assert_eq!(unlink(&new, true, gone), nothing);
        }
    }
    let known = |name: &str| (name == "topic x").then(|| "@/posts/x.md".to_owned());
    assert_eq!(
        resolve_references("[the X][topic\nX], [topic x][], [b][c], [d]", known),
        "[the X](@/posts/x.md), [topic x](@/posts/x.md), [b][c], [d]"
    );
}

/// Writes a collection, prepares it, and gives its site to `look`.
fn prepared(name: &str, files: &[(&str, &str)], look: impl FnOnce(&Path, &Collection)) {
    let folder = tempfile::tempdir().expect("a folder");
    let (from, site) = (folder.path().join(name), folder.path().join("site"));
    for (path, text) in files {
        let path = from.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }
    prepare(&from, &site).expect("prepared");
    look(&site, &Collection::read(&site).expect("read"));
}

#[test]
fn collections_are_prepared() {
    let files = [
        (
            "posts/2019/2019-03-01-one.md",
            "\n---\ntitle: One\ndate: 2019-03-01\nauthor: x\ntopics:\n  - two words\ntitle: Uno\n\
             expirydate: 2020-01-01\n---\n[Two]({{< ref \"2019-03-02-two.md\" >}})\n",
        ),
        ("posts/2019-03-02-two.md", "---\ntitle: Two\n---\n<a href=\"/x/one/#a\">1</a>\n"),
        ("links.tsv", "2019/2019-03-01-one.md\t2019-03-02-two.md\n"),
    ];
    prepared("digitalgov", &files, |site, collection| {
        let text = |path: &str| fs::read_to_string(site.join("content/posts").join(path));
        assert_eq!(
            text("2019/2019-03-01-one.md").expect("read"),
            "---\ntitle: One\ndate: 2019-03-01\ntopics:\n  - two-words\n---\n\
             [Two](@/posts/2019-03-02-two.md)\n"
        );
        let two = text("2019-03-02-two.md").expect("read");
        assert!(two.contains("href=\"@/posts/2019/2019-03-01-one.md\""), "{two}");
        let (two, one) = (&collection.posts[0], &collection.posts[1]);
        assert_eq!((two.date.as_str(), one.date.as_str()), ("2019-03-02", "2019-03-01"));
        assert_eq!(one.terms, BTreeSet::from(["two-words".to_owned()]));
    });

    let files = [
        (
            "topics/one.md",
            "---\ntitle: One\nsee_also:\n  - title: The other\n    link: topic second\n  - title: \
             Away\n    link: https://example.org/\n---\nSee [two][topic two].\n",
        ),
        ("topics/two.md", "---\ntitle: Two\nshortname: second\ntopic-categories: [a]\n---\n"),
        ("links.tsv", "one.md\ttwo.md\n"),
    ];
    prepared("bitcoinops", &files, |site, collection| {
        let text = fs::read_to_string(site.join("content/posts/one.md")).expect("read");
        assert_eq!(
            text,
            "---\ntitle: One\n---\nSee [two](@/posts/two.md).\n\n\n<!-- read on -->\n\n\
             - [The other](@/posts/two.md)\n"
        );
        assert_eq!(collection.posts[1].terms, BTreeSet::from(["a".to_owned()]));
    });
}

#[test]
fn the_fixture_is_no_play_without_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = folder.path().join("fixture");
    let posts = prepare(&repository().join("benches/related/fixture"), &site).expect("prepared");
    let collection = Collection::read(&site).expect("read");
    assert_eq!((posts, collection.posts.len(), collection.asked.len()), (24, 24, 24));
    let figure = |at: usize| {
        let found = judged(&(BASELINES[at].1)(&collection), &collection);
        mean(&column(&found, 0)).mean
    };
    let figures: Vec<f64> = (0..BASELINES.len()).map(figure).collect();
    // What is newest says nothing, tags say something, words say more.
    assert!(figures[0] < 0.4 && figures[0] < figures[1], "{figures:?}");
    assert!(figures[1] < figures[3] && figures[1] < figures[4], "{figures:?}");
}

#[test]
fn kept_rankings_are_read() {
    let files = [
        ("posts/a.md", "[b](/b/)\n"),
        ("posts/b.md", "+++\ndate = 2020-01-01\n+++\n"),
        ("posts/c.md", "[b](/b/)\n"),
        ("posts/d.md", "+++\ndraft = true\n+++\n"),
        ("links.tsv", "a.md\tb.md\nc.md\tb.md\nc.md\tc.md\nc.md\td.md\nc.md\tgone.md\n"),
        ("site.json", r#"{"posts/a.md": [{"path": "posts/c.md"}, {"path": "posts/b.md"}]}"#),
    ];
    prepared("any", &files, |site, collection| {
        // A draft is no post, and not to be found; nor is a post beside itself.
        assert_eq!((collection.posts.len(), collection.targets()), (3, 2));
        assert_eq!(file_name(collection, Hidden::default()), "site.json");
        let kept = Source::new(site.with_file_name("any"));
        let kept = kept.rank(site, collection, Hidden::default()).expect("read");
        let ranking = places(&kept, collection);
        assert_eq!(ranking[&0], [2, 1]);
        assert!(ranking[&2].is_empty());
        let found = judged(&ranking, collection);
        assert_eq!(column(&found, 4), [0.5, 0.0]);
    });
}

/// A program that finds related what is linked, and cannot when links are hidden.
#[cfg(unix)]
#[test]
fn rounds_hide_the_links_of_those_who_are_asked() {
    use std::os::unix::fs::PermissionsExt as _;

    let files = [
        ("posts/a.md", "An [idea](/b/).\n"),
        (
            "posts/b.md",
            "+++\ntitle = \"B\"\n+++\nBack to [A](/a/), and [away](https://x.example/).\n",
        ),
        ("links.tsv", "a.md\tb.md\nb.md\ta.md\n"),
        (
            "program",
            "#!/bin/sh\nfor last; do :; done\ncd \"$last/content/posts\" || exit 1\n\
             printf '{\"posts/a.md\": [%s], \"posts/b.md\": [%s]}' \"$(sed -n 's/.*idea.*/\"&\"/p' \
             a.md)\" \"$(sed -n 's/.*Back.*/\"&\"/p' b.md)\"\n",
        ),
    ];
    prepared("any", &files, |site, collection| {
        let program = site.with_file_name("any").join("program");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("may be run");
        let program = Source::new(program);
        let ask = |folds: usize, texts: bool| {
            let hidden = Hidden { folds, texts };
            let kept = program.rank(site, collection, hidden).expect("ranked");
            serde_json::to_string(&kept).expect("JSON")
        };
        let whole = ask(0, false);
        assert_eq!(
            whole,
            r#"{"posts/a.md":["An [idea](@/posts/b.md)."],"posts/b.md":["Back to [A](@/posts/a.md), and [away](https://x.example/)."]}"#
        );
        let hidden = r#"{"posts/a.md":["An idea."],"posts/b.md":["Back to A, and [away](https://x.example/)."]}"#;
        assert_eq!(ask(2, false), hidden);
        assert_eq!(ask(2, true), hidden.replace("to A,", "to ,").replace("[\"An idea.\"]", "[]"));
        // Afterwards, everything is as before.
        assert_eq!(ask(0, false), whole);
    });
}

#[test]
fn on_the_fixture_no_baseline_is_ahead() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = folder.path().join("fixture");
    prepare(&repository().join("benches/related/fixture"), &site).expect("prepared");
    let collection = Collection::read(&site).expect("read");
    let figure = |ranking: &Ranking| mean(&column(&judged(ranking, &collection), 0)).mean;
    let program = Source::new(env!("CARGO_BIN_EXE_kisah").into());
    let kept = program.rank(&site, &collection, Hidden::default()).expect("ranked");
    let ours = figure(&places(&kept, &collection));
    for (name, baseline) in BASELINES {
        let other = figure(&baseline(&collection));
        assert!(ours >= other, "{name}: {other}, ours: {ours}");
    }
}
