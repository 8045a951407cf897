//! Pronounceable made-up words: the vocabulary, names of people, tags.
//!
//! Everything is ASCII, so that all generators make the same addresses from it.

use std::collections::BTreeSet;

use super::rng::Rng;

const ONSETS: [&str; 24] = [
    "b", "d", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "w", "y", "c", "br", "dr",
    "kr", "pr", "st", "tr", "ng", "ny",
];
const NUCLEI: [&str; 8] = ["a", "a", "i", "u", "e", "o", "ai", "au"];
const CODAS: [&str; 12] = ["", "", "", "", "n", "ng", "r", "s", "t", "k", "l", "m"];

/// `count` distinct words, the most frequent first. Those are the shortest, as in any language.
pub fn vocabulary(rng: &mut Rng, count: usize) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut words = Vec::with_capacity(count);
    while words.len() < count {
        let syllables = match words.len() {
            0..60 => 1,
            60..2_000 => 2,
            2_000..12_000 => rng.between(2, 3),
            _ => rng.between(3, 4),
        };
        let word = word(rng, syllables);
        if word.len() > 1 && seen.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}

/// `count` distinct names of people: a given name and a family name.
pub fn people(rng: &mut Rng, count: usize) -> Vec<String> {
    distinct(rng, count, |rng| {
        let (given, family) = (rng.between(2, 3), rng.between(2, 3));
        let given = capital(&word(rng, given));
        format!("{given} {}", capital(&word(rng, family)))
    })
}

/// `count` distinct lower-case labels: one word, or two in a third of them.
pub fn labels(rng: &mut Rng, count: usize) -> Vec<String> {
    distinct(rng, count, |rng| {
        let first = word(rng, 3);
        if rng.one_in(3) { format!("{first} {}", word(rng, 2)) } else { first }
    })
}

/// The word with a capital first letter.
pub fn capital(word: &str) -> String {
    let mut text = word.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Its form in an address: lower case, hyphens for spaces.
pub fn slug(text: &str) -> String {
    text.to_ascii_lowercase().replace(' ', "-")
}

fn distinct(rng: &mut Rng, count: usize, mut make: impl FnMut(&mut Rng) -> String) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut names = Vec::with_capacity(count);
    while names.len() < count {
        let name = make(rng);
        if seen.insert(slug(&name)) {
            names.push(name);
        }
    }
    names
}

fn word(rng: &mut Rng, syllables: usize) -> String {
    let mut word = String::new();
    for syllable in 1..=syllables {
        if syllable > 1 || !rng.one_in(6) {
            word.push_str(rng.pick(&ONSETS));
        }
        word.push_str(rng.pick(&NUCLEI));
        if syllable == syllables || rng.one_in(3) {
            word.push_str(rng.pick(&CODAS));
        }
    }
    word
}
