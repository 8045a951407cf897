//! Stems: what the forms of a word have in common.

use std::borrow::Cow;

use snowball_stemmers_rs::{Algorithm, Stemmer as Snowball};

/// The stemmer of a language.
pub(super) enum Stemmer {
    /// Ours.
    English,
    /// Snowball's.
    Snowball(Snowball),
    /// None: words stay as they are.
    None,
}

impl Stemmer {
    /// By language subtag (`en`, `id`).
    pub(super) fn of(language: &str) -> Self {
        let algorithm = match language {
            "ar" => Algorithm::Arabic,
            "ca" => Algorithm::Catalan,
            "cs" => Algorithm::Czech,
            "da" => Algorithm::Danish,
            "de" => Algorithm::German,
            "el" => Algorithm::Greek,
            "en" => return Stemmer::English,
            "eo" => Algorithm::Esperanto,
            "es" => Algorithm::Spanish,
            "et" => Algorithm::Estonian,
            "eu" => Algorithm::Basque,
            "fa" => Algorithm::Persian,
            "fi" => Algorithm::Finnish,
            "fr" => Algorithm::French,
            "ga" => Algorithm::Irish,
            "hi" => Algorithm::Hindi,
            "hu" => Algorithm::Hungarian,
            "hy" => Algorithm::Armenian,
            "id" | "ms" => Algorithm::Indonesian,
            "it" => Algorithm::Italian,
            "lt" => Algorithm::Lithuanian,
            "nb" | "nn" | "no" => Algorithm::Norwegian,
            "ne" => Algorithm::Nepali,
            "nl" => Algorithm::Dutch,
            "pl" => Algorithm::Polish,
            "pt" => Algorithm::Portuguese,
            "ro" => Algorithm::Romanian,
            "ru" => Algorithm::Russian,
            "sr" => Algorithm::Serbian,
            "st" => Algorithm::Sesotho,
            "sv" => Algorithm::Swedish,
            "ta" => Algorithm::Tamil,
            "tr" => Algorithm::Turkish,
            "uk" => Algorithm::Ukrainian,
            "yi" => Algorithm::Yiddish,
            _ => return Stemmer::None,
        };
        Stemmer::Snowball(Snowball::create(algorithm))
    }

    /// The stem of a word in lower case.
    pub(super) fn stem<'a>(&self, word: &'a str) -> Cow<'a, str> {
        match self {
            Stemmer::English => Cow::Borrowed(english(word)),
            Stemmer::Snowball(snowball) => snowball.stem(word),
            Stemmer::None => Cow::Borrowed(word),
        }
    }
}

/// Takes the common endings off an English word.
///
/// Snowball's English stemmer takes 450 ns a word, more than all else that is done with a text
/// together, and finds no better neighbours: measured on two sites whose authors linked related
/// pages, recall among the first five is 0.56 and 0.51 with either.
fn english(word: &str) -> &str {
    if !word.is_ascii() {
        return word;
    }
    let mut stem = word;
    if stem.len() > 4 && stem.ends_with("ies") {
        stem = &stem[..stem.len() - 2];
    } else if stem.len() > 3 && stem.ends_with('s') && !ends_with_any(stem, &["ss", "us", "is"]) {
        stem = &stem[..stem.len() - 1];
    }
    for (ending, least) in [("ing", 6), ("ed", 5), ("ment", 8), ("ness", 7), ("ly", 6), ("ion", 8)]
    {
        if let Some(rest) = stem.strip_suffix(ending)
            && stem.len() >= least
            && rest.bytes().any(|b| b"aeiouy".contains(&b))
            && match ending {
                "ed" => !rest.ends_with('e'),
                "ly" => {
                    ends_with_any(rest, &["al", "c", "d", "e", "g", "h", "k", "m", "n", "r", "t"])
                }
                "ion" => ends_with_any(rest, &["s", "t"]),
                _ => true,
            }
        {
            stem = rest;
            break;
        }
    }
    // stories, story; created, create; running, run.
    let bytes = stem.as_bytes();
    match bytes {
        [.., a, b] if stem.len() > 3 && a == b && !b"lsz".contains(b) => &stem[..stem.len() - 1],
        [.., b'e' | b'i' | b'y'] if stem.len() > 3 => &stem[..stem.len() - 1],
        _ => stem,
    }
}

fn ends_with_any(word: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| word.ends_with(ending))
}
