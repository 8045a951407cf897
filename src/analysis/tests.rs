//! Tables and laws about words.

use proptest::prelude::*;

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
        // Every two neighbours: 北京, 京大, 大学.
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
    assert_eq!(counts, [5, 5, 10, 45]);
    assert!(features.words.is_sorted_by(|a, b| a.key() < b.key()));
    assert_eq!(analyse("", &"kisah ".repeat(70_000), "id").words[0].count(), 65_535);
}

/// What is told to readers stands in the text like that: nothing is left out of it.
#[test]
fn phrases_stand_side_by_side() {
    let phrases = |text: &str| analyse("", text, "en").spellings.phrases().count();
    assert_eq!(phrases("He met Augustus Morgan. She saw Augustus Morgan."), 1);
    // Too short to be told, and a stop word.
    assert_eq!(phrases("He met Augustus De Morgan. She saw Augustus De Morgan."), 0);
    assert_eq!(phrases("He met Augustus the Great. She saw Augustus the Great."), 0);
}

proptest! {
    /// Any text in any language: no panic, words sorted and unique, and no word lost in counting.
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
